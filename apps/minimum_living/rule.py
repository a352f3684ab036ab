"""最低生活保障、分类施保: arithmetic and words, nothing else.

An amount that is not yet rounded ("exact") is a whole number of 1/120000 fen a month: fen a year
times ten thousand. So rates and the twelfth of a year stay whole until the one rounding (CV-01).
"""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.outcome import Outcome, Verdict
from apps.standards.book import MissingStandard, Standards
from apps.units.money import divide_half_up, yuan
from apps.units.months import month_from_number, month_number, month_text
from apps.units.rates import ONE, rate_words
from apps.units.working import Say, silent

EXACT = 12 * ONE  # exact units in one fen a month
URBAN, RURAL = 1, 2
ZONES = {URBAN: "城市", RURAL: "农村"}
ZONE_CODES = {"urban": URBAN, "rural": RURAL}
GRADES = {1: "A", 2: "B", 3: "C", 4: "D"}
GRADE_CODES = {letter: number for number, letter in GRADES.items()} | {"": 0}
UNKNOWN_GRADE = -1
NO_GRACE, LOST_GRACE = -1, -2
SEVERE = (1, 2)  # grades of 重度残疾

# Why a member of the household is not counted (R-DB-01, R-DB-02), in the order of asking.
WHY_NOT = {
    "dead": "已死亡",
    "imprisoned": "在监狱服刑",
    "compulsory_rehabilitation": "强制隔离戒毒",
    "declared_missing": "宣告失踪",
    "religious": "脱离家庭在宗教场所居住满三年",
    "destitute_basic": "已纳入特困人员救助供养",
    "orphan_allowance": "已享受孤儿基本生活费",
    "single_entry": "已按单人户纳入低保",
    "adult_child": "已成年，不在读且未认定不能独立生活或长期共同居住",
    "not_co_resident": "未认定长期共同居住",
}


class MinimumLiving(NamedTuple):
    """What the rule may know of an award in one month; incomes and deductions in fen a year."""

    determined: int = 1  # 1: a determination holds for the month
    zone: int = 0  # of the determination: 1 urban, 2 rural
    heads: int = 0  # counted persons, alive and not out by another programme
    wage: int = 0
    base_pension: int = 0  # 中央基础养老金: counts or not by the month (R-DB-06)
    other: int = 0
    deductions: int = 0  # of the household and of the persons present
    sanctioned: int = 0  # of the heads
    kept: int = NO_GRACE  # fen a month kept in a grace period; -2: in grace, but not known
    grade: int = 0  # 1 A, 2 B …; 0 none; -1 not a grade this rule knows


class Supplement(NamedTuple):
    """What the supplement rule may know of a counted person in one month: 1 yes, 0 no."""

    zone: int = 0
    minor: int = 0  # below 18 at the end of the month
    elder: int = 0  # 70 or older at the end of the month
    severe: int = 0  # a certificate of grade 1 or 2 counts in the month
    illness: int = 0  # listed serious illness


class Income(NamedTuple):
    """Counted income of a year, exact: each part and the whole after deductions."""

    wage: int  # after the employment cost
    base_pension: int
    other: int
    whole: int  # never below 0


def yearly_standard(zone: int, standards: Standards) -> int:
    """Fen a person a year; the rural standard is annual, the urban twelve months (CV-02)."""
    if zone == URBAN:
        return 12 * standards.amount("minimum_living.urban_monthly")
    return standards.amount("minimum_living.rural_annual")


def counted_income(case: MinimumLiving, standards: Standards) -> Income:
    """Exact counted income of the persons present less deductions (R-DB-05, 06, 07)."""
    rate = standards.optional("minimum_living.employment_cost_rate") or 0
    wage = case.wage * (ONE - rate)
    pension = case.base_pension * ONE if case.base_pension and _pension_counts(standards) else 0
    other = case.other * ONE
    return Income(wage, pension, other, max(0, wage + pension + other - case.deductions * ONE))


def _pension_counts(standards: Standards) -> bool:
    """The central base pension counts after the last exempt month (R-DB-06)."""
    last = standards.amount("minimum_living.central_base_pension_exempt_until")
    return month_number(standards.month) > last


def gap(case: MinimumLiving, standards: Standards) -> int:
    """Exact 补差: standard × persons − income; 0 or below: not below the standard (R-DB-09)."""
    line = yearly_standard(case.zone, standards) * case.heads * ONE
    return line - counted_income(case, standards).whole


