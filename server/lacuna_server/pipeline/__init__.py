"""What happens to a job's pixels, one file a stage: blend, region, (the methods), composite; `inpaint` is the whole."""
