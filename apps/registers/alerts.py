"""低收入人口预警: four kinds of alert, derived by one query and said with why (R-DT-01).

Nothing about an alert is stored but what somebody did about it (AlertWork). It shows again when
what it stands on was recorded after that, or, unless it was ended, after the quiet days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext

from apps.casework.procedures import OPEN_STATES
from apps.casework.programme import PROGRAMMES
from apps.households.kinds import COUNTED_INCOME
from apps.offices.models import Staff
from apps.offices.together import Question, of_sql, together
from apps.registers import low_income_words as words
from apps.registers.clocks import days
from apps.registers.low_income import PEOPLE, params_of
from apps.standards.book import Book
from apps.units.language import in_chinese, later
from apps.units.money import yuan
from apps.units.months import month_of

SHOWN = 500


def _newest(kind: str, columns: str) -> str:
    """The newest fact of a kind of each member of the territory."""
    return f"""(SELECT DISTINCT ON (f.person_id) f.person_id, f.recorded_on, {columns}
        FROM households_fact f JOIN member m ON m.person_id = f.person_id
        WHERE f.kind = '{kind}' AND f.voided_on IS NULL AND f."on" <= %(today)s
        ORDER BY f.person_id, f."on" DESC, f.id DESC)"""


HARD = f"""
, cert AS (
    SELECT * FROM {_newest("disability", "f.code, f.number, f.until")} c
    WHERE c.until IS NULL OR c.until >= %(today)s
), severe AS (
    SELECT * FROM cert WHERE number <= 2 OR (number = 3 AND code IN ('intellectual', 'mental'))
), ill AS (SELECT * FROM {_newest("illness", "f.flag")} i WHERE i.flag
), hard AS (
    SELECT person_id, 'ill' AS what, recorded_on FROM ill
    UNION ALL SELECT person_id, 'severe', recorded_on FROM severe
    UNION ALL SELECT person_id, 'dependent', recorded_on
        FROM {_newest("self_care", "f.number")} s WHERE s.number >= 4
    UNION ALL SELECT person_id, 'child', recorded_on
        FROM {_newest("child_register", "f.code")} r WHERE r.code = 'in_difficulty'
    UNION ALL SELECT person_id, 'custody', recorded_on
        FROM {_newest("custody", "f.code")} k
        WHERE k.code IN ('imprisoned', 'compulsory_rehabilitation')
), asked AS (
    SELECT a.programme, a.household_id, a.person_id FROM casework_application a
    WHERE a.state = ANY (%(open)s)
), has AS (
    SELECT programme, person_id FROM award WHERE person_id IS NOT NULL
    UNION ALL SELECT programme, person_id FROM asked WHERE person_id IS NOT NULL
), home_has AS (
    SELECT programme, household_id FROM award WHERE person_id IS NULL
    UNION ALL SELECT programme, household_id FROM asked WHERE person_id IS NULL
), income AS (
    SELECT m.household_id, sum(i.fen)::bigint AS fen, max(i.recorded_on) AS recorded_on
    FROM member m JOIN (
        SELECT DISTINCT ON (f.person_id, f.code) f.person_id, f.recorded_on, f.until,
               CASE WHEN f.per = 'month' THEN f.amount_fen * 12 ELSE f.amount_fen END AS fen
        FROM households_fact f JOIN member q ON q.person_id = f.person_id
        WHERE f.kind = 'income' AND f.voided_on IS NULL AND f."on" <= %(today)s
          AND f.code = ANY (%(counted)s)
        ORDER BY f.person_id, f.code, f."on" DESC, f.id DESC
    ) i ON i.person_id = m.person_id AND (i.until IS NULL OR i.until >= %(today)s)
    GROUP BY m.household_id
), heads AS (SELECT household_id, count(*) AS n FROM member GROUP BY household_id
), decided AS (
    SELECT d.household_id, max(d.decided_on) AS "on" FROM casework_decision d
    WHERE d.programme = 'minimum_living' AND d.kind IN ('confirm', 'redetermine')
      AND d.household_id IN (SELECT household_id FROM award)
    GROUP BY d.household_id
), zone AS (
    SELECT DISTINCT ON (f.household_id) f.household_id, f.code FROM households_fact f
    WHERE f.kind = 'zone' AND f.voided_on IS NULL AND f."on" <= %(today)s
      AND f.household_id IN (SELECT household_id FROM award)
    ORDER BY f.household_id, f."on" DESC, f.id DESC
)
"""


def _lacks(programme: str, person: str = "l.person_id") -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM has x WHERE x.programme = '{programme}'"
        f" AND x.person_id = {person})"
    )


def _home_lacks(home: str) -> str:
    return f"""NOT EXISTS (SELECT 1 FROM home_has x WHERE x.household_id = {home}
        AND x.programme IN ('minimum_living', 'marginal_household',
                            'rigid_expenditure_household'))"""


# rule, household, person, what the words are made of, the day on which its ground was recorded
RAISED = f"""
, raised AS (
    SELECT 'nursing' AS rule, l.household_id, l.person_id, c.number::text AS a, '' AS b,
           c.recorded_on AS since
    FROM low l JOIN cert c USING (person_id)
    WHERE c.number <= 2 AND l.category <> 'destitute_basic' AND {_lacks("disability_nursing")}
      AND NOT EXISTS (SELECT 1 FROM households_fact w WHERE w.kind = 'other_benefit'
                      AND w.code = 'work_injury_nursing' AND w.person_id = l.person_id
                      AND w.voided_on IS NULL AND (w.until IS NULL OR w.until >= %(today)s))
  UNION ALL
    SELECT 'living', l.household_id, l.person_id, c.number::text, '', c.recorded_on
    FROM low l JOIN cert c USING (person_id)
    WHERE l.category = 'minimum_living' AND {_lacks("disability_living")}
      AND {_lacks("orphan_allowance")} AND {_lacks("unattended_child_allowance")}
  UNION ALL
    SELECT 'old_age', l.household_id, l.person_id,
           date_part('year', age(%(today)s::date, l.born))::int::text, '',
           (l.born + make_interval(years => %(old_age)s))::date
    FROM low l
    WHERE l.born + make_interval(years => %(old_age)s) <= %(today)s::date
      AND {_lacks("old_age_allowance")}
  UNION ALL
    SELECT 'single', l.household_id, l.person_id, string_agg(h.what, ','), '', max(h.recorded_on)
    FROM low l JOIN hard h USING (person_id)
    WHERE l.category = 'marginal_household' AND h.what IN ('ill', 'severe')
      AND {_lacks("minimum_living")}
    GROUP BY l.household_id, l.person_id
  UNION ALL
    SELECT 'hardship', l.household_id, l.person_id, string_agg(h.what, ','), '',
           max(h.recorded_on)
    FROM low l JOIN hard h USING (person_id)
    WHERE l.category IN ('relapse', 'other') AND h.what IN ('ill', 'severe')
      AND {_home_lacks("l.household_id")}
    GROUP BY l.household_id, l.person_id
  UNION ALL
    SELECT 'child', m.household_id, NULL, count(*)::text, '', max(h.recorded_on)
    FROM member m JOIN hard h USING (person_id)
    WHERE h.what = 'child' AND {_home_lacks("m.household_id")}
      AND {_lacks("destitute_basic", "m.person_id")}
    GROUP BY m.household_id
  UNION ALL
    SELECT 'income', i.household_id, NULL, (i.fen / n.n)::text, z.code, i.recorded_on
    FROM income i
    JOIN award a ON a.household_id = i.household_id AND a.programme = 'minimum_living'
         AND a.person_id IS NULL
    JOIN heads n ON n.household_id = i.household_id
    JOIN zone z ON z.household_id = i.household_id
    JOIN decided d ON d.household_id = i.household_id
    WHERE i.recorded_on > greatest(d."on", a.accounts_from)
      AND i.fen >= n.n * CASE z.code WHEN 'urban' THEN %(urban)s::bigint ELSE %(rural)s END
  UNION ALL
    SELECT 'gone', a.household_id, a.person_id, string_agg(DISTINCT a.programme, ','),
           max(f.kind || ' ' || f."on"), max(f.recorded_on)
    FROM award a JOIN households_fact f ON f.person_id = a.person_id AND f.voided_on IS NULL
         AND (f.kind = 'death' OR (f.kind = 'residence' AND f.flag)) AND f."on" < %(month)s
    WHERE NOT EXISTS (SELECT 1 FROM households_fact back WHERE back.kind = 'residence'
                      AND f.kind = 'residence' AND back.person_id = f.person_id
                      AND back.voided_on IS NULL AND (back."on", back.id) > (f."on", f.id)
                      AND NOT back.flag)
    GROUP BY a.household_id, a.person_id
  UNION ALL
    SELECT 'several', l.household_id, NULL, string_agg(DISTINCT h.what, ','), '',
           max(h.recorded_on)
    FROM low l JOIN member m ON m.household_id = l.household_id
    JOIN hard h ON h.person_id = m.person_id
    GROUP BY l.household_id HAVING count(DISTINCT h.what) >= %(several)s
)
SELECT r.rule, r.household_id, r.person_id, r.a, r.b, r.since, h.number, h.division,
       coalesce(p.name, head.name, '') AS name, coalesce(t.name, '') AS township,
       coalesce(v.name, '') AS village
