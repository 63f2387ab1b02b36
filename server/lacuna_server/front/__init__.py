"""The front: sockets, queue and workers' lives. It imports neither numpy nor torch, so that it is there at once."""
