"""家庭清单的取数: households in the order of village and number, a page at a time. Only reads."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection

from apps.offices.models import Staff, divisions_visible_to

PAGE = 50
TOWNSHIPS = ("street", "town", "township_")


class Row(NamedTuple):
    """One household: its number, applicant, people now, place."""

    number: str
    name: str
    members: int
    village: str
    address: str
    closed: bool
    key: str


class Page(NamedTuple):
    """Some households, and the key after which the next page begins (empty: no more)."""

    rows: list[Row]
    after: str


ROWS = """
WITH chosen AS MATERIALIZED (
    SELECT h.id, h.number, h.division, h.address, h.closed_on FROM households_household h
    WHERE h.division LIKE %(territory)s AND h.division LIKE %(division)s
      AND (h.division, h.number) > (%(after_division)s, %(after_number)s)
    ORDER BY h.division, h.number LIMIT %(limit)s
)
SELECT h.number, coalesce(head.name, ''), people.n, coalesce(t.name, '') || coalesce(v.name, ''),
       h.address, h.closed_on IS NOT NULL, h.division
FROM chosen h
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
LEFT JOIN LATERAL (
    SELECT q.name FROM households_member m JOIN households_person q ON q.id = m.person_id
    WHERE m.household_id = h.id AND m.voided_on IS NULL
    ORDER BY m.relationship <> 'applicant', upper(m.period) DESC NULLS FIRST, m.id LIMIT 1
) head ON TRUE
LEFT JOIN LATERAL (
    SELECT count(*) AS n FROM households_member m
    WHERE m.household_id = h.id AND m.voided_on IS NULL AND upper_inf(m.period)
) people ON TRUE
ORDER BY h.division, h.number
"""


def households(staff: Staff, *, division: str, after: str, limit: int = PAGE) -> Page:
    """Households inside the territory and the division asked for, after a key (1 query)."""
    after_division, _, after_number = after.partition("~")
    params: dict[str, str | int] = {
        "territory": f"{staff.division}%",
        "division": f"{division}%",
        "after_division": after_division,
        "after_number": after_number,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS, params)
        found = [_row(row) for row in cursor.fetchall()]
    return Page(found[:limit], found[limit - 1].key if len(found) > limit else "")


def _row(row: tuple[Any, ...]) -> Row:
    number, name, members, village, address, closed, division = row
    return Row(number, name, members, village, address, closed, f"{division}~{number}")


Place = tuple[str, str]


def places(staff: Staff, division: str) -> tuple[list[Place], list[Place]]:
    """Townships of the territory, and the villages of the township asked for (2 queries)."""
    seen = divisions_visible_to(staff)
    townships = list(seen.filter(kind__in=TOWNSHIPS).values_list("code", "name"))
    township = division[:9] or staff.division[:9]
    if len(township) < 9:
        return townships, []
    villages = seen.filter(kind="village", code__startswith=township)
    return townships, list(villages.values_list("code", "name"))
