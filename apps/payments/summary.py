"""批次的汇总: what a calculation came to, in sums and short lists. Only reads, set by set."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import connection, transaction

from apps.casework.assess import ordered
from apps.casework.programme import PROGRAMMES, Nature, Subject
from apps.offices.models import Division
from apps.payments.difference import compare
from apps.payments.models import Calculation, PaymentRun
from apps.units.months import Month

TOWNSHIP = 9  # digits of a township's code; a village has 12
TOWNSHIPS = ("street", "town", "township_")


class ProgrammeTotal(NamedTuple):
    """One programme of a calculation; amounts in fen, before set-offs."""

    code: str
    name: str
    short: str
    unit: str  # 户 or 人
    subjects: int
    heads: int
    fen: int
    last_fen: int
    held: int  # awards with something held

    @property
    def change_fen(self) -> int:
        """This month less last month."""
        return self.fen - self.last_fen


class Township(NamedTuple):
    """One row of the township table: fen by programme, in the order of the columns."""

    code: str
    name: str
    subjects: int
    cells: list[int]
    fen: int
    last_fen: int

    @property
    def change_fen(self) -> int:
        """This month less last month."""
        return self.fen - self.last_fen


class Totals(NamedTuple):
    """All sums of a calculation; the three ways of adding up are kept to be compared."""

    programmes: list[ProgrammeTotal]
    townships: list[Township]
    lines: int
    fen: int
    offset_fen: int
    last_fen: int
    households: int

    @property
    def heads(self) -> int:
        """人次: a person counts once in every programme."""
        return sum(p.heads if p.unit == "户" else p.subjects for p in self.programmes)

    @property
    def paid_fen(self) -> int:
        """What the bank is asked to pay: issued less withheld by decided set-offs."""
        return self.fen - self.offset_fen

    @property
    def change_fen(self) -> int:
        """This month less last month."""
        return self.fen - self.last_fen

    @property
    def ties(self) -> bool:
        """Programmes, townships and lines come to the same."""
        by_programme = sum(p.fen for p in self.programmes)
        by_township = sum(t.fen for t in self.townships)
        return by_programme == by_township == self.fen


class Baseline(NamedTuple):
    """The issued calculations of the last month before a run; none when it is not compared."""

    month: Month | None
    calculations: list[int]
    cutoff: dt.date | None = None  # up to which day they knew of things


def baseline(run: PaymentRun) -> Baseline:
    """What a run is compared with: the last issued month, for the first run of its own month."""
    mine = PaymentRun.objects.issued().filter(division=run.division)
    if mine.filter(month=run.month, pk__lt=run.pk).exists():
        return Baseline(None, [])
    earlier = mine.filter(month__lt=run.month).order_by("-month", "pk")
    found = list(earlier.values_list("month", "calculation_id", "cutoff")[:50])
    if not found:
        return Baseline(None, [])
    month = found[0][0]
    mine_then = [(calculation, cutoff) for m, calculation, cutoff in found if m == month]
    return Baseline(month, [c for c, _ in mine_then], max(cutoff for _, cutoff in mine_then))


# Grouped by subject first: counting distinct subjects would sort every line.
BY_PROGRAMME = """
SELECT programme, now, sum(lines)::bigint, count(*), sum(fen)::bigint, sum(withheld)::bigint
FROM (SELECT programme, subject, calculation_id = %(calculation)s AS now, count(*) AS lines,
             sum(fen) AS fen, sum(offset_fen) AS withheld
      FROM payments_paymentline WHERE calculation_id = ANY(%(all)s)
      GROUP BY programme, subject, calculation_id = %(calculation)s) s
GROUP BY programme, now
"""
# Persons behind the awards of households that have a line.
HEADS = """
SELECT programme, sum(heads)::bigint
FROM (SELECT programme, subject, max(heads) AS heads FROM payments_due
      WHERE calculation_id = %(calculation)s AND fen > 0 AND subject < 0
      GROUP BY programme, subject) d
