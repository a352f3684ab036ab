"""正在办理: an ordinary day's work, as it stands on the morning of 5 December 2024.

Applications in every state before their decision, told through the real actions by the people of
庙前镇 (the township of the demonstration's log-ins) and of the other townships; seeds.waiting
tells what waits about awards. Nothing here changes an award: the year and December's run stay
what they are without it. docs/demo.md says what is there for which log-in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import count, cycle
from typing import NamedTuple

from django.db import transaction

from apps.casework import actions as casework
from apps.offices.actions import appoint
from apps.offices.calendar import current_calendar
from apps.offices.demo_staff import TOWNSHIP, VILLAGE
from apps.offices.models import Division, Role, Staff
from apps.units.calendar import WorkCalendar
from seeds import waiting
from seeds.counter import Counter, Petition
from seeds.desk import Story, tell
from seeds.ledger import IdNumbers, Office
from seeds.petitioners import Petitioners

TODAY = dt.date(2024, 12, 5)
SERIAL, CARDS = 801, 950_000_000  # of numbers that nobody else of the county has
COMPLAINED = dt.date(2024, 12, 3)
COMPLAINT = "来电反映该户在集镇有一间门面出租，未如实申报"


Act = Callable[[Counter, Petition], None]


class Leg(NamedTuple):
    """A step on the way: after so many working days, what is done, and the state it reaches."""

    after: int
    act: Act
    reaches: str


ACCEPTED = Leg(1, Counter.accept, "accepted")
ASKED = Leg(1, Counter.ask_check, "asked")
SENT = Leg(1, Counter.send_check, "sent")
CHECKED = Leg(3, Counter.check, "checked")
LOOKED = Leg(1, Counter.look_through, "checked")
VISITED = Leg(2, Counter.visit, "surveyed")
JUDGED = Leg(1, Counter.judge, "opinion")
POSTED = Leg(1, Counter.post, "noticed")
ENDED = Leg(0, Counter.end_notice, "reviewing")  # the day after the notice
AGREED = Leg(2, Counter.agree, "reviewing")
MEANS = (ACCEPTED, ASKED, SENT, CHECKED, VISITED, JUDGED, POSTED, ENDED)
CHILD = (ACCEPTED, ASKED, SENT, CHECKED, JUDGED, Leg(1, Counter.submit, "reviewing"))
DISABILITY = (ACCEPTED, LOOKED, JUDGED, POSTED, ENDED._replace(reaches="federation"), AGREED)
SHORT = (ACCEPTED, LOOKED, JUDGED)
ROUTES = {
    "disability_nursing": DISABILITY,
    "disability_living": DISABILITY,
    "old_age_allowance": SHORT,
    "unattended_child_allowance": CHILD,
    "orphan_allowance": CHILD,
}
OBJECTED = Leg(2, Counter.object, "disputed")
# Ways that leave the usual one: where they leave it, and what is done there.
ASIDE: dict[str, tuple[str, tuple[Leg, ...]]] = {
    "to_correct": ("submitted", (Leg(1, Counter.ask_to_correct, "to_correct"),)),
    "differs": ("sent", (Leg(2, Counter.differ, "differs"),)),
    "disputed": ("noticed", (OBJECTED,)),
    "assessed": ("noticed", (OBJECTED, Leg(3, Counter.assess, "assessed"))),
}


class Case(NamedTuple):
    """One application: of what, applied for on which day, how far it has come; and where."""

    programme: str
    applied: tuple[int, int]
    stage: str
    zone: str = "rural"
    small: bool = False  # also in the small county
    with_supervisor: bool = False
    complaint: bool = False
    track: str = ""
    found: bool = False  # 主动发现
    on_paper: bool = False  # the papers are in a file of paper


# In 庙前镇. Days are chosen so that clocks run out before, on and after 5 December.
HERE = (
    Case("minimum_living", (12, 4), "submitted", small=True),
    Case("old_age_allowance", (12, 4), "submitted"),
    Case("minimum_living", (11, 20), "to_correct", small=True),
    Case("marginal_household", (11, 29), "accepted", small=True),
    Case("temporary_relief", (12, 3), "accepted", track="emergency", small=True),
    Case("rigid_expenditure_household", (12, 2), "accepted"),
    Case("minimum_living", (11, 25), "differs", small=True),
    Case("destitute_basic", (11, 13), "checked", small=True, found=True),
    Case("minimum_living", (11, 15), "surveyed", complaint=True, small=True),
    Case("old_age_allowance", (11, 29), "opinion", on_paper=True, small=True),
    Case("old_age_allowance", (11, 29), "opinion", on_paper=True),
    Case("minimum_living", (11, 12), "noticed", small=True),
    Case("disability_nursing", (11, 21), "noticed", on_paper=True),
    Case("disability_nursing", (11, 27), "noticed", on_paper=True),
    Case("minimum_living", (11, 11), "disputed", small=True),
    Case("disability_nursing", (11, 13), "assessed", on_paper=True, small=True),
    Case("disability_nursing", (11, 14), "federation", small=True),
    Case("disability_living", (11, 13), "federation", on_paper=True),
    Case("minimum_living", (10, 30), "reviewing", small=True),
    Case("minimum_living", (11, 4), "reviewing", with_supervisor=True, small=True),
    Case("disability_nursing", (11, 8), "reviewing", on_paper=True, small=True),
    Case("disability_nursing", (11, 11), "reviewing", on_paper=True),
    Case("unattended_child_allowance", (11, 19), "reviewing", small=True),
)
# One in each of the townships that come next; their papers are not scanned yet.
ELSEWHERE = (
    Case("disability_nursing", (11, 7), "reviewing", "urban", small=True),
    Case("minimum_living", (12, 3), "submitted", "urban"),
    Case("old_age_allowance", (11, 29), "opinion", "urban", small=True),
    Case("temporary_relief", (11, 28), "accepted", "urban"),
    Case("old_age_allowance", (12, 2), "checked"),
    Case("orphan_allowance", (11, 28), "accepted"),
    Case("disability_nursing", (11, 12), "reviewing"),
    Case("old_age_allowance", (11, 29), "opinion"),
    Case("disability_nursing", (12, 4), "submitted"),
    Case("minimum_living", (11, 22), "to_correct"),
)


def fill(office: Office, county: str, number: int) -> None:
    """All of it, beside the county that is there already."""
    work = _Work(office, Petitioners(number))
    small = county == "small"
    stories = [
        *(work.story(case, TOWNSHIP) for case in HERE if case.small or not small),
        *(
            work.story(case._replace(on_paper=True), town)
            for case, town in zip(ELSEWHERE, work.other_towns(), strict=False)
            if case.small or not small
        ),
    ]
    desk = work.counter(TOWNSHIP)
    with transaction.atomic():  # a morning's work at once: thousands of small commits take longer
        tell(desk, [*stories, *waiting.all_of(desk)])


class _Work:
    """The counters of the townships, opened as somebody comes."""

    def __init__(self, office: Office, people: Petitioners) -> None:
        self.office, self.people = office, people
        self.calendar: WorkCalendar = current_calendar()
        self.id_numbers, self.cards = IdNumbers(SERIAL), count(CARDS)
        self.counters: dict[str, Counter] = {}
        # Only 庙前镇 goes on visits, and it has a lead.
        self.lead = self._post(Role.TOWNSHIP_LEAD, TOWNSHIP)
        self.federation = self._post(Role.FEDERATION, office.clerk.division)
        rows = Division.objects.filter(kind="village").order_by("code")
        self.villages: dict[tuple[str, str], list[str]] = {}
        for code, zone in rows.values_list("code", "zone"):
            self.villages.setdefault((code[: len(TOWNSHIP)], zone), []).append(code)
        self.next_village = {place: cycle(codes) for place, codes in self.villages.items()}
        # 庙前村, the territory of the village's log-in, comes up most.
        rural = [VILLAGE, *self.villages[TOWNSHIP, "rural"][1:3]]
        self.next_village[TOWNSHIP, "rural"] = cycle(rural)

    def other_towns(self) -> list[str]:
        """Every other township, by code."""
        return sorted({town for town, _ in self.villages} - {TOWNSHIP})

    def counter(self, town: str) -> Counter:
        """The counter of a township, with a caseworker of its own."""
        if town not in self.counters:
            office = self.office._replace(clerk=self._post(Role.TOWNSHIP_CLERK, town))
            desk = Counter(office, self.lead, self.office.clerk, self.federation)
            desk.id_numbers, desk.cards = self.id_numbers, self.cards
            self.counters[town] = desk
        return self.counters[town]

    def _post(self, role: Role, town: str) -> Staff:
        """Who has the post in the township; somebody without a log-in where nobody has."""
        found = Staff.objects.filter(role=role, division=town, active=True).order_by("pk").first()
        return found or appoint(name=self.people.names.full("f"), role=role, division=town)

    def story(self, case: Case, town: str) -> Story:
        """An application as far as it has come."""
        day = dt.date(TODAY.year, *case.applied)
        yield day
        desk = self.counter(town)
        desk.today = day
        desk.village = {case.zone: self._village(town, case.zone)}
        more = {"track": case.track, "found": case.found}
        one = self.people.ask(desk, case.programme, case.zone, **more)
        for leg in legs_of(case):
            day = self._day_of(leg, one, day)
            assert day < TODAY, (case, leg)
            yield day
            desk.today = day
            leg.act(desk, one)
        if case.complaint:
            yield COMPLAINED
            desk.today = COMPLAINED
            casework.register_complaint(
                one.application.pk, on=desk.today, by=self.office.clerk, words=COMPLAINT
            )

    def _village(self, town: str, zone: str) -> str:
        return next(self.next_village[town, zone])

    def _day_of(self, leg: Leg, one: Petition, day: dt.date) -> dt.date:
        if leg.act is Counter.end_notice:
            return self.calendar.add_workdays(one.notice_ends, 1)
        return self.calendar.add_workdays(day, leg.after)


def legs_of(case: Case) -> Iterator[Leg]:
    """The steps of an application up to where it stands."""
    leaves, aside = ASIDE.get(case.stage, (case.stage, ()))
    route = ROUTES.get(case.programme, MEANS)
    if leaves != "submitted":
        for leg in route:
            yield leg._replace(act=_act(case, leg))
            if leg.reaches == leaves:
                break
    yield from aside


def _act(case: Case, leg: Leg) -> Act:
    """What is done on this leg of this case."""
    if leg is VISITED and case.with_supervisor:
        return Counter.visit_with_the_supervisor
    if leg is ACCEPTED and case.on_paper:
        return Counter.accept_on_paper
    return leg.act
