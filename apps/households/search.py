"""查找: people and households by whatever an officer has at hand, inside their territory.

Each way of asking is one indexed condition; the statement is one, whatever is typed, and never
returns more than LIMIT. Ranked: whole ID, household number, ID tail, phone tail, name, pinyin.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext

from apps.households.kinds import RELATIONSHIPS
from apps.offices.models import Staff
from apps.units.id_number import masked
from apps.units.names import compare_key

LIMIT = 50
PHONE_LENGTH = 11
ID_TAIL = re.compile(r"\d{3,16}[\dX]")
LATIN = re.compile(r"[a-z]{2,40}")


class Hit(NamedTuple):
    """One person found, with the household they live (or last lived) in."""

    person_id: int
    name: str
    sex: str
    born_year: int
    id_number: str
    number: str
    household_id: int
    village: str
    relationship: str
    dead: bool
    left: bool


class Found(NamedTuple):
    """What a search found; ``more`` when there was more than LIMIT."""

    hits: list[Hit]
    more: bool
    words: str  # how the text was understood
    asked: bool  # whether the text was enough to look for anything


class _Question(NamedTuple):
    """One way of reading the text: a condition on p (person), its rank and parameters."""

    rank: int
    condition: str
    params: dict[str, str]


# The few people each condition finds are gathered first, by index; then their households.
PEOPLE = """
SELECT p.id, min(rank) AS rank FROM ({asked}) p GROUP BY p.id
"""
HITS = """
WITH found AS MATERIALIZED ({people})
SELECT p.id, p.name, p.sex, extract(year FROM p.born)::int, coalesce(p.id_number, ''),
       h.number, h.id, coalesce(t.name, '') || coalesce(v.name, ''), stay.relationship,
       EXISTS (SELECT 1 FROM households_fact d WHERE d.person_id = p.id AND d.kind = 'death'
               AND d.voided_on IS NULL),
       NOT upper_inf(stay.period)
FROM found
JOIN households_person p ON p.id = found.id
JOIN LATERAL (
    SELECT m.household_id, m.relationship, m.period FROM households_member m
    WHERE m.person_id = p.id AND m.voided_on IS NULL ORDER BY m.period DESC LIMIT 1
) stay ON TRUE
JOIN households_household h ON h.id = stay.household_id
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
WHERE h.division LIKE %(territory)s
ORDER BY found.rank, length(p.name), p.name, h.division, p.id
LIMIT %(limit)s
"""


def search(text: str, staff: Staff) -> Found:
    """People inside a territory that the text may mean; one statement, nothing for short text."""
    questions, words = _read(text)
    if not questions:
        return Found([], False, words, False)
    asked = " UNION ALL ".join(
        f"SELECT p.id, {q.rank} AS rank FROM households_person p WHERE {q.condition}"
        for q in questions
    )
    params: dict[str, Any] = {"territory": f"{staff.division}%", "limit": LIMIT + 1}
    for question in questions:
        params |= question.params
    with connection.cursor() as cursor:
        cursor.execute(HITS.format(people=PEOPLE.format(asked=asked)), params)
        rows = cursor.fetchall()
    return Found([_hit(row) for row in rows[:LIMIT]], len(rows) > LIMIT, words, True)


def _hit(row: tuple[Any, ...]) -> Hit:
    pk, name, sex, year, number, household, home, village, relationship, dead, left = row
    shown = masked(number) if number else gettext("未登记")
    sexes = {"m": gettext("男"), "f": gettext("女")}
    kin = RELATIONSHIPS.get(relationship, "")
    return Hit(
        pk, name, sexes.get(sex, "—"), year, shown, household, home, village, kin, dead, left
    )


def _read(text: str) -> tuple[list[_Question], str]:
    """What the text may mean, and in words how it was understood."""
    plain = unicodedata.normalize("NFKC", text).strip()
    typed = plain.replace(" ", "").upper()
    if typed.isdecimal() or ID_TAIL.fullmatch(typed):
        return _digits(typed)
    lower = plain.casefold().replace(" ", "").replace("'", "")
    if LATIN.fullmatch(lower):
        return _latin(lower), gettext("拼音")
    key = compare_key(plain)
    if len(key) < 2:
        return [], gettext("请输入至少两个字")
    like = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [
        _Question(4, "p.name_key = %(key)s", {"key": key}),
        _Question(5, "p.name_key LIKE %(prefix)s", {"prefix": f"{like}%"}),
    ], gettext("姓名")


def _digits(typed: str) -> tuple[list[_Question], str]:
    """A whole ID number, the tail of one or of a telephone number, or a household's number."""
    if len(typed) < 4:
        return [], gettext("请输入至少四位数字")
    found = [
        _Question(
            1,
            "p.id IN (SELECT m.person_id FROM households_member m JOIN households_household g"
            " ON g.id = m.household_id WHERE g.number = %(number)s AND m.voided_on IS NULL)",
            {"number": typed},
        )
    ]
    if len(typed) == 18:
        found.append(_Question(0, "p.id_number = %(id)s", {"id": typed}))
        return found, gettext("证件号码、户编号")
    tail = f"{typed[::-1]}%"
    if len(typed) <= 6:
        found.append(_Question(2, "reverse(p.id_number) LIKE %(tail)s", {"tail": tail}))
    if len(typed) <= PHONE_LENGTH and typed.isdecimal():
        found.append(_Question(3, "reverse(p.phone) LIKE %(tail)s", {"tail": tail}))
    short = gettext("证件号码末尾、电话末尾、户编号")
    return found, short if len(typed) <= 6 else gettext("电话、户编号")


def _latin(lower: str) -> list[_Question]:
    """Initials of any reading, or a full reading or its beginning."""
    found = [_Question(6, "p.initials @> ARRAY[%(initials)s]::varchar[]", {"initials": lower})]
    if len(lower) >= 3:
        found += [
            _Question(5, "string_to_array(p.pinyin, ' ') @> ARRAY[%(pinyin)s]", {"pinyin": lower}),
            _Question(7, "p.pinyin LIKE %(reading)s", {"reading": f"{lower}%"}),
        ]
    return found
