"""孤儿、事实无人抚养儿童、孤儿助学: arithmetic and words, nothing else."""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.outcome import Outcome, Test, Verdict
from apps.standards.book import Standards
from apps.units.money import divide_half_up, yuan
from apps.units.working import Say

SCATTERED, INSTITUTIONAL = 1, 2
MODES = {SCATTERED: "散居", INSTITUTIONAL: "机构养育"}
MODE_BANDS = {SCATTERED: "scattered", INSTITUTIONAL: "institutional"}

ADULT = 18  # 周岁, R-GE-01, R-SW-01
MONTHS_AWAY = 6  # 62号 一: 期限6个月以上, six included (R-SW-02, CV-06)

# Past the month of the 18th birthday (R-GE-04, R-SW-10).
MINOR, STUDYING, GROWN_UP = 0, 1, 2
SCHOOLS_PAST_18 = (
    "compulsory",
    "senior_high",
    "secondary_vocational",
    "junior_college",
    "undergraduate",
)
# R-GE-05; the value is what the words say.
GRANT_SCHOOLS = {
    "secondary_vocational": "中等职业学校",
    "junior_college": "大专",
    "undergraduate": "本科",
    "postgraduate": "硕士研究生",
}

# 父母状况: a stored number for each status, and its words. 0: as the decision found it.
STATUS = {
    "dead": (1, "死亡"),
    "declared_missing": (2, "宣告失踪"),
    "disabled": (3, "残疾"),
    "seriously_ill": (4, "重病"),
    "imprisoned": (5, "服刑"),
    "compulsory_rehabilitation": (6, "强制隔离戒毒"),
    "restricted": (7, "其他限制人身自由"),
    "lost_contact": (8, "失联"),
    "guardianship_revoked": (9, "撤销监护资格"),
    "deported": (10, "遣送（驱逐）出境"),
    "able": (11, "有抚养能力"),
}
STATUS_WORDS = dict(STATUS.values())
GONE_FOR_GOOD = ("dead", "declared_missing")
ALWAYS_QUALIFIES = ("seriously_ill", "guardianship_revoked", "deported")
CONFINED = ("imprisoned", "compulsory_rehabilitation", "restricted")
# 62号 一: 重残 is grade 1 and 2 of any type, and 3 and 4 of these two (R-SW-02).
ANY_GRADE = ("mental", "intellectual")

KNOWN, LIVING_ALLOWANCE_HELD, MINIMUM_LIVING_HELD = 0, 1, 2
HELD_WORDS = {
    LIVING_ALLOWANCE_HELD: "困难残疾人生活补贴",
    MINIMUM_LIVING_HELD: "家庭最低生活保障金",
}


class Orphan(NamedTuple):
    """What the orphan rule may know about a child in one month."""

    mode: int  # 1 scattered, 2 institutional
    gone: int  # 1: died before the month
    grown: int  # 0 minor (the month of 18 included), 1 studying, 2 grown up
    father: int  # 0: as decided, or dead or missing; else the STATUS number that ended it
    mother: int


class Unattended(NamedTuple):
    """What the rule for a child nobody in fact raises may know in one month."""

    mode: int  # 1 scattered, 2 institutional
    gone: int  # 1: died before the month
    grown: int  # 0 minor (the month of 18 included), 1 studying, 2 grown up
    father: int  # 0: as decided, or qualifies; else the STATUS number that ended the condition
    mother: int
    held: int  # 0 no, 1 disability_living is held, 2 minimum_living is held
    household_fen: int  # fen a month of the household's minimum living, before a sanction
    heads: int  # persons that amount is for; 1 where there is none
    living_fen: int  # fen a month of the child's own disability_living


class StudyGrant(NamedTuple):
    """What the study grant rule may know."""

    year: int  # first calendar year of the school year; 0: none recorded


class Parent(NamedTuple):
    """A parent as recorded, on the day of a test."""

    status: str
    number: int  # months of a term, or grade of a disability; 0: not given
    detail: str  # type of a disability
    six_months: bool  # of lost contact: six months are complete on the day


def lost(parent: Parent) -> bool:
    """Dead or declared missing: the D and M of the truth table (R-GE-01, R-SW-01)."""
    return parent.status in GONE_FOR_GOOD


def qualifies(parent: Parent) -> bool:
    """The Q of the truth table: alive, but in fact not raising the child (R-SW-02, R-SW-03)."""
    if parent.status == "disabled":
        return parent.number in (1, 2) or (parent.number in (3, 4) and parent.detail in ANY_GRADE)
    if parent.status in CONFINED:
        return parent.number >= MONTHS_AWAY
    if parent.status == "lost_contact":
        return parent.six_months
    return parent.status in ALWAYS_QUALIFIES


def lost_or_qualifies(parent: Parent) -> bool:
    """D, M or Q of the truth table: what each parent must be (R-SW-01)."""
    return lost(parent) or qualifies(parent)


def orphan_test(father: Parent | None, mother: Parent | None) -> list[Test]:
    """失去父母: each parent dead or declared missing, said one by one (R-GE-01)."""
    return [
        _parent_test(name, parent, parent is not None and lost(parent), "")
        for name, parent in (("父亲", father), ("母亲", mother))
    ]


