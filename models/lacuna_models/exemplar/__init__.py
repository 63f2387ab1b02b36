"""Exemplar-based completion: a fill made of this picture's own patches, by multi-scale PatchMatch."""
