"""Small words for budget stories: two who enter and confirm, and the budget of a 科目."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from apps.offices.models import Role, Staff
from apps.payments.budgets import actions
from apps.payments.budgets.models import BudgetRow, Share
from apps.payments.budgets.reading import State, states
from apps.payments.budgets.split import Portion, split
from apps.payments.models import PaymentRun
from tests import builders

NURSING = "2081107"  # 残疾人生活和护理补贴, the 科目 of deaf()
AT = dt.datetime(2024, 1, 15, 2, tzinfo=dt.UTC)
SHARED = {"province": 4000, "city": 1000, "county": 5000}  # subjects.yaml


class Desk(NamedTuple):
    """Who enters, who confirms, who decides to go beyond."""

    finance: Staff
    second: Staff
    leader: Staff


def desk() -> Desk:
    """A fresh set of the three."""
    return Desk(
        builders.staff(Role.FINANCE),
        builders.staff(Role.FINANCE),
        builders.staff(Role.LEADER),
    )


def entered(
    people: Desk, yuan: int, source: str = "county", kind: str = "initial", **more: str
) -> BudgetRow:
    """A row of the year 2024 that waits to be confirmed."""
    return actions.enter(
        year=2024,
        code=more.get("code", NURSING),
        source=source,
        kind=kind,
        fen=yuan * 100,
        document="县财政局预算通知",
        document_on=AT.date(),
        reason=more.get("reason", "追加" if kind == "change" else ""),
        by=people.finance,
        at=AT,
    )


def confirmed(
    people: Desk, yuan: int, source: str = "county", kind: str = "initial", **more: str
) -> BudgetRow:
    """A row of the year 2024 that counts."""
    row = entered(people, yuan, source, kind, **more)
    actions.decide(row.pk, "confirm", by=people.second, at=AT)
    row.refresh_from_db()
    return row


def enough(people: Desk, yuan: int) -> None:
    """A budget of so much in all, given by the sources as they share."""
    for source, part in split(yuan, portions()).items():
        confirmed(people, part, source)


def portions() -> list[Portion]:
    """The shares of the 科目 as they are in force."""
    rows = Share.objects.filter(shareset__subject=NURSING).select_related("source")
    return [Portion(one.source_id, one.source.place, one.points) for one in rows]


def beyond(people: Desk, run: PaymentRun, by: Staff | None = None) -> None:
    """超预算决定 about a run."""
    actions.go_beyond(
        run.pk,
        document="县政府常务会议纪要",
        document_on=AT.date(),
        reason="先行垫付，年底追加",
        by=by or people.leader,
        at=AT,
    )


def state(run: PaymentRun | None = None, source: str = "all") -> State:
    """How the 科目 stands in 2024."""
    found = states(2024, run, run.calculation if run else None)
    return next(one for one in found if (one.code, one.source) == (NURSING, source))
