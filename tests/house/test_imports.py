"""What runs where little is installed imports little: read from the sources, every import of every file."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

GIMP = {"gi"}
OURS = {"lacuna_client", "lacuna_plugin", "lacuna_installer"}
LATE = {"zmq", "msgpack"}  # in the plug-in's vendor folder: inside a function only, so that the menu is there without them


def imported(node: ast.AST) -> list[str]:
    """Top-level packages that an import statement names; a relative one names none."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [(node.module or "").partition(".")[0]]
    return []


def at_import_time(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the file is imported: not the bodies of functions, nor what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from at_import_time(child)


def foreign(folder: Path, allowed: set[str]) -> set[str]:
    found = set()
    for path in folder.rglob("*.py"):
        if "vendor" in path.parts:
            continue
        syntax = ast.parse(path.read_text(encoding="utf-8"))
        early = {name for node in at_import_time(syntax) for name in imported(node)}
        all_names = {name for node in ast.walk(syntax) for name in imported(node)}
        wrong = (early - allowed) | (all_names - allowed - LATE)
        found |= {f"{path.name}: {name}" for name in wrong - sys.stdlib_module_names}
    return found


def test_the_plugin_imports_only_gimp_and_the_standard_library(tree: Path) -> None:
    assert foreign(tree / "plugin" / "lacuna-gimp", GIMP | OURS) == set()


def test_the_client_knows_no_gimp(tree: Path) -> None:
    assert foreign(tree / "plugin" / "lacuna-gimp" / "lacuna_client", {"lacuna_client"}) == set()


def test_the_installer_imports_only_the_standard_library(tree: Path) -> None:
    assert foreign(tree / "installer", {"lacuna_installer", "lacuna_client"}) == set()
