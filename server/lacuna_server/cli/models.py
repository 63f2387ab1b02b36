"""`lacuna models list`, `verify` and `import`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from lacuna_client.errors import LacunaError
from lacuna_models import registry, weight_files
from lacuna_models.errors import UnknownCheckpoint


def run(given: argparse.Namespace) -> int:
    """Run the action. Raises LacunaError."""
    return {"list": _list, "verify": _verify, "import": _import}[given.action](given)


def _list(given: argparse.Namespace) -> int:
    """Print one line a method, one a color solver, and how to get weights that are missing; or all of that as JSON."""
    methods, solvers = registry.listing(), registry.solvers()
    if given.json:
        print(json.dumps({"methods": methods, "color_solvers": solvers}))
        return 0
    for method in methods:
        print(_line(method, method["summary"]))
    print("\nColor solvers")
    for solver in solvers:
        print(_line(solver, solver["source"]))
    parts = [*solvers, *(part for method in methods for part in method["parts"])]
    absent = {file: part["obtain"] for part in parts for file in part["missing"]}
    print(f"\nWeights of your own go into {weight_files.user_folder()}{'; missing are:' if absent else '.'}")
    for file, obtain in absent.items():
        print(f"{file:<30}{obtain}")
    return 0


def _line(row: Mapping[str, Any], about: str) -> str:
    return f"{row['name']:<18}{row['state']:<14}{about}{' (auto)' if row['auto'] else ''}"


def _verify(given: argparse.Namespace) -> int:
    """Print one line a weights file; 1 when one of them cannot be used."""
    from lacuna_models.inventory import verify  # late: it loads torch

    verdicts = verify()
    if given.json:
        print(json.dumps({"files": [{**_plain(one.path, one.network), "problem": one.problem} for one in verdicts]}))
    else:
        for one in verdicts:
            print(f"failed  {one.path}: {one.problem}" if one.problem else f"ok      {one.path}")
        if not verdicts:
            print(f"There are no weights files in {weight_files.user_folder()} and {weight_files.shipped_folder()}.")
    return int(any(one.problem for one in verdicts))


def _import(given: argparse.Namespace) -> int:
    """Put the user's file among the weights. Raises LacunaError 'unknown_checkpoint', 'bad_weights'."""
    from lacuna_models.importers.importing import import_file  # late: it loads torch
    from lacuna_server.pipeline.failures import as_sentences

    with as_sentences():
        try:
            done = import_file(given.file, given.network)
        except UnknownCheckpoint as error:
            raise LacunaError("unknown_checkpoint", reason=str(error).rstrip(".")) from error
    if given.json:
        print(json.dumps({**_plain(done.path, done.network), "about": done.about, "replaced": done.replaced}))
    else:
        print(f"Imported {done.about}.\n{'Replaced' if done.replaced else 'Wrote'} {done.path}")
    return 0


def _plain(path: object, network: str) -> dict[str, str]:
    return {"path": str(path), "network": network}
