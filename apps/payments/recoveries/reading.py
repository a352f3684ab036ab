"""追缴的清单: each recovery with what was overpaid, paid back, withheld and waived. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, Protocol

from apps.casework.programme import PROGRAMMES
from apps.offices.models import Staff
from apps.offices.together import Question, of_sql, together
from apps.payments.difference import AWAITING
from apps.payments.listing import HEAD
from apps.units.months import Month, month_of, months_apart

PAGE = 50
ROWS = """
SELECT r.id AS pk, r.programme, r.subject, r.opened_on, h.number,
       {name} AS name,
       coalesce((SELECT sum(fen) FROM payments_recoveryentry
                 WHERE recovery_id = r.id), 0)::bigint AS overpaid,
       coalesce((SELECT sum(fen) FROM payments_repayment
                 WHERE recovery_id = r.id), 0)::bigint AS repaid,
       coalesce((SELECT sum(l.offset_fen) FROM payments_paymentline l
                 JOIN payments_paymentrun u ON u.calculation_id = l.calculation_id
                     AND u.state IN ('approved', 'sent', 'closed')
                 WHERE l.subject = r.subject AND l.programme = r.programme
                   AND l.offset_fen > 0), 0)::bigint
           AS withheld,
       coalesce((SELECT sum(fen) FROM payments_treatment
                 WHERE recovery_id = r.id AND way = 'waiver' AND state = 'approved'), 0)::bigint
           AS waived,
       ({awaiting}) AS awaiting,
       h.division, h.id AS household_id
FROM payments_recovery r
-- By its key, whatever the planner expects: recoveries are few, households many.
CROSS JOIN LATERAL (
    SELECT id, number, division FROM households_household
    WHERE id = r.household_id AND division LIKE %(territory)s OFFSET 0) h
{names}
WHERE r.id < %(before)s AND (%(only)s = 0 OR r.id = %(only)s)
ORDER BY r.id DESC LIMIT %(limit)s
"""
NAMES = f"LEFT JOIN households_person p ON p.id = r.subject\n{HEAD}"
LAST = 2**62


class Row(NamedTuple):
    """One recovery in figures (fen)."""

    pk: int
    programme: str
    subject: int
    opened_on: dt.date
    number: str
    name: str
    overpaid: int
    repaid: int
    withheld: int
    waived: int
    awaiting: int
    division: str
    household_id: int

    @property
    def left(self) -> int:
        """What is still to be recovered."""
        return self.overpaid - self.repaid - self.withheld - self.waived

    @property
    def now(self) -> int:
        """What of it may be asked back now: the rest awaits the bank's word."""
        return max(self.left - self.awaiting, 0)

    @property
    def card(self) -> str:
        """The programme's name."""
        return PROGRAMMES[self.programme].name if self.programme in PROGRAMMES else self.programme


def recoveries(staff: Staff, *, before: int = LAST, only: int = 0, limit: int = PAGE) -> list[Row]:
    """Recoveries inside the territory, the newest first, after a key; one query."""
    found: list[list[Row]] = together([question(staff, before=before, only=only, limit=limit)])
    return found[0]


def question(
    staff: Staff, *, before: int = LAST, only: int = 0, limit: int = PAGE, names: bool = True
) -> Question[Row]:
    """The same as a question that can be put together with others; without names if need be."""
    params = {
        "territory": f"{staff.division}%",
        "before": before,
        "only": only,
        "limit": limit,
    }
    name, join = ("coalesce(p.name, head.name, '')", NAMES) if names else ("''", "")
    return of_sql(Row, ROWS.format(name=name, names=join, awaiting=AWAITING), params)


class Plan(Protocol):
    """A way of paying back so much a month (fen) from a month on."""

    @property
    def fen(self) -> int: ...

    @property
    def first_month(self) -> Month | None: ...


class Schedule(NamedTuple):
    """How a plan of instalments stands on a day."""

    monthly_fen: int
    first: Month
    expected_fen: int  # what should have come back by the end of last month
    behind_fen: int


def schedule(row: Row, plan: Plan | None, today: dt.date) -> Schedule | None:
    """What a plan asked for by last month's end, against what was paid back since it began."""
    if plan is None or plan.first_month is None:
        return None
    months = max(months_apart(plan.first_month, month_of(today)), 0)
    asked = min(months * plan.fen, row.overpaid - row.waived)
    return Schedule(plan.fen, plan.first_month, asked, max(asked - row.repaid - row.withheld, 0))
