"""对照: what the county came to beside what the report says, programme by programme."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count

from apps.households.models import Fact
from apps.payments import actions as payments
from apps.units.money import yuan_grouped
from apps.units.months import month
from seeds import clock
from seeds.ledger import Office, number_all
from seeds.report import Counts, paid

DECEMBER, CUTOFF = month(2024, 12), dt.date(2024, 12, 10)
ENTITLED = """
SELECT CASE WHEN programme = 'minimum_living'
            THEN CASE WHEN budget = '2081901' THEN 'urban' ELSE 'rural' END
            WHEN programme IN ('disability_living', 'disability_nursing') THEN 'disability'
            ELSE programme END AS line,
       count(*), count(DISTINCT subject), coalesce(sum(heads), 0)
FROM payments_due
WHERE calculation_id = %s AND month = %s AND verdict = 1 AND fen > 0
GROUP BY 1
"""
# Issued in the year and what December adds, less what came back and was not paid again.
PAID = """
SELECT CASE WHEN l.programme IN ('minimum_living', 'minimum_living_supplement')
            THEN CASE WHEN l.budget = '2081901' THEN 'urban' ELSE 'rural' END
            WHEN l.programme IN ('disability_living', 'disability_nursing') THEN 'disability'
            ELSE l.programme END,
       sum(l.fen) FILTER (WHERE i.id IS NULL)::bigint
FROM payments_paymentline l
JOIN payments_paymentrun r ON r.calculation_id = l.calculation_id
LEFT JOIN (payments_bankitem i JOIN payments_bankbatch b ON b.id = i.batch_id)
    ON i.state = 'returned' AND b.calculation_id = l.calculation_id
    AND i.subject = l.subject AND i.programme = l.programme AND i.kind = l.kind
WHERE r.state IN ('approved', 'sent', 'closed') OR l.calculation_id = %s
GROUP BY 1
"""
SERVICE = """
SELECT coalesce(sum(d.fen), 0)::bigint FROM payments_due d
WHERE d.programme = 'elder_service_subsidy' AND d.calculation_id = (
    SELECT max(l.calculation_id) FROM payments_due l
    JOIN payments_paymentrun r ON r.calculation_id = l.calculation_id
    WHERE l.subject = d.subject AND l.programme = d.programme AND l.month = d.month
      AND (r.state IN ('approved', 'sent', 'closed') OR l.calculation_id = %s))
"""


class Line(NamedTuple):
    """One programme: our numbers and, where there is one, the report's; sums in fen."""

    name: str
    homes: int | None
    wanted_homes: int | None
    persons: int
    wanted: int
    fen: int
    reported: int | None
    why: str = ""

    @property
    def off(self) -> float | None:
        """How far our sum is from the report's, in per cent."""
        return 100 * (self.fen / self.reported - 1) if self.reported else None


class Comparison(NamedTuple):
    """All lines, what December would hold, and remarks."""

    lines: list[Line]
    held: int
    remarks: list[str]


class _Found(NamedTuple):
    """Per line of the report: households or subjects, persons, fen of the year."""

    subjects: dict[str, int]
    heads: dict[str, int]
    fen: dict[str, int]
    held: int


def compare(office: Office, want: Counts, county: str) -> Comparison:
    """Compute December, look, and undo it: the county stays paid through November."""
    found = _with_december(office)
    reported = paid(county)
    lines = [
        Line("城市低保", found.subjects.get("urban", 0), want.urban_homes,
             found.heads.get("urban", 0), want.urban_persons, found.fen.get("urban", 0),
             reported.urban),
        Line("农村低保", found.subjects.get("rural", 0), want.rural_homes,
             found.heads.get("rural", 0), want.rural_persons, found.fen.get("rural", 0),
             reported.rural),
        _line(found, "高龄津贴", "old_age_allowance", want.old_age, reported.old_age),
        _line(found, "残疾人两项补贴", "disability", want.disability, reported.disability),
        _line(found, "特困基本生活费", "destitute_basic", want.destitute, None,
              "报告的特困两行含照料护理和供养机构经费，不能单独对照"),
        _line(found, "特困照料护理费", "destitute_care", want.destitute, None,
              "同上，标准为示例值"),
        _line(found, "养老服务补贴", "elder_service_subsidy", want.elder_service, None,
              "以服务给付，不发现金；报告的老年福利一行含高龄津贴和其他"),
        _line(found, "孤儿基本生活费", "orphan_allowance", want.orphans, None,
              "报告的儿童福利一行还含机构养育等；标准为示例值"),
        _line(found, "事实无人抚养儿童补贴", "unattended_child_allowance", want.unattended, None,
              "同上"),
        _line(found, "困境儿童", "in_difficulty", want.in_difficulty, None, "名册登记，不发现金"),
        _line(found, "留守儿童", "left_behind", want.left_behind, None, "名册登记，不发现金"),
    ]  # fmt: skip
    remarks = [
        "报告的两补有两个数：累计发放 2180.98 万元（此处对照），支出科目 2033.63 万元。",
        "12 月按现有登记试算后撤回，没有留下批次；全年数含 12 月。",
    ]
    return Comparison(lines, found.held, remarks)


def _line(
    found: _Found, name: str, code: str, wanted: int, reported: int | None, why: str = ""
) -> Line:
    persons = found.subjects.get(code, 0)
    return Line(name, None, None, persons, wanted, found.fen.get(code, 0), reported, why)


def _with_december(office: Office) -> _Found:
    """What the county comes to with December's run, which is undone again."""
    with clock.at(CUTOFF), transaction.atomic():
        run = payments.open_run(
            month=DECEMBER, cutoff=CUTOFF, division=office.clerk.division, by=office.clerk
        )
        counts = payments.compute_run(run.pk)
        run.refresh_from_db()
        assert counts is not None
        with connection.cursor() as cursor:
            cursor.execute(ENTITLED, [run.calculation_id, DECEMBER])
            rows = cursor.fetchall()
            cursor.execute(PAID, [run.calculation_id])
            fen = dict(cursor.fetchall())
            cursor.execute(SERVICE, [run.calculation_id])
            fen["elder_service_subsidy"] = cursor.fetchone()[0]
        transaction.set_rollback(True)
    number_all()
    return _Found(
        {line: subjects for line, _, subjects, _ in rows} | _on_registers(),
        {line: heads for line, _, _, heads in rows},
        fen,
        counts.held,
    )


def _on_registers() -> dict[str, int]:
    """Children on each register of the townships."""
    rows = Fact.objects.known_now().filter(kind="child_register")
    return dict(rows.values_list("code").annotate(n=Count("person", distinct=True)).order_by())


def table(found: Comparison) -> str:
    """The comparison for people to read."""
    head = ("项目", "户（报告）", "人（报告）", "全年元", "报告元", "差")
    rows = [head, *(_row(line) for line in found.lines)]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(head))]
    text = [
        "  ".join(
            _padded(cell, width, left=n == 0)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    why = [f"  {line.name}：{line.why}" for line in found.lines if line.why]
    return "\n".join([*text, "不能对照的：", *why, *found.remarks])


def _row(line: Line) -> tuple[str, ...]:
    homes = "" if line.homes is None else f"{line.homes}（{line.wanted_homes}）"
    off = "" if line.off is None else f"{line.off:+.2f}%"
    reported = "" if line.reported is None else yuan_grouped(line.reported)
    persons = f"{line.persons}（{line.wanted}）"
    return line.name, homes, persons, yuan_grouped(line.fen), reported, off


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    gap = " " * (width - _width(text))
    return text + gap if left else gap + text
