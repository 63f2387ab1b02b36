"""Figures of merit, one a file. Pictures are H x W x 3 float32 in [0, 1]; a hole is H x W bool, True = hole."""
