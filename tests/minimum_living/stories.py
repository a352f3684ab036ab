"""What the stories of these tests ask: what is owed, what was determined, decisions by two."""

from __future__ import annotations

from typing import Any

from apps.casework import actions as casework
from apps.casework.assess import Assessment, assess, scope_of
from apps.casework.engine import Result
from apps.casework.models import Application, Decision, Entitlement
from apps.casework.outcome import pronounce
from apps.households.models import Household, Person
from apps.minimum_living import actions
from apps.minimum_living.models import Determination
from apps.offices.models import Role
from apps.standards import actions as standards
from apps.standards.models import current_book
from apps.units.working import Working
from tests import builders
from tests.builders import date, month

FAMILY = (("1982-04-12", "applicant"), ("1984-09-23", "spouse"), ("2013-03-15", "child"))


def family(*, zone: str = "rural", size: int = 3) -> tuple[Household, list[Person]]:
    """Applicant, spouse and child (the first ``size`` of them) since 2023."""
    people = [builders.person(f"成员{n}", born) for n, (born, _) in enumerate(FAMILY[:size])]
    words = [relationship for _, relationship in FAMILY[:size]]
    return builders.household(*zip(people, words, strict=True), zone=zone), people


def earns(who: Person, yuan: int, on: str = "2023-11-01", code: str = "wage", **more: Any) -> None:
    """A monthly income (``per`` "year" for a yearly one), in whole yuan."""
    columns = {"code": code, "amount_fen": yuan * 100, "per": "month", **more}
    builders.fact("income", who, on, **columns)


def awarded(home: Household, who: Person | None = None, decided: str = "2023-12-15") -> Entitlement:
    """An award of minimum living confirmed on that day (Friday 15 December 2023)."""
    return builders.award("minimum_living", home, who, on="2023-12-01", decided=decided)


def decide(
    programme: str, home: Household, who: Person | None, on: str, basis: str = ""
) -> Decision:
    """Applied for and decided by the rules on one day."""
    asked: Application = builders.application(programme, home, who, on, basis=basis)
    return casework.decide(asked.pk, on=date(on), by=builders.staff(Role.COUNTY_SUPERVISOR))


def two() -> dict[str, Any]:
    """Two people for a decision: who prepares and who decides."""
    return {
        "by": builders.staff(Role.COUNTY_SUPERVISOR),
        "prepared_by": builders.staff(Role.COUNTY_CLERK),
    }


def again(award: Entitlement, on: str, effective: str | None = None) -> Decision:
    """重新核定."""
    first = month(effective) if effective else None
    return actions.redetermine(award.pk, on=date(on), effective=first, **two())


def stop(award: Entitlement, on: str, reason: str = "income", effective: str | None = None) -> None:
    """停发."""
    first = month(effective) if effective else None
    casework.stop(award.pk, on=date(on), reason=reason, effective=first, **two())


def adopt(key: str, value: Any, since: str = "2023-01") -> None:
    """标准调整."""
    standards.adopt(
        key, from_month=month(since), value=value, recorded_on=date("2024-01-02"), by=None
    )


def known(home: Household, through: str) -> Assessment:
    """Everything owed around the household through a month, as known now."""
    return assess(scope_of([home.pk]), through=month(through), book=current_book())


def owed(
    home: Household, of: str, programme: str = "minimum_living", who: Person | None = None
) -> int:
    """Fen owed for a month to the household, or to a person."""
    return known(home, of).owed(month(of), programme, who.pk if who else -home.pk)


def result(home: Household, of: str, who: Person | None = None) -> Result:
    """The month of the minimum-living award, with its facts."""
    subject = who.pk if who else -home.pk
    found = known(home, of).results[month(of)]
    return next(r for r in found if r.case.subject == subject and r.card.code == "minimum_living")


def said(home: Household, of: str) -> list[str]:
    """The words of a month."""
    r, working = result(home, of), Working()
    pronounce(r.card, r.case.facts, r.situation, current_book().month(month(of)), working)
    return [words for words, _ in working.lines]


def periods(award: Entitlement) -> list[str]:
    """The months of the determinations in force, "first..after the last", in order."""
    rows = Determination.objects.filter(entitlement=award, period__isempty=False)
    return [
        f"{row.period.lower:%Y-%m}..{f'{row.period.upper:%Y-%m}' if row.period.upper else ''}"
        for row in rows.order_by("period")
    ]
