"""How the shipped weights are made; the commands are coarse, prefill and refinement. See docs/training.md."""
