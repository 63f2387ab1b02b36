"""What was removed from the picture must not live on in its EXIF."""

from __future__ import annotations

from typing import Literal

import pytest
from PIL import ExifTags, Image

from lacuna_server.io.exif import usable, without_thumbnail

THUMBNAIL = b"\xff\xd8 what was removed \xff\xd9"
NOTE = b"a maker note"


def exif_with_thumbnail(order: str) -> bytes:
    """A stream written by hand: one directory with a maker note's place, one with a thumbnail."""
    endian: Literal["little", "big"] = "little" if order == "II" else "big"

    def number(value: int, size: int = 4) -> bytes:
        return value.to_bytes(size, endian)

    def entry(code: int, kind: int, count: int, value: int) -> bytes:
        packed = number(value, 2) + bytes(2) if kind == 3 else number(value)
        return number(code, 2) + number(kind, 2) + number(count) + packed

    head = order.encode() + number(42, 2) + number(8)
    first = number(2, 2) + entry(271, 2, len(NOTE), 68) + entry(274, 3, 1, 6) + number(38)
    second = number(2, 2) + entry(513, 4, 1, 80) + entry(514, 4, 1, len(THUMBNAIL)) + number(0)
    return head + first + second + NOTE + THUMBNAIL


@pytest.mark.parametrize("order", ["II", "MM"])
def test_the_thumbnail_goes_and_everything_else_keeps_its_place(order: str) -> None:
    before = exif_with_thumbnail(order)
    after = without_thumbnail(before)
    assert THUMBNAIL in before
    assert b"removed" not in after
    assert len(after) == len(before)
    tags = Image.Exif()
    tags.load(after)
    assert dict(tags) == {ExifTags.Base.Make: NOTE.decode(), ExifTags.Base.Orientation: 6}
    assert dict(tags.get_ifd(ExifTags.IFD.IFD1)) == {}


def test_a_stream_without_a_thumbnail_stays_as_it_is() -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Kamera"
    exif = tags.tobytes().removeprefix(b"Exif\0\0")
    assert without_thumbnail(exif) == exif
    assert without_thumbnail(b"") == b""


@pytest.mark.parametrize("cut", range(0, 80, 3))
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, on damaged EXIF
def test_a_damaged_stream_does_no_harm(cut: int) -> None:
    kept = usable(exif_with_thumbnail("II")[:cut])
    assert len(kept) in (0, cut)
    assert len(without_thumbnail(kept)) == len(kept)


def test_what_is_no_exif_is_left_out() -> None:
    assert usable(b"garbage") == b""