def unattended_test(father: Parent | None, mother: Parent | None) -> list[Test]:
    """The truth table of R-SW-01: each parent dead, missing or qualifying, but not both lost."""
    tests = [
        _parent_test(name, parent, parent is not None and lost_or_qualifies(parent), _short(parent))
        for name, parent in (("父亲", father), ("母亲", mother))
    ]
    if father and mother and lost(father) and lost(mother):
        tests.append(
            Test("parents_test", False, "父母双方均死亡或失踪，属孤儿，应申请孤儿基本生活费")
        )
    return tests


def _parent_test(name: str, parent: Parent | None, passed: bool, short: str) -> Test:
    if parent is None:
        return Test("parents_test", False, f"{name}：状况未登记，须由经办人查明登记")
    words = STATUS[parent.status][1]
    return Test("parents_test", passed, f"{name}：{words}，{'符合' if passed else '不符合'}{short}")


def _short(parent: Parent | None) -> str:
    """What a status that may qualify still lacks, in words; empty where it lacks nothing."""
    if parent is None or lost_or_qualifies(parent):
        return ""
    if parent.status == "disabled":
        return "（须为一、二级残疾或三、四级精神、智力残疾）"
    if parent.status in CONFINED:
        return f"（期限{parent.number}个月，须6个月以上）"
    return "（失联未满6个月）" if parent.status == "lost_contact" else ""


def minor(age: int) -> Test:
    """未满18周岁 on the day of the test, in whole years (R-GE-01, R-SW-01)."""
    words = f"年满{age}周岁，{'未满' if age < ADULT else '已满'}18周岁"
    return Test("age", age < ADULT, words)


def orphan_allowance(case: Orphan, standards: Standards, say: Say) -> Outcome:
    """孤儿基本生活费: the standard of the way of care (R-GE-02, R-GE-04)."""
    ended = _ended(case, say)
    if ended:
        return ended
    return _paid(_standard("orphan_allowance", case, "孤儿基本生活费标准", standards, say))


def unattended_child_allowance(case: Unattended, standards: Standards, say: Say) -> Outcome:
    """基本生活补贴: the standard less what the child already has (补差), rounded once (R-SW-06).

    Taken off: the share of the household's minimum living and the child's own living allowance.
    """
    ended = _ended(case, say)
    if ended:
        return ended
    if case.held:
        say(f"待补：{HELD_WORDS[case.held]}本月尚不能确定，无法补差", 0)
        return Outcome(0, Verdict.HELD, why="top_up_base")
    name = "事实无人抚养儿童基本生活补贴标准"
    standard = _standard("unattended_child_allowance", case, name, standards, say)
    rest = (standard - case.living_fen) * case.heads - case.household_fen
    fen = divide_half_up(rest, case.heads)
    if case.living_fen:
        say("减去已享受的困难残疾人生活补贴", -case.living_fen)
    if case.household_fen:
        share = f"家庭低保金{yuan(case.household_fen)}元÷{case.heads}人"
        # The fraction is kept: what is shown is what one rounding of the difference takes off.
        say(f"减去人均低保金（{share}）", fen - (standard - case.living_fen))
    if fen <= 0:
        say("已享受的保障达到标准，本月不再补差", 0)
        return Outcome(0, Verdict.NOTHING, why="above_standard")
    topped = case.living_fen or case.household_fen
    return Outcome(say("补差发放" if topped else "全额发放", fen))


def orphan_study_grant(case: StudyGrant, standards: Standards, say: Say) -> Outcome:
    """孤儿助学: one amount a school year (R-GE-05)."""
    if not case.year:
        say("待补：学年未登记", 0)
        return Outcome(0, Verdict.HELD, why="school_year")
    key = "orphan_study_grant.per_school_year"
    words = f"{case.year}—{case.year + 1}学年孤儿助学金{_cited(standards, key)}"
    return _paid(say(words, standards.amount(key)))


def _ended(case: Orphan | Unattended, say: Say) -> Outcome | None:
    """Death, age and a parent's condition that ended: nothing from the next month."""
    if case.gone:
        say("已死亡，自次月起停发", 0)
        return Outcome(0, Verdict.UNQUALIFIED, why="gone")
    if case.grown == GROWN_UP:
        say("已满18周岁且不在校就读（至本科），自次月起停发", 0)
        return Outcome(0, Verdict.UNQUALIFIED, why="grown_up")
    for name, status in (("父亲", case.father), ("母亲", case.mother)):
        if status:
            say(f"{name}状况变为“{STATUS_WORDS[status]}”，条件消失，自次月起停发", 0)
            return Outcome(0, Verdict.UNQUALIFIED, why="parents_test")
    return None


def _standard(
    programme: str, case: Orphan | Unattended, name: str, standards: Standards, say: Say
) -> int:
    """The monthly standard in fen for the child's way of care, said with its document."""
    key = f"{programme}.{MODE_BANDS[case.mode]}"
    fen = standards.amount(key)
    still = "已满18周岁仍在校就读，" if case.grown == STUDYING else ""
    return say(f"{still}{MODES[case.mode]}，{name}{_cited(standards, key)}", fen)


def _paid(fen: int) -> Outcome:
    return Outcome(fen) if fen else Outcome(0, Verdict.NOTHING, why="zero_standard")


def _cited(standards: Standards, key: str) -> str:
    """The document of a standard in brackets; nothing where it has none."""
    document = standards.row(key).document
    return f"（{document}）" if document else ""
