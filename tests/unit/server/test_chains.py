"""Methods put together from parts: which parts work, in which order, and what is said of combinations that cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import network_weights
from lacuna_client.errors import LacunaError
from lacuna_client.result import Result
from lacuna_models import registry, weights
from lacuna_models.run import Run
from lacuna_server.methods import method_of
from lacuna_server.pipeline.inpaint import inpaint
from lacuna_server.pipeline.pixels import array_of
from unit.server.scenes import ask, box, disc, pasted, spanned, waves


@pytest.fixture(autouse=True)
def weights_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All networks, small and random."""
    folder = tmp_path / "weights"
    network_weights.write(folder)
    monkeypatch.setenv("LACUNA_WEIGHTS_DIR", str(folder))
    return folder


def kept_by(**options: Any) -> tuple[Result, list[str]]:
    """The result, and the names of the pictures that --save-stages would write, without the island's."""
    kept: list[str] = []
    run = Run(on_stage=lambda name, _: kept.append(name.removeprefix("box-0-0-")))
    result = inpaint(ask(box(waves(), disc()), **options), run)
    return result, [name for name in kept if name not in ("alpha", "initial")]


def error_of(**options: Any) -> LacunaError:
    with pytest.raises(LacunaError) as caught:
        kept_by(**options)
    return caught.value


@pytest.mark.parametrize(
    ("options", "parts", "pictures"),
    [
        ({"method": "two-stage"}, ("light", "unet"), ["coarse", "fill"]),
        ({"method": "hybrid"}, ("light", "exemplar"), ["coarse", "fill"]),
        ({"method": "dfnet"}, ("dfnet", "unet-published"), ["coarse", "fill"]),
        ({"method": "light"}, ("light", "none"), ["coarse", "fill"]),
        ({"method": "two-stage", "refiner": "none"}, ("light", "none"), ["coarse", "fill"]),
        ({"method": "two-stage", "backbone": "telea"}, ("telea", "unet"), ["coarse", "fill"]),
        ({"method": "two-stage", "refiner": "unet+exemplar"}, ("light", "unet+exemplar"), ["coarse", "unet", "fill"]),
        ({"method": "two-stage", "refiner": "exemplar+unet"}, ("light", "exemplar+unet"), ["coarse", "exemplar", "fill"]),
        ({"method": "patchmatch", "refiner": "exemplar+unet"}, ("none", "exemplar+unet"), ["exemplar", "fill"]),
    ],
)
def test_the_parts_work_in_their_order(options: dict[str, Any], parts: tuple[str, str], pictures: list[str]) -> None:
    result, kept = kept_by(**options)
    assert kept == pictures
    assert (result.provenance["backbone"], result.provenance["refiner"]) == parts
    assert result.provenance["method"] == options["method"]
    assert np.ptp(array_of(result.patches[0].pixels)[..., :3]) > 0


def test_the_provenance_names_the_weights_that_took_part(weights_folder: Path) -> None:
    result, _ = kept_by(method="two-stage")
    files = ("light-coarse.safetensors", "light-refinement.safetensors")
    assert result.provenance["weights"] == {name: weights.sha256_of(weights_folder / name) for name in files}
    assert result.provenance["versions"].keys() >= {"torch"}
    assert kept_by(method="telea")[0].provenance["weights"] == {}


@pytest.mark.parametrize("method", ["two-stage", "hybrid", "dfnet"])
def test_outside_the_hole_no_bit_changes(method: str) -> None:
    image = waves("u2")
    (patch,) = inpaint(ask(box(image, disc(soft=True)), method=method, output="composite"), Run()).patches
    outside = ~spanned(patch)
    assert pasted(image, patch)[outside].tobytes() == image[outside].tobytes()


@pytest.mark.parametrize("method", ["two-stage", "light"])
def test_a_gray_picture_stays_gray(method: str) -> None:
    image = waves()
    image[..., 1] = image[..., 2] = image[..., 0]
    (patch,) = inpaint(ask(box(image, disc()), method=method), Run()).patches
    pixels = array_of(patch.pixels)
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 0] == pixels[..., 2]).all()


def test_what_cannot_vary_is_computed_once_for_all_variants() -> None:
    result, kept = kept_by(method="two-stage", refiner="unet+exemplar", variants=2)
    assert kept == ["coarse", "unet", "fill-1", "fill-2"]
    one, two = (bytes(patch.pixels.data) for patch in result.patches)
    assert one != two


