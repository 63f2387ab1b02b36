"""What is selected is seen in red."""

from __future__ import annotations

from lacuna_plugin.veil import veiled

GREEN, NOTHING = (0, 200, 0, 255), (0, 0, 0, 0)


def test_veil_is_as_strong_as_the_selection_and_is_seen_on_nothing_too() -> None:
    pixels = bytes((*GREEN, *GREEN, *GREEN, *NOTHING))
    shown = veiled(pixels, bytes((0, 128, 255, 255)))
    assert [tuple(shown[start : start + 4]) for start in range(0, 16, 4)] == [
        GREEN,
        (64, 149, 0, 255),
        (127, 100, 0, 255),
        (127, 0, 0, 127),
    ]
