"""Where weights lie: the user's own folder, then those that came with Lacuna. Standard library only."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .errors import WeightsMissing


def user_folder() -> Path:
    """Where imported and self-trained weights lie: $LACUNA_WEIGHTS_DIR, else 'lacuna/weights' in the platform's data folder."""
    if override := os.environ.get("LACUNA_WEIGHTS_DIR"):
        return Path(override)
    if sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return data / "lacuna" / "weights"


def shipped_folder() -> Path:
    """What came with Lacuna: beside this package, 'lacuna_weights' where it is installed, 'weights' in the source tree."""
    beside = Path(__file__).resolve().parents[1]
    installed = beside / "lacuna_weights"
    return installed if installed.is_dir() else beside / "weights"


def file_of(network: str, *, luma: bool = False) -> str:
    """The name of a network's weights file.

    Args:
        luma: of one for luma alone (the monochromic bottleneck) instead of color.
    """
    return f"{network}-mono.safetensors" if luma else f"{network}.safetensors"


def find(file_name: str) -> Path:
    """The weights file of that name: the user's own goes before the shipped one. Raises WeightsMissing."""
    for folder in (user_folder(), shipped_folder()):
        if (folder / file_name).is_file():
            return folder / file_name
    raise WeightsMissing(file_name, str(user_folder()))
