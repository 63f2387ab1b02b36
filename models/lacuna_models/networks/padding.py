"""Convolutions with TensorFlow's "SAME" padding, which is not symmetric where the stride is 2.

For a side that the stride divides, kernel - stride zeros are needed; the odd one goes to the right and bottom: 7 pads (2, 3),
5 pads (1, 2), 3 pads (0, 1). Symmetric padding instead would shift the features by half a pixel a level.
"""

from __future__ import annotations

from torch import Tensor, nn


def same_padding(kernel: int, stride: int) -> tuple[int, int]:
    """(left or top, right or bottom), px, for a side that is a multiple of the stride."""
    total = max(kernel - stride, 0)
    return total // 2, total - total // 2


class SameConv(nn.Module):
    """A convolution whose output side is the input's divided by the stride, which must divide it.

    Its weights are named as the published checkpoints name them: conv.weight, behind a padding layer conv.1.weight.
    """

    def __init__(self, inside: int, outside: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        before, after = same_padding(kernel, stride)
        self.conv: nn.Module
        if before == after:
            self.conv = nn.Conv2d(inside, outside, kernel, stride, padding=before)
        else:
            pad = nn.ZeroPad2d((before, after, before, after))
            self.conv = nn.Sequential(pad, nn.Conv2d(inside, outside, kernel, stride))

    def forward(self, x: Tensor) -> Tensor:
        """N x inside x H x W -> N x outside x H / stride x W / stride."""
        result: Tensor = self.conv(x)
        return result
