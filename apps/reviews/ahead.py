"""提前列出: what is bound to happen to awards, found by set-based queries. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db.models import F

from apps.casework.deadlines import Deadline, last_day_of
from apps.casework.kept import kept
from apps.casework.models import Decision, Entitlement
from apps.casework.programme import PROGRAMMES, Nature
from apps.casework.worklist import LIMIT, OF_HOUSEHOLD, Asked, Line, Task, lasting, lines, page_of
from apps.households.kinds import DISABILITY_TYPES
from apps.offices.together import Question, of_sql
from apps.reviews.models import Screening
from apps.units.ages import attained
from apps.units.language import later, month_words, worded
from apps.units.language import lazy as _
from apps.units.months import month_of, next_month

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
DEAD = """
    SELECT x.person_id FROM households_fact x
    WHERE x.kind = 'death' AND x.person_id IS NOT NULL AND x.voided_on IS NULL"""
ALIVE = f"p.id NOT IN ({DEAD})"


def _question(sql: str, asked: Asked, **params: Any) -> Question[Line]:
    usual: dict[str, Any] = {
        "today": asked.today,
        "territory": f"{asked.staff.division}%",
        "limit": LIMIT,
    }
    return of_sql(Line, sql, usual | params)


LIFE = f"""
SELECT DISTINCT ON (d.day, d.person_id) d.id AS pk, d.person_id AS who, d."on", d.day AS until,
       h.id AS home, h.division, e.programme
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


@lasting
def life_cycles(asked: Asked) -> Question[Line]:
    """Open cycles: the fact, the day opened and the last day."""
    codes = [card.code for card in PROGRAMMES.values() if card.needs_life_certificate]
    return _question(LIFE, asked, programmes=codes)


DEATHS = """
SELECT d.id AS pk, d.person_id AS who, d."on", h.id AS home, h.division, e.id AS number,
       e.programme
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


@lasting
def died(asked: Asked) -> Question[Line]:
    """Deaths after which the household's award has not been decided anew."""
    return _question(DEATHS, asked, since=asked.today - dt.timedelta(days=2 * 366))


def deaths(asked: Asked, limit: Deadline) -> Iterator[Task]:
    """The awards to be decided anew, within three months of the death."""
    for one in asked.rows(died):
        yield one.task(
            "death",
            what=_("死亡后核查，办结增减停发"),
            why=worded(_("{on}死亡，自死亡之日起3个月内办结"), on=one.began),
            verb=_("核查"),
            url=page_of("award", int(one.number)),
            due=last_day_of(limit, one.began, asked.calendar, asked.book),
        )


SELF_CARE = f"""
SELECT d.id AS pk, d.person_id AS who, d."on", h.id AS home, h.division, h.number, e.programme
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


@lasting
def self_care_reported(asked: Asked) -> Question[Line]:
    """Reports of a change in self-care with no assessment since."""
    return _question(SELF_CARE, asked, programme=SCREENED)


def self_care(asked: Asked, limit: Deadline) -> Iterator[Task]:
    """The assessments that those reports ask for."""
    for one in asked.rows(self_care_reported):
        yield one.task(
            "self-care",
            what=_("复核评估生活自理能力"),
            why=worded(_("{on}报告自理能力变化（R-TK-09）"), on=one.began),
            verb=_("评估"),
            url=f"/households/{one.number}/",
            due=last_day_of(limit, one.began, asked.calendar, asked.book),
            visit=True,
        )


# The newest certificate of each holder, if it runs out soon and nobody was told, or long ago.
CERTIFICATES = f"""
SELECT n.id AS pk, n.person_id AS who, n.code, n.until, min(h.id) AS home,
       min(h.division) AS division, min(e.programme) AS programme
FROM households_fact n
JOIN casework_entitlement e ON e.person_id = n.person_id AND e.programme = ANY(%(programmes)s)
JOIN households_household h ON h.id = e.household_id
LEFT JOIN (SELECT fact_id, max("on") AS last FROM reviews_reminder GROUP BY fact_id) r
    ON r.fact_id = n.id
WHERE n.kind = 'disability' AND n.voided_on IS NULL AND n."on" <= %(today)s
  AND n.until >= %(since)s
  AND (%(people)s::bigint[] IS NULL OR n.person_id = ANY (%(people)s))
  AND n.person_id NOT IN ({DEAD})
  AND (n.until - make_interval(months => %(months)s))::date <= %(today)s AND {STANDING}
  AND NOT EXISTS (
      SELECT 1 FROM households_fact q
      WHERE q.kind = 'disability' AND q.person_id = n.person_id AND q.voided_on IS NULL
        AND q."on" <= %(today)s AND (q."on", q.id) > (n."on", n.id))
  AND (r.last IS NULL OR r.last < n.until - %(again)s AND %(today)s >= n.until - %(again)s)
GROUP BY n.id, n.person_id, n.code, n.until
ORDER BY n.until LIMIT %(limit)s
"""


@kept(home="home", person="who")
def expiring(asked: Asked) -> Question[Line]:
    """Certificates that run out within the months ahead; told once, and again near the end."""
    months = asked.book.month(month_of(asked.today)).optional("reviews.certificate_months")
    return _question(
        CERTIFICATES if months else "",
        asked,
        programmes=list(CERTIFIED),
        since=asked.today - dt.timedelta(days=REMIND_AGAIN),
        months=months,
        again=REMIND_AGAIN,
        people=asked.only.people if asked.only else None,
    )


def certificates(asked: Asked) -> Iterator[Task]:
    """The holders to be told."""
    return map(_certificate, asked.rows(expiring))


@lru_cache(maxsize=20_000)
def _certificate(one: Line) -> Task:
    """A year's list is hundreds long and the same from load to load: worded once a process."""
    why = worded(
        _("{disability}残疾人证{until}到期，{stops}起停发"),
        disability=DISABILITY_TYPES.get(one.code, ""),
        until=one.last,
        stops=later(_stops, one.last),
    )
    return one.task(
        "certificate",
        what=_("提醒换领残疾人证"),
        why=why,
        verb=_("提醒"),
        url=page_of("remind", one.pk),
        due=one.until,
    )


