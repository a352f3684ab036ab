"""发放的待办: accounts to mend, recoveries to decide and plans that are behind. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from apps.casework.worklist import LIMIT, Asked, Line, Task, lasting, page_of, queue
from apps.offices.together import Question, of_rows, of_sql
from apps.payments.difference import UNMENDED
from apps.payments.listing import WHY
from apps.payments.recoveries.models import JUDGES, PREPARERS, Treatment
from apps.payments.recoveries.reading import Row, question, schedule
from apps.units.language import lazy as _

# What waits for an account, one row an award: what the newest run could not pay for want of one,
# and what the bank returned, from the day it says so.
ACCOUNTS = f"""
WITH newest AS (
    SELECT calculation_id, cutoff FROM payments_paymentrun
    WHERE calculation_id IS NOT NULL AND state <> 'cancelled'
    ORDER BY month DESC, number DESC LIMIT 1
)
SELECT w.pk, w.programme, w.who, w.code, w."on", h.id AS home, h.division, h.number
FROM (
    SELECT min(d.id) AS pk, d.programme, d.subject AS who, d.why AS code, min(d.month) AS "on",
           e.household_id AS home
    FROM newest n
    JOIN payments_held d ON d.calculation_id = n.calculation_id
    JOIN casework_entitlement e ON e.id = d.entitlement_id
    WHERE d.why = 'no_account' AND NOT EXISTS (
        SELECT 1 FROM households_bankaccount a
        WHERE (a.person_id = d.subject OR a.household_id = e.household_id)
          AND a.recorded_on >= n.cutoff)
    GROUP BY d.programme, d.subject, d.why, e.household_id
    UNION ALL
    SELECT -min(i.id), i.programme, i.subject, 'account_returned', min(i.returned_on),
           i.household_id
    FROM payments_bankitem i WHERE {UNMENDED}
    GROUP BY i.programme, i.subject, i.household_id
) w
JOIN households_household h ON h.id = w.home
WHERE h.division LIKE %(territory)s
ORDER BY w."on", w.pk LIMIT %(limit)s
"""


@lasting
def unpaid(asked: Asked) -> Question[Line]:
    """Money of the newest run, or come back from the bank, that waits for an account."""
    params = {"territory": f"{asked.staff.division}%", "limit": LIMIT}
    return of_sql(Line, ACCOUNTS, params)


@queue("accounts", _("账户换卡"), order=28, asks=(unpaid,))
def accounts(asked: Asked) -> Iterator[Task]:
    """Money that waits for an account (R-PAY-05), until one is recorded."""
    for one in asked.rows(unpaid):
        yield one.task(
            "account",
            what=_("更换退票账户") if one.code == "account_returned" else _("登记收款账户"),
            why=WHY[one.code][1],
            verb=_("换卡"),
            url=f"/households/{one.number}/",
            person_id=max(one.who or 0, 0),
        )


class Way(NamedTuple):
    """A proposed or granted way of paying back."""

    recovery_id: int
    state: str
    way: str
    fen: int
    first_month: dt.date | None
    prepared_by_id: int


@lasting
def treated(asked: Asked) -> Question[Way]:
    """Every way of paying back that was not refused, in order."""
    rows = Treatment.objects.visible_to(asked.staff).exclude(state="refused").order_by("pk")
    return of_rows(Way, rows.values(*Way._fields))


@lasting
def owed(asked: Asked) -> Question[Row]:
    """The recoveries of the territory."""
    return question(asked.staff, limit=LIMIT, names=False)


@queue("recoveries", _("追缴"), order=75, roles=(*PREPARERS, *JUDGES), asks=(treated, owed))
def overpaid(asked: Asked) -> Iterator[Task]:
    """Recoveries without a decision, those waiting for approval, and plans that are behind."""
    proposed, plans = _treatments(asked)
    for row in asked.rows(owed):
        preparer, plan = proposed.get(row.pk), plans.get(row.pk)
        if row.now <= 0 or preparer == asked.staff.pk:
            continue
        words = _asks(row, preparer, plan, asked)
        if words is None:
            continue
        what, why = words
        yield Task(
            key=f"recovery-{row.pk}",
            what=what,
            why=why,
            verb=_("处理"),
            url=page_of("recovery", row.pk),
            division=row.division,
            since=row.opened_on,
            programme=row.programme,
            household_id=row.household_id,
            person_id=max(row.subject, 0),
        )


def _treatments(asked: Asked) -> tuple[dict[int, int], dict[int, Way]]:
    """By recovery: who prepared what waits for approval, and the way of paying that holds."""
    proposed: dict[int, int] = {}
    plans: dict[int, Way] = {}
    for one in asked.rows(treated):
        if one.state == "proposed":
            proposed[one.recovery_id] = one.prepared_by_id
        elif one.way != Treatment.Way.WAIVER:
            plans[one.recovery_id] = one
    return proposed, plans


def _asks(row: Row, preparer: int | None, plan: Way | None, asked: Asked) -> tuple[str, str] | None:
    """What a recovery asks for now, and why (lazy words: not to be looked at); None: nothing."""
    if preparer is not None:
        return _("批准追缴处理"), _("已提出，待另一人批准")
    if plan is None:
        return _("决定追回方式"), _("分期、抵扣或减免")
    stands = schedule(row, plan, asked.today)
    if plan.way == Treatment.Way.INSTALMENTS and stands and stands.behind_fen:
        return _("催收分期退回款"), _("未按计划退回")
    return None
