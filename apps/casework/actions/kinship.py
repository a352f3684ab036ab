"""近亲属备案、投诉举报: what raises a decision to the county (R-DB-21)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext

from apps.casework.actions.saying import Refused, logged
from apps.casework.models import CASEWORKERS, Application, Complaint, NearRelative
from apps.households.models import Member
from apps.offices.actions import log
from apps.offices.gates import need_role
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.units.language import lazy as _


@transaction.atomic
def register_relative(
    *,
    person_id: int,
    relation: str,
    on: dt.date,
    by: Staff,
    staff_id: int | None = None,
    official: str = "",
) -> NearRelative:
    """单独登记备案: a member is the near relative of an official or a village committee member."""
    need_role(by, CASEWORKERS, _("近亲属备案"))
    if relation not in NearRelative.Relation.values:
        raise Refused(gettext("近亲属关系请从清单中选择。"), "relation")
    if (staff_id is None) == (not official.strip()):
        raise Refused(
            gettext("请选择一位经办人员，或填写一位村（居）委会成员的姓名，二者择一。"), "official"
        )
    stays = Member.objects.known_now().filter(
        person_id=person_id, household__division__startswith=by.division
    )
    if not stays.exists():
        raise NotFound(gettext("没有找到这个人，或不在您的管辖范围内。"))
    known = NearRelative.objects.filter(person_id=person_id, official=official.strip()[:60])
    known = known.filter(staff_id=staff_id) if staff_id else known.filter(staff__isnull=True)
    if known.exists():
        raise Refused(gettext("这一关系已经备案，不必重复登记。"), "official")
    made = NearRelative.objects.create(
        person_id=person_id,
        staff_id=staff_id,
        official=official.strip()[:60],
        relation=relation,
        on=on,
        registered_by=by,
    )
    home = stays.order_by("-period").values_list("household_id", flat=True).first()
    kind = "casework.nearrelative"
    log(by=by, kind=kind, object_id=made.pk, verb="近亲属备案", household_id=home)
    return made


@transaction.atomic
def register_complaint(application_id: int, *, on: dt.date, by: Staff, words: str) -> Complaint:
    """投诉举报: recorded as received; the county must then visit."""
    need_role(by, CASEWORKERS, _("登记投诉举报"))
    if not words.strip():
        raise Refused(gettext("请填写投诉举报的内容。"), "words")
    application = Application.objects.visible_to(by).filter(pk=application_id).first()
    if application is None:
        raise NotFound(gettext("没有找到这份申请，或不在您的管辖范围内。"))
    if on < application.applied_on:
        raise Refused(
            gettext("收到日期{on}早于申请日期{applied_on}，请核对。").format(
                on=on, applied_on=application.applied_on
            ),
            "on",
        )
    made = Complaint.objects.create(
        application=application, on=on, words=words.strip()[:500], registered_by=by
    )
    logged(by, application, "登记投诉举报", words.strip())
    return made
