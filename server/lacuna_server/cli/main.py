"""`lacuna`: parse, run the subcommand, and turn every failure into one line and an exit status."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module

from lacuna_client.errors import LacunaError

from .arguments import parse

FAILED, INTERRUPTED = 1, 130  # 2 is argparse's, for usage


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. 0 done, 1 failed (one line on stderr, or JSON on stdout), 2 usage, 130 Ctrl-C."""
    given = parse(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # libraries' remarks on odd files are not for the artist
    try:
        status = int(import_module(f"lacuna_server.cli.{given.command}").run(given))
        sys.stdout.flush()
        return status
    except LacunaError as error:
        return _failed(given, error)
    except KeyboardInterrupt:
        return _failed(given, LacunaError("cancelled"))
    except BrokenPipeError:
        _silence_stdout()  # who read our output is gone
        return FAILED
    except MemoryError as error:
        return _failed(given, LacunaError("out_of_memory", detail=repr(error)))
    except OSError as error:
        if getattr(error, "filename", None) is None and _stdout_is_broken():
            return _failed(given, LacunaError("unwritable", path="standard output", reason=error.strerror or str(error)))
        return _failed(given, LacunaError("internal", log=_logged(traceback.format_exc())))
    except Exception:  # noqa: BLE001 - the last line of defense: a defect, told in one line, its traceback in the log
        return _failed(given, LacunaError("internal", log=_logged(traceback.format_exc())))


def _failed(given: argparse.Namespace, error: LacunaError) -> int:
    if getattr(given, "json", False):
        print(json.dumps({"error": {"code": error.code, "sentence": error.sentence, "hint": error.hint}}))
    else:
        print(f"lacuna: {error}", file=sys.stderr)
    return INTERRUPTED if error.code == "cancelled" else FAILED


def _silence_stdout() -> None:
    """What cannot be written would fail once more when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stdout_is_broken() -> bool:
    """Whether what was printed could not be written (a full disk); if so it is given up."""
    try:
        sys.stdout.flush()
    except OSError:
        _silence_stdout()
        return True
    return False


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
