"""Makes recolor.jpg and colorize.jpg in docs/pictures from the example photographs.

python docs/make_color_pictures.py
"""

import cv2
import numpy as np

import lacuna
from lacuna_models.color.planes import luma_of
from lacuna_server.io.files import read_image, read_mask
from panels import DOCS, Bytes, row, save, selected

PICTURES, EXAMPLES = DOCS.parent / "benchmarks" / "pictures", DOCS / "examples"
SIDE, LARGE = 256, 344  # px, of each panel of four, and of three
# (photograph, what is selected, left, top and side of what is shown, [(color, tone)])
CASES = (
    ("astronaut", "suit", (10, 160, 352), (("#1f5fbf", 0), ("#2e8b57", 0))),
    ("astronaut", "hair", (138, 4, 176), (("#7a2a1a", 0), ("#e8d090", 100))),
    ("chelsea", "eyes", (125, 45, 230), (("#3f7fd0", 0), ("#8a4a20", 0))),
)


def panel(picture: Bytes, size: int) -> Bytes:
    smaller = len(picture) > size
    return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC))


def recolored(name: str, thing: str, shown: tuple[int, int, int], wishes: tuple[tuple[str, int], ...]) -> Bytes:
    """The photograph, the selection, and one panel a color."""
    picture = read_image(PICTURES / f"{name}.jpg")
    photograph, mask = picture.pixels, read_mask(EXAMPLES / f"{name}-{thing}-mask.png", picture)
    results = [lacuna.recolor(photograph, mask, color=color, tone=tone) for color, tone in wishes]
    left, top, side = shown
    whole = (photograph, selected(photograph, mask), *results)
    return row([panel(one[top : top + side, left : left + side], SIDE) for one in whole])


def colorized() -> Bytes:
    """The gray photograph with its dots, what becomes of them, and the photograph as it was."""
    photograph = read_image(PICTURES / "astronaut.jpg").pixels
    gray = np.repeat(np.rint(luma_of(photograph / 255) * 255).astype(np.uint8)[..., None], 3, axis=2)
    dots = read_image(EXAMPLES / "astronaut-hints.png").pixels
    dotted = np.where(dots[..., 3:] > 0, dots[..., :3], gray)
    return row([panel(one, LARGE) for one in (dotted, lacuna.colorize(gray, hints=dots), photograph)])


if __name__ == "__main__":
    save([recolored(*case) for case in CASES], "recolor.jpg")
    save([colorized()], "colorize.jpg")
