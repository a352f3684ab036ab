"""申请人: the families that ask for something this autumn, each with what its programme looks at.

Nobody of them has an award before December, so they change no count of the report.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from apps.casework import actions as casework
from apps.households.models import Household, Person
from seeds.counter import Counter, Petition
from seeds.names import Names

# Whom a family asks for: a person, or None for the household; and whose income is looked at.
Asking = tuple[Household, Person | None, Person]
OLD_ENOUGH = (80, 80, 80, 81)


class Petitioners:
    """Families made up as they come to a counter; the same for the same number."""

    def __init__(self, number: int) -> None:
        self.rng = random.Random(f"under way {number}")
        self.names = Names(self.rng)

    def ask(self, desk: Counter, programme: str, zone: str, **more: Any) -> Petition:
        """A family comes to the counter today and asks."""
        home, person, earner = FAMILIES[programme](self, desk, zone)
        made = casework.apply(
            programme,
            household_id=home.pk,
            person_id=person.pk if person else None,
            on=desk.today,
            by=desk.clerk,
            **more,
        )
        return Petition(made, earner)

    def _someone(self, desk: Counter, age: int, sex: str = "", surname: str = "") -> Person:
        """Somebody who has just turned so old, within the last year."""
        sex = sex or self.rng.choice("mf")
        back = dt.timedelta(days=self.rng.randrange(40, 360))
        day = desk.today.replace(year=desk.today.year - age) - back
        return desk.person(self.names.full(sex, surname), sex, day.isoformat())

    def _couple(self, desk: Counter, zone: str, wage: int) -> tuple[Household, Person, Person]:
        """A couple with a child at school; the man earns so many yuan a month."""
        surname = self.names.surname()
        man = self._someone(desk, self.rng.randint(36, 52), "m", surname)
        wife = self._someone(desk, self.rng.randint(34, 48), "f")
        child = self._someone(desk, self.rng.randint(7, 14), "", surname)
        home = desk.household(zone, (man, "applicant"), (wife, "spouse"), (child, "child"))
        desk.earns(man, "wage", wage)
        desk.fact("property", home, flag=True)
        return home, man, wife

    def poor(self, desk: Counter, zone: str) -> Asking:
        """Well under the standard."""
        if self.rng.random() < 0.6:
            elder = self._someone(desk, self.rng.randint(61, 74))
            home = desk.household(zone, (elder, "applicant"))
            desk.earns(elder, "child_support", self.rng.randint(60, 220))
            desk.fact("property", home, flag=True)
            desk.account(home, elder, "head")
            return home, None, elder
        home, man, _ = self._couple(desk, zone, self.rng.randint(420, 900))
        desk.account(home, man, "head")
        return home, None, man

    def marginal(self, desk: Counter, zone: str) -> Asking:
        """Above the standard, below one and a half times of it."""
        home, man, _ = self._couple(desk, zone, {"rural": 1620, "urban": 2520}[zone])
        return home, None, man

    def burdened(self, desk: Counter, zone: str) -> Asking:
        """A wage that an illness takes up."""
        home, man, wife = self._couple(desk, zone, 3200)
        desk.fact("deduction", wife, code="rigid_expenditure", amount_fen=28_600_00, per="year")
        return home, None, man

    def in_need(self, desk: Counter, zone: str) -> Asking:
        """An accident the family cannot meet."""
        home, man, _ = self._couple(desk, zone, 1300)
        return home, None, man

    def destitute(self, desk: Counter, zone: str) -> Asking:
        """An old person alone, with nobody to support them."""
        elder = self._someone(desk, self.rng.randint(63, 78), "m")
        home = desk.household(zone, (elder, "applicant"))
        for kind in ("no_source_of_living", "no_able_obligor"):
            desk.fact(kind, elder, flag=True)
        desk.fact("care_mode", elder, code="scattered")
        desk.fact("self_care", elder, number=self.rng.choice((0, 0, 2)))
        desk.fact("property", home, flag=True)
        desk.account(elder, elder)
        return home, elder, elder

    def disabled(self, desk: Counter, zone: str) -> Asking:
        """Somebody with a new severe certificate, living alone."""
        who = self._someone(desk, self.rng.randint(35, 66))
        home = desk.household(zone, (who, "applicant"))
        until = desk.today.replace(year=desk.today.year + 10) - dt.timedelta(days=60)
        issued = (desk.today - dt.timedelta(days=60)).isoformat()
        kind, grade = self.rng.choice(("limb", "vision", "mental")), self.rng.choice((1, 2, 2))
        desk.fact("disability", who, issued, code=kind, number=grade, until=until)
        desk.account(who, who)
        return home, who, who

    def aged(self, desk: Counter, zone: str) -> Asking:
        """Somebody who has turned eighty."""
        elder = self._someone(desk, self.rng.choice(OLD_ENOUGH))
        home = desk.household(zone, (elder, "applicant"))
        desk.account(elder, elder)
        return home, elder, elder

    def _with_kin(self, desk: Counter, zone: str, *states: str) -> Asking:
        """A child raised by a grandmother, the father's and the mother's state."""
        surname = self.names.surname()
        elder = self._someone(desk, self.rng.randint(58, 70), "f")
        child = self._someone(desk, self.rng.randint(7, 13), "", surname)
        home = desk.household(zone, (elder, "applicant"), (child, "grandchild"))
        since = (desk.today - dt.timedelta(days=400)).isoformat()
        for part, code in zip(("father", "mother"), states, strict=True):
            desk.fact("parent", child, since, part=part, code=code)
        desk.fact("care_mode", child, code="scattered")
        desk.fact("schooling", child, "2024-09-01", code="compulsory")
        desk.account(child, elder, "guardian")
        return home, child, elder

    def unattended(self, desk: Counter, zone: str) -> Asking:
        """The father is dead, the mother has not been heard of for more than a year."""
        return self._with_kin(desk, zone, "dead", "lost_contact")

    def orphaned(self, desk: Counter, zone: str) -> Asking:
        """Both parents are dead."""
        return self._with_kin(desk, zone, "dead", "dead")


FAMILIES: dict[str, Callable[[Petitioners, Counter, str], Asking]] = {
    "minimum_living": Petitioners.poor,
    "marginal_household": Petitioners.marginal,
    "rigid_expenditure_household": Petitioners.burdened,
    "temporary_relief": Petitioners.in_need,
    "destitute_basic": Petitioners.destitute,
    "disability_nursing": Petitioners.disabled,
    "disability_living": Petitioners.disabled,
    "old_age_allowance": Petitioners.aged,
    "unattended_child_allowance": Petitioners.unattended,
    "orphan_allowance": Petitioners.orphaned,
}
