"""项目说明: what a card says about a programme, in words for its help page."""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.programme import Nature, Programme, Start, Subject
from apps.standards.book import Book
from apps.standards.saying import label_of, value_words
from apps.units.months import Month

SUBJECTS = {Subject.HOUSEHOLD: "家庭", Subject.PERSON: "个人", Subject.EITHER: "家庭或个人"}
NATURES = {
    Nature.MONTHLY: "现金，按月发放",
    Nature.ONE_OFF: "现金，一次性",
    Nature.IN_KIND: "实物或服务，不经发放批次",
    Nature.STATUS: "身份认定，不发放",
}
STARTS = {
    Start.AFTER_DECISION: "确认的次月（CV-08）",
    Start.OF_DECISION: "确认的当月",
    Start.OF_APPLICATION: "申请的当月",
}


class StandardNow(NamedTuple):
    """One standard in force: its name, band and value in words, document, whether an example."""

    label: str
    band: str
    words: str
    document: str
    example: bool


def card_facts(card: Programme) -> list[tuple[str, str]]:
    """What the card declares, as (name, words)."""
    found = [
        ("对象", SUBJECTS[card.subject]),
        ("性质", NATURES[card.nature]),
        ("起始月份", STARTS[card.start]),
        ("终止", _stops(card)),
        ("公示", "须公示" if card.public_notice else "不公示"),
        ("计入低保收入", "是" if card.counts_as_income else "否"),
    ]
    if card.needs_life_certificate:
        found.append(("生存认证", "逾期未认证的暂缓发放，认证后补发"))
    if isinstance(card.budget, str) and card.budget:
        found.append(("预算科目", card.budget))
    return found


def _stops(card: Programme) -> str:
    if card.nature in (Nature.ONE_OFF, Nature.STATUS):
        return "—"
    ended = "停发决定的次月；死亡的次月"
    if card.lapses:
        return f"{ended}；任一条件缺失的当月起终止，须重新申请"
    return ended


def standards_now(card: Programme, book: Book, month: Month) -> list[StandardNow]:
    """The standards the card's rule reads, as they stand in a month, in the card's order."""
    rows = [
        row
        for row in book
        if row.key in card.standards
        and row.since <= month
        and (row.until is None or month < row.until)
    ]
    rows.sort(key=lambda row: card.standards.index(row.key))
    return [
        StandardNow(
            label_of(row.key),
            row.band,
            value_words(row.key, row.unit, row.value, row.choice),
            row.document,
            row.example,
        )
        for row in rows
    ]
