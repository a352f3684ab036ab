"""Small words for stories of public notices: applications that have reached 初审."""

from __future__ import annotations

from apps.casework import actions as casework
from apps.casework.models import Application
from apps.casework.procedure import NEEDS
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.publicity import actions
from apps.publicity.models import PublicNotice
from tests import builders

HERE, FAR = "430482001200", "430482101200"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 64
# What other apps answer for; these stories are about the notice only.
OTHERS = ("documents", "authorised", "checked", "surveyed", "reassessed", "federation_agreed")
# 2025: 补录 is off, so every step is taken.
APPLIED, POSTED = "2025-03-03", "2025-03-10"


def satisfied(monkeypatch: object) -> None:
    """Papers, checks and surveys are in order."""
    for name in OTHERS:
        monkeypatch.setitem(NEEDS, name, lambda _application, _on: [])  # type: ignore[attr-defined]


def family(
    name: str = "周国华", division: str = HERE, **person: object
) -> tuple[Household, Person]:
    """A poor rural household: the applicant and a child of nine."""
    who = builders.person(name, "1966-02-01", **person)
    child = builders.person("周雨欣", "2015-08-01")
    home = builders.household((who, "applicant"), (child, "child"), zone="rural", division=division)
    builders.fact("property", home, "2024-05-01", flag=True)
    return home, who


def at_opinion(
    programme: str, home: Household, who: Person | None = None, on: str = APPLIED
) -> Application:
    """An application taken, step by step, to 已初审 by a township clerk."""
    clerk = township(home.division)
    one = casework.apply(
        programme,
        household_id=home.pk,
        person_id=who.pk if who else None,
        on=builders.date(on),
        by=clerk,
    )
    codes = ["accept", "complete_check", "complete_survey", "give_opinion"]
    if programme.startswith("disability"):
        codes.remove("complete_survey")
    for code in codes:
        casework.take(one.pk, code, on=builders.date(on), by=clerk)
    one.refresh_from_db()
    assert one.state == "opinion"
    return one


def township(division: str = HERE) -> Staff:
    """A township clerk of the village's township."""
    return builders.staff(Role.TOWNSHIP_CLERK, division[:9])


def posted(*applications: Application, on: str = POSTED, by: Staff | None = None) -> PublicNotice:
    """Their notice."""
    by = by or township(applications[0].household.division)
    ids = [one.pk for one in applications]
    return actions.post_applications(ids, on=builders.date(on), by=by)
