"""What a person is owed in a month, as known now, worked through the real queries."""

from __future__ import annotations

from apps.casework.assess import assess, scope_of
from apps.casework.engine import Result
from apps.households.models import Person
from apps.standards.models import current_book
from apps.units.money import yuan
from tests.builders import month


def results(person: Person, of: str, programme: str) -> list[Result]:
    """The results of a programme for a person in a month."""
    found = assess(scope_of(persons=[person.pk]), through=month(of), book=current_book())
    mine = found.results.get(month(of), [])
    return [r for r in mine if r.card.code == programme and r.case.subject == person.pk]


def owed(person: Person, of: str, programme: str) -> str:
    """Yuan owed for the month; "0.00" also where there is no award."""
    return yuan(sum(r.outcome.fen for r in results(person, of, programme)))


def why(person: Person, of: str, programme: str) -> tuple[str, str]:
    """The verdict and the reason of a month in which exactly one award stands."""
    (result,) = results(person, of, programme)
    return result.outcome.verdict.name, result.outcome.why
