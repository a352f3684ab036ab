"""残疾人两项补贴: what a decision on an application asks, and from which month it counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.casework.models import Application, Entitlement
from apps.casework.outcome import Test
from apps.casework.programme import Examination
from apps.disability_subsidies.facts import MIND, REISSUED, highest_outside, on_minimum_living
from apps.disability_subsidies.rule import (
    OUTSIDE,
    POOR,
    POOR_HELD,
    WORK_INJURY,
    severe,
    severe_words,
)
from apps.households.kinds import DISABILITY_TYPES
from apps.households.models import Fact
from apps.standards.book import Book
from apps.units.money import yuan
from apps.units.months import Month, month_of, next_month

KINDS = ("disability", "death", "residence", "custody", "other_benefit")


def first_month(application: Application, terms: Any, decided_on: dt.date, book: Book) -> Month:
    """自申请当月 (R-CJ-09); on a reissued certificate from its month of issue (R-CJ-11).

    Months before the issue are added as the officer decides (``arrears_from``), up to the limit.
    """
    applied = month_of(application.applied_on)
    if REISSUED not in (terms.basis, application.basis):
        return applied
    newest = (
        Fact.objects.known_now()
        .filter(kind="disability", person_id=application.person_id, on__lte=decided_on)
        .order_by("-on", "-id")
        .first()
    )
    if newest is None:
        return applied
    issued = month_of(newest.on)
    asked: Month = terms.arrears_from or issued
    most = book.month(issued).optional("disability.reissue_arrears_max_months") or 0
    return min(issued, max(asked, next_month(issued, -most)))


def examine_living(x: Examination) -> list[Test]:
    """生活补贴: certificate, means, residence, and what excludes it (R-CJ-01, 04, 07)."""
    known = _Known(x)
    held = known.certificates()
    words = "、".join(_words(c) for c in held) or "没有有效的残疾人证"
    tests = [Test("certificate", bool(held), words), _means(x), *known.presence()]
    benefits = known.benefits()
    tests.append(_no_work_injury(benefits))
    cadre = "retired_cadre_allowance" in benefits
    tests.append(Test("excluded", not cadre, "享受离休待遇" if cadre else "未享受离休待遇"))
    return tests


def examine_nursing(x: Examination) -> list[Test]:
    """护理补贴: a severe certificate, residence, and other nursing benefits (R-CJ-02, 04, 07)."""
    known = _Known(x)
    held = known.certificates()
    standards = x.book.month(month_of(x.day))
    passed = any(severe(c.number or 0, c.code in MIND, standards) for c in held)
    words = "、".join(_words(c) for c in held) or "没有有效的残疾人证"
    benefits = known.benefits()
    return [
        Test("certificate", passed, f"{words}；护理补贴须为{severe_words(standards)}"),
        *known.presence(),
        _no_work_injury(benefits),
        _highest(x, benefits),
    ]


def bid_nursing(x: Examination) -> int:
    """Fen the nursing subsidy would be in the month after the day, for the slot (择高)."""
    return x.book.month(next_month(month_of(x.day))).amount("disability_nursing.monthly")


class _Known:
    """The facts of the applicant that bear on the decision, as known on its day (one query)."""

    def __init__(self, x: Examination) -> None:
        self.day = x.day
        self.next = next_month(month_of(x.day))
        self.facts: list[Fact] = list(
            Fact.objects.known_on(x.day)
            .filter(kind__in=KINDS, person_id=x.application.person_id, on__lt=self.next)
            .order_by("-on", "-id")
        )

    def certificates(self) -> list[Fact]:
        """Valid on the day: the newest, and in the month of its issue also the one before."""
        found = [f for f in self.facts if f.kind == "disability" and f.on <= self.day][:2]
        if len(found) == 2 and month_of(found[0].on) != month_of(self.day):
            found = found[:1]
        return [f for f in found if f.until is None or f.until >= self.day]

    def presence(self) -> list[Test]:
        """户籍、死亡、宣告失踪 on the day (R-CJ-10)."""
        moved, dead = self._newest("residence"), self._newest("death")
        custody = self._newest("custody")
        missing = custody is not None and custody.code == "declared_missing"
        out = moved is not None and bool(moved.flag)
        return [
            Test("moved_out", not out, "户籍已迁出本市" if out else "户籍未迁出本市"),
            Test("dead", dead is None, "没有死亡登记" if dead is None else "已死亡"),
            Test("missing", not missing, "已宣告失踪" if missing else "未宣告失踪"),
        ]

    def benefits(self) -> dict[str, int]:
        """The benefits outside this system in force next month, fen a month."""
        found: dict[str, Fact] = {}
        for fact in self.facts:
            if fact.kind == "other_benefit":
                found.setdefault(fact.code, fact)
        return {
            code: (f.amount_fen or 0) // (12 if f.per == "year" else 1)
            for code, f in found.items()
            if f.amount_fen and (f.until is None or f.until >= self.next)
        }

    def _newest(self, kind: str) -> Fact | None:
        return next((f for f in self.facts if f.kind == kind and f.on <= self.day), None)


def _means(x: Examination) -> Test:
    """On minimum living in the month of the decision or the next, or marginal where extended."""
    now = month_of(x.day)
    person = x.application.person_id or 0
    found = {on_minimum_living(x.computed(m), person) for m in (now, next_month(now))}
    if POOR in found:
        return Test("not_on_minimum_living", True, "本人在享低保")
    extended = x.book.month(now).on("disability_living.include_marginal_household")
    if extended and _in_marginal_household(x):
        return Test("not_on_minimum_living", True, "所在家庭已认定为低保边缘家庭")
    if POOR_HELD in found:
        return Test("not_on_minimum_living", None, "本人的低保待遇尚不能确定")
    return Test("not_on_minimum_living", False, "本人未享受低保")


def _in_marginal_household(x: Examination) -> bool:
    """Whether the household is recognised as marginal (低保边缘) this month or the next."""
    now = month_of(x.day)
    awards = Entitlement.objects.of("marginal_household")
    mine = awards.filter(household_id=x.application.household_id)
    return mine.filter(period__overlap=(now, next_month(now, 2))).exists()


def _no_work_injury(benefits: dict[str, int]) -> Test:
    drawn = "work_injury_nursing" in benefits
    return Test("excluded", not drawn, WORK_INJURY if drawn else "未领取工伤保险生活护理费")


def _highest(x: Examination, benefits: dict[str, int]) -> Test:
    """Ours is the higher of the nursing benefits next month (择高, R-CJ-07)."""
    outside, fen = highest_outside(
        benefits.get("other_nursing_allowance", 0), benefits.get("retired_cadre_allowance", 0)
    )
    if not outside:
        return Test("higher_nursing_benefit", True, "没有系统外的同类护理补贴")
    ours = bid_nursing(x)
    words = f"{OUTSIDE[outside]}每月{yuan(fen)}元，护理补贴每月{yuan(ours)}元"
    return Test("higher_nursing_benefit", fen < ours, words)


def _words(certificate: Fact) -> str:
    return f"残疾人证：{DISABILITY_TYPES[certificate.code]}{certificate.number}级"
