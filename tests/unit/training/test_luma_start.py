"""A network for luma that starts from one for color gives that one's luma before its first step."""

from __future__ import annotations

import torch

from lacuna_models.networks.light_coarse import LightCoarse
from lacuna_models.networks.luma import luma
from lacuna_models.training.luma_start import luma_start


def test_it_gives_the_luma_of_what_the_color_network_gives() -> None:
    random = torch.Generator().manual_seed(3)
    color, mono = LightCoarse(widths=(8, 16)), LightCoarse(mono=True, widths=(8, 16))
    torch.nn.init.normal_(color.last.weight, std=0.1, generator=random)
    mono.load_state_dict(luma_start(color.state_dict()))
    picture = torch.rand((2, 3, 16, 24), generator=random)
    hole = (torch.rand((2, 1, 16, 24), generator=random) > 0.6).float()
    with torch.inference_mode():
        torch.testing.assert_close(mono(picture, hole), luma(color(picture, hole)), rtol=1e-5, atol=1e-5)