JOIN (SELECT DISTINCT programme, subject FROM payments_paymentline
      WHERE calculation_id = %(calculation)s AND subject < 0) l USING (programme, subject)
GROUP BY programme
"""
HOUSEHOLDS = """
SELECT count(DISTINCT e.household_id)
FROM (SELECT DISTINCT entitlement_id FROM payments_paymentline
      WHERE calculation_id = %(calculation)s) l
JOIN casework_entitlement e ON e.id = l.entitlement_id
"""
BY_TOWNSHIP = """
SELECT left(h.division, %(width)s) AS code, l.programme, count(*) FILTER (WHERE l.now > 0),
       sum(l.now)::bigint, sum(l.last)::bigint
FROM (SELECT programme, subject, entitlement_id,
             coalesce(sum(fen) FILTER (WHERE calculation_id = %(calculation)s), 0) AS now,
             coalesce(sum(fen) FILTER (WHERE calculation_id <> %(calculation)s), 0) AS last
      FROM payments_paymentline
      WHERE calculation_id = ANY(%(all)s) GROUP BY programme, subject, entitlement_id) l
JOIN casework_entitlement e ON e.id = l.entitlement_id
JOIN households_household h ON h.id = e.household_id
GROUP BY 1, 2
"""


def totals(calculation: Calculation, before: Baseline, division: str) -> Totals:
    """The sums of a calculation by programme and by township (6 queries)."""
    params = {
        "calculation": calculation.pk,
        "all": [calculation.pk, *before.calculations],
        "width": TOWNSHIP,
    }
    now, last = _by_programme(params)
    heads, held = dict(_rows(HEADS, params)), held_by_programme(calculation)
    programmes = [
        _programme(card.code, now.get(card.code), last.get(card.code, 0), heads, held)
        for card in ordered(PROGRAMMES.values())
        if card.code in now or card.code in last or card.code in held
    ]
    return Totals(
        programmes=programmes,
        townships=_townships(params, [p.code for p in programmes], division),
        lines=sum(row[0] for row in now.values()),
        fen=sum(row[2] for row in now.values()),
        offset_fen=sum(row[3] for row in now.values()),
        last_fen=sum(last.values()),
        households=_rows(HOUSEHOLDS, params)[0][0],
    )


def _by_programme(
    params: dict[str, Any],
) -> tuple[dict[str, tuple[int, int, int, int]], dict[str, int]]:
    """(lines, subjects, fen, withheld fen) of this calculation, and last month's fen."""
    now: dict[str, tuple[int, int, int, int]] = {}
    last: dict[str, int] = {}
    for programme, this, *figures in _rows(BY_PROGRAMME, params):
        if this:
            now[programme] = (figures[0], figures[1], figures[2], figures[3])
        else:
            last[programme] = figures[2]
    return now, last


def _programme(
    code: str,
    row: tuple[int, int, int, int] | None,
    last_fen: int,
    heads: dict[str, int],
    held: dict[str, int],
) -> ProgrammeTotal:
    card = PROGRAMMES[code]
    _, subjects, fen, _ = row or (0, 0, 0, 0)
    unit = "人" if card.subject is Subject.PERSON else "户"
    return ProgrammeTotal(
        code,
        card.name,
        card.short,
        unit,
        subjects,
        heads.get(code, 0),
        fen,
        last_fen,
        held.get(code, 0),
    )


def _townships(params: dict[str, Any], codes: list[str], division: str) -> list[Township]:
    """Every township of the run's territory, also those without a line."""
    names = dict(townships_of(division))
    found: dict[str, dict[str, tuple[int, int, int]]] = {code: {} for code in names}
    for township, programme, *figures in _rows(BY_TOWNSHIP, params):
        found.setdefault(township, {})[programme] = (figures[0], figures[1], figures[2])
    return [
        Township(
            code=township,
            name=names.get(township, township),
            subjects=sum(subjects for subjects, _, _ in cells.values()),
            cells=[cells.get(programme, (0, 0, 0))[1] for programme in codes],
            fen=sum(fen for _, fen, _ in cells.values()),
            last_fen=sum(last for _, _, last in cells.values()),
        )
        for township, cells in sorted(found.items())
    ]


