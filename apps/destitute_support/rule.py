"""特困人员救助供养: arithmetic and words, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apps.casework.outcome import Outcome, Test, Verdict
from apps.standards.book import Standards
from apps.units.money import yuan
from apps.units.months import month_from_number, month_text
from apps.units.working import Say

URBAN, RURAL = 1, 2
ZONES = {URBAN: "城市", RURAL: "农村"}
SCATTERED, INSTITUTIONAL = 1, 2
MODES = {SCATTERED: "分散供养", INSTITUTIONAL: "集中供养"}
SELF_CARE = {
    "self": "具备生活自理能力",
    "partial": "部分丧失生活自理能力",
    "full": "完全丧失生活自理能力",
}

# Someone confirmed as a minor, in the months after the 18th birthday (43号 Art.24, R-TK-14).
NOT_ASKED, AT_SCHOOL, DISABLED, GROWN_UP = 0, 1, 2, 3
CONTINUES = {
    AT_SCHOOL: "已满18周岁，仍在义务教育、普通高中或中等职业学校就读，继续供养；",
    DISABLED: "已满18周岁，残疾类别和等级符合无劳动能力的规定，继续供养；",
}
SCHOOLS_PAST_18 = ("compulsory", "senior_high", "secondary_vocational")

ADULT, WORKING_AGE, OLD = 18, 16, 60  # 周岁: 43号 Art.5, 24
# 43号 Art.5 (R-TK-02): the highest grade number that means no working capacity, by type.
NO_WORKING_CAPACITY = {"intellectual": 3, "mental": 3, "limb": 2, "vision": 1}


class Basic(NamedTuple):
    """What the basic allowance rule may know about a person in one month."""

    zone: int  # 1 urban, 2 rural, 0 not recorded
    mode: int  # 1 scattered, 2 institutional
    gone: int  # 1: died before the month
    grown: int  # past 18: 0 not asked, 1 at school, 2 disabled, 3 ended


class Care(NamedTuple):
    """What the care rule may know: the assessment in force, and the basic award it follows."""

    zone: int  # 1 urban, 2 rural, 0 not recorded
    failed: int  # indicators failed, 0 to 6; -1: no assessment in force
    basic: int  # Verdict of the basic award this month


class Funeral(NamedTuple):
    """What the funeral rule may know: the month of death and the basic amount of that month."""

    died: int  # month of death such as 202409; 0: no death recorded
    zone: int  # 1 urban, 2 rural, 0 not recorded; of the month of death
    mode: int  # 1 scattered, 2 institutional; of the month of death
    basic_fen: int  # fen a month in the month of death; -1: no standard for that month


def self_care_grade(failed: int) -> str:
    """自理能力等级 of 0 to 6 failed indicators: 0 self, 1 to 3 partial, 4 to 6 full (R-TK-08)."""
    if failed == 0:
        return "self"
    return "partial" if failed <= 3 else "full"


def basic_key(zone: int, mode: int) -> str:
    """The standard that prices a month: one for institutions, one by zone (R-TK-12, R-TK-17)."""
    if mode == INSTITUTIONAL:
        return "destitute_basic.institutional"
    return "destitute_basic.urban_scattered" if zone == URBAN else "destitute_basic.rural_scattered"


def destitute_basic(case: Basic, standards: Standards, say: Say) -> Outcome:
    """基本生活费: the monthly standard of mode and zone (R-TK-10, R-TK-12, R-TK-13, R-TK-14)."""
    if case.gone:
        say("已死亡，自次月起停发", 0)
        return Outcome(0, Verdict.UNQUALIFIED, why="gone")
    if case.grown == GROWN_UP:
        say("已满18周岁，不在义务教育、普通高中或中等职业学校就读，救助供养自次月起终止", 0)
        return Outcome(0, Verdict.UNQUALIFIED, why="grown_up")
    if not case.zone:
        say("待补：家庭的城乡类别未登记", 0)
        return Outcome(0, Verdict.HELD, why="zone")
    key = basic_key(case.zone, case.mode)
    place = MODES[case.mode] if case.mode == INSTITUTIONAL else ZONES[case.zone] + MODES[case.mode]
    words = f"{CONTINUES.get(case.grown, '')}{place}，按基本生活标准发放"
    return _of_standard(key, words, standards, say)


def destitute_care(case: Care, standards: Standards, say: Say) -> Outcome:
    """照料护理费: the standard of the self-care grade in force (R-TK-08, R-TK-09, R-TK-11)."""
    if case.basic == Verdict.HELD:
        say("待补：基本生活费本月尚不能确定", 0)
        return Outcome(0, Verdict.HELD, why="basic_held")
    if case.basic != Verdict.PAYABLE:
        say("本月不享受特困基本生活费，不发照料护理费", 0)
        return Outcome(0, Verdict.UNQUALIFIED, why="no_basic")
    if case.failed < 0:
        say("待补：生活自理能力未评估（评估自次月起执行）", 0)
        return Outcome(0, Verdict.HELD, why="self_care")
    grade = self_care_grade(case.failed)
    words = f"六项指标中{case.failed}项不能达到，{SELF_CARE[grade]}，按照料护理标准发放"
    return _of_standard(f"destitute_care.{grade}", words, standards, say)


def destitute_funeral(case: Funeral, standards: Standards, say: Say) -> Outcome:
    """丧葬费: so many months of the basic amount of the month of death (R-TK-15)."""
    if not case.died:
        say("待补：死亡日期未登记", 0)
        return Outcome(0, Verdict.HELD, why="death")
    months = standards.number("destitute_funeral.months")
    if not months:
        say("丧葬费标准（月数）未配置，不发放", 0)
        return Outcome(0, Verdict.NOTHING, why="not_configured")
    died = month_text(month_from_number(case.died))
    if not case.zone or case.basic_fen < 0:
        what = "没有基本生活标准，请在“标准”页登记后重新计算" if case.zone else "城乡类别未登记"
        say(f"待补：死亡当月（{died}）{what}", 0)
        return Outcome(0, Verdict.HELD, why="basic_of_death")
    cited = _cited(standards, "destitute_funeral.months")
    basic = f"{ZONES[case.zone]}{MODES[case.mode]}基本生活标准{yuan(case.basic_fen)}元"
    fen = say(f"死亡当月（{died}）{basic} × {months}个月{cited}", case.basic_fen * months)
    return Outcome(fen) if fen else Outcome(0, Verdict.NOTHING, why="zero_standard")


def _of_standard(key: str, words: str, standards: Standards, say: Say) -> Outcome:
    """The amount of a monthly standard, said with its document."""
    standard = standards.amount(key)
    fen = say(f"{words}：{yuan(standard)}元/月{_cited(standards, key)}", standard)
    return Outcome(fen) if fen else Outcome(0, Verdict.NOTHING, why="zero_standard")


def _cited(standards: Standards, key: str) -> str:
    """The document of a standard in brackets; nothing where it has none."""
    document = standards.row(key).document
    return f"（{document}）" if document else ""


def no_capacity_by_disability(kind: str, grade: int) -> bool:
    """Whether a certificate means no working capacity (R-TK-02); hearing and speech never do."""
    return grade <= NO_WORKING_CAPACITY.get(kind, 0)


def working_capacity(age: int, certificates: Iterable[tuple[str, int]]) -> Test:
    """无劳动能力: age in whole years or a valid certificate (type, grade) (43号 Art.5, R-TK-02)."""
    code = "no_working_capacity"
    if age >= OLD:
        return Test(code, True, f"年满{age}周岁，属60周岁以上老年人，无劳动能力")
    if age < WORKING_AGE:
        return Test(code, True, f"年满{age}周岁，未满16周岁，无劳动能力")
    if any(no_capacity_by_disability(kind, grade) for kind, grade in certificates):
        return Test(code, True, "所持残疾人证的类别和等级符合无劳动能力的规定")
    if age < ADULT:
        return Test(code, None, f"年满{age}周岁，未满18周岁，可纳入特困供养，由经办人说明理由")
    return Test(code, False, f"年满{age}周岁，不属老年人、未成年人或规定等级的残疾人，有劳动能力")


def finding(code: str, name: str, flag: bool | None) -> Test:
    """An officer's finding as a test; one that was never made does not pass (R-TK-01)."""
    if flag is None:
        return Test(code, False, f"没有登记“{name}”的认定结论")
    return Test(code, flag, f"认定结论：{'符合' if flag else '不符合'}“{name}”")
