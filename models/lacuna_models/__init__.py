"""Lacuna's methods: regions, runs, networks, the exemplar engine, metrics and the registry that names them."""
