"""Colors and hints as an artist writes them, and hints drawn into a box."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lacuna_client.colors import MOST_RADIUS, RADIUS, Hint, color_of, drawn, hex_of, hint_of, hints_of
from lacuna_client.errors import LacunaError
from lacuna_client.islands import Rect

GREEN = (0.0, 1.0, 0.0)
RECT = Rect(100, 50, 40, 30)


def pixels(*hints: Hint, onto: bytes = b"") -> NDArray[np.uint8]:
    return np.frombuffer(drawn(hints, RECT, onto), np.uint8).reshape(RECT.height, RECT.width, 4)


@given(st.integers(0, 0xFFFFFF))
def test_every_color_is_written_and_read_back(number: int) -> None:
    text = f"#{number:06x}"
    assert hex_of(color_of(text)) == text


def test_case_and_blanks_do_not_matter_and_what_is_beyond_is_clipped() -> None:
    assert color_of(" #2E8B57 ") == color_of("#2e8b57")
    assert hex_of((-0.5, 0.5, 7.0)) == "#0080ff"


@pytest.mark.parametrize("text", ["", "red", "2e8b57", "#2e8b5", "#2e8b577", "#2e8b5g", "#2e8b57ff", "# 2e8b57"])
def test_what_is_no_color_is_told(text: str) -> None:
    with pytest.raises(LacunaError, match="#rrggbb") as caught:
        color_of(text)
    assert caught.value.code == "bad_value"


def test_a_hint_is_written_and_read_back() -> None:
    hint = Hint(-3, 1200, color_of("#2e8b57"), 9)
    assert hint_of(str(hint)) == hint
    assert hint_of("5, 6, #00ff00") == Hint(5, 6, GREEN, RADIUS)


def test_several_hints_stand_in_their_order() -> None:
    assert hints_of("1,2,#00ff00; 3,4,#00ff00,0;") == [Hint(1, 2, GREEN), Hint(3, 4, GREEN, 0)]
    assert hints_of(" ") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2",
        "1,2,green",
        "1.5,2,#00ff00",
        "x,2,#00ff00",
        "1,2,#00ff00,-1",
        f"1,2,#00ff00,{MOST_RADIUS + 1}",
        "1,2,#00ff00,3,4",
    ],
)
def test_what_is_no_hint_is_told(text: str) -> None:
    with pytest.raises(LacunaError) as caught:
        hint_of(text)
    assert caught.value.code == "bad_value"


@pytest.mark.parametrize("radius", [0, 1, 3, 10])
def test_a_hint_is_a_disc_in_its_color(radius: int) -> None:
    found = pixels(Hint(120, 65, GREEN, radius))
    y, x = np.mgrid[: RECT.height, : RECT.width]
    inside = (x - 20) ** 2 + (y - 15) ** 2 <= radius**2
    np.testing.assert_array_equal(found[..., 3] == 255, inside)
    assert (found[inside] == (0, 255, 0, 255)).all()
    assert not found[~inside].any()


@pytest.mark.parametrize(
    ("x", "y", "seen"), [(98, 60, True), (141, 79, True), (120, 48, True), (120, 82, True), (-500, 60, False), (120, 84, False)]
)
def test_what_of_a_hint_lies_beyond_its_box_is_cut_off(x: int, y: int, seen: bool) -> None:
    found = pixels(Hint(x, y, GREEN, 3))
    rows, columns = np.nonzero(found[..., 3])
    assert ((columns + RECT.x - x) ** 2 + (rows + RECT.y - y) ** 2 <= 9).all()
    assert bool(rows.size) == seen


def test_a_later_hint_covers_an_earlier_one_and_both_cover_what_was_painted() -> None:
    painted = np.full((RECT.height, RECT.width, 4), 7, np.uint8)
    found = pixels(Hint(110, 60, GREEN, 5), Hint(112, 60, (1.0, 0.0, 0.0), 2), onto=painted.tobytes())
    assert found[10, 12].tolist() == [255, 0, 0, 255]
    assert found[10, 6].tolist() == [0, 255, 0, 255]
    assert found[0, 0].tolist() == [7, 7, 7, 7]
