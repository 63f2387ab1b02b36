"""How `lacuna` is run as a process of its own."""

from __future__ import annotations

import sys

COMMAND = [sys.executable, "-m", "lacuna_server.cli.main"]
