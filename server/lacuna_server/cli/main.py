"""`lacuna`: parse, run the subcommand, and turn every failure into one line and an exit status."""

from __future__ import annotations

import argparse
import json
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module

from lacuna_client.errors import LacunaError

from .arguments import parser

FAILED, INTERRUPTED = 1, 130  # 2 is argparse's, for usage


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. 0 done, 1 failed (one line on stderr, or JSON on stdout), 2 usage, 130 Ctrl-C."""
    given = parser().parse_args(arguments)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # libraries' remarks on odd files are not for the artist
    try:
        return int(import_module(f"lacuna_server.cli.{given.command}").run(given))
    except LacunaError as error:
        return _failed(given, error)
    except KeyboardInterrupt:
        return _failed(given, LacunaError("cancelled"))
    except BrokenPipeError:
        sys.stderr.close()  # who read our output is gone; Python would complain about it once more
        return FAILED
    except MemoryError as error:
        return _failed(given, LacunaError("out_of_memory", detail=repr(error)))
    except Exception:  # noqa: BLE001 - the last line of defense: a defect, told in one line, its traceback in the log
        return _failed(given, LacunaError("internal", log=_logged(traceback.format_exc())))


def _failed(given: argparse.Namespace, error: LacunaError) -> int:
    if getattr(given, "json", False):
        print(json.dumps({"error": {"code": error.code, "sentence": error.sentence, "hint": error.hint}}))
    else:
        print(f"lacuna: {error}", file=sys.stderr)
    return INTERRUPTED if error.code == "cancelled" else FAILED


def _logged(text: str) -> str:
    """Append the text to the command line's log; returns where that is."""
    import logging

    from lacuna_client import places
    from lacuna_server.log import configure

    path = configure(places.log_dir(), "cli")
    logging.getLogger(__name__).error("%s", text)
    return str(path)


if __name__ == "__main__":
    sys.exit(main())
