"""儿童名册的清单: files with their last visit and what is due, set-based, walked by key.

Names are left out by the query itself for those who need not see them (words.NAMERS).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import connection

from apps.offices.models import Staff
from apps.registers import words
from apps.registers.clocks import age_limits, visit_params
from apps.standards.book import Book
from apps.units.language import lazy as _

PAGE = 50
ALL = 100_000


class Filters(NamedTuple):
    """What a list is narrowed to; empty means all."""

    register: str = ""
    division: str = ""
    state: str = "open"
    flag: str = ""  # one of FLAGS, or ANY of them
    text: str = ""


class Row(NamedTuple):
    """One file as lists show it; the name is empty for those who may not read it."""

    pk: int
    name: str
    sex: str
    born: dt.date
    age: int
    register: str
    ground: str
    level: str
    township: str
    village: str
    division: str
    number: str
    household_id: int
    person_id: int
    opened_on: dt.date
    state: str
    closed_on: dt.date | None
    visited_on: dt.date | None
    due_on: dt.date | None
    reports: int
    reported_on: dt.date | None
    alone: bool
    carer_on: dt.date | None
    out_on: dt.date | None  # the day the child reaches the age of its register
    void: bool  # the registration behind the file no longer holds
    moved: bool  # the child lives in another household now
    flags: list[str]  # what is open about the file: codes of FLAGS

    @property
    def key(self) -> str:
        """Where the list goes on after this row."""
        return f"{self.division}~{self.pk}"


class Page(NamedTuple):
    """Some files, and the key after which the next page begins (empty: no more)."""

    rows: list[Row]
    after: str


FLAGS = {
    "due": _("走访到期"),
    "alone": _("户内无成年人"),
    "reported": _("待处置报告"),
    "age": _("已达年龄上限"),
    "check": _("登记待核对"),
}
ANY = "any"
# When a child reaches the age of its register, and when the next visit is due: of a file ``o`` with
# the child ``p``, its newest rating ``r`` and its newest visit ``s``.
DATES = """
           (p.born + make_interval(years => CASE o.register WHEN 'left_behind'
               THEN %(left_behind_age)s::int ELSE %(in_difficulty_age)s::int END))::date AS out_on,
           (coalesce(s."on", o.opened_on) + make_interval(months => CASE
               WHEN o.register = 'left_behind' AND r.level = 'key'
                   THEN %(left_behind_key)s::int
               WHEN o.register = 'left_behind' THEN %(left_behind_ordinary)s::int
               WHEN r.level = 'key' THEN %(in_difficulty_key)s::int
               ELSE %(in_difficulty_ordinary)s::int END))::date AS due_on"""
# One row a file. Adults are counted over all households of the files at once.
FILES = f"""
WITH of_file AS (
    SELECT c.id, c.person_id, c.household_id, c.opened_on, c.state, c.closed_on,
           f.code AS register, f.voided_on IS NOT NULL AS void, h.division, h.number
    FROM registers_childfile c
    JOIN households_fact f ON f.id = c.fact_id
    JOIN households_household h ON h.id = c.household_id
    WHERE h.division LIKE %(territory)s AND h.division LIKE %(division)s
      AND (%(register)s = '' OR f.code = %(register)s)
      AND (%(state)s = '' OR c.state = %(state)s)
), rated AS (
    SELECT DISTINCT ON (file_id) file_id, ground, level FROM registers_rating
    ORDER BY file_id, "on" DESC, id DESC
), visited AS (
    SELECT file_id, max("on") AS "on" FROM registers_childvisit GROUP BY file_id
), cared AS (
    SELECT file_id, max("on") AS "on" FROM registers_carer GROUP BY file_id
), reported AS (
    SELECT file_id, count(*) AS n, min("on") AS "on" FROM registers_childreport
    WHERE state = 'open' GROUP BY file_id
), grown AS (
    SELECT DISTINCT m.household_id
    FROM households_member m JOIN households_person p ON p.id = m.person_id
    WHERE m.voided_on IS NULL AND m.period @> %(today)s::date
      AND p.born + interval '18 years' <= %(today)s::date
      AND m.household_id IN (SELECT household_id FROM of_file)
      AND p.id NOT IN (SELECT d.person_id FROM households_fact d WHERE d.kind = 'death'
                       AND d.person_id IS NOT NULL AND d.voided_on IS NULL
                       AND d."on" <= %(today)s)
), lives AS (
    SELECT person_id, household_id FROM households_member
    WHERE voided_on IS NULL AND period @> %(today)s::date
      AND person_id IN (SELECT person_id FROM of_file)
), file AS (
    SELECT o.*, p.name, p.sex, p.born, r.ground, r.level,
           date_part('year', age(%(today)s::date, p.born))::int AS age,
           coalesce(t.name, '') AS township, coalesce(v.name, '') AS village,
           s."on" AS visited_on, k."on" AS carer_on, coalesce(a.n, 0) AS reports,
           a."on" AS reported_on,
           (o.state = 'open' AND g.household_id IS NULL) AS alone,
           (l.household_id IS NOT NULL AND l.household_id <> o.household_id) AS moved,
           {DATES}
    FROM of_file o
    JOIN households_person p ON p.id = o.person_id
    LEFT JOIN rated r ON r.file_id = o.id
    LEFT JOIN visited s ON s.file_id = o.id
    LEFT JOIN cared k ON k.file_id = o.id
    LEFT JOIN reported a ON a.file_id = o.id
    LEFT JOIN grown g ON g.household_id = o.household_id
    LEFT JOIN lives l ON l.person_id = o.person_id
    LEFT JOIN offices_division v ON v.code = o.division
    LEFT JOIN offices_division t ON t.code = left(o.division, 9)
)
"""
# What is open about a file; about one that is closed, nothing.
FLAGGED = """
    CASE WHEN state = 'open' THEN array_remove(ARRAY[
        CASE WHEN due_on <= %(today)s THEN 'due' END,
        CASE WHEN alone AND carer_on IS NULL THEN 'alone' END,
        CASE WHEN reports > 0 THEN 'reported' END,
        CASE WHEN out_on <= %(today)s THEN 'age' END,
        CASE WHEN void OR moved THEN 'check' END], NULL)
    ELSE ARRAY[]::text[] END
