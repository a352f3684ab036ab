"""动态管理的待办: what applications and awards ask for next; each queue is a few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from apps.casework import complained
from apps.casework.clocks import courses_from, recorded
from apps.casework.deadlines import NOTIFY_STANDARD, Course, clocks, limit_named, next_due
from apps.casework.models import CASEWORKERS, DECIDERS, WAITING, Application, Decision
from apps.casework.procedure import Step
from apps.casework.programme import PROGRAMMES
from apps.casework.words import STOP_REASONS
from apps.casework.worklist import (
    FIELD_ROLES,
    LIMIT,
    OF_APPLICATION,
    OF_AWARD,
    OF_HOUSEHOLD,
    WORKERS,
    Asked,
    Bulk,
    Line,
    Task,
    lasting,
    lines,
    page_of,
    queue,
)
from apps.offices.models import Role
from apps.offices.together import Part, Question, of_rows
from apps.reviews import ahead
from apps.reviews.models import Custody, Extension, Proposal, Review, Suspension, Termination
from apps.reviews.proposing import PROPOSALS
from apps.units.language import lazy as _
from apps.units.language import worded
from apps.units.months import month_of

# Ways out that are open all along, and never what has to be done next.
ASIDE = ("withdraw", "end", "reject", "object", "request_correction", "send_back")
COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
_DECIDED = dict(Decision.Kind.choices)
_KEPT: dict[str, Any] = dict(Custody.KINDS)


class Open(NamedTuple):
    """An open application: the fields that say what its next step and clocks are."""

    id: int
    programme: str
    household_id: int
    person_id: int | None
    state: str
    track: str
    applied_on: dt.date
    accepted_on: dt.date | None
    delegated: bool
    division: str

    @property
    def application(self) -> Application:
        """As clocks and cards read it; never to be saved."""
        told = self._asdict()
        del told["division"]
        return Application(**told)


def _waiting(asked: Asked) -> QuerySet[Application]:
    """Open applications of the territory, the oldest first."""
    rows = Application.objects.visible_to(asked.staff).filter(WAITING)
    return rows.order_by("applied_on", "pk")[:LIMIT]


@lasting
def open_ones(asked: Asked) -> Question[Open]:
    """Open applications of the territory."""
    fields = [name for name in Open._fields if name != "division"]
    return of_rows(Open, _waiting(asked).values(*fields, division=F("household__division")))


@lasting
def recorded_of(asked: Asked) -> Question[Part]:
    """What their clocks stand on."""
    return recorded(_waiting(asked).values("pk"))


OPEN = (open_ones, recorded_of)


def _courses(asked: Asked) -> dict[int, Course]:
    """How far each of them has come (one query at most, where some may be delegated)."""
    found = [one.application for one in asked.rows(open_ones)]
    return courses_from(found, asked.book, asked.rows(recorded_of))


@queue("applications", _("申请办理"), order=10, roles=WORKERS, asks=OPEN)
def applications(asked: Asked) -> Iterator[Task]:
    """Open applications whose next step this post may take, by the clock that runs out first."""
    courses = asked.once("courses", _courses)
    for one in asked.rows(open_ones):
        step = _next_step(one, asked.staff.role)
        if step is None:
            continue
        running = next_due(clocks(courses[one.id], asked.calendar, asked.book))
        if one.state == "confirmed" and running is None:
            continue
        state = Application.State(one.state).label
        yield Task(
            key=f"application-{one.id}",
            what=_("残联审核") if one.state == "federation" else step.verb,
            why=f"{running.label}，{running.length}" if running else state,
            verb=_("办理"),
            url=page_of("application", one.id),
            division=one.division,
            due=running.last_day if running else None,
            since=one.applied_on,
            programme=one.programme,
            household_id=one.household_id,
            person_id=one.person_id or 0,
            visit="surveyed" in step.needs,
        )


def _next_step(one: Open, role: str) -> Step | None:
    """The next step of the card; None when another post has to take it."""
    card = PROGRAMMES.get(one.programme)
    for step in card.steps(one.track) if card else ():
        fits = one.state in step.sources and not step.back_entry and step.code not in ASIDE
        if fits and step.delegated in (None, one.delegated) and role in step.roles:
            return step
    return None


@lasting
def complained_of(asked: Asked) -> Question[Line]:
    """Complaints about open applications."""
    rows = complained.found(asked.staff, complained.Wanted(state="open"), asked.today)
    told = {"pk": F("id"), "number": F("application_id"), **OF_APPLICATION}
    return lines(rows.select_related(None), "on", "words", **told)


@queue("complaints", _("投诉举报"), order=12, roles=COUNTY, asks=(complained_of, *OPEN))
def complaints(asked: Asked) -> Iterator[Task]:
    """Those the county has to visit (R-DB-21), by the clock of the application."""
    rows = asked.rows(complained_of)
    been = complained.visited([int(one.number) for one in rows], asked.today) if rows else set()
    courses = asked.once("courses", _courses)
    for one in (one for one in rows if int(one.number) not in been):
        course = courses.get(int(one.number))
        due = next_due(clocks(course, asked.calendar, asked.book)) if course else None
        yield one.task(
            "complaint",
            what=complained.STATES["visit"],
            why=worded(_("{on}收到投诉举报：{words}"), on=one.began, words=one.words),
            verb=_("核查"),
            url=page_of("complaints", int(one.number)),
            due=due.last_day if due else None,
        )


@lasting
def suspended(asked: Asked) -> Question[Line]:
    """Suspensions to be approved or lifted; ``number`` is the award."""
    rows = Suspension.objects.visible_to(asked.staff)
    mine = Q(state="proposed", prepared_by=asked.staff)
    waiting = rows.filter(state__in=("proposed", "lifting")).exclude(
        mine | Q(state="lifting", resume_prepared_by=asked.staff)
    )
    told = {"pk": F("id"), "code": F("state"), "words": F("reason"), "on": F("proposed_on")}
    number = F("entitlement_id")
    return lines(waiting.order_by("proposed_on"), **OF_AWARD, **told, number=number)


@lasting
def proposed(asked: Asked) -> Question[Line]:
    """停发等决定 that somebody else has prepared; ``number`` is the award."""
    rows = Proposal.objects.visible_to(asked.staff).filter(state="proposed")
    others = rows.exclude(prepared_by=asked.staff).order_by("proposed_on", "pk")
    told = {"pk": F("id"), "code": F("kind"), "on": F("proposed_on")}
    return lines(others, "words", **OF_AWARD, **told, number=F("entitlement_id"))


@lasting
def longer(asked: Asked) -> Question[Line]:
    """延期 that somebody else has asked for; ``number`` is the application."""
    rows = Extension.objects.visible_to(asked.staff).filter(state="proposed")
    others = rows.exclude(prepared_by=asked.staff).order_by("proposed_on")
    told = {"pk": F("id"), "words": F("note"), "on": F("proposed_on")}
    return lines(others, **OF_APPLICATION, **told, number=F("application_id"))


@queue(
    "approvals",
    _("待我批准"),
    order=15,
    roles=DECIDERS,
    asks=(suspended, proposed, longer),
)
def approvals(asked: Asked) -> Iterator[Task]:
    """暂停、恢复、停发等决定 and 延期 that wait for the one who asks."""
    verb = _("审批")
    for one in asked.rows(suspended):
        what = _("批准暂停发放") if one.code == "proposed" else _("批准恢复发放")
        why, url = Suspension.REASONS[one.words], page_of("award", int(one.number))
        yield one.task("suspension", what=what, why=why, verb=verb, url=url)
    for one in asked.rows(proposed):
        what = worded(_("批准{verb}"), verb=PROPOSALS[one.code].verb)
        url = page_of("award", int(one.number))
        yield one.task("proposal", what=what, why=one.words, verb=verb, url=url)
    for one in asked.rows(longer):
        what, url = _("批准延长办理期限"), page_of("application-clocks", int(one.number))
        yield one.task("extension", what=what, why=one.words, verb=verb, url=url)


@lasting
def opened(asked: Asked) -> Question[Line]:
    """Open reviews of awards that still stand, by their due day; ``number``: months between."""
    standing = Q(entitlement__period__upper_inf=True) | Q(
        entitlement__period__endswith__gt=asked.today
    )
    rows = Review.objects.visible_to(asked.staff).filter(
        standing, state="open", entitlement__period__isempty=False
    )
    told = {"pk": F("id"), "on": F("opened_on"), "until": F("due_on"), "number": F("months")}
    return lines(rows.order_by("due_on"), **OF_AWARD, **told)


@queue("reviews", _("定期核查"), order=30, roles=CASEWORKERS, asks=(opened,))
def reviews(asked: Asked) -> Iterator[Task]:
    """Reviews to be carried out."""
    for one in asked.rows(opened):
        yield one.task(
            "review",
            what=_("定期核查"),
            why=worded(_("每{months}个月一次（R-DB-17）"), months=one.number),
            verb=_("核查"),
            url=page_of("review", one.pk),
            due=one.until,
            visit=True,
        )


@queue(
    "life",
    _("生存认证"),
    order=35,
    bulk=Bulk(_("登记今日已认证"), "/life/certify/"),
    asks=(ahead.life_cycles,),
)
def life(asked: Asked) -> Iterator[Task]:
    """Open certification cycles; one that is not closed in its month stops payment after it."""
    for one in asked.rows(ahead.life_cycles):
        made = one.task(
            "life",
            what=_("生存认证"),
            why=worded(_("逾期次月起暂停发放，补认证后补发；{on}生成"), on=one.began),
            verb=_("认证"),
            url=page_of("life", one.pk),
            due=one.until,
            visit=True,
        )
        yield made._replace(key=f"life-{one.who}")


@lasting
def unserved(asked: Asked) -> Question[Line]:
    """Decisions of the last months whose written notice has not been served."""
    days = asked.book.month(month_of(asked.today)).optional(NOTIFY_STANDARD)
    kinds = (Decision.Kind.REJECT, Decision.Kind.STOP, Decision.Kind.REDETERMINE)
    rows = Decision.objects.filter(
        kind__in=kinds if days is not None else (),
        household__division__startswith=asked.staff.division,
        served__isnull=True,
        decided_on__gte=asked.today - dt.timedelta(days=ahead.NOTICE_WINDOW),
    ).exclude(reason="death")
    told = {"pk": F("id"), "code": F("kind"), "number": F("reason"), "words": F("note")}
    on, who = F("decided_on"), F("person_id")
    found = rows.order_by("decided_on")
    return lines(found, "programme", **OF_HOUSEHOLD, **told, on=on, who=who)


@queue("notices", _("告知书送达"), order=25, asks=(unserved,))
def notices(asked: Asked) -> Iterator[Task]:
    """Notices to be served: three working days (R-DB-18)."""
    days = asked.book.month(month_of(asked.today)).optional(NOTIFY_STANDARD) or 0
    for one in asked.rows(unserved):
        said = STOP_REASONS.get(str(one.number), "") or one.words[:60]
        yield one.task(
            "serve",
            what=worded(_("送达{kind}告知书"), kind=_DECIDED[one.code]),
            why=said or worded(_("决定后{days}个工作日内书面告知"), days=days),
            verb=_("送达"),
            url=page_of("serve", one.pk),
            due=asked.calendar.add_workdays(one.began, days),
        )


@lasting
def announced(asked: Asked) -> Question[Line]:
    """Announced endings, by the end of their notice."""
    rows = Termination.objects.visible_to(asked.staff).filter(state="noticed")
    told = {"pk": F("id"), "code": F("reason"), "on": F("posted_on"), "until": F("notice_ends")}
    return lines(rows.order_by("notice_ends"), **OF_AWARD, **told)


@queue(
    "endings",
    _("终止与筛查"),
    order=40,
    roles=CASEWORKERS,
    asks=(announced, ahead.unscreened),
)
def endings(asked: Asked) -> Iterator[Task]:
    """Announced endings whose notice is over, and screenings after them."""
    for one in asked.rows(announced):
        yield one.task(
            "termination",
            what=_("公示期满，办理终止"),
            why=STOP_REASONS[one.code],
            verb=_("办理"),
            url=page_of("termination", one.pk),
            due=one.last + dt.timedelta(days=1),
        )
    yield from ahead.screenings(asked)


@lasting
def kept(asked: Asked) -> Question[Line]:
    """Agreements on custody that the county has not yet filed, by the thing that is kept."""
    rows = Custody.objects.visible_to(asked.staff).filter(filed_on=None, ended_on=None)
    told = {"pk": F("id"), "who": F("person_id"), "code": F("what"), "words": F("keeper")}
    return lines(rows.order_by("agreed_on"), **OF_HOUSEHOLD, **told, on=F("agreed_on"))


@queue("custody", _("代管备案"), order=70, roles=COUNTY, asks=(kept,))
def custody(asked: Asked) -> Iterator[Task]:
    """Agreements to be filed (R-DB-25)."""
    for one in asked.rows(kept):
        yield one.task(
            "custody",
            what=_("代管协议备案"),
            why=worded(
                _("{what}由{keeper}代管，{agreed_on}签订"),
                what=_KEPT[one.code],
                keeper=one.words,
                agreed_on=one.began,
            ),
            verb=_("备案"),
            url=page_of("custody-one", one.pk),
        )


@queue("deaths", _("死亡后核查"), order=20, asks=(ahead.died,))
def deaths(asked: Asked) -> Iterator[Task]:
    """Households on minimum living whose award was not decided anew since a death (R-DB-13)."""
    limit = limit_named("death_review_by")
    yield from ahead.deaths(asked, limit)


@queue("self-care", _("自理能力复核"), order=45, asks=(ahead.self_care_reported,))
def self_care(asked: Asked) -> Iterator[Task]:
    """Reported changes of self-care that have not been assessed: ten working days (R-TK-09)."""
    yield from ahead.self_care(asked, limit_named("reassess_by"))


@queue("certificates", _("证件到期"), order=60, asks=(ahead.expiring,))
def certificates(asked: Asked) -> Iterator[Task]:
    """Certificates that run out within six months and whose holder was not told (R-CJ-11)."""
    yield from ahead.certificates(asked)


@queue(
    "coming",
    _("即将变化"),
    order=80,
    roles=FIELD_ROLES,
    asks=(ahead.growing, ahead.ending),
)
def coming(asked: Asked) -> Iterator[Task]:
    """Birthdays that end an award or raise it, and awards that run out, listed ahead."""
    yield from ahead.birthdays(asked)
    yield from ahead.running_out(asked)
