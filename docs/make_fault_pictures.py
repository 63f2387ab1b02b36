"""Makes docs/pictures/faults.png: what a fill from the picture's own patches cannot know. `python docs/make_fault_pictures.py`"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import lacuna
from lacuna_server.io.files import read_image

DOCS = Path(__file__).parent
PICTURES = DOCS.parent / "benchmarks" / "pictures"
GAP = 8  # px
SIDE = 300  # px, of each panel
TINT = np.array([230, 40, 60])
# (photograph, corners of what is selected, left and top of a SIDE x SIDE panel)
CASES = (
    ("chelsea", ((215, 40), (330, 40), (330, 235), (215, 235)), (75, 0)),
    ("coffee", ((330, 60), (460, 60), (460, 330), (330, 330)), (200, 60)),
)


def panels(name: str, corners: tuple[tuple[int, int], ...], corner: tuple[int, int]) -> NDArray[np.uint8]:
    """The photograph, the selection on it and the fill, side by side."""
    photograph = read_image(PICTURES / f"{name}.jpg").pixels
    selection = np.zeros(photograph.shape[:2], np.uint8)
    cv2.fillPoly(selection, [np.array(corners, np.int32)], 255)
    filled = lacuna.inpaint(photograph, selection)
    shown = np.where((selection > 0)[..., None], (0.45 * photograph + 0.55 * TINT).astype(np.uint8), photograph)
    gap = np.full((SIDE, GAP, 3), 255, np.uint8)
    left, top = corner
    cut = [picture[top : top + SIDE, left : left + SIDE] for picture in (photograph, shown, filled)]
    return np.hstack([cut[0], gap, cut[1], gap, cut[2]])


def main() -> None:
    rows = [panels(*case) for case in CASES]
    gap = np.full((GAP, rows[0].shape[1], 3), 255, np.uint8)
    picture = np.vstack([rows[0], gap, rows[1]])
    cv2.imwrite(str(DOCS / "pictures" / "faults.png"), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
