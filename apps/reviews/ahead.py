"""提前列出: what is bound to happen to awards, found by set-based queries. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection

from apps.casework.deadlines import Deadline, last_day_of
from apps.casework.models import Decision, Entitlement
from apps.casework.programme import PROGRAMMES, Nature
from apps.casework.worklist import LIMIT, Asked, Task, page_of
from apps.households.kinds import DISABILITY_TYPES
from apps.units.ages import attained
from apps.units.months import month_of, month_text, next_month

NOTICE_WINDOW = 180  # days for which an unserved notice is asked for
SCREENED = "destitute_basic"
CERTIFIED = ("disability_living", "disability_nursing")
GROWN = {  # programmes that end at an age unless the person studies, with their rule
    "orphan_allowance": (18, "R-GE-04"),
    "unattended_child_allowance": (18, "R-SW-10"),
    "destitute_basic": (18, "R-TK-14"),
}
ELDERLY = "old_age_allowance"
REMIND_AGAIN = 30  # days before the end on which a reminder given earlier is given again
STANDING = (
    "NOT isempty(e.period) AND (upper_inf(e.period) OR upper(e.period) > %(today)s)"
    " AND h.division LIKE %(territory)s"
)
# Few have died: one list of them, hashed, whatever the planner expects.
ALIVE = """p.id NOT IN (
    SELECT x.person_id FROM households_fact x
    WHERE x.kind = 'death' AND x.person_id IS NOT NULL AND x.voided_on IS NULL)"""


def _rows(sql: str, asked: Asked, **params: Any) -> list[tuple[Any, ...]]:
    usual: dict[str, Any] = {
        "today": asked.today,
        "territory": f"{asked.staff.division}%",
        "limit": LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, usual | params)
        return list(cursor.fetchall())


LIFE = f"""
SELECT DISTINCT ON (d.day, d.person_id) d.id, d.person_id, d."on", d.day, h.id, h.division,
       e.programme
FROM households_fact d
JOIN households_person p ON p.id = d.person_id
JOIN casework_entitlement e ON e.person_id = d.person_id AND e.programme = ANY(%(programmes)s)
JOIN households_household h ON h.id = e.household_id
WHERE d.kind = 'life_certificate' AND d.code = 'due' AND d.voided_on IS NULL
  AND {STANDING} AND {ALIVE}
  AND NOT EXISTS (
      SELECT 1 FROM households_fact q
      WHERE q.kind = 'life_certificate' AND q.code = 'passed' AND q.person_id = d.person_id
        AND q.voided_on IS NULL AND (q."on", q.id) > (d."on", d.id))
ORDER BY d.day, d.person_id LIMIT %(limit)s
"""


def life_cycles(asked: Asked) -> list[tuple[Any, ...]]:
    """Open cycles: fact, person, day opened, last day, household, village, programme."""
    codes = [card.code for card in PROGRAMMES.values() if card.needs_life_certificate]
    return _rows(LIFE, asked, programmes=codes)


DEATHS = """
SELECT d.id, d.person_id, d."on", h.id, h.division, e.id
FROM households_fact d
JOIN households_member m ON m.person_id = d.person_id AND m.voided_on IS NULL
    AND m.period @> d."on"
JOIN casework_entitlement e ON e.household_id = m.household_id
    AND e.programme = 'minimum_living' AND NOT isempty(e.period)
    AND e.period @> date_trunc('month', d."on")::date
JOIN households_household h ON h.id = e.household_id
WHERE d.kind = 'death' AND d.voided_on IS NULL AND h.division LIKE %(territory)s
  AND d."on" > %(since)s
  AND NOT EXISTS (
      SELECT 1 FROM casework_decision c WHERE c.entitlement_id = e.id
        AND c.kind IN ('redetermine', 'stop', 'grace') AND c.decided_on >= d.recorded_on)
