"""发放的待办: accounts to mend, recoveries to decide and plans that are behind. Only reads."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.urls import reverse

from apps.casework.worklist import LIMIT, Asked, Task, page_of, queue
from apps.payments.listing import WHY
from apps.payments.models import PaymentRun
from apps.payments.recoveries.models import JUDGES, PREPARERS, Treatment
from apps.payments.recoveries.reading import Row, recoveries, schedule

# What the newest run could not pay for want of an account, one row an award.
ACCOUNTS = """
SELECT min(d.id), d.programme, d.subject, d.why, min(d.month), sum(d.fen)::bigint, h.id,
       h.division, h.number
FROM payments_held d
JOIN casework_entitlement e ON e.id = d.entitlement_id
JOIN households_household h ON h.id = e.household_id
WHERE d.calculation_id = %(calculation)s AND d.why IN ('no_account', 'account_returned')
  AND h.division LIKE %(territory)s
  AND NOT EXISTS (
      SELECT 1 FROM households_bankaccount a
      WHERE (a.person_id = d.subject OR a.household_id = h.id) AND a.recorded_on >= %(since)s)
GROUP BY d.programme, d.subject, d.why, h.id, h.division, h.number
ORDER BY min(d.month), min(d.id) LIMIT %(limit)s
"""


@queue("accounts", "账户换卡", order=28)
def accounts(asked: Asked) -> Iterator[Task]:
    """Money of the newest run that waits for an account (R-PAY-05), until one is recorded."""
    run = PaymentRun.objects.exclude(calculation=None).exclude(state="cancelled")
    newest = run.order_by("-month", "-number").first()
    if newest is None:
        return
    params = {
        "calculation": newest.calculation_id,
        "territory": f"{asked.staff.division}%",
        "since": newest.cutoff,
        "limit": LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS, params)
        rows = cursor.fetchall()
    for pk, programme, subject, why, first, _fen, home, division, number in rows:
        yield Task(
            key=f"account-{pk}",
            what="更换退票账户" if why == "account_returned" else "登记收款账户",
            why=WHY[why][1],
            verb="换卡",
            url=reverse("household", args=[number]),
            division=division,
            since=first,
            programme=programme,
            household_id=home,
            person_id=max(subject, 0),
        )


@queue("recoveries", "追缴", order=75, roles=(*PREPARERS, *JUDGES))
def overpaid(asked: Asked) -> Iterator[Task]:
    """Recoveries without a decision, those waiting for approval, and plans that are behind."""
    proposed, plans = _treatments(asked)
    for row in recoveries(asked.staff, limit=LIMIT):
        preparer, plan = proposed.get(row.pk), plans.get(row.pk)
        if row.left <= 0 or preparer == asked.staff.pk:
            continue
        what, why = _asks(row, preparer, plan, asked)
        if not what:
            continue
        yield Task(
            key=f"recovery-{row.pk}",
            what=what,
            why=why,
            verb="处理",
            url=page_of("recovery", row.pk),
            division=row.division,
            since=row.opened_on,
            programme=row.programme,
            household_id=row.household_id,
            person_id=max(row.subject, 0),
        )


def _treatments(asked: Asked) -> tuple[dict[int, int], dict[int, Treatment]]:
    """By recovery: who prepared what waits for approval, and the way of paying that holds."""
    proposed: dict[int, int] = {}
    plans: dict[int, Treatment] = {}
    for one in Treatment.objects.visible_to(asked.staff).exclude(state="refused").order_by("pk"):
        if one.state == "proposed":
            proposed[one.recovery_id] = one.prepared_by_id
        elif one.way != Treatment.Way.WAIVER:
            plans[one.recovery_id] = one
    return proposed, plans


def _asks(row: Row, preparer: int | None, plan: Treatment | None, asked: Asked) -> tuple[str, str]:
    """What a recovery asks for now, and why; empty when nothing."""
    if preparer is not None:
        return "批准追缴处理", "已提出，待另一人批准"
    if plan is None:
        return "决定追回方式", "分期、抵扣或减免"
    stands = schedule(row, plan, asked.today)
    if plan.way == Treatment.Way.INSTALMENTS and stands and stands.behind_fen:
        return "催收分期退回款", "未按计划退回"
    return "", ""
