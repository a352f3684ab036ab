"""需核实的清单: what was asked of a calculation, by rule and line by line. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Min, Q
from django.http import QueryDict
from django.utils.translation import gettext

from apps.casework.programme import PROGRAMMES
from apps.offices.models import Role, Staff
from apps.payments.listing import HEAD, PAGE, HeldRow, Page
from apps.payments.listing import held as held_page
from apps.payments.models import Calculation, PaymentRun
from apps.payments.review.deadlines import Deadline, Deadlines
from apps.payments.review.models import Doubt
from apps.units.money import yuan

ALL = 10_000  # of an export


class Asked(NamedTuple):
    """What one rule asked of a calculation: how many, how many unanswered, and until when."""

    code: str
    short: str
    words: str
    owner: str  # the post's code
    cases: int
    left: int
    deadline: Deadline | None  # of the longest unanswered

    @property
    def passed(self) -> int:
        """How many have been passed."""
        return self.cases - self.left


def by_rule(calculation: Calculation, deadlines: Deadlines) -> list[Asked]:
    """The rules that asked something, in the order they were asked (1 query)."""
    rows = (
        Doubt.objects.filter(calculation=calculation)
        .values_list("code", "rule__short", "rule__words", "rule__owner")
        .annotate(
            cases=Count("pk"),
            left=Count("pk", filter=Q(passed_at__isnull=True)),
            since=Min("asked_on", filter=Q(passed_at__isnull=True)),
            place=Min("rule"),
        )
        .order_by("place", "code")
    )
    return [
        Asked(
            code,
            gettext(short),
            gettext(words),
            owner,
            cases,
            left,
            deadlines.of(code, since) if since else None,
        )
        for code, short, words, owner, cases, left, since, _ in rows
    ]


class Filters(NamedTuple):
    """What a list of doubts is narrowed to; empty means all."""

    why: str = ""
    owner: str = ""
    township: str = ""
    state: str = ""  # open or passed

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        """As an address asks; what is no township, or much too long, is left out."""
        asked = {name: query.get(name, "")[:32] for name in cls._fields}
        if not asked["township"].isdecimal():
            asked["township"] = ""
        return cls(**asked)


def without_after(query: QueryDict) -> str:
    """The same filters from the first row on, as the end of an address."""
    kept = query.copy()
    kept.pop("after", None)
    return kept.urlencode()


class Row(NamedTuple):
    """One doubt as a page shows it; ``number`` empty: the run as a whole."""

    key: int
    code: str
    line: str  # as the form of 暂缓 names it
    programme: str
    short: str
    words: str
    last_fen: int | None
    now_fen: int
    number: str
    name: str
    village: str
    owner: str  # the post's code
    deadline: Deadline | None
    passed_by: str
    passed_at: dt.datetime | None
    note: str


LIST = f"""
SELECT d.id, d.code, d.subject, d.programme, d.months, d.last_fen, d.now_fen, d.all_fen,
       d.last_count, d.now_count, d.asked_on, d.passed_at, d.note, coalesce(s.name, ''),
       r.short, r.words, r.owner, coalesce(h.number, ''), coalesce(p.name, head.name, ''),
       coalesce(t.name, '') || coalesce(v.name, '')
FROM payments_doubt d
JOIN payments_reviewrule r ON r.id = d.rule_id
LEFT JOIN offices_staff s ON s.id = d.passed_by_id
LEFT JOIN casework_entitlement e ON e.id = d.entitlement_id
LEFT JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = d.subject
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
{HEAD}
WHERE d.calculation_id = %(calculation)s AND d.id > %(after)s
  AND (h.division LIKE %(territory)s OR d.subject = 0 AND %(whole)s)
  AND (%(why)s = '' OR d.code = %(why)s) AND (%(owner)s = '' OR r.owner = %(owner)s)
  AND (%(state)s = '' OR (d.passed_at IS NULL) = (%(state)s = 'open'))
