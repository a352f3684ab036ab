"""依据: which line of a working rests on which registered fact, and where each of them stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from apps.households.profile import FactRow
from apps.payments.explaining import Explained

STANDARDS = re.compile(r"标准")
MEMBERS = re.compile(r"^计入保障人口")
# What a line says → the label of its facts and what their words must (or must not) hold.
FACTS = (
    (re.compile(r"^工资性收入"), "收入", re.compile(r"工资性收入")),
    (re.compile(r"^其他计入收入"), "收入", re.compile(r"^(?!工资性收入|中央)")),
    (re.compile(r"^中央确定的基础养老金"), "收入", re.compile(r"基础养老金")),
    (re.compile(r"扣减（全年）"), "收入扣减", re.compile("")),
    (re.compile(r"残疾"), "残疾人证", re.compile("")),
    (re.compile(r"自理|护理"), "生活自理能力评估", re.compile("")),
    (re.compile(r"散居|机构养育|分散|集中"), "供养（养育）方式", re.compile("")),
)


class Input(NamedTuple):
    """A line of a working, and the places that prove it: (words, address)."""

    line: str
    places: list[tuple[str, str]]


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


def _places(words: str, name: str, facts: list[FactRow], page: str) -> list[tuple[str, str]]:
    places = [
        (f"{fact.who}{fact.label}：{fact.words}", f"{page}#fact-{fact.pk}")
        for line, label, said in FACTS
        if line.search(words)
        for fact in facts
        if fact.label == label and said.search(fact.words) and name in ("", fact.who)
    ]
    if MEMBERS.search(words):
        places.append(("家庭成员", f"{page}#members"))
    if not places and STANDARDS.search(words):
        places.append(("标准", reverse("standards")))
    return places
