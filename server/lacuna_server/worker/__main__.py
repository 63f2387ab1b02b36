"""`python -m lacuna_server.worker`: started by the front, which keeps its standard input open as a sign of life."""

import argparse
import faulthandler
import logging
import os
import sys
import threading
from pathlib import Path

from lacuna_server.log import configure
from lacuna_server.memory_cap import set_cap
from lacuna_server.worker.link import Link
from lacuna_server.worker.runner import compute_forever

log = logging.getLogger(__name__)


def main() -> None:
    """Read the key, then compute until the front is gone."""
    parser = argparse.ArgumentParser(prog="lacuna_server.worker")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--memory", type=int, required=True, metavar="MIB")
    parser.add_argument("--max-result", type=int, required=True, metavar="BYTES")
    parser.add_argument("--log-dir", type=Path, required=True)
    given = parser.parse_args()
    configure(given.log_dir, f"worker-{given.device.replace(':', '-')}")
    faulthandler.enable()
    key = bytes.fromhex(sys.stdin.readline().strip())
    threading.Thread(target=_end_with_front, daemon=True).start()
    if given.memory:
        set_cap(given.memory)
    link = Link(given.port, key, given.device)
    threading.Thread(target=link.run, name="link", daemon=True).start()
    compute_forever(link, given.max_result)


def _end_with_front() -> None:
    """However the front ends, the system closes our standard input."""
    sys.stdin.read()
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
