"""The blind sheet: pairs of fills with their names hidden and their order shuffled, and the votes on them."""

from __future__ import annotations

import csv
import html
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .cases import Bytes, Case
from .contact_sheet import STYLE, save
from .results import Result
from .tables import markdown
from .views import CROP, PANEL, doubled, fitted, outlined, side_by_side, window_on, window_round

Fill = tuple[str, Bytes]
CHOICES = ("A", "B", "tie")
QUESTION = "Which one looks as if nothing had ever been there?"
SCRIPT = """document.querySelector('button').onclick = () => {
  const rows = [...document.querySelectorAll('input:checked')].map(i => i.name + ',' + i.value);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['ballot,vote\\n' + rows.join('\\n') + '\\n'], {type: 'text/csv'}));
  link.download = 'votes.csv'; link.click(); }"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fills of one case, each a method's name and its picture; `ballot` is what the judge sees instead of the names."""

    ballot: str
    case: Case
    a: Fill
    b: Fill


def shuffled(results: Sequence[Result], ours: str, peers: Sequence[str], seed: int) -> list[Pair]:
    """`ours` against each peer on every case that both have filled, in an order, and with sides, drawn by the seed."""
    filled = {(result.method, id(result.case)): result.picture for result in results if result.picture is not None}
    draw = random.Random(seed)
    drawn: list[tuple[Case, list[Fill]]] = []
    for key, case in {id(result.case): result.case for result in results}.items():
        for peer in peers:
            if (ours, key) in filled and (peer, key) in filled:
                sides = [(ours, filled[ours, key]), (peer, filled[peer, key])]
                draw.shuffle(sides)
                drawn.append((case, sides))
    draw.shuffle(drawn)
    return [Pair(f"{number:02}-{case.name}-{case.kind}", case, *sides) for number, (case, sides) in enumerate(drawn, 1)]


def write_ballots(folder: Path, key: Path, pairs: Sequence[Pair]) -> None:
    """FOLDER: index.html, a form, and a PNG for each view of each pair. KEY/key.json: who is who, not for the judge."""
    if key.resolve() == folder.resolve() or folder.resolve() in key.resolve().parents:
        raise SystemExit("the key must lie outside the folder that the judge sees")
    folder.mkdir(parents=True, exist_ok=True)
    key.mkdir(parents=True, exist_ok=True)
    rows = [ballot_row(folder, pair) for pair in pairs]
    page = f"<!doctype html><meta charset='utf-8'><title>Blind sheet</title><style>{STYLE}</style><p>{QUESTION}</p>"
    end = f"<p><button>Save votes.csv</button></p><script>{SCRIPT}</script>"
    (folder / "index.html").write_text(page + "\n".join(rows) + end, encoding="utf-8")
    (folder / "votes.csv").write_text("ballot,vote\n" + "".join(f"{pair.ballot},\n" for pair in pairs))
    named = {pair.ballot: {"A": pair.a[0], "B": pair.b[0]} for pair in pairs}
    (key / "key.json").write_text(json.dumps(named, indent=1))


def ballot_row(folder: Path, pair: Pair) -> str:
    """Save the pair's views and return its part of the form."""
    shown = []
    for view, picture in views(pair).items():
        file = f"{pair.ballot}-{view}.png"
        save(folder / file, picture)
        shown.append(f'<h3>{view}</h3><img src="{html.escape(file)}" loading="lazy">')
    choices = " ".join(
        f'<label><input type="radio" name="{html.escape(pair.ballot)}" value="{choice}">{choice}</label>' for choice in CHOICES
    )
    return f"<section><h2>{html.escape(pair.ballot)}</h2>{''.join(shown)}<p>{choices}</p></section>"


def views(pair: Pair) -> dict[str, Bytes]:
    """The original with the selection outlined, A and B: whole, round the hole, at 100 % and 200 %."""
    case = pair.case
    pictures = [("original", outlined(case.picture, case.selection)), ("A", pair.a[1]), ("B", pair.b[1])]
    near, whole, half = window_round(case.hole), window_on(case.hole, CROP), window_on(case.hole, CROP // 2)
    return {
        "fitted": side_by_side((name, fitted(picture)) for name, picture in pictures),
        "near": side_by_side((name, fitted(near.of(picture), PANEL)) for name, picture in pictures),
        "100": side_by_side((name, whole.of(picture)) for name, picture in pictures),
        "200": side_by_side((name, doubled(half.of(picture))) for name, picture in pictures),
    }


class Vote(NamedTuple):
    """What a judge said: one of CHOICES, and why (or nothing)."""

    choice: str
    why: str


def read_votes(path: Path, key: dict[str, dict[str, str]]) -> dict[str, Vote]:
    """The vote on each ballot. Ends the program when a ballot is unknown, or has no vote, two, or another one."""
    votes: dict[str, Vote] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ballot, vote = row["ballot"], row["vote"].strip()
            if ballot not in key or ballot in votes or vote not in CHOICES:
                raise SystemExit(f"{path}: ballot '{ballot}', vote '{vote}': unknown, twice, or none of {', '.join(CHOICES)}")
            votes[ballot] = Vote(vote, (row.get("why") or "").strip())
    if left := sorted(key.keys() - votes.keys()):
        raise SystemExit(f"{path}: no vote for {', '.join(left)}")
    return votes


def tally(votes: dict[str, Vote], key: dict[str, dict[str, str]], ours: str) -> str:
    """Markdown: wins, ties and losses of `ours` against each peer with a sign test, then the votes as they fell."""
    counts: dict[str, dict[str, int]] = {}
    rows = []
    for ballot, (vote, why) in sorted(votes.items()):
        sides = key[ballot]
        peer = next(name for name in sides.values() if name != ours)
        outcome = "tie" if vote == "tie" else "win" if sides[vote] == ours else "loss"
        counts.setdefault(peer, dict.fromkeys(("win", "tie", "loss"), 0))[outcome] += 1
        rows.append([ballot, sides["A"], sides["B"], vote, "tie" if vote == "tie" else sides[vote], why])
    header = [f"{ours} against", "preferred", "tied", "not preferred", "preferred or tied", "p (two-sided sign test)"]
    sums = [
        [peer, str(won), str(tied), str(lost), f"{won + tied} of {won + tied + lost}", f"{sign_test(won, lost):.2g}"]
        for peer, (won, tied, lost) in ((peer, (count["win"], count["tie"], count["loss"])) for peer, count in counts.items())
    ]
    return (
        markdown(header, sums)
        + "\n\nThe votes as they fell:\n\n"
        + markdown(["ballot", "A", "B", "vote", "preferred", "why"], rows)
    )


def sign_test(wins: int, losses: int) -> float:
    """How likely a result at least so uneven is by chance, ties left out: the two-sided binomial test at one half."""
    trials = wins + losses
    tail = sum(math.comb(trials, k) for k in range(max(wins, losses), trials + 1))
    return min(1.0, 2 * tail / 2.0**trials)
