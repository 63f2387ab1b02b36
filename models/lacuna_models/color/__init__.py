"""Stage 3: color restored for a given luma, recolored in place, and spread from hints."""
