"""Image files: read whole, with what belongs to the picture (depth, alpha, profile, EXIF), and written atomically."""
