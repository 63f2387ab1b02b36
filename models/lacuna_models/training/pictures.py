"""Folders of photographs -> squares of one size, decoded once and kept in one array, so that no step waits for a decoder."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from tqdm import tqdm

Squares = NDArray[np.uint8]  # N x side x side x 3
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
HELD_OUT = 10  # one photograph in so many is kept from training, to measure with
LONG = 1.25  # a photograph longer than that gives a square from each end


def paths_of(folders: Sequence[Path]) -> list[Path]:
    """All photographs below the folders, in a stable order. Raises ValueError when there are none."""
    paths = sorted({path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES})
    if not paths:
        raise ValueError(f"no photographs (.jpg, .png, .webp) below {', '.join(map(str, folders))}")
    return paths


def held_out(path: Path) -> bool:
    """Whether the photograph is only for measuring: decided by its name, so that every run and machine agrees."""
    return int(hashlib.sha256(path.name.encode()).hexdigest(), 16) % HELD_OUT == 0


def split(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """(for training, held out). Raises ValueError when either is empty."""
    training: list[Path] = []
    measuring: list[Path] = []
    for path in paths:
        (measuring if held_out(path) else training).append(path)
    if not measuring:
        raise ValueError(f"too few photographs: none of the {len(training)} is held out to measure with")
    if not training:
        raise ValueError("too few photographs: all are held out to measure with")
    return training, measuring


def squares_of(paths: Sequence[Path], side: int, cache: Path, *, workers: int = 8) -> Squares:
    """Every photograph's squares, from the cache folder when it was asked before.

    The short side is brought to `side`; a long photograph gives two squares, from its ends. What cannot be decoded is
    left out and named on the terminal.

    Args:
        cache: holds one .npy file a list of paths and side, which the array stays mapped to; delete it freely afterwards.

    Raises ValueError when nothing could be decoded.
    """
    state = "\n".join(f"{path.name} {path.stat().st_size}" for path in paths)
    file = cache / f"squares-{side}-{hashlib.sha256(state.encode()).hexdigest()[:16]}.npy"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _decode(paths, side, file, workers)
    loaded: Squares = np.load(file, mmap_mode="c")  # copied nowhere: the pages are the file's
    return loaded


def _decode(paths: Sequence[Path], side: int, file: Path, workers: int) -> None:
    """Write the squares one by one, so that memory never holds them all; several processes may do so at once."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        raw, whole = Path(folder, "raw"), Path(folder, "whole.npy")
        with ThreadPoolExecutor(workers) as pool, raw.open("wb") as out:
            decoded = pool.map(lambda path: _decoded(path, side), paths)
            for many in tqdm(decoded, "decoding", len(paths), leave=False):
                for one in many:
                    out.write(one.tobytes())
        count = raw.stat().st_size // (side * side * 3)
        if not count:
            raise ValueError("none of the photographs could be decoded")
        np.save(whole, np.memmap(raw, np.uint8, "r", shape=(count, side, side, 3)))
        whole.replace(file)


def _decoded(path: Path, side: int) -> list[Squares]:
    """One or two squares; none when the file is no picture."""
    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (side, side))  # a JPEG is decoded at the smallest size that is large enough
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        tqdm.write(f"left out {path}: {error}")
        return []
    scale = side / min(image.size)
    width, height = (max(round(length * scale), side) for length in image.size)
    pixels = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))
    squares = [pixels[:side, :side]]
    if max(width, height) > LONG * side:
        squares.append(pixels[-side:, -side:])
    return squares
