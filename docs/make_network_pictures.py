"""Makes docs/pictures/networks.jpg: the same holes by every way that has a network, and by the one that has none.

python docs/make_network_pictures.py
"""

import numpy as np

import lacuna
from lacuna_server.io.files import read_image
from panels import DOCS, Bytes, row, save, selected

PICTURES = DOCS.parent / "benchmarks" / "pictures"
SIDE = 200  # px, of each panel
METHODS = ("patchmatch", "light", "two-stage", "hybrid")
# (photograph, kind of its mask, left and top of a SIDE x SIDE panel)
CASES = (
    ("astronaut", "strokes", (311, 45)),
    ("chelsea", "strokes", (0, 5)),
    ("coffee", "strokes", (343, 0)),
    ("coffee", "square", (200, 100)),
)


def panels(name: str, kind: str, corner: tuple[int, int]) -> Bytes:
    """The hole, then every method's fill, side by side."""
    photograph = read_image(PICTURES / f"{name}.jpg").pixels
    selection = np.array(read_image(PICTURES / f"{name}.mask-{kind}.png").pixels).reshape(*photograph.shape[:2], -1)[..., 0]
    fills = [lacuna.inpaint(photograph, selection, method=method, grow=0, feather=0) for method in METHODS]
    left, top = corner
    whole = (selected(photograph, selection), *fills, photograph)
    return row([picture[top : top + SIDE, left : left + SIDE] for picture in whole])


if __name__ == "__main__":
    save([panels(*case) for case in CASES], "networks.jpg")
