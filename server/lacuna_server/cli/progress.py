"""A progress bar on a terminal; nothing where stderr is a file or a pipe."""

from __future__ import annotations

import shutil
import sys
from types import TracebackType
from typing import Self

from tqdm import tqdm

FORMAT = "{desc}: {percentage:3.0f}% |{bar}| {elapsed}"
WIDEST = 100  # columns


class Bar:
    """One line on stderr that says what is being done and how much of it."""

    def __init__(self) -> None:
        size = shutil.get_terminal_size()  # tqdm shows nothing on a terminal that does not say its own
        silent = not sys.stderr.isatty()
        self._bar = tqdm(
            total=1.0,
            bar_format=FORMAT,
            leave=False,
            file=sys.stderr,
            disable=silent,
            ncols=min(size.columns, WIDEST),
            nrows=size.lines,
        )

    def show(self, text: str, fraction: float | None = None) -> None:
        """The fraction stays where it is when it is None, and never goes back."""
        self._bar.set_description_str(text.rstrip(". "), refresh=False)
        if fraction is not None and not self._bar.disable:
            self._bar.n = max(self._bar.n, min(fraction, 1.0))
        self._bar.refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.close()
