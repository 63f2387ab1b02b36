"""Lacuna inside GIMP 3: the standard library, gi (its versions are chosen by lacuna-gimp.py) and lacuna_client, nothing else."""
