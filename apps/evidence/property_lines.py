"""财产条件 (R-DB-08): each line with its limit, what was found, and who says whether it passes.

Where no limit is configured (未配置) the officer decides, with a recorded reason. Where one is, the
figure decides, unless the officer finds the property exempt (维持生产生活必需) with a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.models import Application
from apps.evidence import comparing, holdings
from apps.evidence.models import PropertyFinding
from apps.evidence.people import living
from apps.offices.models import Staff
from apps.units.language import lazy as _
from apps.units.money import yuan_grouped

UNSET = _("未配置，由经办人员判断")


class Rule(NamedTuple):
    """One line: its name, the standard of its limit, the items it sums, and how it is said."""

    label: str
    limit: str
    items: tuple[str, ...]
    unit: str
    per_head: bool = False


RULES: dict[str, Rule] = {
    "financial": Rule(
        _("人均金融资产"),
        "limit_financial_head",
        ("deposits", "securities", "insurance", "internet_finance", "claims"),
        "元",
        per_head=True,
    ),
    "vehicles": Rule(_("车辆、船舶"), "limit_vehicles", ("vehicles",), _("辆")),
    "dwellings": Rule(_("房屋"), "limit_dwellings", ("dwellings",), _("套")),
    "shops": Rule(_("商铺、办公用房"), "limit_shops", ("shops",), _("处")),
    "capital": Rule("市场主体注册资本", "limit_registered_capital", ("registered_capital",), "元"),
}


class Tested(NamedTuple):
    """A line of the property test; ``passed`` None: nobody has decided yet."""

    code: str
    label: str
    limit: str
    found: str
    passed: bool | None
    by_officer: bool
    why: str


def judged(application: Application, on: dt.date, staff: Staff | None = None) -> list[Tested]:
    """Every line as it stands on the day; raw sums are shown only to who verifies."""
    shown = comparing.lines(application, staff)
    known = comparing.lines(application)
    rows = PropertyFinding.objects.filter(application=application).select_related("by")
    findings = {row.line: row for row in rows.order_by("pk")}
    heads = max(1, len(living(application.household, on)))
    return [
        _tested(code, rule, known, shown, findings.get(code), heads, on)
        for code, rule in RULES.items()
    ]


def _tested(
    code: str,
    rule: Rule,
    known: list[comparing.Line],
    shown: list[comparing.Line],
    finding: PropertyFinding | None,
    heads: int,
    on: dt.date,
) -> Tested:
    limit = holdings.standard(rule.limit, on)
    total = _total(rule, known)
    within = None
    if limit is not None and total is not None:
        within = total <= limit * (heads if rule.per_head else 1)
    passed, why = within, ""
    if finding is not None:
        passed = finding.passed
        why = f"{finding.on} {finding.by.name}：{finding.reason}"
    hidden = any(line.best and line.best.hidden for line in _mine(rule, shown))
    return Tested(
        code=code,
        label=rule.label,
        limit=UNSET if limit is None else gettext("不超过{said}").format(said=_said(rule, limit)),
        found=comparing.HIDDEN if hidden else _found(rule, total, heads),
        passed=passed,
        by_officer=finding is not None,
        why=why,
    )


def _mine(rule: Rule, lines: Iterable[comparing.Line]) -> list[comparing.Line]:
    return [line for line in lines if line.item in rule.items]


def _total(rule: Rule, lines: Iterable[comparing.Line]) -> int | None:
    """Fen or things of all members; None when nobody has said anything about them."""
    said = [line.best.yearly for line in _mine(rule, lines) if line.best is not None]
    known = [one for one in said if one is not None]
    return sum(known) if known else None


def _said(rule: Rule, value: int) -> str:
    return (
        gettext("{yuan_grouped}元").format(yuan_grouped=yuan_grouped(value))
        if rule.unit == "元"
        else gettext("{value}{unit}").format(value=value, unit=rule.unit)
    )


def _found(rule: Rule, total: int | None, heads: int) -> str:
    if total is None:
        return gettext("没有登记")
    if rule.per_head:
        return gettext("合计{yuan_grouped}元，{heads}人").format(
            yuan_grouped=yuan_grouped(total), heads=heads
        )
    return _said(rule, total)
