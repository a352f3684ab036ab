"""临时救助: the query that fills its facts."""

from __future__ import annotations

from collections.abc import Iterator

from apps.casework.programme import Case, Gathering
from apps.casework.reading import owed, stream
from apps.temporary_relief.rule import NOT_ASSESSED, Relief


def gather_relief(gathering: Gathering) -> Iterator[Case]:
    """Each decision of the month, of a household or a person, with its assessed amount."""
    sql = f"""
        SELECT o.id, o.subject, o.person_id, o.new, coalesce(o.assessed_fen, {NOT_ASSESSED}),
               o.over_cap_approved::int
        FROM ({owed(gathering)}) o
    """
    return (
        Case(award, subject, (person,) if person else (), new, Relief(assessed, over_cap))
        for award, subject, person, new, assessed, over_cap in stream(
            gathering, "temporary_relief", sql
        )
    )
