"""Folders of photographs become squares, decoded once; some are kept for measuring."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lacuna_models.training.pictures import paths_of, split, squares_of


def write(path: Path, width: int, height: int, value: int = 200) -> Path:
    Image.new("RGB", (width, height), (value, 0, 0)).save(path)
    return path


def test_one_photograph_in_ten_is_held_out_the_same_one_every_time(photographs: Path) -> None:
    training, kept = split(paths_of([photographs]))
    assert kept
    assert len(training) > 4 * len(kept)
    assert not set(training) & set(kept)
    assert split(reversed(paths_of([photographs])))[1] == kept[::-1], "decided photograph by photograph"


def test_too_few_photographs_to_hold_one_out_is_said(photographs: Path) -> None:
    training, kept = split(paths_of([photographs]))
    with pytest.raises(ValueError, match="too few photographs: none of the 3 is held out"):
        split(training[:3])
    with pytest.raises(ValueError, match="too few photographs: all"):
        split(kept)


def test_folders_are_searched_through_and_nothing_is_counted_twice(tmp_path: Path) -> None:
    (tmp_path / "one" / "below").mkdir(parents=True)
    paths = [write(tmp_path / "one" / "a.png", 40, 40), write(tmp_path / "one" / "below" / "b.png", 40, 40)]
    assert paths_of([tmp_path, tmp_path / "one"]) == paths


def test_no_photographs_is_an_error_that_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=str(tmp_path)):
        paths_of([tmp_path])


def test_a_long_photograph_gives_a_square_from_each_end(tmp_path: Path) -> None:
    wide = write(tmp_path / "wide.png", 200, 100)
    square = write(tmp_path / "square.png", 100, 100)
    assert squares_of([wide], 32, tmp_path / "cache").shape == (2, 32, 32, 3)
    assert squares_of([square], 32, tmp_path / "cache").shape == (1, 32, 32, 3)


def test_a_small_photograph_is_enlarged(tmp_path: Path) -> None:
    assert squares_of([write(tmp_path / "small.png", 20, 24)], 32, tmp_path / "cache").shape == (1, 32, 32, 3)


def test_what_cannot_be_decoded_is_left_out_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff no picture")
    squares = squares_of([broken, write(tmp_path / "good.png", 40, 40)], 32, tmp_path / "cache")
    assert len(squares) == 1
    assert "broken.jpg" in capsys.readouterr().out
    with pytest.raises(ValueError, match="none of the photographs"):
        squares_of([broken], 32, tmp_path / "cache")


def test_pictures_are_decoded_once_and_anew_when_they_change(tmp_path: Path) -> None:
    path = write(tmp_path / "picture.png", 40, 40)
    first = squares_of([path], 32, tmp_path / "cache")
    path.write_bytes(path.read_bytes())
    assert np.array_equal(squares_of([path], 32, tmp_path / "cache"), first)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    write(path, 41, 300, value=50)
    assert squares_of([path], 32, tmp_path / "cache").max() == 50


def test_several_readers_may_decode_the_same_pictures_at_once(photographs: Path, tmp_path: Path) -> None:
    paths = paths_of([photographs])
    with ThreadPoolExecutor(4) as pool:
        one, *others = pool.map(lambda _: squares_of(paths, 32, tmp_path, workers=1), range(4))
    assert all(np.array_equal(one, other) for other in others)
    assert len(list(tmp_path.iterdir())) == 1, "nothing but the squares is left behind"


def test_squares_stay_in_their_file_until_they_are_read(photographs: Path, tmp_path: Path) -> None:
    assert isinstance(squares_of(paths_of([photographs]), 32, tmp_path), np.memmap)
