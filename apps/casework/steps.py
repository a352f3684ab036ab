"""下一步: which steps an application may take now, and what each still needs. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext

from apps.casework.models import (
    OPEN_STATES,
    Application,
    Complaint,
    Draw,
    NearRelative,
    StepTaken,
)
from apps.casework.procedure import INVESTIGATORS, MENDED, NEEDS, Lack, Procedure, Step
from apps.casework.programme import PROGRAMMES
from apps.households.models import Member
from apps.offices.models import Role, Staff
from apps.offices.together import of_rows, together
from apps.standards.book import Book
from apps.standards.models import Standard
from apps.units.language import listed
from apps.units.months import month_of

__all__ = ["OPEN_STATES"]

DECIDING = ("confirm", "reject", "back_entry", "back_entry_reject")
# 调查人: who took one of these, or is named in it, does not decide (R-DB-22).
INVESTIGATING = ("complete_survey", "reassess")
OTHER_INVESTIGATOR = "different_investigator"
COUNTY_VISIT = "county_visit"


class Option(NamedTuple):
    """One step that the state of an application allows: what is missing, and whose it is."""

    step: Step
    target: str  # the Chinese name of the state it enters
    lacks: tuple[Lack, ...]
    why_not: str  # why this person may not take it; empty when they may
    again: bool = False  # it has been taken before, and asks why again (一次性告知)

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing, in words."""
        return tuple(one.words for one in self.lacks)

    @property
    def ready(self) -> bool:
        """Nothing is missing, and this person may take it."""
        return not self.lacks and not self.why_not


def steps_of(application: Application) -> Procedure:
    """The procedure of an application, by its card and its type."""
    return PROGRAMMES[application.programme].steps(application.track)


def standard(name: str, on: dt.date, band: str = "") -> int | None:
    """A number of casework in force in the month of the day; None: 未配置."""
    rows = Standard.objects.in_force().filter(
        programme="casework", name=name, band=band, period__contains=month_of(on)
    )
    return rows.values_list("value", flat=True).first()


def back_entry_on(on: dt.date) -> bool:
    """Whether decisions of that month may be entered from paper (补录)."""
    return bool(standard("back_entry", on))


def delegated(application: Application, on: dt.date) -> bool:
    """Whether the township decides: delegated by the switch of the day, and nothing raises it."""
    family = PROGRAMMES[application.programme].app
    return bool(standard("delegated", on, family)) and not raised(application)


class _Number(NamedTuple):
    number: int


def delegated_among(applications: Collection[Application], book: Book) -> set[int]:
    """Of these, the accepted ones whose total runs as delegated (20 days); one query at most."""
    found = {one.pk: one for one in applications if _switched(one, book)}
    if not found:
        return set()
    homes = {one.household_id for one in found.values()}
    persons = {one.person_id for one in found.values() if one.person_id}
    members = Member.objects.known_now().filter(household_id__in=homes)
    near = NearRelative.objects.filter(person_id__in=persons)
    kin = NearRelative.objects.values("person_id")
    raised_ones, relatives, related = together(
        [
            of_rows(_Number, rows.values(number=F(name)))
            for rows, name in (
                (Complaint.objects.filter(application_id__in=found), "application_id"),
                (near, "person_id"),
                (members.filter(person_id__in=kin), "household_id"),
            )
        ]
    )
    cases, people, families = (
        {one.number for one in rows} for rows in (raised_ones, relatives, related)
    )
    return {
        pk
        for pk, one in found.items()
        if pk not in cases and one.household_id not in families and one.person_id not in people
    }


def _switched(one: Application, book: Book) -> bool:
    """Whether the month of its acceptance delegates the confirmation of its programme."""
    if one.accepted_on is None:
        return False
    switch = book.month(month_of(one.accepted_on))
    return switch.optional("casework.delegated", PROGRAMMES[one.programme].app) == 1


def raised(application: Application) -> list[str]:
    """Why the county itself must visit and decide (R-DB-21): near relatives, complaints."""
    said = []
    for one in relatives_of(application):
        official = one.staff.name if one.staff else one.official
        said.append(
            gettext("{name}是{official}的{relation}（近亲属备案）").format(
                name=one.person.name, official=official, relation=one.get_relation_display()
            )
        )
    complaints = Complaint.objects.filter(application=application).order_by("pk")
    return [
        *said,
        *(
            gettext("{on}收到投诉举报：{words}").format(on=one.on, words=one.words)
            for one in complaints
        ),
    ]


def drawn(application: Application) -> str:
    """Why a visit is owed by lot (R-TK-06); empty where the application has not been drawn."""
    if not any("sampled" in step.needs for step in steps_of(application)):
        return ""
    draw = Draw.objects.filter(drawn__contains=[application.pk]).first()
    return gettext("{on}被随机抽中").format(on=draw.on) if draw else ""


def relatives_of(application: Application) -> list[NearRelative]:
    """The registered near relatives among the applicant and the household's members."""
    members = Member.objects.known_now().filter(household_id=application.household_id)
    mine = Q(person_id__in=members.values("person_id")) | Q(person_id=application.person_id)
    found = NearRelative.objects.filter(mine).select_related("person", "staff")
    return list(found.order_by("pk"))


