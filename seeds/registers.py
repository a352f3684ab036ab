"""名册的演示数据: a file for every child on a register, its visits, and stays at the station."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.db import connection

from apps.offices.models import Division
from apps.registers import actions
from apps.registers.models import ChildFile
from seeds import clock
from seeds.ledger import GO_LIVE, Office
from seeds.report import SMALL

STAYS = 158  # 流浪乞讨救助人次 of the report for 2024
UNTIL = dt.date(2024, 11, 30)

# Every child on a register has a file from the day the county went live, with its events.
FILES = """
INSERT INTO registers_childfile
    (person_id, household_id, fact_id, state, opened_on, opened_by_id, close_reason)
SELECT f.person_id, m.household_id, f.id, 'open', greatest(%(on)s, f."on"), %(by)s, ''
FROM households_fact f
JOIN households_member m ON m.person_id = f.person_id AND m.voided_on IS NULL
    AND upper_inf(m.period)
WHERE f.kind = 'child_register' AND f.code <> 'none' AND f.voided_on IS NULL
ORDER BY f.id
"""
RATINGS = """
INSERT INTO registers_rating (file_id, ground, level, note, "on", by_id, at)
SELECT c.id,
       CASE WHEN f.code = 'left_behind'
            THEN CASE WHEN c.id %% 3 = 0 THEN 'one_away' ELSE 'both_away' END
            ELSE (ARRAY['poverty', 'disability', 'guardianship'])[1 + c.id %% 3] END,
       CASE WHEN c.id %% 9 = 0 THEN 'key' ELSE 'ordinary' END, '', c.opened_on, %(by)s, %(at)s
FROM registers_childfile c JOIN households_fact f ON f.id = c.fact_id
"""
# A visit every three months; one child in eleven was last seen in summer.
VISITS = """
INSERT INTO registers_childvisit
    (file_id, way, care, school, health, note, "on", by_id, at)
SELECT c.id,
       CASE WHEN p.born > %(until)s::date - interval '6 years' THEN 'home'
            ELSE (ARRAY['home', 'home', 'school', 'phone'])[1 + (c.id + n) %% 4] END,
       CASE WHEN (c.id + n) %% 23 = 0 THEN 'weak' ELSE 'good' END,
       CASE WHEN p.born > %(until)s::date - interval '6 years' THEN 'not_yet' ELSE 'attending' END,
       '', '与照护人同住，生活、学习正常', seen, %(by)s,
       (seen + time '10:00') AT TIME ZONE 'Asia/Shanghai'
FROM registers_childfile c
JOIN households_person p ON p.id = c.person_id
CROSS JOIN generate_series(0, 3) n
CROSS JOIN LATERAL (SELECT (c.opened_on + (n * 91 + c.id %% 60)::int)::date AS seen) day
WHERE seen <= %(until)s AND NOT (c.id %% 11 = 0 AND n > 1)
ORDER BY c.id, n
"""
EVENTS = """
INSERT INTO offices_event (at, by_id, kind, object_id, household_id, verb, source, target, reason)
SELECT %(at)s, %(by)s, 'registers.childfile', c.id, c.household_id,
       CASE f.code WHEN 'left_behind' THEN '建立留守儿童档案' ELSE '建立困境儿童档案' END,
       '', '', ''
FROM registers_childfile c JOIN households_fact f ON f.id = c.fact_id
UNION ALL
SELECT v.at, v.by_id, 'registers.childfile', c.id, c.household_id, '登记走访', '', '', ''
FROM registers_childvisit v JOIN registers_childfile c ON c.id = v.file_id
ORDER BY 1, 4, 6
"""


def fill(office: Office, county: str, number: int) -> None:
    """Files, ratings and visits by set; two reports and the year's stays through the actions."""
    on = dt.date(GO_LIVE.year, GO_LIVE.month, GO_LIVE.day)
    params: dict[str, Any] = {
        "on": on,
        "by": office.clerk.pk,
        "at": clock.morning(on),
        "until": UNTIL,
    }
    with connection.cursor() as cursor:
        for statement in (FILES, RATINGS, VISITS, EVENTS):
            cursor.execute(statement, params)
    _reports(office)
    _stays(office, random.Random(number), STAYS if county == "full" else max(4, STAYS // SMALL))


def _reports(office: Office) -> None:
    """Two children found alone: one is looked after now, the other waits."""
    files = list(ChildFile.objects.order_by("pk").values_list("pk", flat=True)[:2])
    found = dt.date(2024, 11, 27)
    for pk in files:
        with clock.at(found):
            report = actions.report(
                pk,
                kind="alone",
                source="village",
                note="照护人住院，孩子独自在家",
                on=found,
                today=found,
                by=office.clerk,
            )
    if len(files) > 1:
        with clock.at(found + dt.timedelta(days=1)):
            actions.answer_report(
                report.pk,
                outcome="relative",
                answer="由姑姑接去同住，已签委托监护确认书",
                on=found + dt.timedelta(days=1),
                by=office.clerk,
            )


def _stays(office: Office, rng: random.Random, wanted: int) -> None:
    """The year's stays; the last two are still at the station."""
    towns = list(
        Division.objects.filter(kind__in=("street", "town"))
        .order_by("code")
        .values_list("code", flat=True)
    )
    span = (UNTIL - GO_LIVE).days - 12
    days = sorted(GO_LIVE + dt.timedelta(days=rng.randrange(span)) for _ in range(wanted - 2))
    days += [UNTIL - dt.timedelta(days=6), UNTIL - dt.timedelta(days=2)]
    for place, admitted in enumerate(days):
        unknown = place % 7 == 6 or place == wanted - 1
        age = rng.choice((16, 34, 41, 47, 52, 58, 63, 70))
        with clock.at(admitted):
            stay = actions.admit(
                division=rng.choice(towns),
                place=rng.choice(("汽车站候车室", "集镇街口", "桥洞下", "医院门口")),
                name="" if unknown else rng.choice(("李某", "陈某", "罗某", "何某")),
                sex=rng.choice("mmmf"),
                age=age,
                brought_by=rng.choice(("self", "police", "police", "urban", "public")),
                group="minor" if age < 18 else "elderly" if age >= 60 else "none",
                tells="cannot" if unknown else "told",
                needs="食宿、返乡路费车票",
                on=admitted,
                by=office.clerk,
            )
            if unknown:
                actions.search(stay.pk, kind="system", on=admitted, by=office.clerk)
        if place < wanted - 2:
            left = admitted + dt.timedelta(days=rng.randint(1, 9))
            with clock.at(left):
                actions.leave(
                    stay.pk,
                    leaving="escorted" if age < 18 or unknown else rng.choice(("family", "own")),
                    note="由救助站护送或家属接回原籍",
                    on=left,
                    by=office.clerk,
                )
