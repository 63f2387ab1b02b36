"""Peers: what a user could take instead. Each fills exactly the hole that the product's methods fill."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .cases import Bytes, Case, blended

RADIUS = 3  # px, of OpenCV's two methods, as in its own example
BIHARMONIC_LIMIT = 600_000  # px of hole; it needs about 4 KiB and 25 microseconds for each


class TooLarge(Exception):
    """The method would not end in reasonable time on this hole."""


@dataclass(frozen=True, slots=True)
class OpenCv:
    """cv2.inpaint on the 8-bit picture."""

    name: str
    flag: int

    def missing(self) -> str:
        return ""

    def version(self) -> str:
        return str(cv2.__version__)

    def fill(self, case: Case) -> Bytes:
        return blended(case, cv2.inpaint(case.picture, case.hole.astype(np.uint8), RADIUS, self.flag))


@dataclass(frozen=True, slots=True)
class GmicMatchpatch:
    """G'MIC's inpaint_matchpatch from its command line, with its defaults; start and PNG files are part of its time.

    What its default 'outer blending' changes outside the hole is put back as it was: nothing there may change. It draws anew
    in every run.
    """

    name: str = "gmic-matchpatch"

    def missing(self) -> str:
        return "" if shutil.which("gmic") else "the program gmic is not installed"

    def version(self) -> str:
        return gmic_version()

    def fill(self, case: Case) -> Bytes:
        with tempfile.TemporaryDirectory() as folder:
            picture, mask, out = (Path(folder, name) for name in ("picture.png", "mask.png", "out.png"))
            Image.fromarray(case.picture).save(picture, compress_level=1)
            Image.fromarray(case.hole.astype(np.uint8) * np.uint8(255)).save(mask, compress_level=1)
            script = ["-i", mask, "-i", picture, "-inpaint_matchpatch[1]", "[0]", "-keep[1]", "-o", out]
            done = subprocess.run(["gmic", "-v", "-1", *map(str, script)], capture_output=True, text=True, check=False)
            if done.returncode or not out.exists():
                raise RuntimeError(f"gmic failed: {done.stderr.strip()[-300:]}")
            return blended(case, np.asarray(Image.open(out).convert("RGB")))


@dataclass(frozen=True, slots=True)
class Biharmonic:
    """scikit-image's inpaint_biharmonic, each region for itself, in float."""

    name: str = "skimage-biharmonic"

    def missing(self) -> str:
        return "" if importlib.util.find_spec("skimage") else "scikit-image is not installed"

    def version(self) -> str:
        return str(import_module("skimage").__version__)

    def fill(self, case: Case) -> Bytes:
        if np.count_nonzero(case.hole) > BIHARMONIC_LIMIT:
            raise TooLarge(f"more than {BIHARMONIC_LIMIT} px of hole")
        restoration = import_module("skimage.restoration")
        filled = restoration.inpaint_biharmonic(case.truth, case.hole, split_into_regions=True, channel_axis=2)
        return blended(case, np.clip(filled, 0, 1) * 255)


@cache
def gmic_version() -> str:
    done = subprocess.run(["gmic", "-v", "-1", "-echo_stdout", "$_version"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


PEERS = {
    peer.name: peer
    for peer in (
        OpenCv("opencv-telea", cv2.INPAINT_TELEA),
        OpenCv("opencv-navier-stokes", cv2.INPAINT_NS),
        GmicMatchpatch(),
        Biharmonic(),
    )
}