def _stops(until: dt.date) -> str:
    """The month from which nothing is paid any more."""
    return month_words(next_month(month_of(until)))


# By day of birth, so that only those near an age are looked at, not everybody with an award.
BIRTHDAYS = f"""
SELECT e.id AS pk, p.id AS who, p.born AS "on", h.id AS home, h.division, h.number, e.programme,
       a.age::text AS code
FROM (SELECT unnest(%(programmes)s::text[]) AS programme, unnest(%(ages)s::int[]) AS age) a
CROSS JOIN LATERAL (
    SELECT id, born FROM households_person
    WHERE born BETWEEN (%(today)s::date - make_interval(years => a.age, days => 1))::date
                   AND (%(until)s::date - make_interval(years => a.age, days => -1))::date
      AND (born + make_interval(years => a.age))::date BETWEEN %(today)s AND %(until)s
    OFFSET 0) p
JOIN casework_entitlement e ON e.person_id = p.id AND e.programme = a.programme
JOIN households_household h ON h.id = e.household_id
WHERE {STANDING} AND {ALIVE}
ORDER BY p.born LIMIT %(limit)s
"""


@lasting
def growing(asked: Asked) -> Question[Line]:
    """Who comes of an age at which an award ends or changes its band, in the days ahead."""
    now = asked.book.month(month_of(asked.today))
    days = now.optional("reviews.ahead_days")
    pairs = [(code, age) for code, (age, _rule) in GROWN.items()]
    pairs += [(ELDERLY, int(band)) for band in now.bands(f"{ELDERLY}.bands") if band.isdecimal()]
    return _question(
        BIRTHDAYS if days else "",
        asked,
        programmes=[code for code, _age in pairs],
        ages=[age for _code, age in pairs],
        until=asked.today + dt.timedelta(days=days or 0),
    )


def birthdays(asked: Asked) -> Iterator[Task]:
    """What those birthdays bring."""
    for one in asked.rows(growing):
        grows = one.programme in GROWN
        why = _("自年满当月起")
        if grows:
            rule = GROWN[one.programme][1]
            why = worded(_("{grown}：在学的登记就学，否则次月终止"), grown=rule)
        made = one.task(
            "birthday",
            what=worded(
                _("年满{age}周岁，{words}"),
                age=one.code,
                words=_("核实是否在学") if grows else _("标准自动换档"),
            ),
            why=why,
            verb=_("查看"),
            url=f"/households/{one.number}/",
            due=attained(one.began, int(one.code)),
            since=None,
        )
        yield made._replace(key=f"{made.key}-{one.code}")


@lasting
def ending(asked: Asked) -> Question[Line]:
    """Recognitions that run out in the days ahead and have to be asked for again (R-GX-03)."""
    days = asked.book.month(month_of(asked.today)).optional("reviews.ahead_days")
    last = asked.today + dt.timedelta(days=days or 0)
    statuses = [c.code for c in PROGRAMMES.values() if c.nature is Nature.STATUS]
    rows = Entitlement.objects.visible_to(asked.staff).filter(
        programme__in=statuses, period__isempty=False, period__endswith__range=(asked.today, last)
    )
    said = {"until": F("period__endswith"), "number": F("household__number")}
    told = {"pk": F("id"), "who": F("person_id"), **OF_HOUSEHOLD, **said}
    return lines(rows.order_by("period"), "programme", **told)


def running_out(asked: Asked) -> Iterator[Task]:
    """Those to be told that they may ask again."""
    for one in asked.rows(ending):
        yield one.task(
            "ends",
            what=_("有效期将满，需要的重新申请"),
            why=worded(
                _("{programme}认定有期限（R-GX-03）"), programme=PROGRAMMES[one.programme].name
            ),
            verb=_("查看"),
            url=f"/households/{one.number}/",
            due=one.last - dt.timedelta(days=1),
        )


@lasting
def unscreened(asked: Asked) -> Question[Line]:
    """特困 that has ended, other than by death, and what else was not yet looked into (Art.27)."""
    rows = Decision.objects.filter(
        kind=Decision.Kind.STOP,
        programme=SCREENED,
        household__division__startswith=asked.staff.division,
        entitlement__isnull=False,
    ).exclude(reason="death")
    rows = rows.exclude(entitlement__in=Screening.objects.values("entitlement"))
    said = {"on": F("decided_on"), "number": F("entitlement_id"), "who": F("person_id")}
    return lines(rows.order_by("decided_on"), "programme", pk=F("id"), **OF_HOUSEHOLD, **said)


def screenings(asked: Asked) -> Iterator[Task]:
    """The families to be looked into."""
    now = asked.book.month(month_of(asked.today))
    days = now.optional("reviews.screening_days")
    for one in asked.rows(unscreened):
        due = asked.calendar.add_workdays(one.began, days) if days else None
        yield one.task(
            "screen",
            what=_("特困终止，筛查低保和临时救助"),
            why=_("终止后基本生活仍有困难的及时纳入其他救助"),
            verb=_("筛查"),
            url=page_of("screen", int(one.number)),
            due=due,
        )
