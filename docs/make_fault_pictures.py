"""Makes docs/pictures/faults.png: what a fill from the picture's own patches cannot know. `python docs/make_fault_pictures.py`"""

import cv2
import numpy as np

import lacuna
from lacuna_server.io.files import read_image
from panels import DOCS, Bytes, row, save, selected

PICTURES = DOCS.parent / "benchmarks" / "pictures"
SIDE = 300  # px, of each panel
# (photograph, corners of what is selected, left and top of a SIDE x SIDE panel)
CASES = (
    ("chelsea", ((215, 40), (330, 40), (330, 235), (215, 235)), (75, 0)),
    ("coffee", ((330, 60), (460, 60), (460, 330), (330, 330)), (200, 60)),
)


def panels(name: str, corners: tuple[tuple[int, int], ...], corner: tuple[int, int]) -> Bytes:
    """The photograph, the selection on it and the fill, side by side."""
    photograph = read_image(PICTURES / f"{name}.jpg").pixels
    selection = np.zeros(photograph.shape[:2], np.uint8)
    cv2.fillPoly(selection, [np.array(corners, np.int32)], 255)
    filled = lacuna.inpaint(photograph, selection)
    left, top = corner
    whole = (photograph, selected(photograph, selection), filled)
    return row([picture[top : top + SIDE, left : left + SIDE] for picture in whole])


if __name__ == "__main__":
    save([panels(*case) for case in CASES], "faults.png")
