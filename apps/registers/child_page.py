"""儿童档案页: what is known of one child on a register, and what may be done now. Only reads."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.models import Application, Entitlement
from apps.casework.procedures import CASEWORKERS
from apps.offices.models import Event, Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.registers import forms, listing, words
from apps.registers.clocks import words_of_visits
from apps.registers.models import ChildFile, ChildReport
from apps.registers.offers import Offer
from apps.registers.targets import OFFICES, TARGETS
from apps.standards.models import current_book
from apps.units.months import month_of

EVENTS = 30


class Referred(NamedTuple):
    """A referral and what has come of it in this system."""

    on: dt.date
    target: str
    note: str
    result: tuple[str, str, str]  # colour, icon, words


def found(staff: Staff, pk: int) -> ChildFile:
    """A file of one's territory; NotAllowed for those who need not see children's files."""
    if staff.role not in words.NAMERS:
        raise NotAllowed(gettext("儿童档案只供经办儿童工作的岗位查看，您的岗位只能看名册数量。"))
    rows = ChildFile.objects.visible_to(staff).select_related("person", "household", "fact")
    file: ChildFile | None = rows.filter(pk=pk).first()
    if file is None:
        raise NotFound(gettext("没有找到这份档案，或不在您的管辖范围内。"))
    return file


def context(staff: Staff, file: ChildFile, today: dt.date) -> dict[str, Any]:
    """Everything the page shows beside its acts; a fixed number of queries."""
    book = current_book()
    row = _row(staff, file, today)
    health = staff.role in words.HEALTH_READERS
    ratings = list(file.ratings.select_related("by").order_by("-on", "-pk"))
    level = ratings[0].level if ratings else "ordinary"
    return {
        "file": file,
        "row": row,
        "register": words.REGISTERS.get(file.fact.code, gettext("已不在册")),
        "ground": ground_words(row.ground, health=health),
        "level": words.LEVELS[level],
        "rhythm": words_of_visits(book, today, file.fact.code, level),
        "health": health,
        "visits": list(file.visits.select_related("by").order_by("-on", "-pk")),
        "reports": list(file.reports.select_related("by", "answered_by").order_by("state", "-on")),
        "alarms": words.CARE,
        "outcomes": words.OUTCOMES,
        "carer": file.carers.order_by("-on", "-pk").first(),
        "ratings": [(one, ground_words(one.ground, health=health)) for one in ratings],
        "referred": _referred(file, today),
        "closing": words.CLOSINGS.get(file.close_reason, ""),
        "marks": marks(row, today),
        "events": _events(file),
        "url": reverse("household", args=[file.household.number]),
    }


def _row(staff: Staff, file: ChildFile, today: dt.date) -> listing.Row:
    """The file as its list shows it, so that page and list never say different things."""
    filters = listing.Filters(division=file.household.division, state="")
    before = f"{file.household.division}~{file.pk - 1}"
    page = listing.files(staff, filters, today=today, book=current_book(), after=before, limit=1)
    return page.rows[0]


def ground_words(code: str, *, health: bool) -> str:
    """Why the child is on the register; what is said of its health only to caseworkers."""
    if code in words.HEALTH_GROUNDS and not health:
        return words.HIDDEN
    return words.ALL_GROUNDS.get(code, gettext("未评估"))


def marks(row: listing.Row, today: dt.date) -> list[tuple[str, str, str]]:
    """What stands out about a file: colour, icon, words."""
    if row.state == "closed":
        return [("end", "x", gettext("已销档"))]
    said = []
    if row.reports:
        said.append(("bad", "stop", gettext("待处置报告")))
    if row.alone and row.carer_on is None:
        said.append(("bad", "stop", gettext("户内无成年人")))
    if row.due_on and row.due_on < today:
        said.append(
            ("bad", "stop", gettext("走访逾期 {days} 天").format(days=(today - row.due_on).days))
        )
    elif row.due_on == today:
        said.append(("warn", "clock", gettext("今天应走访")))
    if row.out_on and row.out_on <= today:
        said.append(("warn", "warn", gettext("已达年龄上限")))
    if row.void or row.moved:
        said.append(
            ("warn", "warn", gettext("登记已变化") if row.void else gettext("已迁到另一户"))
        )
    return said or [("ok", "ok", gettext("正常"))]


def _referred(file: ChildFile, today: dt.date) -> list[Referred]:
    """Referrals with what has come of them: an award in force, or an application (3 queries)."""
    mine = {"household_id": file.household_id}
    awards = set(
        Entitlement.objects.payable_in(month_of(today))
        .filter(**mine)
        .values_list("programme", flat=True)
    )
    asked = set(Application.objects.filter(**mine).values_list("programme", flat=True))
    rows = file.referrals.order_by("-on", "-pk")
    return [
        Referred(one.on, TARGETS[one.target], one.note, _result(one.target, awards, asked))
        for one in rows
    ]


def _result(target: str, awards: set[str], asked: set[str]) -> tuple[str, str, str]:
    if target in OFFICES:
        return ("doing", "circle", gettext("已转出"))
    if target in awards:
        return ("ok", "ok", gettext("已享受"))
    return (
        ("doing", "circle", gettext("已申请"))
        if target in asked
        else ("warn", "warn", gettext("尚未申请"))
    )


def _events(file: ChildFile) -> list[Event]:
    rows = Event.objects.filter(kind="registers.childfile", object_id=file.pk)
    return list(rows.select_related("by").order_by("-pk")[:EVENTS])


def offers(staff: Staff, file: ChildFile) -> list[Offer]:
    """What this post may do with the file now, the visit first."""
    if file.state != "open":
        return []
    worker = staff.role in CASEWORKERS
    found = [
        Offer(
            "visit", gettext("登记走访"), forms.Visit if worker else forms.VillageVisit, open=True
        ),
        Offer(
            "report",
            gettext("登记强制报告"),
            forms.Report,
            hint=gettext("独居、失踪、疑似受侵害，立即登记"),
        ),
    ]
    if not worker:
        return found
    waiting = ChildReport.objects.filter(file=file, state="open").order_by("pk")
    answers = [
        Offer(
            "answer",
            gettext("处置：{care}").format(care=words.CARE[one.kind]),
            forms.Answer,
            open=True,
            row=one.pk,
        )
        for one in waiting
    ]
    return [*answers, *found, *_for_caseworkers(file)]


def _for_caseworkers(file: ChildFile) -> list[Offer]:
    register = file.fact.code
    other = "in_difficulty" if register == "left_behind" else "left_behind"
    return [
        Offer("carer", gettext("确认委托照护"), forms.ConfirmCarer),
        Offer("rate", gettext("评估"), partial(_rate, register)),
        Offer("refer", gettext("转介"), forms.Refer),
        Offer(
            "reregister",
            gettext("转入{registers}名册").format(registers=words.REGISTERS[other]),
            partial(_reregister, other),
            hint=gettext("档案不变，登记改到另一名册"),
        ),
        Offer(
            "transfer",
            gettext("转档"),
            forms.Nothing,
            hint=gettext("儿童已登记到另一户的，档案随人走"),
        ),
        Offer(
            "close",
            gettext("销档"),
            forms.Close,
            hint=gettext("儿童不再符合的，登记同时改为“不再登记”"),
        ),
    ]


def _rate(register: str, *args: Any, **kwargs: Any) -> forms.Rate:
    return forms.Rate(*args, **kwargs).of(register)


def _reregister(register: str, *args: Any, **kwargs: Any) -> forms.Reregister:
    form = forms.Reregister(*args, **kwargs)
    form.fields["ground"].choices = [  # type: ignore[attr-defined]
        ("", gettext("请选择")),
        *words.GROUNDS[register].items(),
    ]
    return form
