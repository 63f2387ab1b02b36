"""What comes out of a file goes back into it: depth, alpha, profile, EXIF, XMP, resolution; and what cannot, is said."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

from lacuna_client.errors import LacunaError
from lacuna_server.io.files import read_image, write_image
from lacuna_server.io.picture import Picture, Resolution

SIZE = (33, 47)
XMP = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="w"?>'
LOSSLESS = {
    ".png": ["u1", "u2"],
    ".webp": ["u1"],
    ".tif": ["u1", "u2", "f4"],
}
LOSSLESS_CASES = [
    (suffix, dtype, channels)
    for suffix, dtypes in LOSSLESS.items()
    for dtype in dtypes
    for channels in (1, 2, 3, 4)
    if suffix != ".webp" or channels > 2
]


def noise(dtype: str, channels: int) -> NDArray[Any]:
    values = np.random.default_rng(4).random((*SIZE, channels))
    return (values * {"u1": 255, "u2": 65535, "f4": 3}[dtype]).astype(dtype)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # once: it holds the time when it was made


def profile(gray: bool) -> bytes:
    """An ICC profile; a gray one is the RGB one with its color space renamed."""
    return SRGB[:16] + b"GRAY" + SRGB[20:] if gray else SRGB


def exif() -> bytes:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Kamera"
    tags[ExifTags.Base.ImageDescription] = "Mauer"
    tags[ExifTags.Base.DateTime] = "2020:01:02 03:04:05"
    tags[ExifTags.Base.Software] = "Firmware 1"
    tags[ExifTags.Base.Orientation] = 6
    tags.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.FocalLength: 50.5, ExifTags.Base.DateTimeOriginal: "2020:01:02 03:04:05"}
    )
    tags.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (48.0, 12.0, 30.5)})
    return tags.tobytes().removeprefix(b"Exif\0\0")


def tags_of(data: bytes) -> list[dict[int, Any]]:
    """The tags of the picture, of the camera and of the place; without where in the file they lie."""
    tags = Image.Exif()
    tags.load(data)
    directories = [ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo]
    own = {code: value for code, value in tags.items() if code not in directories}
    return [own, *(dict(tags.get_ifd(code)) for code in directories)]


def full(dtype: str, channels: int) -> Picture:
    """A picture with everything that a file can hold."""
    return Picture(noise(dtype, channels), icc=profile(channels <= 2), exif=exif(), xmp=XMP, resolution=Resolution(300.0, 150.0))


@pytest.mark.parametrize(("suffix", "dtype", "channels"), LOSSLESS_CASES)
def test_lossless_files_keep_everything(tmp_path: Path, suffix: str, dtype: str, channels: int) -> None:
    path, picture = tmp_path / f"ein Bild mit Lücken{suffix}", full(dtype, channels)
    write_image(path, picture)
    back = read_image(path)
    assert back.pixels.dtype == picture.pixels.dtype
    np.testing.assert_array_equal(back.pixels, picture.pixels)
    assert back.icc == picture.icc
    assert tags_of(back.exif) == tags_of(picture.exif)
    assert back.xmp == XMP
    if suffix != ".webp":  # which has no place for it but EXIF
        assert back.resolution == pytest.approx((300, 150), rel=1e-3)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_jpeg_keeps_all_but_the_last_bits(tmp_path: Path, channels: int) -> None:
    picture = full("u1", channels)
    picture.pixels = np.broadcast_to(np.linspace(40, 200, SIZE[1])[None, :, None], (*SIZE, channels)).astype(np.uint8)
    write_image(tmp_path / "a.jpg", picture)
    back = read_image(tmp_path / "a.jpg")
    np.testing.assert_allclose(back.pixels.astype(int), picture.pixels.astype(int), atol=4)
    assert (back.icc, back.exif, back.xmp, back.resolution) == (picture.icc, picture.exif, XMP, (300, 150))


def test_a_jpeg_is_written_without_color_subsampling(tmp_path: Path) -> None:
    write_image(tmp_path / "a.jpg", full("u1", 3))
    with Image.open(tmp_path / "a.jpg") as image:
        assert [(layer[1], layer[2]) for layer in image.layer] == [(1, 1)] * 3  # type: ignore[attr-defined]  # only TIFF's images have it


@pytest.mark.parametrize("channels", [1, 2])
def test_gray_becomes_color_in_a_webp(tmp_path: Path, channels: int) -> None:
    picture = Picture(noise("u1", channels))
    write_image(tmp_path / "a.webp", picture)
    back = read_image(tmp_path / "a.webp").pixels
    np.testing.assert_array_equal(back[..., :3], np.repeat(picture.pixels[..., :1], 3, axis=2))
    np.testing.assert_array_equal(back[..., 3:], picture.pixels[..., 1:])


def test_other_programs_read_16_bit_pngs(tmp_path: Path) -> None:
    """Gray with alpha and color at 16 bits are written by our own encoder; Pillow checks every chunk of it."""
    for channels in (1, 2, 3, 4):
        write_image(tmp_path / "a.png", full("u2", channels))
        with Image.open(tmp_path / "a.png") as image:
            image.verify()
        with Image.open(tmp_path / "a.png") as image:
            seen = np.atleast_3d(np.array(image))  # Pillow shows color at 8 bits
            assert image.info["icc_profile"] == profile(channels <= 2)
            if channels > 1:
                np.testing.assert_allclose(seen[..., 0], noise("u2", channels)[..., 0] / 257, atol=1)


def test_png_color_chunks_stay(tmp_path: Path) -> None:
    chunks = {b"gAMA": (45455).to_bytes(4, "big"), b"sRGB": b"\0"}
    for dtype in ("u1", "u2"):
        picture = Picture(noise(dtype, 3), color_chunks=chunks)
        write_image(tmp_path / "a.png", picture)
        assert read_image(tmp_path / "a.png").color_chunks == chunks


@pytest.mark.parametrize("mode", ["1", "P", "PA", "L", "I;16"])
def test_other_kinds_of_png_are_read_by_what_they_show(tmp_path: Path, mode: str) -> None:
    shown = Image.fromarray(noise("u1", 3)).quantize(16) if mode in ("P", "PA") else Image.fromarray(noise("u1", 1)[..., 0])
    if mode == "PA":
        shown.save(tmp_path / "a.png", transparency=3)
        expected = np.array(Image.open(tmp_path / "a.png").convert("RGBA"))
    elif mode == "I;16":
        expected = noise("u2", 1)
        Image.fromarray(expected[..., 0]).save(tmp_path / "a.png")
    else:
        shown = shown if mode == "P" else shown.convert(mode)
        shown.save(tmp_path / "a.png")
        expected = np.atleast_3d(np.array(shown.convert("RGB" if mode == "P" else "L")))
    np.testing.assert_array_equal(read_image(tmp_path / "a.png").pixels, expected)


@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_one_transparent_color_becomes_an_alpha_channel(tmp_path: Path, dtype: str) -> None:
    pixels = np.full((*SIZE, 3), 40, dtype)
    pixels[3:9, 5:9] = (10, 20, 30)
    write_image(tmp_path / "a.png", Picture(pixels))
    data = (tmp_path / "a.png").read_bytes()
    chunk = b"tRNS" + np.array([10, 20, 30], ">u2").tobytes()
    at = data.index(b"IDAT") - 4
    (tmp_path / "a.png").write_bytes(
        data[:at] + (6).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big") + data[at:]
    )
    back = read_image(tmp_path / "a.png").pixels
    np.testing.assert_array_equal(back[..., :3], pixels)
    np.testing.assert_array_equal(back[..., 3] == 0, (pixels == (10, 20, 30)).all(axis=2))


def tiff(path: Path, pixels: NDArray[Any], **options: Any) -> None:
    tifffile.imwrite(path, pixels, **{"photometric": "rgb", "metadata": None, **options})


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "zstd"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_tiffs_are_read_in_every_usual_form(tmp_path: Path, compression: str | None, byteorder: Any) -> None:
    pixels = noise("u2", 3)
    tiff(tmp_path / "a.tif", pixels, compression=compression, byteorder=byteorder, tile=(16, 16))
    back = read_image(tmp_path / "a.tif").pixels
    assert back.dtype == np.dtype("=u2")
    np.testing.assert_array_equal(back, pixels)


def test_a_tiff_in_separate_planes_is_read(tmp_path: Path) -> None:
    tiff(tmp_path / "a.tif", np.moveaxis(noise("u1", 3), 2, 0), planarconfig="separate")
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, noise("u1", 3))


def test_a_tiff_with_0_as_white_is_turned(tmp_path: Path) -> None:
    tiff(tmp_path / "a.tif", noise("u1", 1)[..., 0], photometric="miniswhite")
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, 255 - noise("u1", 1))


def test_a_tiff_palette_is_looked_up(tmp_path: Path) -> None:
    shown = Image.fromarray(noise("u1", 3)).quantize(32)
    shown.save(tmp_path / "a.tif")
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, np.array(shown.convert("RGB")))


def test_premultiplied_alpha_stays_premultiplied(tmp_path: Path) -> None:
    picture = Picture(noise("u2", 4), premultiplied=True)
    write_image(tmp_path / "a.tif", picture)
    back = read_image(tmp_path / "a.tif")
    assert back.premultiplied
    np.testing.assert_array_equal(back.pixels, picture.pixels)


def test_a_tiffs_thumbnail_is_passed_over(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(noise("u1", 3), photometric="rgb", metadata=None)
        file.write(noise("u1", 3)[::4, ::4], photometric="rgb", subfiletype=1, metadata=None)
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, noise("u1", 3))


def _cmyk(path: Path) -> None:
    Image.new("CMYK", (8, 8)).save(path, "JPEG")


def _pages(path: Path) -> None:
    tifffile.imwrite(path, np.zeros((3, 40, 40), np.uint8), photometric="minisblack", metadata=None)


def _animation(path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(path, "WEBP", save_all=True, append_images=frames[1:])


def _animated_png(path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(path, "PNG", save_all=True, append_images=frames[1:])


def _integers(path: Path) -> None:
    tifffile.imwrite(path, np.zeros((9, 9), np.int32), metadata=None)


def _doubles(path: Path) -> None:
    tifffile.imwrite(path, np.zeros((9, 9), np.float64), metadata=None)


def _five_channels(path: Path) -> None:
    tiff(path, np.zeros((9, 9, 5), np.uint8))


def _lab(path: Path) -> None:
    tifffile.imwrite(path, np.zeros((9, 9, 3), np.uint8), photometric="cielab", metadata=None)


def _bomb(path: Path) -> None:
    """A PNG of a few bytes that declares 40 gigapixels."""
    data = io.BytesIO()
    Image.new("L", (1, 1)).save(data, "PNG")
    head = b"IHDR" + (200_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    path.write_bytes(data.getvalue()[:12] + head + zlib.crc32(head).to_bytes(4, "big") + data.getvalue()[33:])


@pytest.mark.parametrize(
    "make",
    [_cmyk, _pages, _animation, _animated_png, _integers, _doubles, _five_channels, _lab, _bomb],
    ids=lambda make: make.__name__,
)
def test_what_lacuna_does_not_read_is_named(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "a.png")
    with pytest.raises(LacunaError) as caught:
        read_image(tmp_path / "a.png")
    assert caught.value.code == "pixel_layout"


@pytest.mark.parametrize(
    ("suffix", "dtype", "channels"),
    [(".jpg", "u2", 3), (".jpg", "u1", 4), (".jpg", "u1", 2), (".webp", "u2", 3), (".webp", "f4", 3), (".png", "f4", 1)],
)
def test_a_format_that_cannot_hold_the_picture_is_refused_and_nothing_written(
    tmp_path: Path, suffix: str, dtype: str, channels: int
) -> None:
    with pytest.raises(LacunaError) as caught:
        write_image(tmp_path / f"a{suffix}", Picture(noise(dtype, channels)))
    assert caught.value.code == "cannot_hold"
    assert list(tmp_path.iterdir()) == []


def test_a_webp_refuses_what_it_cannot_hold(tmp_path: Path) -> None:
    for picture in (Picture(np.zeros((1, 16384, 3), np.uint8)), Picture(noise("u1", 1), icc=profile(gray=True))):
        with pytest.raises(LacunaError) as caught:
            write_image(tmp_path / "a.webp", picture)
        assert caught.value.code == "cannot_hold"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, on damaged EXIF
@pytest.mark.parametrize(
    ("suffix", "dtype"), [(".png", "u1"), (".png", "u2"), (".jpg", "u1"), (".webp", "u1"), (".tif", "u1"), (".tif", "f4")]
)
def test_damaged_files_are_unreadable_and_never_a_traceback(tmp_path: Path, suffix: str, dtype: str) -> None:
    """Cut at many places, and with bytes overwritten: the answer is pixels or one sentence."""
    path = tmp_path / f"a{suffix}"
    write_image(path, Picture(noise(dtype, 3), exif=exif(), icc=profile(gray=False)))
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    for cut in [0, 1, 7, 8, 20, 33, 60, *random.integers(60, len(whole) - 20, 20)]:
        path.write_bytes(whole[:cut])
        with pytest.raises(LacunaError) as caught:
            read_image(path)
        assert caught.value.code == "unreadable"
    for _ in range(60):
        damaged = bytearray(whole)
        for at in random.integers(0, len(whole), 4):
            damaged[at] = random.integers(0, 256)
        path.write_bytes(damaged)
        try:
            read_image(path)
        except LacunaError as error:
            assert error.code in ("unreadable", "pixel_layout")  # noqa: PT017 - surviving the damage is as good


@pytest.mark.parametrize(
    ("name", "code"),
    [("missing.png", "unreadable"), (".", "unreadable"), ("text.png", "unreadable"), ("a.gif", "format")],
)
def test_what_is_no_picture_is_told(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    Image.new("L", (4, 4)).save(tmp_path / "a.gif")
    with pytest.raises(LacunaError) as caught:
        read_image(tmp_path / name)
    assert caught.value.code == code


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    Image.fromarray(noise("u1", 3)).save(tmp_path / "a.jpg", "PNG")
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg").pixels, noise("u1", 3))