def investigators(application: Application) -> set[int]:
    """The staff who surveyed: who took the step, who is named in it, who signed a visit."""
    taken = StepTaken.objects.filter(application=application, code__in=INVESTIGATING)
    found: set[int] = set()
    for by, data in taken.values_list("by_id", "data"):
        found |= {by, *data.get("investigators", ())}
    return found.union(*(answer(application) for answer in INVESTIGATORS.values()))


def step_from(application: Application, code: str, on: dt.date) -> Step | None:
    """The step of that code which leaves the present state by the route of the day, if any."""
    mine = [step for step in steps_of(application) if step.code == code]
    here = [step for step in mine if application.state in step.sources]
    if any(step.delegated is not None for step in here):
        county_or_not = delegated(application, on)
        here = [step for step in here if step.delegated in (None, county_or_not)]
    return here[0] if here else None


def missing(
    application: Application, step: Step, on: dt.date, by: Staff | None = None
) -> list[str]:
    """Everything the step still needs on that day, in Chinese with how to mend it."""
    return [one.words for one in lacks(application, step, on, by)]


def lacks(application: Application, step: Step, on: dt.date, by: Staff | None = None) -> list[Lack]:
    """The same with the need each belongs to and the page that mends it."""
    names = list(step.needs)
    if step.code in ("confirm", "reject") and raised(application):
        names.append(COUNTY_VISIT)
    return [
        _lack(application, name, words)
        for name in dict.fromkeys(names)
        for words in _asked(name, application, step, on)
    ]


def lacking(application: Application, name: str, on: dt.date) -> list[Lack]:
    """What is missing of one need, whichever step will ask for it."""
    words = NEEDS[name](application, on) if name in NEEDS else []
    return [_lack(application, name, one) for one in words]


def _lack(application: Application, name: str, words: str) -> Lack:
    return Lack(name, words, MENDED[name](application) if name in MENDED else "")


def _asked(name: str, application: Application, step: Step, on: dt.date) -> list[str]:
    """The answer of whoever keeps what is needed."""
    if name == OTHER_INVESTIGATOR:
        return []  # nothing is missing: it is somebody else's to take (why_not)
    if name in NEEDS:
        return NEEDS[name](application, on)
    return [
        gettext("还没有登记“{name}”的功能，不能办理“{verb}”。").format(name=name, verb=step.verb)
    ]


def kin_among(applications: Collection[Application], by: Staff) -> set[int]:
    """Of these, the cases of this person's own family (近亲属备案); one query."""
    kin = NearRelative.objects.filter(staff=by).values("person_id")
    homes = Member.objects.known_now().filter(person_id__in=kin).values("household_id")
    mine = Q(household_id__in=homes) | Q(person_id__in=kin)
    rows = Application.objects.filter(mine, pk__in=[one.pk for one in applications])
    return set(rows.values_list("pk", flat=True))


def why_not(
    application: Application, step: Step, on: dt.date, by: Staff, *, kin: bool | None = None
) -> str:
    """Why this person may not take the step; empty when they may.

    ``kin``: whether it is their own family's, where that was asked for many at once.
    """
    if by.role not in step.roles or not by.active:
        return gettext("由{roles}办理").format(roles=listed(role.label for role in step.roles))
    if kin_among([application], by) if kin is None else kin:
        return gettext("您与申请家庭有近亲属关系，应当回避")
    if step.code not in DECIDING:
        return ""
    if application.prepared_by_id == by.pk:
        return gettext("您是经办人，须由另一人审批")
    if OTHER_INVESTIGATOR in step.needs and by.pk in investigators(application):
        return gettext("调查人不得审批自己调查的申请，须由另一人审批")
    return township_limit(application, step, on, by)


def township_limit(application: Application, step: Step, on: dt.date, by: Staff) -> str:
    """小额委托乡镇审批 (R-LZ-02): whether a township may give emergency relief by itself."""
    if by.role != Role.TOWNSHIP_LEAD or not step.limit or delegated(application, on):
        return ""
    if standard(step.limit.partition(".")[2], on) is None:
        return gettext("乡镇审批限额未配置，由县级审核办理")
    return ""


def taken_before(application: Application, step: Step) -> bool:
    """Whether a step that is told once has been taken before (一次性告知)."""
    if not step.once:
        return False
    return StepTaken.objects.filter(application=application, code=step.code).exists()


def options(application: Application, staff: Staff, on: dt.date) -> list[Option]:
    """The steps that the present state allows, in the order of the procedure."""
    names = dict(Application.State.choices)
    found = []
    taken = set(StepTaken.objects.filter(application=application).values_list("code", flat=True))
    kin = bool(kin_among([application], staff))
    for step in _allowed(application, on, taken):
        mine = why_not(application, step, on, staff, kin=kin)
        wanted = tuple(lacks(application, step, on))
        before = step.once and step.code in taken
        found.append(Option(step, str(names[step.target]), wanted, mine, before))
    return found


def _allowed(application: Application, on: dt.date, taken: set[str]) -> Iterable[Step]:
    """The steps that leave the present state on that day; 补录 only where it is on."""
    here = [step for step in steps_of(application) if application.state in step.sources]
    paper = any(step.back_entry for step in here) and back_entry_on(on)
    route = any(step.delegated is not None for step in here) and delegated(application, on)
    for step in here:
        over = step.target == application.state and step.code in taken
        if step.back_entry <= paper and step.delegated in (None, route) and not over:
            yield step