def townships_of(division: str) -> list[tuple[str, str]]:
    """Code and name of the townships (镇、乡、街道) that a territory holds or lies in."""
    inside = Division.objects.filter(code__startswith=division[:TOWNSHIP], kind__in=TOWNSHIPS)
    return list(inside.order_by("code").values_list("code", "name"))


class HeldGroup(NamedTuple):
    """How many amounts are held for one reason, and what is known of them in fen."""

    why: str
    cases: int
    fen: int
    unknown: int


def held_groups(calculation: Calculation) -> list[HeldGroup]:
    """Held amounts by reason, the most frequent first."""
    sql = """
        SELECT why, count(*), coalesce(sum(fen), 0)::bigint, count(*) FILTER (WHERE fen IS NULL)
        FROM payments_held WHERE calculation_id = %(calculation)s
        GROUP BY why ORDER BY count(*) DESC, why"""
    return [HeldGroup(*row) for row in _rows(sql, {"calculation": calculation.pk})]


def held_by_programme(calculation: Calculation) -> dict[str, int]:
    """How many awards of each programme have something held."""
    sql = """
        SELECT programme, count(DISTINCT subject) FROM payments_held
        WHERE calculation_id = %(calculation)s GROUP BY programme"""
    return dict(_rows(sql, {"calculation": calculation.pk}))


class Overpaid(NamedTuple):
    """Money issued beyond what is owed, as a calculation found it."""

    programme: str
    number: str
    name: str
    first: Month
    last: Month
    months: int
    fen: int


OVERPAID = """
SELECT f.programme, h.number, coalesce(p.name, ''), min(f.month), max(f.month), count(*),
       sum(f.net - f.owed)::bigint
FROM fresh f
JOIN casework_entitlement e ON e.id = f.entitlement_id
JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = f.subject
WHERE f.net > f.owed AND NOT f.held
GROUP BY f.programme, f.subject, h.number, h.division, p.name
ORDER BY h.division, h.number, f.programme, f.subject
LIMIT %(limit)s
"""


RECORDED = """
SELECT r.programme, h.number, coalesce(p.name, ''), min(e.month), max(e.month),
       count(DISTINCT e.month), sum(e.fen)::bigint
FROM payments_recoveryentry e
JOIN payments_recovery r ON r.id = e.recovery_id
JOIN households_household h ON h.id = r.household_id
LEFT JOIN households_person p ON p.id = r.subject
WHERE e.recorded_on = %(on)s AND h.division LIKE %(territory)s
GROUP BY r.programme, r.subject, h.number, h.division, p.name HAVING sum(e.fen) > 0
ORDER BY h.division, h.number, r.programme, r.subject
LIMIT %(limit)s
"""


@transaction.atomic
def overpaid(run: PaymentRun, calculation: Calculation, limit: int = 200) -> list[Overpaid]:
    """What the calculation found issued beyond what is owed; nothing is netted by itself.

    An open run is compared now; an approved one has recorded what it found, on its cut-off day.
    """
    if run.state in ("draft", "computed", "checked"):
        compare(calculation)
        return [Overpaid(*row) for row in _rows(OVERPAID, {"limit": limit})]
    recorded = {"on": run.cutoff, "territory": f"{run.division}%", "limit": limit}
    return [Overpaid(*row) for row in _rows(RECORDED, recorded)]


def owed_in_kind() -> list[str]:
    """Programmes that are owed but never paid by a run."""
    return [c.name for c in PROGRAMMES.values() if c.nature is Nature.IN_KIND]


def eta_seconds(
    done: int, total: int, started_at: dt.datetime | None, now: dt.datetime
) -> int | None:
    """Whole seconds a computing run still needs at its present pace; None when not known."""
    if not done or not started_at or total < done:
        return None
    return round((now - started_at).total_seconds() * (total - done) / done)


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