def minimum_living(case: MinimumLiving, standards: Standards, say: Say) -> Outcome:
    """低保: the month of an award, by gap or by grade, kept in grace, less sanctioned shares."""
    if not case.determined:
        say("待补：本月没有核定结果，请先办理重新核定", 0)
        return Outcome(0, Verdict.HELD, why="no_determination")
    if not case.heads:
        say("本月没有计入保障人口的成员：家庭成员均已死亡、转入其他救助或不予计入", 0)
        return Outcome(0, Verdict.NOTHING, why="nobody_counted")
    if case.kept != NO_GRACE:
        return _in_grace(case, standards, say)
    mode = standards.choice("minimum_living.mode")
    if mode not in ("gap", "grade"):
        raise MissingStandard("minimum_living.mode", "", standards.month)
    return (_by_grade if mode == "grade" else _by_gap)(case, standards, say)


def _by_gap(case: MinimumLiving, standards: Standards, say: Say) -> Outcome:
    """R-DB-10 gap: one rounding, at the household-month."""
    exact = gap(case, standards)
    if say is not silent:  # nobody listens in the monthly run, and words cost more than sums
        _tell_gap(case, exact, standards, say)
    if exact <= 0:
        say("计入收入不低于保障标准，本月无补差（待遇未终止，重新核定后再定）", 0)
        return Outcome(0, Verdict.NOTHING, why="income_not_below_standard")
    floor = standards.optional("minimum_living.min_payment") or 0
    if exact < floor * EXACT:
        exact = floor * EXACT
        say(f"补差低于最低发放额，按最低发放额{yuan(floor)}元保障", floor)
    return _shared(case, exact, say)


def _by_grade(case: MinimumLiving, standards: Standards, say: Say) -> Outcome:
    """R-DB-10 grade: persons × the amount of the household's grade (分档)."""
    if case.grade not in GRADES:
        say("待补：按分档计算，但没有登记本户的档次", 0)
        return Outcome(0, Verdict.HELD, why="no_grade")
    letter = GRADES[case.grade]
    zone = "urban" if case.zone == URBAN else "rural"
    row = standards.row("minimum_living.grade_amounts", f"{zone}_{letter}")
    amount = standards.amount("minimum_living.grade_amounts", f"{zone}_{letter}")
    words = f"{ZONES[case.zone]}低保{letter}档每人每月{yuan(amount)}元{_by(row.document)}"
    say(words, amount)
    fen = say(f"计入保障人口{case.heads}人 × 每人{yuan(amount)}元", amount * case.heads)
    return _shared(case, fen * EXACT, say)


def _in_grace(case: MinimumLiving, standards: Standards, say: Say) -> Outcome:
    """R-DB-14: the amount of the month of the decision, at most standard × persons present."""
    if case.kept == LOST_GRACE:
        say("待补：渐退期沿用月份的保障金额尚未计算", 0)
        return Outcome(0, Verdict.HELD, why="no_reference_amount")
    say("渐退期内，沿用决定当月的保障金额", case.kept)
    if not case.kept:
        say("决定当月没有保障金额，渐退期内不发放", 0)
        return Outcome(0, Verdict.NOTHING, why="nothing_kept")
    most = yearly_standard(case.zone, standards) * case.heads * ONE
    exact = min(case.kept * EXACT, most)
    if exact < case.kept * EXACT:
        say(
            f"不超过保障标准 × 现有{case.heads}人（全年{yuan(most // ONE)}元 ÷ 12）",
            divide_half_up(most, EXACT),
        )
    return _shared(case, exact, say)


def _shared(case: MinimumLiving, exact: int, say: Say) -> Outcome:
    """The exact amount less the shares of the sanctioned, rounded once (R-DB-15, CV-01)."""
    base = divide_half_up(exact, EXACT)
    if not base:
        say("补差不足一分，本月不发放", 0)
        return Outcome(0, Verdict.NOTHING, why="below_one_fen")
    if not case.sanctioned:
        return Outcome(say("月保障金", base))
    left = case.heads - case.sanctioned
    fen = divide_half_up(exact * left, EXACT * case.heads)
    words = f"停发{case.sanctioned}人的本人份额：{yuan(base)} ×（{case.heads} − {case.sanctioned}）"
    say(f"{words}÷ {case.heads}（连续三次无正当理由拒绝就业）", fen)
    if not fen:
        return Outcome(0, Verdict.NOTHING, base, why="sanctioned")
    return Outcome(fen, Verdict.PAYABLE, base)


