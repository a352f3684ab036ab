"""低收入人口: who belongs to which of the six categories today (R-DT-01), by one query.

Awards say who is 特困, 低保, 边缘 or 刚性支出困难; departments name the other two. A person is
counted once, in the first category of low_income_words.CATEGORIES that holds.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import connection

from apps.offices.models import Staff
from apps.registers import low_income_words as words
from apps.registers.words import NAMERS
from apps.units.months import month_of

PAGE = 50
ALL = 100_000

# member: who lives where today. low: one row a low-income person, with the category.
PEOPLE = """
WITH member AS MATERIALIZED (
    SELECT m.person_id, m.household_id, p.name, p.born, p.sex, h.division, h.number
    FROM households_member m
    JOIN households_household h ON h.id = m.household_id
    JOIN households_person p ON p.id = m.person_id
    WHERE m.voided_on IS NULL AND m.period @> %(today)s::date
      AND h.division LIKE %(territory)s AND h.division LIKE %(division)s
      AND (%(homes)s::bigint[] IS NULL OR h.id = ANY (%(homes)s))
      -- few have died: one list of them, hashed, whatever the planner expects
      AND m.person_id NOT IN (SELECT d.person_id FROM households_fact d
                              WHERE d.kind = 'death' AND d.person_id IS NOT NULL
                                AND d.voided_on IS NULL AND d."on" <= %(today)s)
), award AS MATERIALIZED (
    SELECT e.programme, e.household_id, e.person_id, e.accounts_from
    FROM casework_entitlement e
    JOIN households_household h ON h.id = e.household_id
    WHERE e.period @> %(month)s::date AND h.division LIKE %(territory)s
      AND h.division LIKE %(division)s
      AND (%(homes)s::bigint[] IS NULL OR h.id = ANY (%(homes)s))
), claim AS (
    SELECT m.person_id, a.programme AS category FROM member m
    JOIN award a ON a.household_id = m.household_id AND a.person_id IS NULL
    UNION ALL
    SELECT a.person_id, a.programme FROM award a WHERE a.person_id IS NOT NULL
    UNION ALL
    SELECT m.person_id, l.category FROM member m
    JOIN registers_monitored l ON l.household_id = m.household_id AND l.state = 'open'
         AND l.since <= %(today)s
), low AS MATERIALIZED (
    SELECT DISTINCT ON (m.person_id) m.*, c.category
    FROM claim c JOIN member m USING (person_id)
    WHERE c.category = ANY (%(categories)s)
    ORDER BY m.person_id, array_position(%(categories)s::text[], c.category::text)
)
"""
ROWS = (
    PEOPLE
    + """
SELECT low.person_id, CASE WHEN %(names)s THEN low.name ELSE '' END, low.sex,
       date_part('year', age(%(today)s::date, low.born))::int, low.category, low.number,
       coalesce(t.name, ''), coalesce(v.name, ''), low.division
FROM low
LEFT JOIN offices_division v ON v.code = low.division
LEFT JOIN offices_division t ON t.code = left(low.division, 9)
WHERE (%(category)s = '' OR low.category = %(category)s)
  AND (%(text)s = '' OR low.number = %(text)s
       OR (%(names)s AND starts_with(low.name, %(text)s)))
  AND (low.division, low.number, low.person_id) > (%(d)s, %(n)s, %(p)s)
ORDER BY low.division, low.number, low.person_id LIMIT %(limit)s
"""
)
COUNTS = (
    PEOPLE
    + """
SELECT left(low.division, 9), coalesce(t.name, ''), low.category, count(*)
FROM low LEFT JOIN offices_division t ON t.code = left(low.division, 9)
GROUP BY 1, 2, 3 ORDER BY 1
"""
)


class Filters(NamedTuple):
    """What the list is narrowed to; empty means all."""

    category: str = ""
    division: str = ""
    text: str = ""


class Row(NamedTuple):
    """One low-income person; the name is empty for those who may not read it."""

    person_id: int
    name: str
    sex: str
    age: int
    category: str
    number: str
    township: str
    village: str
    division: str

    @property
    def key(self) -> str:
        """Where the list goes on after this row."""
        return f"{self.division}~{self.number}~{self.person_id}"


class Page(NamedTuple):
    """Some persons, and the key after which the next page begins (empty: no more)."""

    rows: list[Row]
    after: str


def people(
    staff: Staff, filters: Filters, *, today: dt.date, after: str = "", limit: int = PAGE
) -> Page:
    """Low-income persons of the territory in the order of village and household (one query)."""
    division, number, person = [*after.split("~"), "", ""][:3]
    params = params_of(staff, filters.division, today) | {
        "names": staff.role in NAMERS,
        "category": filters.category,
        "text": filters.text,
        "d": division,
        "n": number,
        "p": int(person) if person.isdecimal() else 0,
        "limit": limit + 1,
    }
    found = [Row(*row) for row in rows_of(ROWS, params)]
    return Page(found[:limit], found[limit - 1].key if len(found) > limit else "")


class Counted(NamedTuple):
    """A township's low-income people by category, in the order of CATEGORIES."""

    code: str
    township: str
    numbers: list[int]
    total: int


def counted(staff: Staff, today: dt.date) -> list[Counted]:
    """Low-income people by township and category (one query)."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for code, township, category, n in rows_of(COUNTS, params_of(staff, "", today)):
        found.setdefault((code, township), {})[category] = n
    return [
        Counted(code, township, [of.get(name, 0) for name in words.CATEGORIES], sum(of.values()))
        for (code, township), of in found.items()
    ]


def params_of(staff: Staff, division: str, today: dt.date) -> dict[str, Any]:
    """The parameters PEOPLE asks for."""
    return {
        "territory": f"{staff.division}%",
        "division": f"{division}%",
        "today": today,
        "month": month_of(today),
        "categories": list(words.CATEGORIES),
        "homes": None,  # the households it is narrowed to
    }


def rows_of(sql: str, params: dict[str, Any]) -> list[Any]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
