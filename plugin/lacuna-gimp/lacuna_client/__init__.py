"""The client side of Lacuna's wire: no GIMP, no torch, no numpy. The server and the command line import it too."""

VERSION = "0.1.0"
