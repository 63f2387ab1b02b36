"""Whether new weights take the place of old ones: the rule, on figures of the same holes.

Of every figure the gain is taken hole by hole, so that what makes a hole hard falls out; its noise is the standard error of
the mean gain. *Clearly better* is a mean gain above two standard errors, *worse* one below minus one: doubt counts against
the new weights.

- Refused when a figure of STRUCTURE is worse.
- Accepted when one of them is clearly better, or PSNR in the hole is and sharpness is not worse: a blur raises PSNR, so
  PSNR alone never decides.
- Else refused: what is not seen to be better is not worth a change.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from .figures import Figure, Figures
from .results import Result
from .tables import markdown, mean

STRUCTURE = ("perceptual", "HaarPSI")
CLOSENESS, BLUR = "PSNR hole", "sharpness"
CLEAR, HARM = 2.0, 1.0  # standard errors


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better the new is than the old by one figure.

    Attributes:
        mean: over all holes, in the figure's unit; above 0 is better ('nearer to 1': in the logarithm).
        error: standard error of the mean; infinite for fewer than two holes.
        won, lost: at how many holes the new is better, and worse.
    """

    figure: str
    mean: float
    error: float
    won: int
    lost: int

    @property
    def is_clear(self) -> bool:
        return self.mean > CLEAR * self.error

    @property
    def is_worse(self) -> bool:
        return self.mean < -HARM * self.error

    @property
    def says(self) -> str:
        return "clearly better" if self.is_clear else "worse" if self.is_worse else "alike"


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Attributes:
        reason: one sentence.
    """

    accepted: bool
    reason: str

    def __str__(self) -> str:
        return f"{'accept' if self.accepted else 'refuse'}: {self.reason}"


def gains(old: Sequence[Result], new: Sequence[Result], figures: Figures) -> list[Gain]:
    """By every figure that needs the truth or is a seam's or a blur's. Both hold the same cases, in the same order."""
    pairs = [(a.figures, b.figures) for a, b in zip(old, new, strict=True) if a.case.has_truth]
    return [gain(one, [(a[one.name], b[one.name]) for a, b in pairs]) for one in figures.columns if pairs]


def gain(figure: Figure, pairs: Sequence[tuple[float, float]]) -> Gain:
    """Of (old, new) values, hole by hole; the mean is of the finite differences (an exact fill has an infinite PSNR)."""
    differences = [figure.badness(old) - figure.badness(new) for old, new in pairs]
    finite = [one for one in differences if math.isfinite(one)]
    error = statistics.stdev(finite) / math.sqrt(len(finite)) if len(finite) > 1 else math.inf
    won, lost = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    return Gain(figure.name, mean(finite), error, won, lost)


def verdict(found: Sequence[Gain]) -> Verdict:
    """By the rule above."""
    by_name = {one.figure: one for one in found}
    structure = [by_name[name] for name in STRUCTURE if name in by_name]
    measured = " and ".join(one.figure for one in structure)
    if worse := [one.figure for one in structure if one.is_worse]:
        return Verdict(False, f"{' and '.join(worse)} got worse.")
    if better := [one.figure for one in structure if one.is_clear]:
        return Verdict(True, f"{' and '.join(better)} got clearly better, nothing of {measured} worse.")
    if not by_name[CLOSENESS].is_clear:
        return Verdict(False, f"nothing of {measured} and {CLOSENESS} got clearly better.")
    if by_name[BLUR].is_worse:
        return Verdict(False, f"only {CLOSENESS} got clearly better, and {BLUR} worse: a blur does that.")
    return Verdict(True, f"{CLOSENESS} got clearly better, nothing of {measured} and {BLUR} worse.")


def gains_table(found: Sequence[Gain]) -> str:
    rows = [
        [one.figure, f"{one.mean:+.4f}", f"{one.error:.4f}", str(one.won), str(one.lost), one.says if judges(one) else ""]
        for one in found
    ]
    return markdown(["figure", "mean gain", "± standard error", "holes better", "holes worse", "verdict"], rows)


def judges(one: Gain) -> bool:
    """Whether the rule looks at it."""
    return one.figure in (*STRUCTURE, CLOSENESS, BLUR)