"""
WHERE = """
WHERE (division, id) > (%(after_division)s, %(after_id)s)
  AND (%(text)s = '' OR number = %(text)s OR (%(names)s AND starts_with(name, %(text)s)))
  AND (%(flag)s = '' OR %(flag)s = ANY(flags) OR %(flag)s = 'any' AND flags <> '{}')
"""
ROWS = (
    FILES
    + """
SELECT id, CASE WHEN %(names)s THEN name ELSE '' END, sex, born, age, register,
       coalesce(ground, ''), coalesce(level, 'ordinary'), township, village, division, number,
       household_id, person_id, opened_on, state, closed_on, visited_on,
       CASE WHEN state = 'open' THEN due_on END, reports, reported_on, alone, carer_on, out_on,
       void, moved, flags
FROM file CROSS JOIN LATERAL (SELECT"""
    + FLAGGED
    + """AS flags) about
"""
    + WHERE
    + "ORDER BY division, id LIMIT %(limit)s"
)
COUNTS = (
    FILES
    + """
SELECT left(division, 9), township, count(*) FILTER (WHERE register = 'left_behind'),
       count(*) FILTER (WHERE register = 'in_difficulty'), count(*) FILTER (WHERE level = 'key'),
       count(*) FILTER (WHERE due_on <= %(today)s), count(*) FILTER (WHERE reports > 0),
       count(*) FILTER (WHERE alone AND carer_on IS NULL)
FROM file GROUP BY 1, 2 ORDER BY 1
"""
)


def files(
    staff: Staff,
    filters: Filters,
    *,
    today: dt.date,
    book: Book,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """Files inside the territory in the order of village and file number (one query)."""
    params = _params(staff, filters, today, book)
    division, _, pk = after.partition("~")
    params |= {"after_division": division, "after_id": int(pk) if pk.isdecimal() else 0}
    params["limit"] = limit + 1
    found = [Row(*row) for row in _rows(ROWS, params)]
    return Page(found[:limit], found[limit - 1].key if len(found) > limit else "")


def everyone(staff: Staff, filters: Filters, *, today: dt.date, book: Book) -> list[Row]:
    """The whole of a list, for a file."""
    return files(staff, filters, today=today, book=book, limit=ALL).rows


class Counted(NamedTuple):
    """A township's children on the registers and what is open about them."""

    code: str
    township: str
    left_behind: int
    in_difficulty: int
    key: int
    due: int
    reported: int
    alone: int


def counted(staff: Staff, *, today: dt.date, book: Book) -> list[Counted]:
    """Open files by township (one query)."""
    return [Counted(*row) for row in _rows(COUNTS, _params(staff, Filters(), today, book))]


def _params(staff: Staff, filters: Filters, today: dt.date, book: Book) -> dict[str, Any]:
    return {
        "territory": f"{staff.division}%",
        "division": f"{filters.division}%",
        "register": filters.register,
        "state": filters.state,
        "flag": filters.flag,
        "text": filters.text.strip(),
        "names": staff.role in words.NAMERS,
        "today": today,
        **visit_params(book, today),
        **age_limits(book, today),
    }


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


UNFILED = """
SELECT count(*) FROM (
    SELECT DISTINCT ON (person_id) person_id, code FROM households_fact
    WHERE kind = 'child_register' AND voided_on IS NULL AND "on" <= %(today)s
    ORDER BY person_id, "on" DESC, id DESC
) newest
JOIN households_member m ON m.person_id = newest.person_id AND m.voided_on IS NULL
    AND m.period @> %(today)s::date
JOIN households_household h ON h.id = m.household_id AND h.division LIKE %(territory)s
WHERE newest.code <> 'none' AND NOT EXISTS (
    SELECT 1 FROM registers_childfile c
    WHERE c.person_id = newest.person_id AND c.state = 'open')
"""


def unfiled(staff: Staff, today: dt.date) -> int:
    """Children entered on a register whose file has not been opened."""
    found = _rows(UNFILED, {"territory": f"{staff.division}%", "today": today})
    return int(found[0][0])
