"""The weights that come with Lacuna: each is in the registry with its SHA-256, has a card, is small, and loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from lacuna_models import registry, weights
from lacuna_models.weight_files import shipped_folder

MOST_BYTES = 16 << 20
OF_REGISTRY = {file: digest for part in registry.PARTS.values() for file, digest in part.weights.items() if digest}


@pytest.fixture(scope="module")
def files(tree: Path) -> dict[str, Path]:
    """Every weights file in the source tree, by name."""
    return {path.name: path for path in (tree / "models" / "weights").glob("*.safetensors")}


def test_the_source_trees_weights_are_those_that_are_found(tree: Path) -> None:
    assert shipped_folder() == tree / "models" / "weights"


def test_the_registry_names_the_shipped_weights_and_no_others(files: dict[str, Path]) -> None:
    assert {name: weights.sha256_of(path) for name, path in files.items()} == OF_REGISTRY


def test_each_has_a_card_is_small_and_loads(files: dict[str, Path]) -> None:
    for name, path in files.items():
        assert path.with_suffix(".md").is_file(), f"{name} has no card"
        assert path.stat().st_size <= MOST_BYTES, f"{name} is larger than 16 MiB"
        weights.load(path, path.stem.removesuffix("-mono"), sha256=OF_REGISTRY[name])
