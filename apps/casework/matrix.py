"""项目关系: which programmes go together, read off the cards; nothing is written down twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.programme import Nature, Programme
from apps.units.language import lazy as _

APART, HIGHER, TOP_UP, NEEDS, STATUS, BESIDE = "⟂", "↑", "Δ", "req", "st", "∥"
LEGEND = (
    (BESIDE, _("可以同时享受")),
    (APART, _("同一人不能同时享受")),
    (HIGHER, _("同类择高，只发较高的一项")),
    (TOP_UP, _("补差：扣除另一项后发放")),
    (NEEDS, _("须先享受另一项")),
    (STATUS, _("身份或实物，不与现金冲突")),
)


class Cell(NamedTuple):
    """How two programmes stand to each other: signs, and the same in words."""

    signs: tuple[str, ...]
    words: str

    @property
    def text(self) -> str:
        """The signs in one."""
        return " ".join(self.signs)


class MatrixRow(NamedTuple):
    """One programme against all others, in their order, and whether it counts as income."""

    card: Programme
    cells: list[Cell]
    income: bool


def matrix(cards: Iterable[Programme]) -> list[MatrixRow]:
    """The whole matrix in the order of the cards' numbers; symmetric but for its words."""
    order = sorted(cards, key=lambda card: card.number)
    known = {card.code: card for card in order}
    return [
        MatrixRow(one, [cell(one, other, known) for other in order], one.counts_as_income)
        for one in order
    ]


def cell(one: Programme, other: Programme, known: Mapping[str, Programme]) -> Cell:
    """What two cards say of each other; what is awarded with another shares its relations."""
    if one.code == other.code:
        return Cell(("–",), gettext("同一对象同一时间只有一项{name}").format(name=one.name))
    signs: list[str] = []
    words: list[str] = []
    for sign, said in dict.fromkeys(_said(one, other, known)):
        if sign not in signs:
            signs.append(sign)
        words.append(said)
    if not signs:
        quiet = Nature.STATUS in (one.nature, other.nature) or not (one.rules and other.rules)
        signs = [STATUS if quiet else BESIDE]
        words = [gettext("身份或实物，不与现金冲突") if quiet else gettext("可以同时享受")]
    return Cell(tuple(signs), "；".join(words))


def _said(
    one: Programme, other: Programme, known: Mapping[str, Programme]
) -> Iterator[tuple[str, str]]:
    """Signs and words of the two cards themselves, then of the awards they come with."""
    yield from (*_apart(one, other), *_slot(one, other), *_builds(one, other))
    first, second = (known.get(card.awarded_with or "", card) for card in (one, other))
    if first.code != second.code and (first is not one or second is not other):
        yield from (*_apart(first, second), *_slot(first, second))


def _apart(one: Programme, other: Programme) -> list[tuple[str, str]]:
    found = []
    for left, right in ((one, other), (other, one)):
        for exclusion in left.excluded_by:
            if exclusion.programme == right.code:
                when = gettext("（开关打开时）") if exclusion.switch else ""
                note = f"（{exclusion.note}）" if exclusion.note else ""
                found.append(
                    (
                        APART,
                        gettext("享受{name}时不发{name2}{when}{note}").format(
                            name=right.name, name2=left.name, when=when, note=note
                        ),
                    )
                )
        if right.code in left.chosen_against:
            found.append(
                (
                    APART,
                    gettext("{name}与{name2}择一，按本人选择").format(
                        name=left.name, name2=right.name
                    ),
                )
            )
        if right.code in left.members_out_by:
            found.append(
                (
                    APART,
                    gettext("享受{name}的人不计入{name2}的人口和收入").format(
                        name=right.name, name2=left.name
                    ),
                )
            )
    return found


def _slot(one: Programme, other: Programme) -> list[tuple[str, str]]:
    if one.slot and other.slot and one.slot.name == other.slot.name:
        when = gettext("（开关打开时）") if one.slot.switch or other.slot.switch else ""
        return [
            (
                HIGHER,
                gettext("{name}与{name2}择高发放{when}").format(
                    name=one.name, name2=other.name, when=when
                ),
            )
        ]
    return []


def _builds(one: Programme, other: Programme) -> list[tuple[str, str]]:
    found = []
    for left, right in ((one, other), (other, one)):
        if right.code in left.tops_up:
            found.append(
                (
                    TOP_UP,
                    gettext("{name}扣除{name2}后补差").format(name=left.name, name2=right.name),
                )
            )
        if right.code in left.requires:
            found.append(
                (
                    NEEDS,
                    gettext("{name}以享受{name2}为条件").format(name=left.name, name2=right.name),
                )
            )
        if left.awarded_with == right.code:
            found.append(
                (NEEDS, gettext("{name}随{name2}一并确认").format(name=left.name, name2=right.name))
            )
    return found


def as_text(cards: Iterable[Programme]) -> str:
    """The matrix for a terminal: Chinese characters count as two columns."""
    rows = matrix(cards)
    heads = [row.card.short for row in rows]
    widths = [max(8, _width(head) + 2) for head in heads]
    first = max((_width(row.card.name) for row in rows), default=0) + 2
    lines = [_pad("", first) + "".join(map(_pad, heads, widths)) + gettext("计入低保收入")]
    for row in rows:
        cells = "".join(_pad(c.text, w) for c, w in zip(row.cells, widths, strict=True))
        lines.append(
            _pad(row.card.name, first) + cells + (gettext("是") if row.income else gettext("否"))
        )
    lines.append("")
    lines += [f"{sign:<4}{words}" for sign, words in LEGEND]
    return "\n".join(line.rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int) -> str:
    return text + " " * max(width - _width(text), 1)
