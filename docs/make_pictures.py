"""Makes before-after.png and sources.png in docs/pictures from the example photograph. `python docs/make_pictures.py`"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import lacuna
from lacuna_server.io.files import read_image, read_mask

DOCS = Path(__file__).parent
EXAMPLES = DOCS / "examples"
GAP = 8  # px
SELECTED, EXCLUDED = np.array([230, 40, 60]), np.array([0, 0, 0])

Picture = NDArray[np.uint8]


def tinted(photograph: Picture, where: NDArray[np.bool_], color: NDArray[np.int_]) -> Picture:
    return np.where(where[..., None], (0.45 * photograph + 0.55 * color).astype(np.uint8), photograph)


def write_strip(name: str, *pictures: Picture) -> None:
    gap = np.full((pictures[0].shape[0], GAP, 3), 255, np.uint8)
    strip = np.hstack([part for picture in pictures for part in (gap, picture)][1:])
    cv2.imwrite(str(DOCS / "pictures" / name), strip[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


def main() -> None:
    picture = read_image(EXAMPLES / "rocket.jpg")
    photograph: Picture = picture.pixels
    selection, sources = (read_mask(EXAMPLES / f"rocket-{name}.png", picture) for name in ("mask", "sources"))
    selected = tinted(photograph, selection > 0, SELECTED)
    write_strip("before-after.png", photograph, selected, lacuna.inpaint(photograph, selection, context=64))
    excluded = tinted(selected, sources == 0, EXCLUDED)
    fills = lacuna.inpaint(photograph, selection), lacuna.inpaint(photograph, selection, sources=sources)
    write_strip("sources.png", fills[0], excluded, fills[1])


if __name__ == "__main__":
    main()
