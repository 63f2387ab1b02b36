"""What a module's results depend on: its code and that of the modules it imports, but for comments, docstrings and layout.

Results that took hours are kept by it: they outlive a better sentence and what is done elsewhere in the project.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec, resolve_name
from pathlib import Path

OWN = ("lacuna_models", "lab")  # other packages are the machine's


@cache
def version_of(module: str) -> str:
    """SHA-256 of the code of the module and of all of OWN that it imports, wherever in it that stands."""
    digest = hashlib.sha256()
    for name in sorted(closure_of(module)):
        digest.update(f"{name} {code_of(source_of(name))}".encode())
    return digest.hexdigest()


def closure_of(module: str) -> set[str]:
    """The module and every module of OWN that it needs, directly or not."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += imports_of(name)
    return found


def imports_of(module: str) -> Iterator[str]:
    """The modules of OWN that it names in import statements; of `from a import b` a.b where that is a module, else a."""
    package = module if source_of(module).name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source_of(module).read_bytes())):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package) if node.level else str(node.module)
            named = [f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names]
        else:
            continue
        yield from (name for name in named if name.partition(".")[0] in OWN)


def is_module(name: str) -> bool:
    if name.partition(".")[0] not in OWN:
        return False
    parent = find_spec(name.rpartition(".")[0])
    return parent is not None and parent.submodule_search_locations is not None and find_spec(name) is not None


def source_of(module: str) -> Path:
    """Raises ImportError for a module that there is not."""
    spec = find_spec(module)
    if spec is None or not spec.origin:
        raise ImportError(f"there is no module {module}")
    return Path(spec.origin)


def code_of(source: Path) -> str:
    """What the file does, without what it says of it."""
    tree = ast.parse(source.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)
