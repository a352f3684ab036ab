"""动态管理的登记: what is on record of the boxes of each act, whoever wrote it. Only reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from apps.casework.models import Entitlement
from apps.households.models import Fact, Member
from apps.offices.sight import Record
from apps.reviews.models import (
    Custody,
    Extension,
    Proposal,
    Reminder,
    Review,
    ReviewClass,
    Screening,
    Served,
    Suspension,
    Termination,
)
from apps.reviews.pages import Page
from apps.reviews.proposing import PROPOSALS
from apps.units.months import Month

OVER = ("resumed", "refused")  # states in which a suspension no longer stands


def recorded(page: Page, code: str) -> Record:
    """Of what the page is about: what its act would write over, or where it stands by now."""
    if page.name == "award" and code in PROPOSALS:
        return _proposal(page.pk, code)
    find = ACTS.get(page.name, {}).get(code)
    return find(page) if find else Record({})


def _month(month: Month | None) -> str:
    return f"{month:%Y-%m}" if month else ""


def _of(row: Any, **boxes: Any) -> Record:
    return Record(boxes, row._meta.label_lower, row.pk) if row else Record({})


def _standing(page: Page) -> Suspension | None:
    return Suspension.objects.filter(entitlement=page.pk).exclude(state__in=OVER).first()


def _suspend(page: Page) -> Record:
    one = _standing(page)
    if one is None:
        return Record({})
    return _of(one, reason=one.reason, from_month=_month(one.from_month), note=one.note)


def _resume(page: Page) -> Record:
    one = _standing(page)
    if one is None or one.state != "lifting":
        return _held(page)
    return _of(one, note=one.resume_note, from_month=_month(one.resume_from))


def _held(page: Page) -> Record:
    """Where the newest suspension stands, for who decides about it."""
    one = Suspension.objects.filter(entitlement=page.pk).order_by("-pk").first()
    if one is None:
        return Record({})
    words = f"{one.get_state_display()}：{Suspension.REASONS[one.reason]}"
    return _of(one, **{gettext("暂停发放"): f"{words} {one.note}".strip()})


def _proposal(award: int, code: str) -> Record:
    """What waits for approval; in the boxes of its own form where it is of the same kind."""
    one = Proposal.objects.filter(entitlement=award, state="proposed").first()
    if one is None:
        return Record({})
    boxes = {**one.terms, "note": one.note} if one.kind == code else {}
    return _of(one, **boxes, **{gettext("拟办决定"): one.words})


def _waiting(page: Page) -> Record:
    one = Proposal.objects.filter(entitlement=page.pk).order_by("-pk").first()
    if one is None:
        return Record({})
    return _of(one, **{gettext("拟办决定"): f"{one.get_state_display()}：{one.words} {one.note}"})


def _classify(page: Page) -> Record:
    one = ReviewClass.objects.filter(entitlement=page.pk).order_by("-on", "-pk").first()
    return _of(one, category=one.category, note=one.note) if one else Record({})


def _refused_work(page: Page) -> Record:
    """Refusals only add up: whoever registers one sees those that are there."""
    home = Entitlement.objects.filter(pk=page.pk).values("household")
    people = Member.objects.known_now().filter(household__in=home).values("person")
    rows = Fact.objects.known_now().filter(kind="work_refusal", person__in=people)
    said = [f"{one.on} {one.person.name}" for one in rows.select_related("person").order_by("pk")]
    last = rows.order_by("pk").last()
    return Record({gettext("已登记的拒绝就业"): said}, "households.fact", last.pk if last else 0)


def _terminate(page: Page) -> Record:
    one = Termination.objects.filter(entitlement=page.pk, state="noticed").first()
    return _of(one, reason=one.reason, note=one.note) if one else Record({})


def _ending(page: Page) -> Record:
    """Where an announced ending stands: how it is posted, and what became of it."""
    one = Termination.objects.get(pk=page.pk)
    stands = f"{one.get_state_display()} {one.posted_on}—{one.notice_ends}"
    return _of(one, **{gettext("公示"): stands})


def _finish(page: Page) -> Record:
    one = Review.objects.get(pk=page.pk)
    return _of(one, outcome=one.outcome, note=one.note)


def _remind(page: Page) -> Record:
    """Reminders only add up as well."""
    rows = list(Reminder.objects.filter(fact=page.pk).select_related("by").order_by("pk"))
    said = [f"{one.on} {one.by.name} {one.note}".strip() for one in rows]
    return Record({gettext("已登记的提醒"): said}, "reviews.reminder", rows[-1].pk if rows else 0)


def _serve(page: Page) -> Record:
    one = Served.objects.filter(decision=page.pk).first()
    return _of(one, on=one.on, how=one.how, note=one.note) if one else Record({})


def _screen(page: Page) -> Record:
    one = Screening.objects.filter(entitlement=page.pk).first()
    return _of(one, result=one.result, note=one.note) if one else Record({})


def _custody(page: Page) -> Record:
    one = Custody.objects.get(pk=page.pk)
    return _of(one, on=one.ended_on, reason=one.end_reason)


def _extend(page: Page) -> Record:
    asked = Extension.objects.filter(application=page.lists["application"])
    one = asked.exclude(state="refused").first()
    return _of(one, reason=one.reason, note=one.note) if one else Record({})


def _extension(page: Page) -> Record:
    asked = Extension.objects.filter(application=page.lists["application"])
    one = asked.select_related("prepared_by").order_by("-pk").first()
    if one is None:
        return Record({})
    return _of(one, **{gettext("延长"): f"{one.get_state_display()}：{one.note}"})


# By page (pages.Page.name) and act.
ACTS: dict[str, dict[str, Callable[[Page], Record]]] = {
    "award": {
        "suspend": _suspend,
        "ask_resume": _resume,
        "classify": _classify,
        "refused_work": _refused_work,
        "terminate": _terminate,
        **dict.fromkeys(
            ("approve_suspension", "refuse_suspension", "approve_resume", "refuse_resume"), _held
        ),
        **dict.fromkeys(("approve_proposal", "refuse_proposal", "withdraw_proposal"), _waiting),
    },
    "termination": dict.fromkeys(("conclude", "post_again", "drop"), _ending),
    "review": {"finish": _finish},
    "remind": {"remind": _remind},
    "serve": {"serve": _serve},
    "screen": {"screen": _screen},
    "custody-one": {"end": _custody},
    "application-clocks": {"extend": _extend, "grant": _extension, "refuse_extension": _extension},
}