FROM raised r
JOIN households_household h ON h.id = r.household_id
LEFT JOIN households_person p ON p.id = r.person_id
LEFT JOIN LATERAL (
    SELECT q.name FROM households_member m JOIN households_person q ON q.id = m.person_id
    WHERE m.household_id = h.id AND m.voided_on IS NULL
    ORDER BY m.relationship <> 'applicant', upper(m.period) DESC NULLS FIRST, m.id LIMIT 1
) head ON p.id IS NULL
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
WHERE NOT EXISTS (
    SELECT 1 FROM registers_alertwork w
    WHERE w.rule = r.rule AND w.household_id = r.household_id
      AND w.person_id IS NOT DISTINCT FROM r.person_id AND w."on" >= r.since
      AND (w.outcome = 'ended' OR w."on" > %(quiet_since)s))
ORDER BY array_position(%(rules)s, r.rule), h.division, h.number, r.person_id
"""


class Alert(NamedTuple):
    """One alert: which rule, about whom, why, since when its ground is known."""

    rule: str
    household_id: int
    person_id: int | None
    said: str
    since: dt.date
    number: str
    division: str
    name: str
    township: str
    village: str

    @property
    def key(self) -> str:
        """The same while the alert stands."""
        return f"{self.rule}-{self.household_id}-{self.person_id or 0}"

    @property
    def about(self) -> words.Rule:
        """The rule in words."""
        return words.RULES[self.rule]


class Raised(NamedTuple):
    """A row of the query: what ``a`` and ``b`` mean is the rule's."""

    rule: str
    household_id: int
    person_id: int | None
    a: str
    b: str
    since: dt.date
    number: str
    division: str
    name: str
    township: str
    village: str


