"""Published checkpoints that users own already, turned into Lacuna's weights files."""
