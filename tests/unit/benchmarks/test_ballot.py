"""The blind sheet: nothing tells who made a fill, and the votes are counted right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lab.ballot import read_votes, shuffled, sign_test, tally, write_ballots
from lab.cases import Case
from lab.results import Result

OURS, PEER = "patchmatch", "gmic-matchpatch"


def results(count: int) -> list[Result]:
    """Both methods' fills of so many cases: ours white, the peer's black."""
    made = []
    for number in range(count):
        selection = np.zeros((80, 90), np.bool_)
        selection[30:50, 30:60] = True
        case = Case(f"picture{number}", "object", np.full((80, 90, 3), 128, np.uint8), selection)
        for method, value in ((OURS, 255), (PEER, 0)):
            filled = case.picture.copy()
            filled[selection] = value
            made.append(Result(method, case, filled, 1.0, {}))
    return made


def key_of(sides: str) -> dict[str, dict[str, str]]:
    """Ballots 1, 2, ...: on which side ours is."""
    return {str(n): {"A": OURS, "B": PEER} if side == "A" else {"A": PEER, "B": OURS} for n, side in enumerate(sides, 1)}


def votes_file(folder: Path, votes: Sequence[tuple[str, str]]) -> Path:
    path = folder / "votes.csv"
    path.write_text("ballot,vote\n" + "".join(f"{ballot},{vote}\n" for ballot, vote in votes))
    return path


def test_order_and_sides_are_drawn_by_the_seed() -> None:
    pairs = shuffled(results(12), OURS, [PEER], seed=3)
    assert {pair.a[0] for pair in pairs} == {OURS, PEER}
    assert [pair.case.name for pair in pairs] != [f"picture{n}" for n in range(12)]
    again = shuffled(results(12), OURS, [PEER], seed=3)
    assert [(pair.ballot, pair.a[0]) for pair in again] == [(pair.ballot, pair.a[0]) for pair in pairs]
    other = shuffled(results(12), OURS, [PEER], seed=4)
    assert [(pair.ballot, pair.a[0]) for pair in other] != [(pair.ballot, pair.a[0]) for pair in pairs]


def test_what_the_judge_sees_names_no_method(tmp_path: Path) -> None:
    pairs = shuffled(results(3), OURS, [PEER], seed=0)
    write_ballots(tmp_path / "sheet", tmp_path / "key", pairs)
    shown = "".join(path.name for path in (tmp_path / "sheet").iterdir()) + (tmp_path / "sheet" / "index.html").read_text()
    assert OURS not in shown
    assert PEER not in shown
    key = json.loads((tmp_path / "key" / "key.json").read_text())
    assert {ballot: sides["A"] for ballot, sides in key.items()} == {pair.ballot: pair.a[0] for pair in pairs}
    assert len(list((tmp_path / "sheet").glob("*.png"))) == 3 * 4


def test_the_key_must_not_lie_where_the_judge_looks(tmp_path: Path) -> None:
    for key in (tmp_path / "sheet", tmp_path / "sheet" / "key"):
        with pytest.raises(SystemExit, match="outside"):
            write_ballots(tmp_path / "sheet", key, [])


def test_votes_are_counted_for_whoever_stood_on_that_side(tmp_path: Path) -> None:
    key = key_of("ABABB")
    votes = read_votes(votes_file(tmp_path, [("1", "A"), ("2", "B"), ("3", "B"), ("4", "tie"), ("5", "B")]), key)
    text = tally(votes, key, OURS)
    assert f"| {PEER} | 3 | 1 | 1 | 4 of 5 | 0.62 |" in text
    assert f"| 3 | {OURS} | {PEER} | B | {PEER} |  |" in text


def test_what_a_judge_said_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text('ballot,vote,why\n1,A,"a seam, and a blur"\n')
    text = tally(read_votes(path, key_of("A")), key_of("A"), OURS)
    assert f"| 1 | {OURS} | {PEER} | A | {OURS} | a seam, and a blur |" in text


@pytest.mark.parametrize(
    "votes",
    [
        [("1", "A")],
        [("1", "A"), ("2", "")],
        [("1", "A"), ("2", "C")],
        [("1", "A"), ("1", "B"), ("2", "A")],
        [("1", "A"), ("2", "A"), ("3", "A")],
    ],
    ids=["one missing", "one empty", "neither side", "one twice", "one unknown"],
)
def test_a_ballot_box_that_is_not_in_order_is_refused(tmp_path: Path, votes: list[tuple[str, str]]) -> None:
    with pytest.raises(SystemExit, match=r"votes\.csv"):
        read_votes(votes_file(tmp_path, votes), key_of("AB"))


def test_the_sign_test() -> None:
    assert sign_test(0, 0) == 1
    assert sign_test(5, 5) == 1
    assert sign_test(9, 1) == pytest.approx(22 / 1024)
    assert sign_test(1, 9) == pytest.approx(22 / 1024)
