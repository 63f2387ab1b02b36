"""Masks: white = fill, black = keep, gray = soft, over the picture however a camera turned it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from lacuna_client.errors import LacunaError
from lacuna_server.io.files import read_mask, write_image
from lacuna_server.io.orientation import as_shown, as_stored
from lacuna_server.io.picture import Picture

SIZE = (20, 30)


@pytest.fixture
def levels() -> NDArray[np.uint8]:
    return np.random.default_rng(6).integers(0, 256, SIZE, dtype=np.uint8)


def picture(size: tuple[int, int] = SIZE, orientation: int = 1) -> Picture:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    return Picture(np.zeros((*size, 3), np.uint8), exif=tags.tobytes().removeprefix(b"Exif\0\0"))


def mask_of(tmp_path: Path, drawn: NDArray[Any], over: Picture, suffix: str = ".png") -> NDArray[Any]:
    write_image(tmp_path / f"mask{suffix}", Picture(drawn if drawn.ndim == 3 else drawn[..., None]))
    return read_mask(tmp_path / f"mask{suffix}", over)


def test_gray_levels_are_taken_as_they_are(tmp_path: Path, levels: NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(mask_of(tmp_path, levels, picture()), levels)
    deep = levels.astype(np.uint16) * 257
    np.testing.assert_array_equal(mask_of(tmp_path, deep, picture()), deep)
    real = levels.astype(np.float32) / 255
    np.testing.assert_array_equal(mask_of(tmp_path, real, picture(), ".tif"), real)


def test_colors_count_by_their_luma(tmp_path: Path, levels: NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(mask_of(tmp_path, np.repeat(levels[..., None], 3, axis=2), picture()), levels)
    green = np.zeros((*SIZE, 3), np.uint8)
    green[..., 1] = 255
    assert (mask_of(tmp_path, green, picture()) == round(0.7152 * 255)).all()


@pytest.mark.parametrize("channels", [2, 4])
def test_transparency_counts_as_black(tmp_path: Path, levels: NDArray[np.uint8], channels: int) -> None:
    white = np.full((*SIZE, channels), 255, np.uint8)
    white[..., -1] = levels
    np.testing.assert_array_equal(mask_of(tmp_path, white, picture()), levels)


def test_another_size_is_refused(tmp_path: Path, levels: NDArray[np.uint8]) -> None:
    with pytest.raises(LacunaError) as caught:
        mask_of(tmp_path, levels, picture((21, 30)))
    assert caught.value.code == "mask_size"
    assert "30 x 20 pixels and the image 30 x 21" in str(caught.value)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_viewers_turn_them(levels: NDArray[np.uint8], orientation: int) -> None:
    image = Image.fromarray(levels)
    image.getexif()[ExifTags.Base.Orientation] = orientation
    shown = np.array(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(as_shown(levels, orientation), shown)
    np.testing.assert_array_equal(as_stored(shown, orientation), levels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_mask_drawn_on_the_shown_picture_lies_on_the_stored_pixels(
    tmp_path: Path, levels: NDArray[np.uint8], orientation: int
) -> None:
    drawn = np.ascontiguousarray(as_shown(levels, orientation))
    np.testing.assert_array_equal(mask_of(tmp_path, drawn, picture(orientation=orientation)), levels)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_mask_that_only_fits_the_stored_pixels_is_taken_so(tmp_path: Path, levels: NDArray[np.uint8], orientation: int) -> None:
    np.testing.assert_array_equal(mask_of(tmp_path, levels, picture(orientation=orientation)), levels)
