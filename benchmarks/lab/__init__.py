"""What the lab's commands share: cases, methods, figures and views. `quality`, `blind` and `speed` are built from it."""
