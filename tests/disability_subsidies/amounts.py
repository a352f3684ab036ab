"""What stories ask: amounts month by month as known now, and decisions by the rules."""

from __future__ import annotations

from typing import Any

from apps.casework import actions as casework
from apps.casework.assess import assess, scope_of
from apps.casework.engine import Result
from apps.casework.models import Decision
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.standards.models import current_book
from tests.builders import application, award, date, fact, household, month, person, staff

Home = tuple[Household, Person]


def results(programme: str, who: Person | Household, text: str) -> list[Result]:
    """The awards of a subject in a month ("2024-06"), computed from their first month on."""
    alone = isinstance(who, Person)
    scope = scope_of([] if alone else [who.pk], [who.pk] if alone else [])
    found = assess(scope, through=month(text), book=current_book())
    subject = who.pk if alone else -who.pk
    return [
        r
        for r in found.results.get(month(text), ())
        if r.card.code == programme and r.case.subject == subject
    ]


def owed(programme: str, who: Person | Household, text: str) -> int:
    """Yuan owed to a subject for a month; amounts in these stories are whole yuan."""
    fen = sum(r.outcome.fen for r in results(programme, who, text))
    assert fen % 100 == 0
    return fen // 100


def owed_in(programme: str, who: Person | Household, months: str) -> list[int]:
    """Yuan of several months of one year: ``owed_in("…", d, "2024: 5 6 7")``."""
    year, _, numbers = months.partition(":")
    return [owed(programme, who, f"{year}-{int(n):02d}") for n in numbers.split()]


def decide(
    programme: str, home: Household, who: Person | None, on: str, **more: Any
) -> tuple[str, str]:
    """Apply and decide by the rules on one day: the kind of decision and its reason."""
    asked = application(programme, home, who, on=on, **more)
    decision = casework.decide(asked.pk, on=date(on), by=staff(Role.COUNTY_SUPERVISOR))
    return Decision.Kind(decision.kind).value, decision.reason


def minimum_living(home: Household, decided: str = "2023-12-15") -> None:
    """The household is on minimum living from the month after the decision."""
    fact("property", home, on="2023-11-01", flag=True)
    award("minimum_living", home, on="2023-12-01", decided=decided)


def stop(programme: str, home: Household, on: str) -> None:
    """End the household's award from the month after."""
    standing = home.entitlement_set.get(programme=programme)
    casework.stop(
        standing.pk,
        on=date(on),
        by=staff(Role.COUNTY_SUPERVISOR),
        prepared_by=staff(Role.COUNTY_CLERK),
        reason="income",
    )


def person_of(born: str) -> Home:
    """Someone born that day, alone in a rural household."""
    who = person(born=born)
    return household((who, "applicant"), zone="rural"), who


def certificate(who: Person, on: str, grade: int, kind: str = "limb", **more: Any) -> None:
    """残疾人证: issued on that day."""
    fact("disability", who, on=on, code=kind, number=grade, **more)


def benefit(who: Person, code: str, yuan: int, on: str, **more: Any) -> None:
    """A benefit from outside this system, yuan a month."""
    fact("other_benefit", who, on=on, code=code, amount_fen=yuan * 100, per="month", **more)


def both(home: Household, who: Person, on: str = "2024-01-08") -> None:
    """Both subsidies, applied for and confirmed on that day."""
    award("disability_living", home, who, on=on)
    award("disability_nursing", home, who, on=on)
