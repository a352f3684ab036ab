"""人物: the persons, households and staff of a case, registered as the pages would."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from apps.casework.models import Application, Entitlement
from apps.households import actions as households
from apps.households.models import Household, Member, Person
from apps.offices.actions import appoint
from apps.offices.models import Role, Staff
from apps.units.id_number import make_id

COUNTY = "430482"
VILLAGE = "430482101001"
BANK = "案例银行"


class CannotPlay(Exception):
    """An event that the system has no way to carry out; the text says why."""


class Posts:
    """The staff who act: preparing and deciding are two people, a run takes four."""

    def __init__(self) -> None:
        self.clerk = appoint(name="案例经办", role=Role.COUNTY_CLERK, division=COUNTY)
        self.supervisor = appoint(name="案例审核", role=Role.COUNTY_SUPERVISOR, division=COUNTY)
        self.checker = appoint(name="案例复核", role=Role.CHECKER, division=COUNTY)
        self.approver = appoint(name="案例审批", role=Role.APPROVER, division=COUNTY)
        self.finance = appoint(name="案例财务", role=Role.FINANCE, division=COUNTY)

    @property
    def maker(self) -> Staff:
        return self.clerk


class Cast:
    """Keys of a case and the rows that stand for them."""

    def __init__(self, name: str, case: dict[str, Any], posts: Posts) -> None:
        self.name, self.case, self.posts = name, case, posts
        self.persons: dict[str, Person] = {}
        self.homes: dict[str, Household] = {}
        self._heads: dict[str, str] = {}  # in whose name the account of a key is
        self._begun: set[str] = set()  # households registered, or waiting for their first member
        self._alone: dict[str, Household] = {}  # files of persons who live in no household
        # Members whose former household has not yet let them go, with their place and day.
        self._waiting: list[tuple[str, str, str, dt.date]] = []

    # ---- registering ----
    def enter(self, first_day: dt.date) -> None:
        """Register every person, with a valid ID number and an account."""
        for number, (key, said) in enumerate(self.case["persons"].items()):
            born = dt.date.fromisoformat(said["born"])
            sex = said.get("sex", "f")
            day = max(born, first_day)
            serial = number * 2 + (sex == "m")
            person = households.new_person(
                name=f"案例{self.name}{key}",
                born=born,
                sex=sex,
                id_number=make_id(COUNTY, born, serial),
                by=self.posts.clerk,
                recorded_on=day,
            )
            self.persons[key] = person
            self.open_account(key, day)

    def form(self, key: str, known: dt.date) -> None:
        """Form a household of the case, once; members still elsewhere wait."""
        if key in self._begun:
            return
        self._begun.add(key)
        said = self.case["households"][key]
        since = dt.date.fromisoformat(said["since"])
        # The applicant first: a household is registered with its applicant.
        for person, relationship in sorted(
            said["members"].items(), key=lambda member: member[1] != "applicant"
        ):
            self.join(key, person, relationship, since, known)

    def _form_with(self, key: str, person: str, relationship: str, known: dt.date) -> None:
        """The household as registered with its first member, whatever that member is to it."""
        said = self.case["households"][key]
        since = dt.date.fromisoformat(said["since"])
        self.homes[key] = households.form_household(
            division=VILLAGE,
            zone=said["class"],
            since=since,
            members=[(self.persons[person], "applicant")],
            number=f"{self.name}-{key}",
            by=self.posts.clerk,
            recorded_on=known,
        )
        self.open_account(key, known, person)
        if relationship != "applicant":
            self._admit(key, person, relationship, since, known)

    def open_account(self, key: str, day: dt.date, head: str = "") -> None:
        """The next account of a person or household of the case, in the head's name."""
        owner = self.owner(key)
        ((kind, number),) = owner.items()
        self._heads.setdefault(key, head or key)
        payee = self.persons[self._heads[key]].name
        households.open_account(
            person_id=owner.get("person_id"),
            household_id=owner.get("household_id"),
            payee_name=payee,
            bank=BANK,
            number=f"6217000{kind == 'person_id':d}{number:010d}",
            recorded_on=day,
            by=self.posts.clerk,
        )

    # ---- living together ----
    def join(self, home: str, person: str, relationship: str, on: dt.date, known: dt.date) -> None:
        """The person joins; kept waiting while another household still has them."""
        self._close_alone(person, on, known)
        if self.home_of(person, on) is not None:
            self._waiting.append((home, person, relationship, on))
        elif home not in self.homes:
            self._form_with(home, person, relationship, known)
        else:
            self._admit(home, person, relationship, on, known)

    def _admit(
        self, home: str, person: str, relationship: str, on: dt.date, known: dt.date
    ) -> None:
        households.admit(
            household_id=self.home(home),
            person_id=self.persons[person].pk,
            relationship=relationship,
            on=on,
            recorded_on=known,
            by=self.posts.clerk,
        )

    def part(self, home: str, person: str, on: dt.date, known: dt.date) -> None:
        """The person leaves, and joins whichever household was waiting."""
        households.leave(
            household_id=self.home(home),
            person_id=self.persons[person].pk,
            on=on,
            recorded_on=known,
            by=self.posts.clerk,
        )
        waiting, self._waiting = self._waiting, []
        for place, who, relationship, since in waiting:
            self.join(place, who, relationship, since, known)

    def home_of(self, person: str, on: dt.date) -> int | None:
        """The household where a person lives on a day or later, as known."""
        stays = Member.objects.known_now().filter(person_id=self.persons[person].pk)
        found = stays.filter(period__endswith__isnull=True) | stays.filter(period__endswith__gt=on)
        return found.order_by("period").values_list("household_id", flat=True).first()

    def _close_alone(self, person: str, on: dt.date, known: dt.date) -> None:
        """A person who had a file of their own gives it up on joining a household."""
        alone = self._alone.pop(person, None)
        if alone is not None:
            households.leave(
                household_id=alone.pk,
                person_id=self.persons[person].pk,
                on=on,
                recorded_on=known,
                by=self.posts.clerk,
            )

    # ---- subjects ----
    def owner(self, key: str) -> dict[str, int]:
        """The keyword that names a person or household in an action."""
        if key in self.persons:
            return {"person_id": self.persons[key].pk}
        return {"household_id": self.home(key)}

    def home(self, key: str) -> int:
        """The id of a household of the case."""
        if key not in self.homes:
            raise CannotPlay(f"家庭 {key} 此时还没有成员，无法登记")
        return self.homes[key].pk

    def subject(self, key: str) -> int:
        """The subject of the ledgers: a person's id, or minus the household's."""
        return self.persons[key].pk if key in self.persons else -self.home(key)

    def key_of(self, subject: int) -> str:
        """The key that stands for a subject of the ledgers."""
        for key, person in self.persons.items():
            if person.pk == subject:
                return key
        return next(k for k, home in self.homes.items() if home.pk == -subject)

    def applicant(self, key: str, on: dt.date) -> tuple[int, int | None]:
        """Household and person of an application; who lives nowhere gets a file of one person."""
        if key in self.case["households"]:
            return self.home(key), None
        home = self.home_of(key, on) or self._last_home(key) or self._alone_at(key, on)
        return home, self.persons[key].pk

    def _last_home(self, key: str) -> int | None:
        mine = Member.objects.known_now().filter(person_id=self.persons[key].pk)
        return mine.order_by("-period").values_list("household_id", flat=True).first()

    def _alone_at(self, key: str, on: dt.date) -> int:
        home = households.form_household(
            division=VILLAGE,
            zone="rural",
            since=on,
            members=[(self.persons[key], "applicant")],
            number=f"{self.name}-{key}-1",
            by=self.posts.clerk,
            recorded_on=on,
        )
        self._alone[key] = home
        return home.pk

    def open_application(self, programme: str, key: str) -> Application | None:
        """The application of the subject that still waits for a decision."""
        return self._applications(programme, key).filter(state__in=("submitted", "accepted")).last()

    def last_application(self, programme: str, key: str) -> Application | None:
        """The newest application of the subject, whatever became of it."""
        return self._applications(programme, key).last()

    def _applications(self, programme: str, key: str) -> QuerySet[Application]:
        mine = Application.objects.filter(programme=programme).order_by("pk")
        if key in self.persons:
            return mine.filter(person_id=self.persons[key].pk)
        return mine.filter(household_id=self.home(key), person__isnull=True)

    def award(self, programme: str, key: str) -> Entitlement | None:
        """The newest award of the subject."""
        mine = Entitlement.objects.filter(programme=programme, subject=self.subject(key))
        return mine.order_by("pk").last()
