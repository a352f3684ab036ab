"""预览的说法: amounts before and after, from which month, and what is paid on or asked back.

Compares two looks ahead (payments.whatif), one before and one after the change. Only values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import gettext

from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES, Nature
from apps.households.models import Household, Person
from apps.payments.listing import WHY
from apps.payments.models import PaymentLine
from apps.payments.whatif import Ahead, Key
from apps.units.months import Month, month_code

ENDED = (Verdict.LAPSED, Verdict.UNQUALIFIED)


class Row(NamedTuple):
    """One award: what it comes to now and after the change; fen, None: no amount that month."""

    code: str
    subject: int
    programme: str
    who: str
    now: int | None
    then: int | None
    since: Month | None  # the first month that differs; None: unchanged
    words: str
    in_kind: bool

    @property
    def changed(self) -> bool:
        return self.since is not None


class Past(NamedTuple):
    """A past month that comes out otherwise: 补发 above zero, 追缴 below; fen."""

    programme: str
    who: str
    month: Month
    due: int
    step: int

    @property
    def back(self) -> int:
        """What was paid too much."""
        return -self.step


class Promise(NamedTuple):
    """What is shown before a change is submitted, and kept with it."""

    month: Month  # of the next run
    through: Month
    decided: bool
    rows: list[Row]
    past: list[Past]
    issues: dict[Key, int]  # every line the next run would issue to those concerned
    overpaid: dict[Key, int]
    notes: list[str]  # what else should be known before it is submitted

    @property
    def arrears(self) -> int:
        """补发, fen."""
        return sum(one.step for one in self.past if one.step > 0)

    @property
    def back(self) -> int:
        """追缴, fen."""
        return sum(-one.step for one in self.past if one.step < 0)

    @property
    def since(self) -> Month | None:
        """The first month in which anything differs."""
        months = [row.since for row in self.rows if row.since]
        return min(months, default=None)

    def stored(self) -> dict[str, Any]:
        """In the form the change keeps."""
        return {
            "month": month_code(self.month),
            "since": month_code(self.since) if self.since else "",
            "arrears_fen": self.arrears,
            "back_fen": self.back,
            "rows": [
                [str(row.programme), str(row.who), row.now, row.then, month_code(row.since)]
                for row in self.rows
                if row.since
            ],
        }


def promise(
    home: Household, before: Ahead, after: Ahead, *, decided: bool, notes: list[str]
) -> Promise:
    """The two looks ahead set side by side (2 queries for the names)."""
    pairs = sorted({key[:2] for ahead in (before, after) for key in ahead.owed})
    names = _names(home, {subject for _, subject in pairs})
    mine = {-home.pk, *home.members.known_now().values_list("person_id", flat=True)}
    rows = []
    for programme, subject in pairs:
        row = _row(programme, subject, names, before, after)
        if row.changed or subject in mine:
            rows.append(row)
    return Promise(
        before.month,
        before.through,
        decided,
        rows,
        _past(before, after, names),
        dict(after.issues),
        dict(after.overpaid),
        notes,
    )


def _names(home: Household, subjects: Iterable[int]) -> dict[int, str]:
    persons = Person.objects.filter(pk__in=[s for s in subjects if s > 0])
    found = dict(persons.values_list("pk", "name"))
    homes = Household.objects.filter(pk__in=[-s for s in subjects if s < 0])
    for pk, number in homes.values_list("pk", "number"):
        found[-pk] = (
            gettext("全户") if pk == home.pk else gettext("{number}户").format(number=number)
        )
    return found


def _row(
    programme: str, subject: int, names: Mapping[int, str], before: Ahead, after: Ahead
) -> Row:
    pair = (programme, subject)
    months = {m for ahead in (before, after) for p, s, m in ahead.owed if (p, s) == pair}
    differing = [m for m in sorted(months) if _differs((*pair, m), before, after)]
    now = before.owed.get((*pair, before.month))
    then = after.owed.get((*pair, after.through))
    card = PROGRAMMES[programme]
    return Row(
        programme,
        subject,
        card.name,
        names.get(subject, ""),
        now.fen if now else None,
        then.fen if then else None,
        differing[0] if differing else None,
        _words(pair, before, after),
        card.nature is Nature.IN_KIND,
    )


def _differs(key: Key, before: Ahead, after: Ahead) -> bool:
    """Whether a month comes out otherwise.

    A past month that nothing but the change touches is not computed before it: what the run would
    do about it says whether it differs from what was issued.
    """
    if key[2] >= before.month:
        was, becomes = before.owed.get(key), after.owed.get(key)
        return (was.fen if was else 0) != (becomes.fen if becomes else 0)
    return any(
        one.get(key) != other.get(key)
        for one, other in (
            (before.issues, after.issues),
            (before.overpaid, after.overpaid),
            (before.held, after.held),
        )
    )


def _words(pair: tuple[str, int], before: Ahead, after: Ahead) -> str:
    """Whether the award ends, or its money waits, after the change and not before."""
    key = (*pair, after.through)
    was, becomes = before.owed.get(key), after.owed.get(key)
    ends = becomes is None or becomes.verdict in ENDED
    if ends and was is not None and was.verdict not in ENDED:
        return gettext("终止")
    if becomes is not None and becomes.verdict == Verdict.HELD:
        return "" if was is not None and was.verdict == Verdict.HELD else gettext("待补，暂不发放")
    waits = [why for (p, s, _), (_, why) in after.held.items() if (p, s) == pair]
    waited = [why for (p, s, _), (_, why) in before.held.items() if (p, s) == pair]
    if waits:
        return WHY[waits[0]][1]
    return gettext("暂缓的款项将发出") if waited else ""


def _past(before: Ahead, after: Ahead, names: Mapping[int, str]) -> list[Past]:
    """Months before that of the next run whose payment differs because of the change."""
    keys = {
        key
        for part in (before.issues, before.overpaid, after.issues, after.overpaid)
        for key in part
        if key[2] < after.month
    }
    found = []
    for key in sorted(keys, key=lambda k: (k[2], k[0], k[1])):
        pays = after.issues.get(key, 0) - before.issues.get(key, 0)
        back = after.overpaid.get(key, 0) - before.overpaid.get(key, 0)
        step = pays - back
        if step:
            programme, subject, month = key
            owed = after.owed.get(key)
            name = PROGRAMMES[programme].name
            found.append(Past(name, names.get(subject, ""), month, owed.fen if owed else 0, step))
    return found


def paid_twice(persons: Iterable[int]) -> list[str]:
    """Programmes of which two files of one person were both paid the same months (1 query)."""
    months: dict[str, dict[int, set[Month]]] = defaultdict(lambda: defaultdict(set))
    rows = PaymentLine.objects.filter(
        subject__in=list(persons), calculation_id=F("calculation__run__calculation_id")
    ).filter(calculation__run__state__in=("approved", "sent", "closed"))
    for programme, subject, month in rows.values_list("programme", "subject", "month"):
        months[programme][subject].add(month)
    said = []
    for programme, by_person in sorted(months.items()):
        both = sorted(set.intersection(*by_person.values())) if len(by_person) == 2 else []
        if both:
            name = PROGRAMMES[programme].name
            span = gettext("{month_code}至{month_code2}").format(
                month_code=month_code(both[0]), month_code2=month_code(both[-1])
            )
            said.append(
                gettext("{span}有{count}个月两份档案都领了{name}，合并后请办理追缴。").format(
                    span=span, count=len(both), name=name
                )
            )
    return said
