"""Makes docs/pictures/before-after.png: the example photograph, the selection on it, the fill. `python docs/make_pictures.py`"""

from pathlib import Path

import cv2
import numpy as np

import lacuna
from lacuna_server.io.files import read_image, read_mask

DOCS = Path(__file__).parent
GAP = 8  # px
TINT = np.array([230, 40, 60])


def main() -> None:
    picture = read_image(DOCS / "examples" / "rocket.jpg")
    photograph, selection = picture.pixels, read_mask(DOCS / "examples" / "rocket-mask.png", picture)
    filled = lacuna.inpaint(photograph, selection, context=64)
    selected = (selection > 0)[..., None]
    shown = np.where(selected, (0.45 * photograph + 0.55 * TINT).astype(np.uint8), photograph)
    gap = np.full((photograph.shape[0], GAP, 3), 255, np.uint8)
    strip = np.hstack([photograph, gap, shown, gap, filled])
    cv2.imwrite(str(DOCS / "pictures" / "before-after.png"), strip[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