def test_a_network_after_what_varies_mends_each_variant() -> None:
    _, kept = kept_by(method="patchmatch", refiner="exemplar+unet", variants=2)
    assert kept == ["exemplar-1", "fill-1", "exemplar-2", "fill-2"]


def test_networks_alone_make_one_variant() -> None:
    result, _ = kept_by(method="two-stage", variants=3, mirror=True)
    assert result.provenance["variants"] == 1
    assert result.provenance["warnings"] == [
        "light with unet always gives the same fill, so one variant was made instead of 3.",
        "light with unet copies no patches, so mirror, rotate, scale and search were not used.",
    ]


def test_a_warning_names_the_parts_that_work_and_not_the_preset() -> None:
    result, _ = kept_by(method="patchmatch", backbone="telea", refiner="none", variants=2)
    assert result.provenance["warnings"] == ["telea always gives the same fill, so one variant was made instead of 2."]


def test_a_chain_with_exemplar_heeds_the_sampling() -> None:
    assert kept_by(method="two-stage", refiner="unet+exemplar", mirror=True)[0].provenance["warnings"] == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"method": "no-such"}, "unknown_method"),
        ({"method": "exemplar"}, "unknown_method"),
        ({"backbone": "no-such"}, "unknown_part"),
        ({"backbone": "unet"}, "unknown_part"),
        ({"refiner": "light"}, "unknown_part"),
        ({"refiner": "unet+"}, "unknown_part"),
        ({"refiner": "unet+none"}, "unknown_part"),
        ({"backbone": "none", "refiner": "none"}, "nothing_fills"),
        ({"backbone": "none", "refiner": "unet"}, "nothing_filled"),
        ({"backbone": "none", "refiner": "unet+exemplar"}, "nothing_filled"),
    ],
)
def test_what_cannot_be_put_together_is_told(options: dict[str, Any], code: str) -> None:
    assert error_of(**options).code == code


def test_missing_weights_are_told_with_what_to_do(weights_folder: Path) -> None:
    (weights_folder / "dfnet.safetensors").unlink()
    error = error_of(method="dfnet")
    assert error.code == "weights_missing"
    assert "dfnet.safetensors" in error.sentence
    assert "lacuna models list" in error.hint


def test_wrong_weights_are_told_in_a_sentence(weights_folder: Path) -> None:
    (weights_folder / "light-coarse.safetensors").write_bytes((weights_folder / "dfnet.safetensors").read_bytes())
    error = error_of(method="two-stage")
    assert error.code == "bad_weights"
    assert error.sentence == "light-coarse.safetensors is for the network 'dfnet', not for 'light-coarse'."


def test_a_network_whose_numbers_run_over_is_told(weights_folder: Path) -> None:
    network_weights.write(weights_folder, "light-coarse.safetensors", gain=2000.0)
    assert error_of(method="light").code == "not_finite"


@pytest.mark.parametrize("method", ["two-stage", "dfnet"])
@pytest.mark.parametrize(("value", "where"), [(np.nan, np.s_[5, 5, 0]), (np.inf, np.s_[80, 100, 2])])
def test_pixels_that_are_no_numbers_are_told(method: str, value: float, where: Any) -> None:
    image = waves("f4")
    image[where] = value
    with pytest.raises(LacunaError) as caught:
        inpaint(ask(box(image, disc()), method=method), Run())
    assert caught.value.code == "bad_pixels"


def test_a_hole_over_the_whole_box_is_told() -> None:
    with pytest.raises(LacunaError) as caught:
        inpaint(ask(box(waves(), np.full((90, 120), 255, np.uint8)), method="two-stage"), Run())
    assert caught.value.code == "nothing_to_sample"


def test_tiles_may_be_asked_for() -> None:
    image, selection = waves(size=(200, 260)), np.zeros((200, 260), np.uint8)
    selection[10:190, 20:230] = 255
    small, large = (
        array_of(inpaint(ask(box(image, selection), method="two-stage", tile=tile), Run()).patches[0].pixels) for tile in (64, 0)
    )
    assert np.abs(small.astype(int) - large).max() <= 1


def test_a_method_is_accelerated_by_the_parts_it_has() -> None:
    """A network may have been put in, or taken out."""
    assert registry.is_accelerated(method_of("patchmatch", refiner="exemplar+unet"))
    assert not registry.is_accelerated(method_of("two-stage", "telea", "exemplar"))
