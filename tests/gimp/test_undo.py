"""One undo step takes a fill back, bit for bit, and redo brings it again, bit for bit."""

from __future__ import annotations

import pytest

from .driver import Gimp, wait_until
from .pictures import PRECISIONS, Picture

IN_PLACE = [("RGBA", precision) for precision in PRECISIONS]
IN_PLACE += [(kind, "U8_NON_LINEAR") for kind in ("RGB", "GRAY", "GRAYA", "INDEXED", "INDEXEDA")]


def shown(gimp: Gimp, kind: str, precision: str) -> tuple[Picture, str]:
    """A picture with two soft islands in a window."""
    picture = Picture(gimp, kind, precision)
    picture.select(20, 15, 14, 20)
    picture.select(60, 40, 24, 17, feather=6, add=True)
    return picture, picture.show()


@pytest.mark.parametrize(("kind", "precision"), IN_PLACE)
def test_in_place(desktop: Gimp, kind: str, precision: str) -> None:
    picture, window = shown(desktop, kind, precision)
    before, selection = picture.native(), picture.selection()
    fill = picture.fill(output="in-place")
    assert fill.status == "success", fill.sentence
    after = picture.native()
    assert after != before

    def rest_as_before() -> bool:
        """GIMP answers questions while it is still taking the steps of a group back: pixels may be there first."""
        return picture.is_selected(selection) and picture.image.get_channels() == []

    wait_until(rest_as_before, "the selection and the channels as before")
    desktop.key(window, "ctrl+z")
    wait_until(lambda: picture.native() == before and rest_as_before(), "everything as before")
    assert picture.image.get_selected_layers() == [picture.layer]
    desktop.key(window, "ctrl+y")
    wait_until(lambda: picture.native() == after and rest_as_before(), "the filled pixels, the rest as before")
    assert "CRITICAL" not in desktop.log()


def test_new_layer(desktop: Gimp) -> None:
    picture, window = shown(desktop, "RGB", "U16_NON_LINEAR")
    before = picture.native()
    fill = picture.fill()
    assert fill.layer is not None
    filled = picture.native(fill.layer)
    desktop.key(window, "ctrl+z")
    wait_until(lambda: picture.layers() == [picture.layer], "the layer to go")
    assert picture.native() == before
    assert picture.selection().max() > 0
    desktop.key(window, "ctrl+y")
    wait_until(lambda: len(picture.layers()) == 2, "the layer to come back")
    assert picture.native(picture.layers()[0]) == filled
    assert "CRITICAL" not in desktop.log()


def test_group_of_variants(desktop: Gimp) -> None:
    picture, window = shown(desktop, "RGB", "U8_NON_LINEAR")
    before = picture.native()
    fill = picture.fill(method="patchmatch", variants=3)
    assert fill.layer is not None, fill.sentence

    def variants() -> list[tuple[str, bool, bytes]]:
        return [
            (one.get_name(), one.get_visible(), picture.native(one))
            for group in picture.layers()
            if group != picture.layer
            for one in group.get_children()
        ]

    filled = variants()
    desktop.key(window, "ctrl+z")
    wait_until(lambda: picture.layers() == [picture.layer], "the group to go")
    assert picture.native() == before
    assert picture.image.get_selected_layers() == [picture.layer]
    desktop.key(window, "ctrl+y")
    wait_until(lambda: variants() == filled, "the group to come back with all it held")
    assert len(filled) == 3
    assert "CRITICAL" not in desktop.log()
