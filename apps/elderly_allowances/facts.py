"""高龄津贴: the one query that fills its facts."""

from __future__ import annotations

from collections.abc import Iterator

from apps.casework.programme import Case, Gathering
from apps.casework.reading import owed, stream
from apps.elderly_allowances.rule import OldAge
from apps.households.history import deaths, departures
from apps.units.ages import age_in_month


def gather_old_age(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month with the person's age, death and move (R-GL-02, R-GL-03)."""
    only = gathering.scope.of_persons("person_id")
    sql = f"""
        SELECT o.id, o.person_id, o.new, p.born, d.died_on IS NOT NULL, coalesce(r.moved_out, FALSE)
        FROM ({owed(gathering)}) o
        JOIN households_person p ON p.id = o.person_id
        LEFT JOIN {deaths(only=only)} d ON d.person_id = o.person_id
        LEFT JOIN {departures(only=only)} r ON r.person_id = o.person_id
    """
    for entitlement, person, new, born, dead, moved in stream(gathering, "old_age_allowance", sql):
        gone = 1 if dead else 2 if moved else 0
        facts = OldAge(age_in_month(born, gathering.month), gone)
        yield Case(entitlement, person, (person,), new, facts)
