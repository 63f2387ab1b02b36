"""Lacuna inside GIMP 3: the standard library, gi and lacuna_client, nothing else."""

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
gi.require_version("Gtk", "3.0")
