"""Lacuna's inference server: front, worker, the pipeline, image files and the command line."""
