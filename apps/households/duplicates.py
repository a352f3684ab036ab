"""重复人员: pairs of files that look like one human being, and why. Only reads.

The ID number is unique, so a person is on file twice only where it is missing, was typed in its
old form of 15 digits, or is wrong. One statement finds all pairs, whatever the county's size.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext

from apps.households.kinds import RELATIONSHIPS
from apps.households.models import PersonMerge
from apps.households.profile import SEX
from apps.offices.models import Staff
from apps.units.id_number import masked
from apps.units.language import lazy as _

LIMIT = 200
MOST = 5  # files that may share a phone or an account and still look alike
# Why two files may be one, the strongest first: code → words, weight.
REASONS = {
    "id": (_("身份证号为同一号码的15位和18位"), 8),
    "name": (_("姓名和出生日期相同"), 4),
    "pinyin": (_("姓名读音和出生日期相同"), 3),
    "account": (_("不同户而收款账号相同"), 2),
    "phone": (_("不同户而电话相同"), 1),
}
# Of one household, phone and account are shared as a matter of course: they count across two only.
PAIRS = """
WITH here AS MATERIALIZED (
    SELECT p.id, p.name_key, p.born, split_part(p.pinyin, ' ', 1) AS pinyin, p.phone,
           CASE length(p.id_number) WHEN 15 THEN p.id_number
                WHEN 18 THEN left(p.id_number, 6) || substr(p.id_number, 9, 9) END AS old_id,
           length(p.id_number) AS digits, stay.household_id
    FROM households_person p
    JOIN LATERAL (
        SELECT m.household_id FROM households_member m
        WHERE m.person_id = p.id AND m.voided_on IS NULL ORDER BY m.period DESC LIMIT 1
    ) stay ON TRUE
    JOIN households_household h ON h.id = stay.household_id
    WHERE h.division LIKE %(territory)s AND NOT EXISTS (
        SELECT 1 FROM households_personmerge g WHERE g.merged_id = p.id AND g.undone_on IS NULL)
), paid AS MATERIALIZED (
    SELECT DISTINCT ON (a.person_id) a.person_id AS id, a.number, here.household_id
    FROM households_bankaccount a JOIN here ON here.id = a.person_id
    ORDER BY a.person_id, a.version DESC
), shared AS MATERIALIZED (
    -- A number that many have (a village's, an institution's) says nothing about any two of them.
    SELECT 'phone' AS what, phone AS number FROM here WHERE phone <> ''
    GROUP BY phone HAVING count(*) BETWEEN 2 AND %(most)s
    UNION ALL
    SELECT 'account', number FROM paid GROUP BY number HAVING count(*) BETWEEN 2 AND %(most)s
), alike AS (
    SELECT a.id AS one, b.id AS other, 'id' AS why FROM here a JOIN here b
        ON a.old_id = b.old_id AND a.id < b.id AND a.digits <> b.digits
    UNION ALL
    SELECT a.id, b.id, 'name' FROM here a JOIN here b
        ON a.name_key = b.name_key AND a.born = b.born AND a.id < b.id
    UNION ALL
    SELECT a.id, b.id, 'pinyin' FROM here a JOIN here b
        ON a.pinyin = b.pinyin AND a.born = b.born AND a.id < b.id
        AND a.pinyin <> '' AND a.name_key <> b.name_key
    UNION ALL
    SELECT a.id, b.id, 'account' FROM shared s JOIN paid a ON a.number = s.number
    JOIN paid b ON b.number = s.number AND a.id < b.id AND a.household_id <> b.household_id
    WHERE s.what = 'account'
    UNION ALL
    SELECT a.id, b.id, 'phone' FROM shared s JOIN here a ON a.phone = s.number
    JOIN here b ON b.phone = s.number AND a.id < b.id AND a.household_id <> b.household_id
    WHERE s.what = 'phone'
), pairs AS (
    SELECT one, other, array_agg(why) AS whys,
           sum((%(weights)s::jsonb ->> why)::int) AS weight
    FROM alike
    WHERE NOT EXISTS (SELECT 1 FROM households_distinctpair d
                      WHERE d.one_id = alike.one AND d.other_id = alike.other)
    GROUP BY one, other
    HAVING sum((%(weights)s::jsonb ->> why)::int) >= %(least)s
)
SELECT one, other, whys, count(*) OVER () FROM pairs
ORDER BY weight DESC, one, other LIMIT %(limit)s
"""
FILES = """
SELECT p.id, p.name, p.sex, p.born, coalesce(p.id_number, ''), p.phone, h.number,
       coalesce(t.name, '') || coalesce(v.name, ''), stay.relationship, upper(stay.period),
       EXISTS (SELECT 1 FROM households_fact d WHERE d.person_id = p.id AND d.kind = 'death'
               AND d.voided_on IS NULL),
       (SELECT count(*) FROM households_fact f WHERE f.person_id = p.id AND f.voided_on IS NULL)
FROM households_person p
JOIN LATERAL (
    SELECT m.household_id, m.relationship, m.period FROM households_member m
    WHERE m.person_id = p.id AND m.voided_on IS NULL ORDER BY m.period DESC LIMIT 1
) stay ON TRUE
JOIN households_household h ON h.id = stay.household_id
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
WHERE p.id = ANY(%(ids)s)
"""


class File(NamedTuple):
    """One of the two files, with the household they live (or last lived) in."""

    person_id: int
    name: str
    sex: str
    born: dt.date
    id_number: str  # masked
    phone: str
    number: str
    village: str
    relationship: str
    left_on: dt.date | None
    dead: bool
    facts: int


class Pair(NamedTuple):
    """Two files that look alike, and why."""

    one: File
    other: File
    why: list[str]

    @property
    def files(self) -> tuple[File, File]:
        """Both, in the order of registration."""
        return self.one, self.other

    @property
    def key(self) -> str:
        """The pair in a link."""
        return f"{self.one.person_id}-{self.other.person_id}"


class Found(NamedTuple):
    """The strongest pairs of a territory, and how many there are."""

    pairs: list[Pair]
    total: int


def duplicates(staff: Staff, *, least: int = 2) -> Found:
    """Pairs of which both files are inside the territory, the most alike first (2 queries)."""
    params: dict[str, str | int] = {
        "territory": f"{staff.division}%",
        "weights": json.dumps({code: weight for code, (_, weight) in REASONS.items()}),
        "least": least,
        "most": MOST,
        "limit": LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, params)
        rows = cursor.fetchall()
    files = files_of({pk for one, other, *_ in rows for pk in (one, other)})
    pairs = [
        Pair(files[one], files[other], [REASONS[why][0] for why in REASONS if why in whys])
        for one, other, whys, _ in rows
    ]
    return Found(pairs, rows[0][3] if rows else 0)


def files_of(persons: set[int]) -> dict[int, File]:
    """What two files that look alike are compared by (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(FILES, {"ids": sorted(persons)})
        rows = cursor.fetchall()
    found = {}
    for row in rows:
        file = File(*row)
        found[file.person_id] = file._replace(
            sex=SEX[file.sex],
            id_number=masked(file.id_number) if file.id_number else gettext("未登记"),
            relationship=RELATIONSHIPS[file.relationship],
        )
    return found


def merges_of(persons: list[int]) -> list[PersonMerge]:
    """Standing merges in which one of these persons was kept, newest first."""
    rows = PersonMerge.objects.standing().filter(kept__in=persons)
    return list(rows.select_related("kept", "merged").order_by("-pk"))
