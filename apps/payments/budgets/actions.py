"""预算的写: load 科目, enter and confirm budgets, charge a calculation, decide 超预算."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext

from apps.offices.actions import log, note_export
from apps.offices.gates import four_eyes, need_role, one
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState, move
from apps.offices.refusals import words_of
from apps.payments.budgets import reading
from apps.payments.budgets.models import (
    COUNTY_DIGITS,
    DECIDERS,
    WHOLE,
    BudgetRow,
    BudgetSubject,
    FundingSource,
    OverBudget,
    Share,
    ShareSet,
)
from apps.payments.models import Calculation, PaymentRun
from apps.standards.models import current_book
from apps.units.language import lazy as _
from apps.units.language import listed
from apps.units.money import yuan
from apps.units.months import Month, month_code, parse_month

KIND = "payments.budgetrow"
ENTERERS = (Role.FINANCE,)
SUBJECTS = Path(__file__).with_name("subjects.yaml")


class Refused(ValueError):
    """不能登记: the message says why and what to do."""


@transaction.atomic
def load(*, recorded_on: dt.date) -> int:
    """登记科目、来源和示例分担比例 of subjects.yaml that are not held yet; how many 科目 it was."""
    told = yaml.safe_load(SUBJECTS.read_text(encoding="utf-8"))
    FundingSource.objects.bulk_create(
        (FundingSource(place=n, **row) for n, row in enumerate(told["sources"], 1)),
        ignore_conflicts=True,
    )
    held = set(BudgetSubject.objects.values_list("code", flat=True))
    fresh = {code: row for code, row in told["subjects"].items() if code not in held}
    BudgetSubject.objects.bulk_create(
        BudgetSubject(
            code=code, source=told["subject_source"][row["sure"]], **{"fund": "general", **row}
        )
        for code, row in fresh.items()
    )
    shared = set(ShareSet.objects.values_list("subject_id", "from_month"))
    for group in told["shares"]:
        since = parse_month(group["from"])
        for code in group["subjects"]:
            if (code, since) not in shared:
                _share(code, since, group["points"], recorded_on, source=group["source"])
    return len(fresh)


def _share(
    code: str, since: Month, points: Mapping[str, int], on: dt.date, **about: Any
) -> ShareSet:
    made = ShareSet.objects.create(
        subject_id=code,
        from_month=since,
        recorded_on=on,
        **{"example": not about.get("document"), **about},
    )
    Share.objects.bulk_create(
        Share(shareset=made, source_id=source, points=part)
        for source, part in points.items()
        if part
    )
    return made


@transaction.atomic
def share(
    code: str,
    *,
    from_month: Month,
    points: Mapping[str, int],
    document: str,
    on: dt.date,
    by: Staff,
) -> ShareSet:
    """登记分担比例: from a month on a 科目 is shared so; parts in ten-thousandths, 10,000 in all.

    Runs that are approved keep their split; one that is computed must be computed again.
    """
    _need_county(by)
    need_role(by, ENTERERS, _("登记分担比例"))
    if sum(points.values()) != WHOLE or min(points.values()) < 0:
        raise Refused(
            gettext("各来源比例合计须为 100%，现在是 {percent}%。").format(
                percent=f"{sum(points.values()) / 100:g}"
            )
        )
    if not document.strip():
        raise Refused(gettext("请写明分担比例的文号。"))
    _subject(code)
    made = _share(code, from_month, points, on, document=document.strip(), recorded_by=by)
    said = "、".join(f"{source} {part / 100:g}%" for source, part in points.items() if part)
    words = f"{code} 自{month_code(from_month)}起 {said}：{document.strip()}"
    log(by=by, kind="payments.shareset", object_id=made.pk, verb="登记分担比例", reason=words)
    return made


@transaction.atomic
def enter(
    *,
    year: int,
    code: str,
    source: str,
    kind: str,
    fen: int,
    document: str,
    document_on: dt.date,
    by: Staff,
    at: dt.datetime,
    reason: str = "",
    example: bool = False,
) -> BudgetRow:
    """登记预算: a year's first budget, or a signed change of it; counts once confirmed."""
    _need_county(by)
    need_role(by, ENTERERS, _("登记预算"))
    _subject(code)
    if not document.strip():
        raise Refused(gettext("请写明预算文件。"))
    _refuse_misfit(year, code, source, kind, fen)
    try:
        with transaction.atomic():
            made = BudgetRow.objects.create(
                year=year,
                subject_id=code,
                source_id=source,
                kind=kind,
                fen=fen,
                document=document.strip(),
                document_on=document_on,
                reason=reason.strip(),
                example=example,
                entered_by=by,
                entered_at=at,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, BudgetRow) or gettext("登记失败，请核对。")) from error
    _logged(by, made, "登记预算")
    return made


def _need_county(by: Staff) -> None:
    if len(by.division) > COUNTY_DIGITS:
        raise NotAllowed(_("预算是全县的，由县级办理。"))


def _subject(code: str) -> BudgetSubject:
    found = BudgetSubject.objects.filter(code=code).first()
    if found is None:
        raise NotFound(gettext("没有这个预算科目，请从清单中选择。"))
    return found


