"""A bank's answer and what can be wrong with it; and what must then be made of it (the oracle)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from seeds import fakebank
from seeds.fakebank import Answer, Sent
from tests import builders

ITEMS = 6
ON, LATER = builders.date("2024-07-12"), builders.date("2024-07-15")
STATES = ("paid", "returned", "unknown")
Lines = list[Answer]


def _other_state(one: Answer) -> Answer:
    state = "paid" if one.state == "returned" else "returned"
    return one._replace(state=state, code="AC04" if state == "returned" else "")


# What can happen to the line at a place; the lines are those of the whole file.
MUTATIONS: dict[str, Callable[[Lines, int], Lines]] = {
    "missing": lambda lines, at: lines[:at] + lines[at + 1 :],
    "twice": lambda lines, at: [*lines, lines[at]],
    "other batch": lambda lines, at: _with(lines, at, batch="202405-1"),
    "altered amount": lambda lines, at: _with(lines, at, fen=lines[at].sent.fen + 1),
    "altered account": lambda lines, at: _with(lines, at, account="6217990000000000999"),
    "unknown line": lambda lines, at: _with(lines, at, number=900 + at),
    "contradicts itself": lambda lines, at: [*lines, _other_state(lines[at])],
}  # fmt: skip


def _with(lines: Lines, at: int, **columns: object) -> Lines:
    """The line at that place is about something a little different."""
    one = lines[at]
    return [*lines[:at], one._replace(sent=one.sent._replace(**columns)), *lines[at + 1 :]]


class Mutated(NamedTuple):
    """A file that a bank might send about a batch."""

    lines: Lines
    form: str
    typed: bool  # whether a person was told number and sum of the right answer
    cut: int | None  # bytes are cut off after so many lines


@st.composite
def files(draw: st.DrawFn, sent: list[Sent]) -> Mutated:
    """A right answer in any form, with up to four things wrong with it."""
    states = draw(st.lists(st.sampled_from(STATES), min_size=len(sent), max_size=len(sent)))
    lines = [
        Answer(one, state, "AC04" if state == "returned" else "", ON)
        for one, state in zip(sent, states, strict=True)
    ]
    for name in draw(st.lists(st.sampled_from(sorted(MUTATIONS)), max_size=4)):
        if lines:
            lines = MUTATIONS[name](lines, draw(st.integers(0, len(lines) - 1)))
    if draw(st.booleans()):
        lines = draw(st.permutations(lines))
    form = draw(st.sampled_from(fakebank.FORMS))
    cut = draw(st.none() | st.integers(0, len(lines) + 2)) if form.startswith("csv") else None
    return Mutated(lines, form, draw(st.booleans()), cut)


def content_of(file: Mutated) -> bytes:
    """The bytes of the file."""
    content = fakebank.write(file.lines, file.form)
    if file.cut is None:
        return content
    return b"".join(content.splitlines(keepends=True)[: file.cut])


class Expected(NamedTuple):
    """What must be made of a file, reckoned from the answers alone."""

    blocked: bool
    states: list[str]  # of the items in their order, if it is committed
    faults: dict[int, str]  # of the lines that cannot be matched, by line number


def expected(file: Mutated, sent: list[Sent]) -> Expected:
    """The oracle: no SQL, no reading; told and typed totals, then line by line."""
    there = file.lines if file.cut is None else file.lines[: max(file.cut - 1, 0)]
    told = file.cut is None or file.cut > len(file.lines) + 1
    right = (len(sent), sum(one.fen for one in sent))
    found = (len(there), sum(one.sent.fen for one in there))
    own = {one.number: one for one in sent}
    faults: dict[int, str] = {}
    fitting: dict[int, list[tuple[int, Answer]]] = defaultdict(list)
    for line, one in enumerate(there, start=2):
        ours = own.get(one.sent.number)
        if one.sent.batch != sent[0].batch:
            faults[line] = "batch"
        elif ours is None:
            faults[line] = "unmatched"
        elif one.sent.account != ours.account:
            faults[line] = "account"
        elif one.sent.fen != ours.fen:
            faults[line] = "amount"
        else:
            fitting[one.sent.number].append((line, one))
    states = dict.fromkeys(own, "sent")
    for number, several in fitting.items():
        if len({one.state for _, one in several}) > 1:
            faults |= {line: "opposed" for line, _ in several}
            continue
        states[number] = several[0][1].state
        faults |= {line: "duplicate" for line, _ in several[1:]}
    blocked = (
        "batch" in faults.values()
        or (not told and not file.typed)
        or (file.typed and found != right)
        or set(states.values()) == {"sent"}
    )
    return Expected(blocked, [states[one.number] for one in sent], faults)
