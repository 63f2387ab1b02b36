"""`lacuna doctor`: the installer's checks."""

from __future__ import annotations

import argparse
import json


def run(given: argparse.Namespace) -> int:
    """Print every check; 1 when one failed."""
    from lacuna_installer.doctor import checks  # late: nothing else of the command line needs the installer

    found = checks()
    if given.json:
        rows = [{"name": check.name, "ok": check.ok, "text": check.text, "hint": check.hint} for check in found]
        print(json.dumps({"ok": all(check.ok for check in found), "checks": rows}))
    else:
        for check in found:
            print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.text}")
            if not check.ok and check.hint:
                print(f"      {check.hint}")
    return 0 if all(check.ok for check in found) else 1
