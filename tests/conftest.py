"""What holds for every test: no silent skips, and nothing of the user's own Lacuna is touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TREE = TESTS.parent
SCRATCH = pytest.StashKey[Path]()
COUNTS = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Point the runtime folder and every folder of the user at a scratch folder, for this process and all it starts.

    It lies under the shared temporary folder, because a GIMP in a root of its own has to see it too.
    """
    scratch = Path(tempfile.mkdtemp(prefix="lacuna-tests-"))
    config.stash[SCRATCH] = scratch
    os.environ["LACUNA_RUNTIME_DIR"] = str(scratch / "run")
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(scratch / name)
    for name in ("LACUNA_SERVER", "LACUNA_WEIGHTS_DIR"):
        os.environ.pop(name, None)
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # as lacuna_models does, which a test may import after torch


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[SCRATCH], ignore_errors=True)
    if line := config.stash.get(COUNTS, None):
        print(line)


@pytest.fixture(scope="session")
def tree() -> Path:
    """The root of the project."""
    return TREE


def allowed_skips() -> set[str]:
    lines = (TESTS / "allowed_skips.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("#")[0].strip() for line in lines} - {""}


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip or an expected failure that is not on the list into a failure."""
    if report.skipped and report.nodeid not in allowed_skips():
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped and is not in tests/allowed_skips.txt: {report.longrepr}"
        vars(report).pop("wasxfail", None)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: pytest's own wrapper has already made an xfail of it
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Keep the counts for a plain last line, after pytest's own."""
    counts = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error")}
    terminalreporter.config.stash[COUNTS] = f"{counts['passed']} passed, {counts['failed'] + counts['error']} failed"
