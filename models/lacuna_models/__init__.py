"""Lacuna's methods: regions, runs, networks, the exemplar engine, metrics and the registry that names them."""

import os

# Read when torch is loaded. Its threads spin while they wait for each other; beside any other program that uses the cores
# a small network then takes up to a hundred times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
