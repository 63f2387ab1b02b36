"""The networks, one file each, and what they share. Everything here is N x C x H x W; 1 = hole."""