ORDER BY d.id LIMIT %(limit)s
"""


def listed(
    calculation: Calculation,
    filters: Filters,
    deadlines: Deadlines,
    *,
    territory: str,
    after: int = 0,
    limit: int = PAGE,
) -> Page:
    """The doubts of a calculation inside a territory, a page by key (1 query)."""
    if not filters.township.startswith(territory[: len(filters.township)]):
        return Page([], "")
    params = filters._asdict() | {
        "calculation": calculation.pk,
        "territory": f"{max(territory, filters.township, key=len)}%",
        "whole": not filters.township,
        "after": after,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(LIST, params)
        rows = cursor.fetchall()
    found = [_row(row, deadlines) for row in rows[:limit]]
    return Page(found, str(found[-1].key) if len(rows) > limit else "")


def _row(row: tuple[Any, ...], deadlines: Deadlines) -> Row:
    key, code, subject, programme, months, last, now, everything, *rest = row
    last_count, now_count, asked_on, passed_at, note, passed_by, short, words, owner, *who = rest
    card = PROGRAMMES.get(programme)
    said = gettext(words)
    if code == "arrears":
        said = gettext("本批补发 {months} 个月").format(months=months)
    elif code == "count":
        said = gettext("当月 {now_count} 笔，上月 {last_count} 笔").format(
            now_count=now_count, last_count=last_count
        )
    return Row(
        key=key,
        code=code,
        line=f"{subject}~{programme}",
        programme=card.name if card else gettext("全部项目"),
        short=gettext(short),
        words=said,
        last_fen=last,
        now_fen=everything if code == "arrears" else now,
        number=who[0],
        name=who[1],
        village=who[2],
        owner=owner,
        deadline=None if passed_at else deadlines.of(code, asked_on),
        passed_by=passed_by,
        passed_at=passed_at,
        note=note,
    )


def held(
    calculation: Calculation,
    filters: Filters,
    deadlines: Deadlines,
    *,
    territory: str,
    after: int = 0,
    limit: int = PAGE,
) -> Page:
    """What is held, narrowed in the same way: by reason, owner and township (2 queries)."""
    if not filters.township.startswith(territory[: len(filters.township)]):
        return Page([], "")
    whys = deadlines.owned_by(filters.owner) if filters.owner else None
    if filters.why:
        whys = [filters.why] if whys is None or filters.why in whys else []
    return held_page(
        calculation,
        territory=max(territory, filters.township, key=len),
        deadlines=deadlines,
        whys=whys,
        after=after,
        limit=limit,
    )


def may_pass(run: PaymentRun, calculation: Calculation | None, staff: Staff) -> bool:
    """Whether this person may answer anything of the shown version now."""
    current = calculation is not None and calculation.pk == run.calculation_id
    open_ = run.state in ("computed", "checked") and run.requested_at is None
    return current and open_ and staff.active


def mine(run: PaymentRun, row: Row | Asked, staff: Staff) -> bool:
    """Whether a doubt is this person's to answer: the rule's owner, or the maker for the whole."""
    if row.code in ("total", "count"):
        return staff.pk == run.maker_id
    return row.owner == staff.role


HEADINGS = (
    *("问题", "说明", "户编号", "对象", "村（社区）", "项目", "上月（元）", "本批（元）"),
    *("责任岗位", "期限", "逾期天数", "核实", "核实人", "核实说明"),
)


def cells(row: Row) -> list[object]:
    """One doubt as a line of the export; amounts in yuan."""
    end = row.deadline
    return [
        *(row.short, row.words, row.number, row.name, row.village, row.programme),
        *("" if fen is None else yuan(fen) for fen in (row.last_fen, row.now_fen)),
        *(Role(row.owner).label, end.due.isoformat() if end else "", end.overdue if end else ""),
        *("已核实" if row.passed_at else "未核实", row.passed_by, row.note),
    ]


HELD_HEADINGS = (
    *("原因", "说明", "户编号", "对象", "村（社区）", "项目", "起始月份", "截止月份", "月数"),
    *("金额（元）", "责任岗位", "期限", "逾期天数"),
)


def held_cells(row: HeldRow) -> list[object]:
    """What is held of one award as a line of the export; amounts in yuan."""
    end = row.deadline
    return [
        *(row.short, row.words, row.number, row.name, row.village, row.programme),
        *(f"{row.first:%Y-%m}", f"{row.last:%Y-%m}", row.months),
        "待补" if row.fen is None else yuan(row.fen),
        *((end.owner, end.due.isoformat(), end.overdue) if end else ("", "", "")),
    ]
