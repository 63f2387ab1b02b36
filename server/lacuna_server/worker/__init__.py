"""The worker: one process a device, started by the front. It computes; it may be killed and started anew."""
