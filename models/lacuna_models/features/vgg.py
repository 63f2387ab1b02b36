"""VGG-16 (Simonyan and Zisserman 2015) as torchvision has it: what the published losses compare features of."""

from __future__ import annotations

from torch import Tensor, nn

BLOCKS = (slice(0, 5), slice(5, 10), slice(10, 17))  # each ends with a pool: pool1, pool2, pool3
MISSING = "vgg16 needs torchvision: install it, or name a SqueezeNet weights file instead"


class Vgg16(nn.Module):
    """Frozen; gradients reach the picture only. Fed 0 to 1 without mean and deviation, as DFNet's training does."""

    def __init__(self) -> None:
        """Raises ImportError without torchvision; URLError when it cannot fetch its weights."""
        super().__init__()
        try:
            from torchvision.models import VGG16_Weights, vgg16
        except ImportError as error:
            raise ImportError(MISSING) from error
        layers = vgg16(weights=VGG16_Weights.IMAGENET1K_V1).features
        self.blocks = nn.ModuleList(layers[block] for block in BLOCKS)
        self.requires_grad_(False)
        self.eval()

    def forward(self, picture: Tensor) -> list[Tensor]:
        """N x 3 x H x W R'G'B' in [0, 1] -> the features after pool1, pool2 and pool3."""
        taps, x = [], picture
        for block in self.blocks:
            x = block(x)
            taps.append(x)
        return taps
