"""办理条件: what the public notice answers for in the procedure of an application."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.models import Application, StepTaken
from apps.casework.procedure import among, need
from apps.publicity.models import NoticeRow, Objection, PublicNotice
from apps.units.language import lazy as _

_NOT_POSTED = _("还没有张贴公示，请在“公示”中勾选本申请并张贴。")


def _newest(application: Application) -> PublicNotice | None:
    rows = NoticeRow.objects.filter(application=application).select_related("notice")
    row = rows.order_by("-pk").first()
    return row.notice if row else None


def _posting(application: Application) -> str:
    """Where the list of the village is put together and posted."""
    return f"{reverse('notice-new')}?division={application.household.division}"


def _notice(application: Application) -> str:
    """The page of the newest notice, or where one is posted."""
    notice = _newest(application)
    if notice is None or notice.state == "withdrawn":
        return _posting(application)
    return reverse("public-notice", args=[notice.pk])


@need("posted", at=_posting)
def posted(application: Application, on: dt.date) -> list[str]:
    """公示已张贴: a notice with the application is up."""
    return [] if posted_among([application.pk], on) else [_NOT_POSTED]


@among("posted")
def posted_among(applications: Collection[int], on: dt.date) -> set[int]:
    """Those whose newest notice is up on the day (one query)."""
    rows = NoticeRow.objects.filter(application_id__in=applications).order_by("pk")
    newest = {
        pk: (state, since)
        for pk, state, since in rows.values_list(
            "application_id", "notice__state", "notice__posted_on"
        )
    }
    return {pk for pk, (state, since) in newest.items() if pk and state == "posted" and since <= on}


@need("notice_over", at=_notice)
def notice_over(application: Application, on: dt.date) -> list[str]:
    """公示期满: the newest notice has been ended, after its last day (CV-07)."""
    notice = _newest(application)
    if notice is None or notice.state == "withdrawn":
        return [_NOT_POSTED]
    if notice.last_day is not None and on <= notice.last_day:
        return [gettext("公示到{last_day}才满，请期满后再办理。").format(last_day=notice.last_day)]
    if notice.state != "ended":
        return [
            gettext("公示{pk}已期满，请上传期满照片（或说明原因）并结束公示。").format(pk=notice.pk)
        ]
    return []


@need("objection_recorded", at=_notice)
def objection_recorded(application: Application, _on: dt.date) -> list[str]:
    """异议已登记: an open objection that has not been the reason of this step before.

    Without one, ``no_open_objection`` would have nothing to wait for.
    """
    taken = StepTaken.objects.filter(application=application, code="object")
    used = [pk for pk in taken.values_list("data__objection", flat=True) if pk is not None]
    waiting = Objection.objects.filter(row__application=application, answer__isnull=True)
    if waiting.exclude(pk__in=used).exists():
        return []
    notice = _newest(application)
    where = gettext("公示{pk}的页面").format(pk=notice.pk) if notice else gettext("公示的页面")
    return [
        gettext(
            "还没有登记异议。请到{where}，在本申请那一行写明提出人和内容后登记，登记后本申请自动转为“有异议”。"
        ).format(where=where)
    ]


@need("no_open_objection", at=_notice)
def no_open_objection(application: Application, _on: dt.date) -> list[str]:
    """没有未处理的异议, in any notice of the application."""
    waiting = Objection.objects.filter(row__application=application, answer__isnull=True)
    return [
        gettext("{objector}于{on}提出的异议还没有处理，请先核实并登记处理结果。").format(
            objector=one.objector, on=one.on
        )
        for one in waiting.order_by("pk")
    ]
