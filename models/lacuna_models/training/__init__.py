"""How the shipped weights are made: `python -m lacuna_models.training.coarse`, `.prefill` and `.refinement`. See docs/training.md."""
