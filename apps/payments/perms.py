"""批次的权限: which steps a run has, which of them a person may take now, and why not."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound
from apps.payments.models import MAKERS, PaymentRun
from apps.units.language import listed

FORWARD = ("compute", "check", "approve", "send", "close")
BINDING = ("approve", "send")  # whoever takes these is asked once more who they are
LOADERS = (*MAKERS, Role.FINANCE, Role.APPROVER)  # who may take the bank file away


class Offer(NamedTuple):
    """One act on a run: shown when the post may ever do it; ``why_not`` empty when it may now."""

    step: str
    label: str
    why_not: str

    @property
    def open(self) -> bool:
        """Whether it can be done now."""
        return not self.why_not


def runs_of(staff: Staff) -> QuerySet[PaymentRun]:
    """Runs lying inside a person's territory: sums of a county are not for one township."""
    return PaymentRun.objects.visible_to(staff).filter(division__startswith=staff.division)


def find_run(staff: Staff, pk: int) -> PaymentRun:
    """A run inside the person's territory, with its people; NotFound otherwise."""
    people = ("maker", "checker", "approver", "releaser", "calculation")
    found = runs_of(staff).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    return found


def may_make(staff: Staff) -> bool:
    """Whether the post opens and computes runs."""
    return staff.role in MAKERS


def may_load(staff: Staff) -> bool:
    """Whether the post may download the bank file."""
    return staff.role in LOADERS


def offers(run: PaymentRun, staff: Staff, changed: int, unanswered: int = 0) -> dict[str, Offer]:
    """The acts of this post on this run by step; a changed run can be computed, not passed on."""
    found: dict[str, Offer] = {}
    for step, move in PaymentRun.MOVES.items():
        if staff.role not in move.roles or run.state not in move.sources:
            continue
        label = gettext("重新计算") if step == "compute" and run.calculation_id else move.verb
        found[step] = Offer(
            step, label, _why_not(step, run, staff, changed) or _waits(step, unanswered)
        )
    return found


def _why_not(step: str, run: PaymentRun, staff: Staff, changed: int) -> str:
    if run.requested_at is not None:
        return gettext("正在计算，请稍候") if step != "cancel" else gettext("正在计算，请先停止")
    done_by = {"check": (run.maker_id,), "approve": (run.maker_id, run.checker_id)}
    done_by["send"] = (run.maker_id, run.checker_id, run.approver_id)
    if staff.pk in done_by.get(step, ()):
        return gettext("您已办过本批次前面的步骤，须由另一人办理")
    if changed and step in ("check", "approve"):
        return gettext("计算后又登记了{changed}处变动，请先重新计算").format(changed=changed)
    return ""


def _waits(step: str, unanswered: int) -> str:
    """What approval waits for besides: doubts that nobody has answered."""
    if step != "approve" or not unanswered:
        return ""
    return gettext("还有{unanswered}条需核实的没有核实").format(unanswered=unanswered)


def next_step(run: PaymentRun) -> tuple[str, str]:
    """The verb that comes next and who does it; empty when the run has come to its end."""
    for step in FORWARD:
        move = PaymentRun.MOVES[step]
        first = "draft" if step == "compute" else move.sources[0]
        if run.state == first:
            return move.verb, listed(role.label for role in move.roles)
    return "", ""