def alerts(staff: Staff, *, today: dt.date, book: Book, division: str = "") -> list[Alert]:
    """Every alert of the territory that nobody has dealt with (one query)."""
    found: list[list[Raised]] = together([question(staff, today, book, division)])
    return told(found[0], today, book)


def question(
    staff: Staff,
    today: dt.date,
    book: Book,
    division: str = "",
    homes: Sequence[int] | None = None,
) -> Question[Raised]:
    """The same as a question that can be put together with others; of some households alone."""
    params = params_of(staff, division, today) | _figures(book, today)
    params |= {
        "open": list(OPEN_STATES),
        "counted": list(COUNTED_INCOME),
        "homes": homes,
        "rules": list(words.RULES),
        "quiet_since": today - dt.timedelta(days=days(book, today, "alert_quiet_days") or 0),
    }
    return of_sql(Raised, PEOPLE + HARD + RAISED, params)


def told(rows: list[Raised], today: dt.date, book: Book) -> list[Alert]:
    """The alerts in words, said when they are read."""
    figures = _figures(book, today)
    return [
        Alert(
            one.rule,
            one.household_id,
            one.person_id,
            later(_said, one.rule, one.a, one.b, figures),
            *one[5:],
        )
        for one in rows
    ]


NEVER = 1_000  # more years, or kinds of hardship, than there are: the rule is not configured


def _figures(book: Book, today: dt.date) -> dict[str, Any]:
    """What the rules compare with: the standards of the month; what is missing raises nothing."""
    standards = book.month(month_of(today))
    ages = [int(band) for band in standards.bands("old_age_allowance.bands") if band.isdecimal()]
    urban = standards.optional("minimum_living.urban_monthly")
    return {
        "old_age": min(ages, default=NEVER),
        "urban": urban * 12 if urban else None,
        "rural": standards.optional("minimum_living.rural_annual"),
        "several": days(book, today, "complex_hardships") or NEVER,
    }


@in_chinese()
def _said(rule: str, a: str, b: str, figures: dict[str, Any]) -> str:
    """Why the alert is raised."""
    law = words.RULES[rule].law
    if rule in ("nursing", "living"):
        what = "护理补贴" if rule == "nursing" else "残疾人生活补贴"
        return f"持有效残疾人证（{a}级），没有享受也没有申请{what}（{law}）"
    if rule == "old_age":
        return f"{a}岁，没有享受也没有申请高龄津贴（{law}）"
    if rule == "income":
        limit = yuan(figures[b])
        return f"上次核定后登记的收入人均每年{yuan(int(a))}元，已达低保标准每年{limit}元（{law}）"
    if rule == "gone":
        kind, _, on = b.partition(" ")
        names = "、".join(str(_short(code)) for code in a.split(","))
        happened = gettext("死亡") if kind == "death" else gettext("户籍迁出")
        return f"{on}{happened}，{names}仍未停发（{law}）"
    if rule == "child":
        return f"户内有在册困境儿童{a}名，家庭没有低保、边缘或刚性支出困难认定（{law}）"
    hard = "、".join(str(words.HARDSHIPS[code]) for code in dict.fromkeys(a.split(",")))
    if rule == "several":
        return f"户内同时有{hard}，建议一事一议（{law}）"
    wish = "可按单人户申请低保" if rule == "single" else "家庭未纳入低保或边缘，可申请"
    return f"{hard}，{wish}（{law}）"


def _short(programme: str) -> str:
    card = PROGRAMMES.get(programme)
    return card.short if card else programme
