"""动态管理的待办: what applications and awards ask for next; each queue is a few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, Q

from apps.casework import complained
from apps.casework.clocks import courses_of
from apps.casework.deadlines import NOTIFY_STANDARD, clocks, limit_named, next_due
from apps.casework.models import CASEWORKERS, DECIDERS, Application, Decision
from apps.casework.procedure import Step
from apps.casework.programme import PROGRAMMES
from apps.casework.words import STOP_REASONS
from apps.casework.worklist import FIELD_ROLES, LIMIT, WORKERS, Asked, Bulk, Task, page_of, queue
from apps.offices.models import Role
from apps.reviews import ahead
from apps.reviews.models import Custody, Extension, Proposal, Review, Suspension, Termination
from apps.reviews.proposing import PROPOSALS
from apps.units.months import month_of

# Ways out that are open all along, and never what has to be done next.
ASIDE = ("withdraw", "end", "reject", "object", "request_correction", "send_back")
COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)


@queue("applications", "申请办理", order=10, roles=WORKERS)
def applications(asked: Asked) -> Iterator[Task]:
    """Open applications whose next step this post may take, by the clock that runs out first."""
    rows = list(
        Application.objects.visible_to(asked.staff)
        .filter(Q(state__in=_open_states()) | Q(state="confirmed", track="emergency"))
        .select_related("household")
        .order_by("applied_on", "pk")[:LIMIT]
    )
    courses = courses_of(rows)
    for one in rows:
        step = _next_step(one, asked.staff.role)
        if step is None:
            continue
        running = next_due(clocks(courses[one.pk], asked.calendar, asked.book))
        if one.state == "confirmed" and running is None:
            continue
        why = f"{running.label}，{running.length}" if running else one.get_state_display()
        yield Task(
            key=f"application-{one.pk}",
            what="残联审核" if one.state == "federation" else step.verb,
            why=why,
            verb="办理",
            url=page_of("application", one.pk),
            division=one.household.division,
            due=running.last_day if running else None,
            since=one.applied_on,
            programme=one.programme,
            household_id=one.household_id,
            person_id=one.person_id or 0,
            visit="surveyed" in step.needs,
        )


def _open_states() -> tuple[str, ...]:
    closed = ("confirmed", "rejected", "withdrawn", "ended")
    return tuple(state for state in Application.State.values if state not in closed)


def _next_step(one: Application, role: str) -> Step | None:
    """The next step of the card; None when another post has to take it."""
    card = PROGRAMMES.get(one.programme)
    for step in card.steps(one.track) if card else ():
        fits = one.state in step.sources and not step.back_entry and step.code not in ASIDE
        if fits and step.delegated in (None, one.delegated) and role in step.roles:
            return step
    return None


@queue("complaints", "投诉举报", order=12, roles=COUNTY)
def complaints(asked: Asked) -> Iterator[Task]:
    """Complaints about open applications that the county has not visited since (R-DB-21)."""
    waiting = complained.found(asked.staff, complained.Wanted(state="visit"), asked.today)
    for line in complained.lines(list(waiting[:LIMIT]), asked.today):
        one, due = line.complaint, line.row.due
        yield Task(
            key=f"complaint-{one.pk}",
            what=line.awaits,
            why=f"{one.on}收到投诉举报：{one.words}",
            verb="核查",
            url=page_of("complaints", one.application_id),
            division=one.application.household.division,
            due=due.clock.last_day if due else None,
            since=one.on,
            programme=one.application.programme,
            household_id=one.application.household_id,
            person_id=one.application.person_id or 0,
        )


@queue("approvals", "待我批准", order=15, roles=DECIDERS)
def approvals(asked: Asked) -> Iterator[Task]:
    """暂停、恢复、停发等决定 and 延期 that somebody else has prepared."""
    waiting = Suspension.objects.visible_to(asked.staff).filter(state__in=("proposed", "lifting"))
    rows = waiting.annotate(
        division=F("entitlement__household__division"),
        home=F("entitlement__household_id"),
        who=F("entitlement__person_id"),
        programme=F("entitlement__programme"),
    )
    for row in rows.order_by("proposed_on")[:LIMIT]:
        preparer = row.prepared_by_id if row.state == "proposed" else row.resume_prepared_by_id
        if preparer == asked.staff.pk:
            continue
        yield Task(
            key=f"suspension-{row.pk}",
            what="批准暂停发放" if row.state == "proposed" else "批准恢复发放",
            why=Suspension.REASONS[row.reason],
            verb="审批",
            url=page_of("award", row.entitlement_id),
            division=row.division,
            since=row.proposed_on,
            programme=row.programme,
            household_id=row.home,
            person_id=row.who or 0,
        )
    yield from _proposals(asked)
    yield from _extensions(asked)


def _proposals(asked: Asked) -> Iterator[Task]:
    rows = Proposal.objects.visible_to(asked.staff).filter(state="proposed")
    found = rows.exclude(prepared_by=asked.staff).select_related("entitlement__household")
    for row in found.order_by("proposed_on", "pk")[:LIMIT]:
        award = row.entitlement
        yield Task(
            key=f"proposal-{row.pk}",
            what=f"批准{PROPOSALS[row.kind].verb}",
            why=row.words,
            verb="审批",
            url=page_of("award", award.pk),
            division=award.household.division,
            since=row.proposed_on,
            programme=award.programme,
            household_id=award.household_id,
            person_id=award.person_id or 0,
        )


def _extensions(asked: Asked) -> Iterator[Task]:
    rows = Extension.objects.visible_to(asked.staff).filter(state="proposed")
    found = rows.exclude(prepared_by=asked.staff).select_related("application__household")
    for row in found.order_by("proposed_on")[:LIMIT]:
        one = row.application
        yield Task(
            key=f"extension-{row.pk}",
            what="批准延长办理期限",
            why=row.note,
            verb="审批",
            url=page_of("application-clocks", one.pk),
            division=one.household.division,
            since=row.proposed_on,
            programme=one.programme,
            household_id=one.household_id,
            person_id=one.person_id or 0,
        )


@queue("reviews", "定期核查", order=30, roles=CASEWORKERS)
def reviews(asked: Asked) -> Iterator[Task]:
    """Open reviews of awards that still stand, by their due day."""
    rows = (
        Review.objects.visible_to(asked.staff)
        .filter(state="open", entitlement__period__isempty=False)
        .filter(
            Q(entitlement__period__upper_inf=True)
            | Q(entitlement__period__endswith__gt=asked.today)
        )
        .values_list(
            "pk",
            "months",
            "due_on",
            "opened_on",
            "entitlement__household__division",
            "entitlement__household_id",
            "entitlement__person_id",
            "entitlement__programme",
        )
    )
    for pk, months, due, opened, division, home, person, programme in rows.order_by("due_on")[
        :LIMIT
    ]:
        yield Task(
            key=f"review-{pk}",
            what="定期核查",
            why=f"每{months}个月一次（R-DB-17）",
            verb="核查",
            url=page_of("review", pk),
            division=division,
            due=due,
            since=opened,
            programme=programme,
            household_id=home,
            person_id=person or 0,
            visit=True,
        )


@queue("life", "生存认证", order=35, bulk=Bulk("登记今日已认证", "/life/certify/"))
def life(asked: Asked) -> Iterator[Task]:
    """Open certification cycles; one that is not closed in its month stops payment after it."""
    for pk, person, on, due, home, division, programme in ahead.life_cycles(asked):
        yield Task(
            key=f"life-{person}",
            what="生存认证",
            why=f"逾期次月起暂停发放，补认证后补发；{on}生成",
            verb="认证",
            url=page_of("life", pk),
            division=division,
            due=due,
            since=on,
            programme=programme,
            household_id=home,
            person_id=person,
            visit=True,
        )


@queue("notices", "告知书送达", order=25)
def notices(asked: Asked) -> Iterator[Task]:
    """Decisions whose written notice has not been served: three working days (R-DB-18)."""
    days = asked.book.month(month_of(asked.today)).optional(NOTIFY_STANDARD)
    if days is None:
        return
    kinds = (Decision.Kind.REJECT, Decision.Kind.STOP, Decision.Kind.REDETERMINE)
    rows = Decision.objects.filter(
        kind__in=kinds,
        household__division__startswith=asked.staff.division,
        served__isnull=True,
        decided_on__gte=asked.today - dt.timedelta(days=ahead.NOTICE_WINDOW),
    ).exclude(reason="death")
    for one in rows.annotate(division=F("household__division")).order_by("decided_on")[:LIMIT]:
        why = STOP_REASONS.get(one.reason, "") or one.note
        yield Task(
            key=f"serve-{one.pk}",
            what=f"送达{one.get_kind_display()}告知书",
            why=why[:60] or f"决定后{days}个工作日内书面告知",
            verb="送达",
            url=page_of("serve", one.pk),
            division=one.division,
            due=asked.calendar.add_workdays(one.decided_on, days),
            since=one.decided_on,
            programme=one.programme,
            household_id=one.household_id,
            person_id=one.person_id or 0,
        )


@queue("endings", "终止与筛查", order=40, roles=CASEWORKERS)
def endings(asked: Asked) -> Iterator[Task]:
    """Announced endings whose notice is over, and screenings after them."""
    rows = Termination.objects.visible_to(asked.staff).filter(state="noticed")
    for one in rows.select_related("entitlement__household").order_by("notice_ends")[:LIMIT]:
        award = one.entitlement
        yield Task(
            key=f"termination-{one.pk}",
            what="公示期满，办理终止",
            why=STOP_REASONS[one.reason],
            verb="办理",
            url=page_of("termination", one.pk),
            division=award.household.division,
            due=one.notice_ends + dt.timedelta(days=1),
            since=one.posted_on,
            programme=award.programme,
            household_id=award.household_id,
            person_id=award.person_id or 0,
        )
    yield from ahead.screenings(asked)


@queue("custody", "代管备案", order=70, roles=COUNTY)
def custody(asked: Asked) -> Iterator[Task]:
    """Agreements on custody that the county has not yet filed (R-DB-25)."""
    rows = Custody.objects.visible_to(asked.staff).filter(filed_on=None, ended_on=None)
    for one in rows.select_related("household").order_by("agreed_on")[:LIMIT]:
        yield Task(
            key=f"custody-{one.pk}",
            what="代管协议备案",
            why=f"{one.get_what_display()}由{one.keeper}代管，{one.agreed_on}签订",
            verb="备案",
            url=page_of("custody-one", one.pk),
            division=one.household.division,
            since=one.agreed_on,
            household_id=one.household_id,
            person_id=one.person_id,
        )


@queue("deaths", "死亡后核查", order=20)
def deaths(asked: Asked) -> Iterator[Task]:
    """Households on minimum living whose award was not decided anew since a death (R-DB-13)."""
    limit = limit_named("death_review_by")
    yield from ahead.deaths(asked, limit)


@queue("self-care", "自理能力复核", order=45)
def self_care(asked: Asked) -> Iterator[Task]:
    """Reported changes of self-care that have not been assessed: ten working days (R-TK-09)."""
    yield from ahead.self_care(asked, limit_named("reassess_by"))


@queue("certificates", "证件到期", order=60)
def certificates(asked: Asked) -> Iterator[Task]:
    """Certificates that run out within six months and whose holder was not told (R-CJ-11)."""
    yield from ahead.certificates(asked)


@queue("coming", "即将变化", order=80, roles=FIELD_ROLES)
def coming(asked: Asked) -> Iterator[Task]:
    """Birthdays that end an award or raise it, and awards that run out, listed ahead."""
    yield from ahead.birthdays(asked)
    yield from ahead.running_out(asked)