def _tell_gap(case: MinimumLiving, exact: int, standards: Standards, say: Say) -> None:
    """The working in the order of the law: standard, persons, incomes, deductions, gap."""
    _tell_standard(case, standards, say)
    income = counted_income(case, standards)
    _tell_incomes(case, income, standards, say)
    whole = say("全年计入收入", divide_half_up(income.whole, ONE))
    line = yearly_standard(case.zone, standards) * case.heads
    say(
        f"人均月收入：{yuan(whole)} ÷ 12 ÷ {case.heads}人（仅供对照，不参与计算）",
        divide_half_up(income.whole, EXACT * case.heads),
    )
    if exact > 0:
        words = f"补差 =（{yuan(line)} − {yuan(whole)}）÷ 12，先汇总，末步四舍五入到分"
        say(words, divide_half_up(exact, EXACT))


def _tell_standard(case: MinimumLiving, standards: Standards, say: Say) -> None:
    urban = case.zone == URBAN
    row = standards.row(f"minimum_living.{'urban_monthly' if urban else 'rural_annual'}")
    amount = row.value or 0
    say(
        f"{ZONES[case.zone]}低保标准每人每{'月' if urban else '年'}{yuan(amount)}元"
        f"{_by(row.document)}",
        amount,
    )
    line = yearly_standard(case.zone, standards)
    say(f"计入保障人口{case.heads}人，全年保障标准：{yuan(line)} × {case.heads}", line * case.heads)


def _tell_incomes(case: MinimumLiving, income: Income, standards: Standards, say: Say) -> None:
    """Each kind of income that is there, and what is taken off it; fen a year."""
    if case.wage:
        say("工资性收入（全年）", case.wage)
        cost = case.wage * ONE - income.wage
        if cost:
            rate = standards.optional("minimum_living.employment_cost_rate") or 0
            say(f"减 就业成本：工资性收入的{rate_words(rate)}", -divide_half_up(cost, ONE))
    if case.base_pension:
        key = "minimum_living.central_base_pension_exempt_until"
        last = month_text(month_from_number(standards.amount(key)))
        if income.base_pension:
            say(f"中央确定的基础养老金（全年），{last}后计入收入", case.base_pension)
        else:
            say(f"中央确定的基础养老金全年{yuan(case.base_pension)}元，{last}前（含）不计入", 0)
    if case.other:
        say("其他计入收入（全年）", case.other)
    if case.deductions:
        say("减 核定的就业成本、刚性支出扣减（全年）", -case.deductions)


def minimum_living_supplement(case: Supplement, standards: Standards, say: Say) -> Outcome:
    """分类施保: the highest applicable rate of the monthly standard, one rounding (R-DB-16)."""
    rates = standards.bands("minimum_living.supplement")
    flags = {
        "minor": case.minor,
        "elder_70": case.elder,
        "severe_disability": case.severe,
        "serious_illness": case.illness,
    }
    found = [(rates[code], code) for code, holds in flags.items() if holds and code in rates]
    if not found or not max(found)[0]:
        say("本人所属类别未设增发比例，不增发", 0)
        return Outcome(0, Verdict.NOTHING, why="no_category")
    rate, code = max(found)
    line = yearly_standard(case.zone, standards)
    say(f"{ZONES[case.zone]}低保月标准（{yuan(line)} ÷ 12）", divide_half_up(line, 12))
    fen = divide_half_up(line * rate, EXACT)
    say(f"分类施保：{CATEGORIES[code]}，按标准的{rate_words(rate)}增发，就高不重复", fen)
    if not fen:
        return Outcome(0, Verdict.NOTHING, why="below_one_fen")
    return Outcome(fen)


CATEGORIES = {
    "minor": "未成年人（未满18周岁）",
    "elder_70": "70周岁以上老年人",
    "severe_disability": "一、二级重度残疾人",
    "serious_illness": "重病患者",
}


def _by(document: str) -> str:
    """The document in brackets, or nothing where none is recorded."""
    return f"（{document}）" if document else ""
