"""演示县的预算: what the report says was spent in 2024 stands for the budget, as an example."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from apps.payments.budgets.actions import decide, enter
from apps.payments.budgets.models import Share
from apps.payments.budgets.split import Portion, split
from seeds.clock import morning
from seeds.ledger import Office
from seeds.report import SMALL

YEAR, ENTERED = 2024, dt.date(2024, 1, 15)
DOCUMENT = "示例：以2024年度部门整体支出绩效自评报告的支出数代替，不是预算批复"
# 元, of the report's lines that this system pays (policy handbook §8.2)
SPENT = {
    "2081001": 12_448_100,
    "2081002": 6_604_400,
    "2081107": 20_336_300,
    "2081901": 15_539_900,
    "2081902": 73_662_300,
    "2082001": 3_568_100,
    "2082002": 1_100_000,
    "2082101": 26_222_600,
    "2082102": 34_673_600,
    "2296002": 5_478_300,
}


TRANSFER = "示例：城市特困结余调剂到农村特困"
RAISED = "示例：当年提标和补发追加"
# 调整, in 元: the made-up county has more of its destitute in the countryside than the report's
# two lines say, and pays what it pays a little later in the year.
CHANGES = (
    ("2082101", -17_300_000, TRANSFER),
    ("2082102", 17_300_000, TRANSFER),
    ("2082102", 1_500_000, RAISED),
    ("2081107", 2_000_000, RAISED),
    ("2081901", 600_000, RAISED),
    ("2081902", 1_600_000, RAISED),
)


def fill(office: Office, county: str) -> int:
    """Enter and confirm the year's budget and its changes; how many rows it was."""
    portions: dict[str, list[Portion]] = defaultdict(list)
    for one in Share.objects.select_related("shareset", "source"):
        code = one.shareset.subject_id
        portions[code].append(Portion(one.source_id, one.source.place, one.points))
    scale = 1 if county == "full" else SMALL
    rows = [(code, yuan, "initial", "") for code, yuan in SPENT.items()]
    rows += [(code, yuan, "change", why) for code, yuan, why in CHANGES]
    made = 0
    for code, yuan, kind, why in rows:
        for source, fen in split(abs(yuan) * 100 // scale, portions[code]).items():
            row = enter(
                year=YEAR,
                code=code,
                source=source,
                kind=kind,
                fen=fen if yuan > 0 else -fen,
                reason=why,
                document=DOCUMENT,
                document_on=ENTERED,
                example=True,
                by=office.finance,
                at=morning(ENTERED),
            )
            decide(row.pk, "confirm", by=office.supervisor, at=morning(ENTERED))
            made += 1
    return made
