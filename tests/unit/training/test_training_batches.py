"""Batches are cut, scaled and mirrored on the device."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lacuna_models.training import masks
from lacuna_models.training.batches import Batches, cut

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
SQUARES = np.random.default_rng(0).integers(0, 256, (6, 40, 40, 3), dtype=np.uint8)
MASKS = masks.bank(32, 16, 0, 0.05, 0.3)


@pytest.mark.parametrize("device", DEVICES)
def test_a_batch_is_pictures_and_soft_holes_of_the_masks_size(device: str) -> None:
    random = torch.Generator(device).manual_seed(1)
    picture, hole = Batches(SQUARES, MASKS, torch.device(device)).next(5, random)
    assert picture.shape == (5, 3, 32, 32)
    assert hole.shape == (5, 1, 32, 32)
    for one in (picture, hole):
        assert one.min() >= 0
        assert one.max() <= 1
    assert ((hole > 0) & (hole < 1)).any()


def test_the_generator_alone_decides() -> None:
    batches = Batches(SQUARES, MASKS, torch.device("cpu"))
    first, again, other = (batches.next(4, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])


def test_cuts_are_where_the_offsets_say() -> None:
    source = torch.from_numpy(SQUARES)
    cuts = cut(source, torch.tensor([4, 0]), torch.tensor([[3, 9], [30, 0]]), 10)
    assert torch.equal(cuts[0], source[4, 3:13, 9:19])
    assert torch.equal(cuts[1], source[0, 30:40, 0:10])


def test_a_cut_may_lie_outside_and_be_mirrored() -> None:
    source = torch.from_numpy(SQUARES)
    cuts = cut(source, torch.tensor([2, 2]), torch.tensor([[-4, 35], [0, 0]]), 10, mirror=torch.tensor([False, True]), outside=7)
    assert torch.equal(cuts[0, 4:, :5], source[2, :6, 35:])
    assert (cuts[0, :4] == 7).all()
    assert (cuts[0, :, 5:] == 7).all()
    assert torch.equal(cuts[1], source[2].flip(1)[:10, :10])
