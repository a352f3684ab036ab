"""月结凭据: exactly the figures that were kept when a run was closed. Only reads.

With the root of the audit trail that holds the closing itself: on paper it anchors all that was
written until then, and a sheet made later says the same.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.trail.chain import covering
from apps.papers.content import Content, county, day
from apps.payments.closing.figures import Row
from apps.payments.closing.models import MonthClose
from apps.units.money import capital, yuan_grouped
from apps.units.months import month_text


def certificate(run_id: int, _on: dt.date, staff: Staff) -> Content:
    """The certificate of a closed run, from its frozen figures."""
    rows = MonthClose.objects.visible_to(staff).select_related("run", "by")
    found = rows.filter(run_id=run_id).first()
    if found is None:
        raise NotFound("没有找到这个批次的月结，或不在您的管辖范围内。")
    run, total = found.run, Row(**found.figures["total"])
    people = {"经办": run.maker, "复核": run.checker, "审批": run.approver, "送行": run.releaser}
    title = f"{month_text(run.month)}第{run.number}批发放月结凭据"
    data = {
        "county": county(run.division),
        "title": title,
        "running": title,
        "month": month_text(run.month),
        "number": str(run.number),
        "rows": [_row(Row(**row)) for row in found.figures["rows"]],
        "total": _row(total),
        "items": [str(n) for n in (total.items, total.paid_items, total.back_items)],
        "open_items": total.open_items,
        "held": total.held_items,
        "capital": capital(total.paid),
        "note": found.note,
        "sealed": found.figures["batch"]["digest"],
        "digest": found.digest,
        "root": _root(found),
        "people": [[post, one.name if one else ""] for post, one in people.items()],
        "closed_by": found.by.name,
        "closed_on": day(timezone.localdate(found.at)),
    }
    return Content(title, run.division, None, data)


def _root(found: MonthClose) -> list[str]:
    """Number and hash of the root; empty in the seconds before the closing is sealed."""
    root = covering(MonthClose._meta.db_table, found.pk)
    return [str(root.number), root.hash] if root else []


def _row(row: Row) -> dict[str, Any]:
    """One line of the table, in words."""
    sums = (row.fen, row.kept, row.sealed, row.paid, row.back, row.open)
    return {"name": row.name, "sums": [yuan_grouped(fen) for fen in sums]}
