"""Several fills of one request, and the ways in which the surroundings may be sampled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from lacuna_client.errors import LacunaError
from lacuna_client.result import Patch, Result
from lacuna_client.settings import SEED
from lacuna_models import registry
from lacuna_models.registry import Method
from lacuna_models.run import Run
from lacuna_models.sampling import Sampling
from lacuna_server.pipeline.inpaint import inpaint
from lacuna_server.pipeline.island import check_room, islands_of
from unit.server.scenes import SIZE, Pixels, ask, box, disc, fill, pasted, spanned, waves

NOISE = np.random.default_rng(4).integers(0, 256, (*SIZE, 4), np.uint8) | np.array([0, 0, 0, 255], np.uint8)


def fills(count: int, **options: Any) -> Result:
    """Of two islands in noise, where a fill has much to choose from."""
    return fill(box(NOISE, disc()), box(NOISE, disc(), at=(500, 0)), **{"method": "patchmatch", "variants": count, **options})


def pixels_of(patches: Iterable[Patch]) -> list[bytes]:
    return [bytes(patch.pixels.data) for patch in patches]


def test_variants_come_one_after_the_other_each_with_all_islands() -> None:
    result = fills(3)
    assert [(patch.variant, patch.rect.x // 500) for patch in result.patches] == [(v, x) for v in range(3) for x in range(2)]
    assert result.provenance["variants"] == 3
    assert result.provenance["varies"] is True
    names = [buffer.spec.name for buffer in result.buffers()]
    assert len(set(names)) == len(names)


def test_variants_differ_and_have_the_same_spans() -> None:
    one, two, three = fills(3).variants()
    assert len({b"".join(pixels_of(variant.patches)) for variant in (one, two, three)}) == 3
    spans = [[bytes(patch.spans.data) for patch in variant.patches] for variant in (one, two, three)]
    assert spans[0] == spans[1] == spans[2]


def test_a_variant_does_not_depend_on_how_many_there_are() -> None:
    one, two, three = fills(1), fills(2), fills(3)
    assert pixels_of(three.patches[:4]) == pixels_of(two.patches)
    assert pixels_of(two.patches[:2]) == pixels_of(one.patches)


def test_another_seed_gives_other_variants_and_the_greatest_seed_has_variants_too() -> None:
    assert set(pixels_of(fills(2).patches)).isdisjoint(pixels_of(fills(2, seed=1000).patches))
    assert fills(2, seed=SEED.high).provenance["seed"] == SEED.high


def test_every_variant_leaves_the_originals_bits_outside_its_spans() -> None:
    image, selection = waves(), disc(soft=True)
    for patch in fill(box(image, selection), method="patchmatch", variants=2, output="composite").patches:
        outside = ~spanned(patch)
        assert pasted(image, patch)[outside].tobytes() == image[outside].tobytes()


def test_a_method_that_cannot_vary_makes_one_fill_and_says_so() -> None:
    result = fills(4, method="telea")
    assert [patch.variant for patch in result.patches] == [0, 0]
    assert result.provenance["variants"] == 1
    assert result.provenance["varies"] is False
    assert result.provenance["warnings"] == ["telea always gives the same fill, so one variant was made instead of 4."]


def test_the_structure_is_completed_once_for_all_variants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stage 1 does not vary; no method of the registry has both stages yet."""
    monkeypatch.setitem(registry.METHODS, "guided", Method("guided", "", "telea", "exemplar"))
    kept: list[str] = []
    run = Run(on_stage=lambda name, _: kept.append(name.removeprefix("box-0-0-")))
    result = inpaint(ask(box(NOISE, disc()), method="guided", variants=2), run)
    assert [name for name in kept if name.startswith(("coarse", "fill"))] == ["coarse", "fill-1", "fill-2"]
    assert result.provenance["variants"] == 2


def test_progress_says_which_variant_and_never_goes_back() -> None:
    seen: list[tuple[str, float]] = []
    request = ask(box(NOISE, disc()), method="patchmatch", variants=2)
    inpaint(request, Run(on_progress=lambda text, fraction: seen.append((text, fraction))))
    fractions = [fraction for _, fraction in seen]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    first, second = ([share for text, share in seen if f"({number} of 2)" in text] for number in (1, 2))
    assert max(first) < 0.55 < max(second)


def test_each_variant_is_seen_coming() -> None:
    """The pictures on the way to the second variant come after the first is done."""
    seen: list[float] = []
    run = Run(on_progress=lambda _, fraction: seen.append(fraction), on_preview=lambda _: shown.append(seen[-1]))
    shown: list[float] = []
    inpaint(ask(box(NOISE, disc()), method="patchmatch", variants=2), run)
    assert min(shown) < 0.5 < max(shown)


def test_a_cancel_is_heard_in_every_variant() -> None:
    run = Run(on_progress=lambda text, _: run.cancel() if "(2 of 3)" in text else None)
    with pytest.raises(LacunaError) as caught:
        inpaint(ask(box(NOISE, disc()), method="patchmatch", variants=3), run)
    assert caught.value.code == "cancelled"


def test_the_ways_of_sampling_reach_the_method_and_are_told() -> None:
    run = Run()
    request = ask(box(NOISE, disc()), method="patchmatch", mirror=True, rotate=30, scale=20)
    made = inpaint(request, run).provenance
    assert run.sampling == Sampling(mirror=True, rotate=30, scale=20)
    assert {name: made[name] for name in ("mirror", "rotate", "scale")} == {"mirror": True, "rotate": 30, "scale": 20}
    assert "search" not in made, "only what is not the default is told"
    assert made["warnings"] == []


def test_a_method_that_copies_nothing_says_that_it_heeds_no_way_of_sampling() -> None:
    made = fill(box(waves(), disc()), mirror=True).provenance
    assert made["warnings"] == ["navier-stokes copies no patches, so mirror, rotate, scale and search were not used."]


def every_second_pixel() -> Pixels:
    """The selection with the most runs."""
    selection = np.zeros(SIZE, np.uint8)
    selection[::2, ::2] = selection[1::2, 1::2] = 255
    selection[:5] = 0  # something must be known
    return selection


@pytest.mark.parametrize("selection", [disc(soft=True), every_second_pixel()], ids=["disc", "dots"])
@pytest.mark.parametrize("grow", [0, 3])
@pytest.mark.parametrize("dtype", ["u1", "f4"])
def test_the_room_that_variants_take_is_never_underrated(dtype: str, selection: Pixels, grow: int) -> None:
    request = ask(box(waves(dtype), selection), grow=grow, feather=0, variants=2)
    size = 2 * sum(buffer.spec.nbytes for buffer in inpaint(request, Run()).buffers())  # the method makes one of the two
    with pytest.raises(LacunaError) as caught:
        check_room(islands_of(request), request, 2, size - 1)
    assert caught.value.code == "variants_too_large"


def test_variants_beyond_the_limit_are_refused_and_a_single_fill_never_is() -> None:
    request = ask(box(NOISE, disc()), method="patchmatch", variants=8)
    with pytest.raises(LacunaError, match="8 fills") as caught:
        inpaint(request, Run(), most_bytes=20_000)
    assert caught.value.code == "variants_too_large"
    assert inpaint(ask(box(NOISE, disc())), Run(), most_bytes=1).patches
