"""申报、核对、入户、采信: the four figures of each line side by side. Only reads.

A declared income is the fact that was recorded with the application; a figure declared anew
takes its place. Of each source the newest holds; of the departments, those of the newest check.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext

from apps.casework.models import Application
from apps.evidence.catalogue import DEPARTMENTS, ITEMS
from apps.evidence.models import VERIFIERS, CheckAnswer, CheckRequest, Explanation, Figure
from apps.households.models import Fact, Member
from apps.offices.models import Staff
from apps.units.language import lazy as _
from apps.units.money import yuan_grouped

PER = {"month": _("元/月"), "year": _("元/年"), "": _("元")}
HIDDEN = _("仅核对岗位可见")
WHOLE = _("全户")
Key = tuple[int, str]  # person id (0: the household), item


class Amount(NamedTuple):
    """One figure as it was said: an amount, or a number of things, with words."""

    fen: int | None
    per: str
    number: int | None
    words: str
    figure_id: int = 0
    hidden: bool = False

    @property
    def yearly(self) -> int | None:
        """What is compared: fen a year, fen, or the number."""
        if self.number is not None or self.fen is None:
            return self.number
        return self.fen * (12 if self.per == "month" else 1)

    def __str__(self) -> str:
        if self.hidden:
            return str(HIDDEN)
        parts = []
        if self.fen is not None:
            parts.append(f"{yuan_grouped(self.fen)} {PER[self.per]}")
        if self.number is not None:
            parts.append(str(self.number))
        return " ".join([*parts, self.words]).strip() or "—"


class Line(NamedTuple):
    """One line of one person: what the household, the departments, the visit and we say."""

    person_id: int
    who: str
    item: str
    declared: Amount | None
    checked: Amount | None
    surveyed: Amount | None
    adopted: Amount | None
    chosen: str  # the source the adopted figure was taken from, in Chinese
    differs: bool  # the department's figure is not the declared one
    explanation: str

    @property
    def label(self) -> str:
        return ITEMS[self.item].label

    @property
    def key(self) -> str:
        """How a form names the line."""
        return f"{self.person_id}-{self.item}"

    @property
    def open(self) -> bool:
        """A difference nobody has explained yet."""
        return self.differs and not self.explanation

    @property
    def best(self) -> Amount | None:
        """The adopted figure, else that of the visit, the departments, the household."""
        return self.adopted or self.surveyed or self.checked or self.declared


def newest_check(application: Application) -> CheckRequest | None:
    """The last request of the application; a recheck takes the place of what it checks again."""
    return CheckRequest.objects.filter(application=application).order_by("-pk").first()


def answers_of(request: CheckRequest) -> dict[str, CheckAnswer]:
    """The newest answer of each department, in the order of the list."""
    rows = CheckAnswer.objects.filter(request=request).select_related("recorded_by")
    newest = {row.department: row for row in rows.order_by("pk")}
    return {code: newest[code] for code in DEPARTMENTS if code in newest}


def declared(application: Application) -> dict[Key, Amount]:
    """What the household says: facts known with the application, then figures declared since."""
    adopted = Figure.objects.filter(application=application, fact__isnull=False)
    stays = Member.objects.known_now().filter(
        household_id=application.household_id, period__contains=application.applied_on
    )
    mine = Q(person__in=stays.values("person")) | Q(household=application.household_id, person=None)
    rows = (
        Fact.objects.known_now()
        .filter(mine, kind__in=("income", "deduction"), on__lte=application.applied_on)
        .filter(Q(until__isnull=True) | Q(until__gte=application.applied_on))
        .exclude(pk__in=adopted.values("fact"))
        .order_by("on", "pk")
    )
    found = {
        (row.person_id or 0, f"{row.kind}.{row.code}"): Amount(row.amount_fen, row.per, None, "")
        for row in rows
    }
    return found | newest_of(application, Figure.Source.DECLARED, hide=False)


def newest_of(application: Application, source: str, *, hide: bool) -> dict[Key, Amount]:
    """By line the newest figure of one source; ``hide``: raw ones without what they say."""
    rows = Figure.objects.filter(application=application, source=source).order_by("pk")
    if source == Figure.Source.CHECKED:
        request = newest_check(application)
        answers = answers_of(request).values() if request else ()
        rows = rows.filter(answer__in=[answer.pk for answer in answers])
    return {(row.person_id or 0, row.item): _amount(row, hide) for row in rows}


def _amount(row: Figure, hide: bool) -> Amount:
    if hide and ITEMS[row.item].raw:
        return Amount(None, "", None, "", row.pk, hidden=True)
    return Amount(row.amount_fen, row.per, row.number, row.words, row.pk)


def lines(application: Application, staff: Staff | None = None) -> list[Line]:
    """Every line anybody has said something about; raw figures only for who verifies.

    ``staff`` None: for our own arithmetic, nothing is hidden.
    """
    hide = staff is not None and staff.role not in VERIFIERS
    said = declared(application)
    checked = newest_of(application, Figure.Source.CHECKED, hide=hide)
    surveyed = newest_of(application, Figure.Source.SURVEYED, hide=False)
    adopted = newest_of(application, Figure.Source.ADOPTED, hide=hide)
    names = _names(application)
    ids = [amount.figure_id for found in (checked, adopted) for amount in found.values()]
    figures = Figure.objects.in_bulk(ids)
    said_why = Explanation.objects.filter(figure__in=ids).order_by("pk")
    why = {row.figure_id: row.words for row in said_why}
    keys = sorted({*said, *checked, *surveyed, *adopted}, key=_order)
    return [_line(key, said, checked, surveyed, adopted, names, figures, why) for key in keys]


def _line(
    key: Key,
    said: dict[Key, Amount],
    checked: dict[Key, Amount],
    surveyed: dict[Key, Amount],
    adopted: dict[Key, Amount],
    names: dict[int, str],
    figures: dict[int, Figure],
    why: dict[int, str],
) -> Line:
    answered, taken = checked.get(key), adopted.get(key)
    return Line(
        person_id=key[0],
        who=names.get(key[0], WHOLE),
        item=key[1],
        declared=said.get(key),
        checked=answered,
        surveyed=surveyed.get(key),
        adopted=taken,
        chosen=CHOSEN[figures[taken.figure_id].chosen] if taken else "",
        differs=bool(answered and figures[answered.figure_id].differs),
        explanation=why.get(answered.figure_id, "") if answered else "",
    )


CHOSEN = {
    "declared": _("申报"),
    "checked": _("核对"),
    "surveyed": _("入户"),
    "other": _("另行认定"),
}


def _order(key: Key) -> tuple[int, int]:
    return (list(ITEMS).index(key[1]), key[0])


def _names(application: Application) -> dict[int, str]:
    rows = Member.objects.known_now().filter(household_id=application.household_id)
    return dict(rows.values_list("person_id", "person__name"))


def checked_until(request: CheckRequest | None, on: dt.date) -> str:
    """Why a check cannot be relied upon on a day; empty when it can."""
    if request is None:
        return gettext("还没有提请信息核对，请在“核对”页提请。")
    if request.state != CheckRequest.State.CONCLUDED:
        return gettext("信息核对{state}，待县级出具结果。").format(
            state=request.get_state_display()
        )
    if request.expires_on is not None and request.expires_on < on:
        return gettext("核对结果已于{expires_on}到期，请重新提请核对。").format(
            expires_on=request.expires_on
        )
    return ""
