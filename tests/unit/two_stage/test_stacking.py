"""The refinement network's input: a tile's is cut out of what the whole region's would be."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lacuna_models.networks.shifts import Shifts, stacked
from lacuna_models.two_stage.layout import Tile
from lacuna_models.two_stage.stacking import stack_of
from unit.two_stage.regions import box, picture

WINDOWS = [Tile(0, 48, 0, 80), Tile(0, 16, 0, 16), Tile(32, 48, 64, 80), Tile(16, 32, 0, 80)]


@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("shifts", [Shifts(10, 5, 17, 33), Shifts(1, 47, 79, 1), Shifts(60, 48, 80, 500)])
def test_a_window_is_cut_out_of_the_whole_stack(window: Tile, shifts: Shifts, channels: int) -> None:
    main, hole = picture(48, 80, channels), box(48, 80, slice(10, 30), slice(50, 80)).astype(np.float32)
    whole = stacked(torch.from_numpy(main.transpose(2, 0, 1))[None], torch.from_numpy(hole)[None, None], shifts)
    assert torch.equal(stack_of(main, hole, shifts, window), whole[:, :, *window.part])
