"""The two-stage path: a network completes the structure at a small size, another adds the detail at full resolution."""