ORDER BY d."on" LIMIT %(limit)s
"""


def deaths(asked: Asked, limit: Deadline) -> Iterator[Task]:
    """Deaths after which the household's award has not been decided anew."""
    since = asked.today - dt.timedelta(days=2 * 366)
    for fact, person, on, home, division, award in _rows(DEATHS, asked, since=since):
        yield Task(
            key=f"death-{fact}",
            what="死亡后核查，办结增减停发",
            why=f"{on}死亡，自死亡之日起3个月内办结",
            verb="核查",
            url=page_of("award", award),
            division=division,
            due=last_day_of(limit, on, asked.calendar, asked.book),
            since=on,
            programme="minimum_living",
            household_id=home,
            person_id=person,
        )


SELF_CARE = f"""
SELECT d.id, d.person_id, d."on", h.id, h.division, h.number
FROM households_fact d
JOIN households_person p ON p.id = d.person_id
JOIN casework_entitlement e ON e.person_id = d.person_id AND e.programme = %(programme)s
JOIN households_household h ON h.id = e.household_id
WHERE d.kind = 'report' AND d.code = 'self_care' AND d.voided_on IS NULL
  AND {STANDING} AND {ALIVE}
  AND NOT EXISTS (
      SELECT 1 FROM households_fact q WHERE q.kind = 'self_care' AND q.person_id = d.person_id
        AND q.voided_on IS NULL AND q."on" >= d."on" AND q.id > d.id)
ORDER BY d."on" LIMIT %(limit)s
"""


def self_care(asked: Asked, limit: Deadline) -> Iterator[Task]:
    """Reports of a change in self-care with no assessment since."""
    for fact, person, on, home, division, number in _rows(SELF_CARE, asked, programme=SCREENED):
        yield Task(
            key=f"self-care-{fact}",
            what="复核评估生活自理能力",
            why=f"{on}报告自理能力变化（R-TK-09）",
            verb="评估",
            url=f"/households/{number}/",
            division=division,
            due=last_day_of(limit, on, asked.calendar, asked.book),
            since=on,
            programme=SCREENED,
            household_id=home,
            person_id=person,
            visit=True,
        )


# The newest certificate of each holder, if it runs out soon, and the last day somebody was told.
CERTIFICATES = f"""
SELECT n.id, n.person_id, n.code, n.until, r.last, min(h.id), min(h.division), min(e.programme)
FROM households_fact n
JOIN households_person p ON p.id = n.person_id
JOIN casework_entitlement e ON e.person_id = n.person_id AND e.programme = ANY(%(programmes)s)
JOIN households_household h ON h.id = e.household_id
LEFT JOIN LATERAL (SELECT max("on") AS last FROM reviews_reminder WHERE fact_id = n.id) r ON TRUE
WHERE n.kind = 'disability' AND n.voided_on IS NULL AND n."on" <= %(today)s
  AND n.until >= %(since)s
  AND (n.until - make_interval(months => %(months)s))::date <= %(today)s AND {STANDING} AND {ALIVE}
  AND NOT EXISTS (
      SELECT 1 FROM households_fact q
      WHERE q.kind = 'disability' AND q.person_id = n.person_id AND q.voided_on IS NULL
        AND q."on" <= %(today)s AND (q."on", q.id) > (n."on", n.id))
  AND (r.last IS NULL OR r.last < n.until - %(again)s AND %(today)s >= n.until - %(again)s)
GROUP BY n.id, n.person_id, n.code, n.until, r.last
ORDER BY n.until LIMIT %(limit)s
"""


def certificates(asked: Asked) -> Iterator[Task]:
    """Certificates that run out within the months ahead; told once, and again near the end."""
    months = asked.book.month(month_of(asked.today)).optional("reviews.certificate_months")
    if not months:
        return
    rows = _rows(
        CERTIFICATES,
        asked,
        programmes=list(CERTIFIED),
        since=asked.today - dt.timedelta(days=REMIND_AGAIN),
        months=months,
        again=REMIND_AGAIN,
    )
    for fact, person, code, until, _last, home, division, programme in rows:
        stops = month_text(next_month(month_of(until)))
        yield Task(
            key=f"certificate-{fact}",
            what="提醒换领残疾人证",
            why=f"{DISABILITY_TYPES.get(code, '')}残疾人证{until}到期，{stops}起停发",
            verb="提醒",
            url=page_of("remind", fact),
            division=division,
            due=until,
            programme=programme,
            household_id=home,
            person_id=person,
        )


