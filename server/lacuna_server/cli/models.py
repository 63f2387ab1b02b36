"""`lacuna models list`."""

from __future__ import annotations

import argparse
import json

from lacuna_models.registry import listing


def run(given: argparse.Namespace) -> int:
    """Print one line a method, or all that the registry knows as JSON."""
    methods = listing()
    if given.json:
        print(json.dumps({"methods": methods}))
        return 0
    for method in methods:
        auto = " (auto)" if method["auto"] else ""
        print(f"{method['name']:<16}{method['state']:<14}{method['summary']}{auto}")
    return 0
