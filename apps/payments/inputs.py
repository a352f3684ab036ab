"""依据: which line of a working rests on which registered fact, and where each of them stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from apps.households.kinds import COUNTED_INCOME
from apps.households.profile import FactRow
from apps.payments.explaining import Explained

STANDARDS = re.compile(r"标准")
MEMBERS = re.compile(r"^计入保障人口")
WAGE, PENSION = "wage", "central_base_pension"
# What a line says → the kind of its facts, and their codes.
FACTS: tuple[tuple[re.Pattern[str], str, frozenset[str] | None], ...] = (
    (re.compile(r"^工资性收入"), "income", frozenset({WAGE})),
    (re.compile(r"^其他计入收入"), "income", frozenset(COUNTED_INCOME) - {WAGE}),
    (re.compile(r"^中央确定的基础养老金"), "income", frozenset({PENSION})),
    (re.compile(r"扣减（全年）"), "deduction", None),
    (re.compile(r"残疾"), "disability", None),
    (re.compile(r"自理|护理"), "self_care", None),
    (re.compile(r"散居|机构养育|分散|集中"), "care_mode", None),
)


class Place(NamedTuple):
    """Where something that proves a line is shown; ``who``: whose it is, a name."""

    who: str
    words: str
    href: str


class Input(NamedTuple):
    """A line of a working, and the places that prove it."""

    line: str
    places: list[Place]


def inputs(explained: Iterable[Explained], facts: list[FactRow], page: str) -> list[Input]:
    """Every line that rests on something registered; ``page``: address of the household's page."""
    found = []
    for one in explained:
        name = one.title.rpartition(" · ")[2]
        for words, _ in one.lines:
            places = _places(words, name, facts, page)
            if places:
                found.append(Input(words, places))
    return found


def _places(words: str, name: str, facts: list[FactRow], page: str) -> list[Place]:
    places = [
        Place(fact.who, _said(fact), f"{page}#fact-{fact.pk}")
        for line, kind, codes in FACTS
        if line.search(words)
        for fact in facts
        if fact.kind == kind and (codes is None or fact.code in codes) and name in ("", fact.who)
    ]
    if MEMBERS.search(words):
        places.append(Place("", gettext("家庭成员"), f"{page}#members"))
    if not places and STANDARDS.search(words):
        places.append(Place("", gettext("标准"), reverse("standards")))
    return places


def _said(fact: FactRow) -> str:
    return gettext("{what}：{words}").format(what=fact.label, words=fact.words)
