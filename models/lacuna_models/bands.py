"""A large picture's rows a few at a time, so that a cancel is heard between them and they take little memory."""

from __future__ import annotations

from collections.abc import Iterator

BAND = 1 << 17  # pixels, about


def bands(shape: tuple[int, ...], most: int | None = None) -> Iterator[slice]:
    """The rows of a picture of that height and width, in bands of about `most` pixels (None: BAND), at least one row each."""
    height = max((BAND if most is None else most) // shape[1], 1)
    for top in range(0, shape[0], height):
        yield slice(top, min(top + height, shape[0]))
