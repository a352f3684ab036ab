"""项目说明: what a card says about a programme, in words for its help page."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.programme import Nature, Programme, Start, Subject
from apps.standards.book import Book
from apps.standards.saying import band_words, label_of, value_words
from apps.units.language import lazy as _
from apps.units.months import Month

SUBJECTS = {
    Subject.HOUSEHOLD: _("家庭"),
    Subject.PERSON: _("个人"),
    Subject.EITHER: _("家庭或个人"),
}
NATURES = {
    Nature.MONTHLY: _("现金，按月发放"),
    Nature.ONE_OFF: _("现金，一次性"),
    Nature.IN_KIND: _("实物或服务，不经发放批次"),
    Nature.STATUS: _("身份认定，不发放"),
}
STARTS = {
    Start.AFTER_DECISION: _("确认的次月（CV-08）"),
    Start.OF_DECISION: _("确认的当月"),
    Start.OF_APPLICATION: _("申请的当月"),
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
        (gettext("对象"), SUBJECTS[card.subject]),
        (gettext("性质"), NATURES[card.nature]),
        (gettext("起始月份"), STARTS[card.start]),
        (gettext("终止"), _stops(card)),
        (gettext("公示"), gettext("须公示") if card.public_notice else gettext("不公示")),
        (gettext("计入低保收入"), gettext("是") if card.counts_as_income else gettext("否")),
    ]
    if card.needs_life_certificate:
        found.append((gettext("生存认证"), gettext("逾期未认证的暂缓发放，认证后补发")))
    if isinstance(card.budget, str) and card.budget:
        found.append((gettext("预算科目"), card.budget))
    return found


def _stops(card: Programme) -> str:
    if card.nature in (Nature.ONE_OFF, Nature.STATUS):
        return "—"
    ended = gettext("停发决定的次月；死亡的次月")
    if card.lapses:
        return gettext("{ended}；任一条件缺失的当月起终止，须重新申请").format(ended=ended)
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
            band_words(row.key, row.band),
            value_words(row.key, row.unit, row.value, row.choice),
            row.document,
            row.example,
        )
        for row in rows
    ]
