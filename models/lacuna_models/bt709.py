"""Luma everywhere: ITU-R BT.709's weights on R'G'B', whatever the picture stores. Standard library only."""

LUMA = (0.2126, 0.7152, 0.0722)