def _refuse_misfit(year: int, code: str, source: str, kind: str, fen: int) -> None:
    """A change needs a confirmed budget to change, and leaves it at zero or more."""
    if not FundingSource.objects.filter(code=source).exists():
        raise NotFound(gettext("没有这个资金来源，请从清单中选择。"))
    rows = BudgetRow.objects.filter(year=year, subject=code, source=source).confirmed()
    held = rows.aggregate(fen=Sum("fen"))["fen"]
    if kind == BudgetRow.Kind.CHANGE and held is None:
        raise Refused(gettext("这个科目和来源本年还没有已确认的年初预算，不能调整。"))
    if kind == BudgetRow.Kind.CHANGE and held + fen < 0:
        raise Refused(gettext("现有预算 {fen} 元，不能调减到零以下。").format(fen=yuan(held)))


@transaction.atomic
def decide(row_id: int, step: str, *, by: Staff, at: dt.datetime, reason: str = "") -> None:
    """确认或退回预算 (``step`` "confirm" or "refuse"), by somebody else than who entered it."""
    _need_county(by)
    row: BudgetRow = one(BudgetRow, row_id, by)
    four_eyes(row.entered_by_id, by)
    if step == "refuse" and not reason.strip():
        raise Refused(gettext("请写明退回的理由。"))
    if step == "confirm":
        # Two changes confirmed at once wait for each other: together they may take too much.
        key = f"budget {row.year} {row.subject_id} {row.source_id}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
        _refuse_misfit(row.year, row.subject_id, row.source_id, row.kind, row.fen)
    move(
        BudgetRow.objects.filter(pk=row.pk),
        step,
        by=by,
        reason=reason.strip() or _words(row),
        decided_by=by,
        decided_at=at,
    )


def _words(row: BudgetRow) -> str:
    where = f"{row.year} {row.subject_id} {row.source_id}"
    return f"{where} {yuan(row.fen)}元 {row.document} {row.reason}".strip()


def _logged(by: Staff, row: BudgetRow, verb: str) -> None:
    log(by=by, kind=KIND, object_id=row.pk, verb=verb, reason=_words(row), target=row.state)


CHARGE = """
INSERT INTO payments_charge
    (calculation_id, code, source, points, shareset_id, fen, regular_fen, one_off_fen)
SELECT %(calculation)s, code, source, points, shareset, fen, regular_fen, one_off_fen
FROM budget_charges(%(calculation)s, %(month)s) ORDER BY code, source
"""


def charge(calculation: Calculation, month: Month) -> None:
    """列支: split every line of a calculation by the shares of its run's month; keep the sums."""
    with connection.cursor() as cursor:
        cursor.execute(CHARGE, {"calculation": calculation.pk, "month": month})


def admit(run: PaymentRun, *, by: Staff) -> None:
    """审批前核预算: StaleState when the run goes beyond a budget and nobody decided that it may.

    Also when the shares have changed since it was computed, and, with payment.budget_required on,
    when a 科目 has no budget for the year at all. Who may not approve is told so by move().
    """
    if by.role not in PaymentRun.MOVES["approve"].roles:
        return
    stale = reading.outdated(run)
    if stale:
        raise StaleState(
            gettext("{name}的分担比例在计算后有变动，请重新计算后再审批。").format(name=stale)
        )
    over = reading.uncovered(run, by.pk)
    if over:
        raise StaleState(
            gettext("超出预算：{words}。须先有超预算决定，或调整预算，才能审批。").format(
                words=reading.said(over)
            )
        )
    if current_book().month(run.month).optional("payment.budget_required"):
        found = reading.states(run.month.year, run, run.calculation)
        none = reading.without_budget(found)
        if none:
            raise StaleState(
                gettext("{names}没有下达{year}年预算，请先登记并确认预算。").format(
                    names=listed(one.name for one in none), year=run.month.year
                )
            )


@transaction.atomic
def go_beyond(
    run_id: int,
    *,
    document: str,
    document_on: dt.date,
    reason: str,
    by: Staff,
    at: dt.datetime,
) -> list[OverBudget]:
    """超预算决定: the run may go beyond every budget that it goes beyond now, by so much.

    Of the calculation that stands: computed again, it must be decided again.
    """
    need_role(by, DECIDERS, _("超预算决定"))
    rows = PaymentRun.objects.visible_to(by).select_for_update(of=("self",))
    run = rows.filter(pk=run_id, division__startswith=by.division).first()
    if run is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    if run.calculation is None or run.state not in ("computed", "checked"):
        raise StaleState(gettext("只有已计算、未审批的批次可以作超预算决定，请刷新页面。"))
    if not document.strip() or not reason.strip():
        raise Refused(gettext("请写明文件和理由。"))
    found = reading.uncovered(run)
    if not found:
        raise StaleState(gettext("本批没有超出预算，或已有决定，请刷新页面。"))
    made = OverBudget.objects.bulk_create(
        OverBudget(
            calculation=run.calculation,
            code=one.code,
            source=one.source,
            fen=one.over,
            document=document.strip(),
            document_on=document_on,
            reason=reason.strip(),
            decided_by=by,
            decided_at=at,
        )
        for one in found
    )
    words = f"{reading.said(found)}；{document.strip()}；{reason.strip()}"
    log(by=by, kind="payments.paymentrun", object_id=run.pk, verb="超预算决定", reason=words[:500])
    return made


def taken_away(count: int, *, by: Staff) -> None:
    """登记导出: the table of a year has left the system."""
    note_export(by=by, kind="payments.export", what="预算执行", count=count)
