"""动态管理的各项办理, by name: the one action behind each button of a page and each call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from apps.offices.models import Staff
from apps.offices.moves import StaleState
from apps.reviews import actions
from apps.reviews.models import Proposal, Suspension
from apps.reviews.proposing import PROPOSALS
from apps.units.language import lazy as _

Do = Callable[[int, Staff, dt.date, dict[str, Any]], object]
# Each act: the one action it calls, and what is said when it is done.
ACTS: dict[str, tuple[Do, str]] = {
    "suspend": (
        lambda pk, by, on, d: actions.propose_suspension(pk, on=on, by=by, **d),
        _("已提出暂停，待另一人批准。"),
    ),
    "approve_suspension": (
        lambda pk, by, on, d: actions.approve_suspension(_held(pk), on=on, by=by),
        _("已批准暂停，后续批次暂不发放。"),
    ),
    "refuse_suspension": (
        lambda pk, by, on, d: actions.refuse_suspension(_held(pk), on=on, by=by, **d),
        _("未批准暂停，照常发放。"),
    ),
    "ask_resume": (
        lambda pk, by, on, d: actions.propose_resumption(_held(pk), on=on, by=by, **d),
        _("已提出恢复，待另一人批准。"),
    ),
    "approve_resume": (
        lambda pk, by, on, d: actions.approve_resumption(_held(pk), on=on, by=by),
        _("已批准恢复，下一批次补发。"),
    ),
    "refuse_resume": (
        lambda pk, by, on, d: actions.refuse_resumption(_held(pk), by=by, **d),
        _("未批准恢复，继续暂停。"),
    ),
    "approve_proposal": (
        lambda pk, by, on, d: actions.approve_proposal(_proposed(pk), on=on, by=by),
        _("已批准。请打印告知书并登记送达。"),
    ),
    "refuse_proposal": (
        lambda pk, by, on, d: actions.refuse_proposal(_proposed(pk), on=on, by=by, **d),
        _("未批准，待遇照旧。"),
    ),
    "withdraw_proposal": (
        lambda pk, by, on, d: actions.withdraw_proposal(_proposed(pk), by=by),
        _("已撤回。"),
    ),
    "refused_work": (
        lambda pk, by, on, d: actions.record_refusal_of_work(pk, on=on, by=by, **d),
        _("已登记拒绝就业。"),
    ),
    "classify": (
        lambda pk, by, on, d: actions.classify(pk, on=on, by=by, **d),
        _("已认定核查类别。"),
    ),
    "terminate": (
        lambda pk, by, on, d: actions.propose_termination(pk, on=on, by=by, **d),
        _("已登记终止公示，请打印公示单张贴并拍照。"),
    ),
    "finish": (
        lambda pk, by, on, d: actions.finish_review(pk, on=on, by=by, **d),
        _("核查已办结。"),
    ),
    "conclude": (
        lambda pk, by, on, d: actions.conclude_termination(pk, on=on, by=by),
        _("已终止，请筛查其他救助。"),
    ),
    "post_again": (
        lambda pk, by, on, d: actions.post_again(pk, on=on, by=by, **d),
        _("已重新公示。"),
    ),
    "drop": (
        lambda pk, by, on, d: actions.drop_termination(pk, on=on, by=by, **d),
        _("不再终止。"),
    ),
    "certify": (lambda pk, by, on, d: actions.certify([pk], on=on, by=by), _("已登记认证。")),
    "remind": (lambda pk, by, on, d: actions.remind(pk, on=on, by=by, **d), _("已登记提醒。")),
    "serve": (lambda pk, by, on, d: actions.serve(pk, by=by, **d), _("已登记送达。")),
    "screen": (lambda pk, by, on, d: actions.screen(pk, on=on, by=by, **d), _("已登记筛查结果。")),
    "file": (lambda pk, by, on, d: actions.file_custody(pk, on=on, by=by), _("已备案。")),
    "end": (lambda pk, by, on, d: actions.end_custody(pk, by=by, **d), _("代管已结束。")),
    "extend": (
        lambda pk, by, on, d: actions.propose_extension(pk, on=on, by=by, **d),
        _("已提出延长，待另一人批准。"),
    ),
    "grant": (lambda pk, by, on, d: actions.grant_extension(pk, on=on, by=by), _("已批准延长。")),
    "refuse_extension": (
        lambda pk, by, on, d: actions.refuse_extension(pk, on=on, by=by, **d),
        _("未批准延长。"),
    ),
}


# Approvals: whoever gives one is asked once more who they are.
BINDING = ("approve_suspension", "approve_resume", "approve_proposal", "grant")


def act_of(code: str) -> tuple[Do, str]:
    """An act of the list above, or the proposing of a decision of that kind."""
    if code not in PROPOSALS:
        return ACTS[code]

    def propose(pk: int, by: Staff, on: dt.date, data: dict[str, Any]) -> object:
        return actions.propose(pk, kind=code, data=data, on=on, by=by, note=data["note"])

    return propose, gettext("已提出{verb}，待另一人批准。").format(verb=PROPOSALS[code].verb)


def _proposed(award: int) -> int:
    """The proposal about an award that waits."""
    rows = Proposal.objects.filter(entitlement=award, state="proposed")
    found: int | None = rows.values_list("pk", flat=True).first()
    if found is None:
        raise StaleState(gettext("这项决定刚刚被他人办理，请刷新页面后再看。"))
    return found


def _held(award: int) -> int:
    """The suspension of an award that is proposed or in force."""
    rows = Suspension.objects.filter(entitlement=award).exclude(state__in=("resumed", "refused"))
    found: int | None = rows.values_list("pk", flat=True).first()
    if found is None:
        raise StaleState(gettext("这项待遇的暂停刚刚被他人办理，请刷新页面后再看。"))
    return found
