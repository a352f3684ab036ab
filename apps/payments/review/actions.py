"""审批前核查的写入: adopting rules, asking of a calculation, answering, staff's own accounts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from apps.offices.actions import log, note_change
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState, need_role
from apps.payments.models import Calculation, PaymentRun
from apps.payments.review.loading import FILE, read
from apps.payments.review.models import (
    KEEPERS_OF_ACCOUNTS,
    RULERS,
    Doubt,
    ReviewRule,
    StaffAccount,
)
from apps.payments.review.raising import params_of, statement
from apps.payments.review.rules import asking, in_force
from apps.payments.summary import baseline
from apps.standards.book import Standards
from apps.units.language import lazy as _
from apps.units.language import listed
from apps.units.months import Month

FIRST = Month(2020, 1, 1)
SOURCE = "本地参数，责任岗位和时限由县级自定"
SAME = ("code", "kind", "short", "words", "programmes", "standards")  # of every version of a rule
GATE = "payment.review_before_approval"


def load(file: Path = FILE, *, recorded_on: dt.date) -> int:
    """登记核查规则: those of the file whose code is not on record yet; returns how many."""
    known = set(ReviewRule.objects.values_list("code", flat=True))
    rows = [
        ReviewRule(
            **entry._asdict(),
            from_month=FIRST,
            source=SOURCE,
            example=True,
            recorded_on=recorded_on,
        )
        for entry in read(file)
        if entry.code not in known
    ]
    return len(ReviewRule.objects.bulk_create(rows))


def adopt(
    code: str,
    *,
    from_month: Month,
    owner: str,
    days: int,
    asked: bool,
    source: str,
    document: str = "",
    on: dt.date,
    by: Staff,
) -> ReviewRule:
    """登记核查规则的新一版: whose it is and how long they have, or that it no longer asks.

    From a month that no run has been issued for; an open run is computed again (变动).
    """
    need_role(by, RULERS, _("登记核查规则"))
    last = _may_follow(code, from_month)
    if not source.strip() and not document.strip():
        raise StaleState(gettext("请写明依据：文件，或本地决定的来源。"))
    with transaction.atomic():
        columns = {name: getattr(last, name) for name in SAME}
        columns |= {"owner": owner, "days": days, "asked": asked, "from_month": from_month}
        try:
            with transaction.atomic():
                made = ReviewRule.objects.create(
                    **columns,
                    source=source.strip()[:200],
                    document=document.strip()[:120],
                    recorded_on=on,
                    recorded_by=by,
                )
        except IntegrityError:
            raise StaleState(gettext("该规则自这个月起已有一版，请另选月份。")) from None
        note_change(on=from_month, what=f"核查规则：{last.short}")
        state = "启用" if asked else "停用"
        log(
            by=by,
            kind="payments.reviewrule",
            object_id=made.pk,
            verb="登记核查规则",
            reason=f"{last.short}：{Role(owner).label}，{days}个工作日，{state}",
        )
    return made


def _may_follow(code: str, from_month: Month) -> ReviewRule:
    """The newest version of a rule, which another may follow from the month on."""
    last = ReviewRule.objects.filter(code=code).order_by("-from_month").first()
    if last is None:
        raise NotFound(gettext("没有这条核查规则。"))
    if PaymentRun.objects.issued().filter(month__gte=from_month).exists():
        raise StaleState(gettext("这个月的批次已经审批，请从以后的月份起登记。"))
    return last


def raise_doubts(calculation: Calculation, run: PaymentRun, standards: Standards) -> int:
    """提出需核实: what the rules in force ask of a new calculation; returns how many.

    Answers to the calculation it replaces are taken over where nothing of the line changed.
    Whether approval waits for the answers is kept with the calculation (``gated``).
    """
    rules = asking(in_force(run.month), standards)
    found, sql = 0, statement(rules)
    if sql:
        params = params_of(calculation, run, baseline(run), rules, standards)
        params["previous"] = run.calculation_id
        params["on"] = timezone.localdate(calculation.started_at)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.rowcount
    if standards.on(GATE):
        Calculation.objects.filter(pk=calculation.pk).update(gated=True)
    return found


def pass_doubts(
    run_id: int,
    *,
    note: str,
    by: Staff,
    at: dt.datetime,
    ids: Collection[int] = (),
    code: str = "",
) -> int:
    """核实无误: the ticked ones, or all of one rule, with one reason; returns how many.

    By the rule's owner; of the run as a whole by whoever made the run (R21).
    """
    with transaction.atomic():
        run = _open(run_id, by)
        if not note.strip():
            raise StaleState(gettext("核实无误须写明核实情况。"))
        if not ids and not code:
            raise StaleState(gettext("请先勾选要核实的，或选定一条规则。"))
        rows = Doubt.objects.visible_to(by).unanswered().filter(calculation=run.calculation)
        rows = rows.filter(code=code) if code else rows.filter(pk__in=ids)
        found = list(rows.select_related("rule").order_by("pk"))
        if not found:
            raise StaleState(gettext("这些已经核实或暂缓，请刷新页面。"))
        _may_answer(run, found, by)
        passed = Doubt.objects.unanswered().filter(pk__in=[one.pk for one in found])
        count: int = passed.update(passed_by=by, passed_at=at, note=note.strip()[:200])
        what = "、".join(dict.fromkeys(one.rule.short for one in found))
        log(
            by=by,
            kind="payments.paymentrun",
            object_id=run.pk,
            verb="核实无误",
            reason=f"{what} {count}条：{note.strip()}",
        )
    return count


def _open(run_id: int, by: Staff) -> PaymentRun:
    """The run, locked, while it can still be answered for."""
    rows = PaymentRun.objects.visible_to(by).select_for_update(of=("self",))
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    if run.state not in ("computed", "checked") or run.requested_at is not None:
        raise StaleState(gettext("本批已审批、正在计算或还没有计算，现在不能核实；请刷新页面。"))
    return run


def _may_answer(run: PaymentRun, found: list[Doubt], by: Staff) -> None:
    if any(one.subject == 0 and by.pk != run.maker_id for one in found):
        raise NotAllowed(gettext("整批的异动由本批次的经办人说明。"))
    others = {one.rule.owner for one in found if one.subject and one.rule.owner != by.role}
    if others or not by.active:
        raise NotAllowed(
            gettext("这些须由{owner}核实，您的岗位是{role}。").format(
                owner=listed(Role(owner).label for owner in sorted(others)),
                role=by.get_role_display(),
            )
        )


def refuse_unanswered(run: PaymentRun, by: Staff) -> None:
    """StaleState while something is unanswered; NotAllowed to approve what one has passed."""
    assert run.calculation is not None
    mine = Doubt.objects.filter(calculation=run.calculation)
    left = mine.unanswered().count() if run.calculation.gated else 0
    if left:
        raise StaleState(
            gettext("还有{left}条需核实的没有核实，请由责任岗位核实或暂缓后再审批。").format(
                left=left
            )
        )
    if mine.filter(passed_by=by).exists():
        raise NotAllowed(gettext("本批有您核实的事项，须由另一人审批。"))


def register_account(
    *, staff_id: int, number: str, whose: str, on: dt.date, by: Staff
) -> StaffAccount:
    """登记工作人员账户: from now on no assistance goes to it; an open run is computed again."""
    need_role(by, KEEPERS_OF_ACCOUNTS, _("登记工作人员账户"))
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", number))
    if not re.fullmatch(r"[0-9]{6,32}", plain):
        raise StaleState(gettext("账号应为6至32位数字，请对照存折或银行卡核对。"))
    inside = Q(division__startswith=by.division) | Q(division="")
    if not Staff.objects.filter(inside, pk=staff_id).exists():
        raise NotFound(gettext("没有找到这名工作人员。"))
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = StaffAccount.objects.create(
                    staff_id=staff_id, number=plain, whose=whose, recorded_on=on, recorded_by=by
                )
        except IntegrityError:
            raise StaleState(gettext("该账户已经登记，或关系不在清单中。")) from None
        note_change(on=on, what="登记工作人员账户")
        _told(made, "登记工作人员账户", by)
    return made


def end_account(account_id: int, *, on: dt.date, by: Staff) -> None:
    """注销工作人员账户: it was closed, or its owner has left."""
    need_role(by, KEEPERS_OF_ACCOUNTS, _("注销工作人员账户"))
    with transaction.atomic():
        rows = StaffAccount.objects.visible_to(by).standing()
        found = rows.select_for_update(of=("self",)).filter(pk=account_id).first()
        if found is None:
            raise StaleState(gettext("该账户没有登记，或已注销；请刷新页面。"))
        found.ended_on, found.ended_by = on, by
        found.save(update_fields=["ended_on", "ended_by"])
        note_change(on=on, what="注销工作人员账户")
        _told(found, "注销工作人员账户", by)


def _told(one: StaffAccount, verb: str, by: Staff) -> None:
    tail = f"尾号{one.number[-4:]}"
    log(by=by, kind="payments.staffaccount", object_id=one.pk, verb=verb, reason=tail)
