"""为什么: the amount of a month said aloud, stored or still to come, with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.engine import Result
from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES, Programme
from apps.casework.trial import say_result
from apps.payments.derive import derive, documents_of
from apps.payments.family import STATES, latest_dues
from apps.payments.models import Due
from apps.standards.book import Standards, Value, unpack
from apps.standards.saying import document_words
from apps.units.language import month_words
from apps.units.months import Month, month_code


class Explained(NamedTuple):
    """One amount of one month said aloud; ``title``: whose, where it is paid on top of another."""

    title: str
    month: Month
    fen: int
    lines: list[tuple[str, int]]
    documents: list[str]
    basis: str  # its verdict, where it comes from, and the number of the rule


def explain(
    programme: str, subject: int, month: Month, names: Mapping[int, str]
) -> list[Explained]:
    """The newest dues of an award for a month, each said again from its own facts.

    With what is paid on top by the same award (分类施保) to those who are named.
    """
    dues = list(latest_dues([subject, *names], month, month))
    mine = [one for one in dues if one.programme == programme and one.subject == subject]
    awards = {one.entitlement_id for one in mine}
    on_top = [one for one in dues if one.entitlement_id in awards and one not in mine]
    return [_stored(due, names, programme) for due in [*mine, *on_top]]


def _stored(due: Due, names: Mapping[int, str], programme: str) -> Explained:
    book = unpack(due.calculation.book)
    said = derive(due, book)
    run = due.calculation.run
    basis = gettext(
        "{verdict} · 依据{month}批次第{version}版计算（数据截至{cutoff}）· 规则 {rule}"
    ).format(
        verdict=STATES[Verdict(due.verdict)][2],
        month=month_words(run.month),
        version=due.calculation.version,
        cutoff=run.cutoff,
        rule=due.rule,
    )
    title = _title(PROGRAMMES[due.programme], due.subject, names, programme)
    return Explained(title, due.month, due.fen, said.working.lines, _cited(said.documents), basis)


def foreseen(
    results: list[Result],
    standards: Standards,
    programme: str,
    subject: int,
    names: Mapping[int, str],
) -> list[Explained]:
    """The same of a month that no run has computed yet; ``results`` are all of that month."""
    mine = [r for r in results if r.card.code == programme and r.case.subject == subject]
    awards = {r.case.entitlement_id for r in mine}
    on_top = [r for r in results if r.case.entitlement_id in awards and r not in mine]
    return [_to_come(result, standards, names, programme) for result in [*mine, *on_top]]


def _to_come(
    result: Result, standards: Standards, names: Mapping[int, str], programme: str
) -> Explained:
    card, outcome = result.card, result.outcome
    rule = card.rule_of(standards.month).number
    basis = gettext("{verdict} · 按现在的登记推算，批次尚未计算 · 规则 {rule}").format(
        verdict=STATES[outcome.verdict][2], rule=rule
    )
    title = _title(card, result.case.subject, names, programme)
    lines = say_result(result, standards).lines
    cited = _cited(documents_of(card.code, standards))
    return Explained(title, standards.month, outcome.fen, lines, cited, basis)


def _title(card: Programme, subject: int, names: Mapping[int, str], programme: str) -> str:
    return "" if card.code == programme else f"{card.name} · {names.get(subject, '—')}"


def _cited(documents: list[Value]) -> list[str]:
    """The standards in words, each with the month from which it holds."""
    return [
        f"{document_words(one)}（{month_code(one.since)}起）"
        for one in documents
        if one.value is not None or one.choice
    ]


class Compared(NamedTuple):
    """与上月比较: the month before, its sum, and the lines that are not the same."""

    month: Month
    before_fen: int
    fen: int
    gone: list[tuple[str, int]]
    new: list[tuple[str, int]]

    @property
    def difference_fen(self) -> int:
        return self.fen - self.before_fen


def compared(before: list[Explained], now: list[Explained]) -> Compared | None:
    """What is different from the month before; None where there is nothing to compare."""
    if not before or not now:
        return None
    old = [line for one in before for line in one.lines]
    new = [line for one in now for line in one.lines]
    return Compared(
        month=before[0].month,
        before_fen=sum(one.fen for one in before),
        fen=sum(one.fen for one in now),
        gone=[line for line in old if line not in new],
        new=[line for line in new if line not in old],
    )
