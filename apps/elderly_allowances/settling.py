"""结算清单: the visits of a settlement as a list, its digest, and the list as a file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable

from apps.elderly_allowances.models import ServiceSettlement, Visit
from apps.units.money import yuan
from apps.units.sheets import harmless

HEADINGS = (
    "户编号",
    "姓名",
    "服务日期",
    "服务项目",
    "次数",
    "分钟",
    "金额（元）",
    "服务人员",
    "签字人",
    "冲正理由",
)


def visits_of(settlement: ServiceSettlement) -> list[Visit]:
    """The visits of a settlement, by day."""
    related = ("quota__entitlement__household", "quota__entitlement__person", "price")
    rows = Visit.objects.filter(settlement=settlement).select_related(*related)
    return list(rows.order_by("day", "pk"))


def digest(visits: Iterable[Visit]) -> str:
    """SHA-256 of what was delivered, to whom, when and for how many fen."""
    lines = [
        f"{v.pk}|{v.quota_id}|{v.order_id}|{v.price_id}|{v.day}|{v.times}|{v.fen}|{v.worker}"
        for v in sorted(visits, key=lambda v: v.pk)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def as_csv(settlement: ServiceSettlement) -> bytes:
    """The list for the provider and the accountant; UTF-8 with a mark so that Excel reads it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for v in visits_of(settlement):
        award = v.quota.entitlement
        name = award.person.name if award.person else ""
        words = (award.household.number, name, str(v.day), v.price.item)
        rest = (v.worker, v.confirmed_by, v.reason)
        writer.writerow(
            [*map(harmless, words), v.times, v.minutes or "", yuan(v.fen), *map(harmless, rest)]
        )
    writer.writerow(["合计", "", "", "", settlement.visits_counted, "", yuan(settlement.fen)])
    writer.writerow(["摘要", settlement.digest])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