BIRTHDAYS = f"""
SELECT e.id, p.id, p.born, h.id, h.division, h.number, e.programme, a.age
FROM casework_entitlement e
JOIN households_household h ON h.id = e.household_id
JOIN households_person p ON p.id = e.person_id
JOIN (SELECT unnest(%(programmes)s::text[]) AS programme, unnest(%(ages)s::int[]) AS age) a
  ON a.programme = e.programme
 AND (p.born + make_interval(years => a.age))::date BETWEEN %(today)s AND %(until)s
WHERE {STANDING} AND {ALIVE}
ORDER BY p.born LIMIT %(limit)s
"""


def birthdays(asked: Asked) -> Iterator[Task]:
    """Who comes of an age at which an award ends or changes its band, in the days ahead."""
    now = asked.book.month(month_of(asked.today))
    days = now.optional("reviews.ahead_days")
    if not days:
        return
    pairs = [(code, age) for code, (age, _) in GROWN.items()]
    pairs += [(ELDERLY, int(band)) for band in now.bands(f"{ELDERLY}.bands") if band.isdecimal()]
    rows = _rows(
        BIRTHDAYS,
        asked,
        programmes=[code for code, _ in pairs],
        ages=[age for _, age in pairs],
        until=asked.today + dt.timedelta(days=days),
    )
    for award, person, born, home, division, number, programme, age in rows:
        grows = programme in GROWN
        yield Task(
            key=f"birthday-{award}-{age}",
            what=f"年满{age}周岁，{'核实是否在学' if grows else '标准自动换档'}",
            why=f"{GROWN[programme][1]}：在学的登记就学，否则次月终止" if grows else "自年满当月起",
            verb="查看",
            url=f"/households/{number}/",
            division=division,
            due=attained(born, age),
            programme=programme,
            household_id=home,
            person_id=person,
        )


def running_out(asked: Asked) -> Iterator[Task]:
    """Recognitions that run out in the days ahead and have to be asked for again (R-GX-03)."""
    days = asked.book.month(month_of(asked.today)).optional("reviews.ahead_days")
    statuses = [c.code for c in PROGRAMMES.values() if c.nature is Nature.STATUS]
    rows = (
        Entitlement.objects.visible_to(asked.staff)
        .filter(
            programme__in=statuses,
            period__isempty=False,
            period__endswith__range=(
                asked.today,
                asked.today + dt.timedelta(days=days or 0),
            ),
        )
        .select_related("household")
    )
    for one in rows.order_by("period")[:LIMIT]:
        yield Task(
            key=f"ends-{one.pk}",
            what="有效期将满，需要的重新申请",
            why=f"{PROGRAMMES[one.programme].name}认定有期限（R-GX-03）",
            verb="查看",
            url=f"/households/{one.household.number}/",
            division=one.household.division,
            due=one.period.upper - dt.timedelta(days=1),
            programme=one.programme,
            household_id=one.household_id,
            person_id=one.person_id or 0,
        )


def screenings(asked: Asked) -> Iterator[Task]:
    """特困 that has ended, other than by death, and what else was not yet looked into (Art.27)."""
    now = asked.book.month(month_of(asked.today))
    days = now.optional("reviews.screening_days")
    rows = (
        Decision.objects.filter(
            kind=Decision.Kind.STOP,
            programme=SCREENED,
            household__division__startswith=asked.staff.division,
            entitlement__screening__isnull=True,
        )
        .exclude(reason="death")
        .select_related("household")
    )
    for one in rows.order_by("decided_on")[:LIMIT]:
        due = asked.calendar.add_workdays(one.decided_on, days) if days else None
        yield Task(
            key=f"screen-{one.pk}",
            what="特困终止，筛查低保和临时救助",
            why="终止后基本生活仍有困难的及时纳入其他救助",
            verb="筛查",
            url=page_of("screen", one.entitlement_id or 0),
            division=one.household.division,
            due=due,
            since=one.decided_on,
            programme=SCREENED,
            household_id=one.household_id,
            person_id=one.person_id or 0,
        )
