"""办理时限: which act starts which clock, and when it runs out (FORMAT §11). Pure functions.

How long a clock runs is a dated standard, read for the month of the act that starts it (CV-09).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from apps.standards.book import Book
from apps.units.ages import add_months
from apps.units.calendar import WorkCalendar
from apps.units.language import lazy as _
from apps.units.months import month_of


class Counted(Enum):
    """What a time limit counts (CV-07): the day of the act itself is never counted."""

    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"


LENGTHS = {
    Counted.WORKDAYS: _("{length}个工作日"),
    Counted.DAYS: _("{length}天"),
    Counted.MONTHS: _("{length}个月"),
}


class Deadline(NamedTuple):
    """One time limit: its key, name and rule, the act that starts it, and whose length it is.

    ``standard`` names the dated standard that says how long. For applications, ``programmes``
    are those it holds for and ``states`` those in which it is still running.
    """

    key: str
    label: str
    rule: str
    act: str
    standard: str
    counted: Counted
    programmes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


# What starts a clock; the callers name the acts so.
ACTS = {
    "accepted": _("受理"),
    "check_request_received": _("收到核对提请"),
    "notice_posted": _("张贴公示"),
    "county_received": _("县级收到材料"),
    "federation_received": _("残联收到材料"),
    "correction_requested": _("一次性告知补正"),
    "relief_given": _("先行救助"),
    "report_self_care": _("报告自理能力变化"),
    "death_of_member": _("低保家庭成员死亡"),
    "rigid_expenditure_confirmed": _("确认刚性支出困难家庭"),
    "station_admission": _("入站"),
}

_W, _D, _M = Counted.WORKDAYS, Counted.DAYS, Counted.MONTHS
_FAMILY = ("minimum_living", "marginal_household", "rigid_expenditure_household")
_DESTITUTE = ("destitute_basic",)
_CHILD = ("orphan_allowance", "unattended_child_allowance")
_DISABILITY = ("disability_living", "disability_nursing")
_AFTER_ACCEPTANCE = ("accepted", "checked", "surveyed")
_UNDECIDED = (
    *_AFTER_ACCEPTANCE,
    "opinion",
    "noticed",
    "disputed",
    "assessed",
    "federation",
    "reviewing",
)

# The clocks of FORMAT §11.
DEADLINES = (
    Deadline(
        "survey_start_by",
        _("启动家庭经济状况调查"),
        "R-DB-18",
        "accepted",
        "casework.survey_start_days",
        _W,
        _FAMILY,
        ("accepted",),
    ),
    Deadline(
        "information_check_start_by",
        _("启动信息核对"),
        "R-DB-18",
        "check_request_received",
        "casework.check_start_days",
        _W,
        _FAMILY,
        ("accepted",),
    ),
    Deadline(
        "notice_ends",
        _("公示期满"),
        "R-DB-19、CV-07",
        "notice_posted",
        "casework.notice_days",
        _D,
        (*_FAMILY, *_DESTITUTE),
        ("noticed",),
    ),
    Deadline(
        "county_decision_by",
        _("县级审核确认"),
        "R-DB-18",
        "county_received",
        "casework.county_decision_days",
        _W,
        _FAMILY,
        ("reviewing",),
    ),
    Deadline(
        "total_by_30wd",
        _("全程办结"),
        "R-DB-18",
        "accepted",
        "casework.total_days",
        _W,
        _FAMILY,
        _UNDECIDED,
    ),
    Deadline(
        "total_by_45wd",
        _("特殊情况全程办结"),
        "R-DB-18",
        "accepted",
        "casework.total_days_extended",
        _W,
        _FAMILY,
        _UNDECIDED,
    ),
    Deadline(
        "total_by_20wd_if_delegated",
        _("权限下放的全程办结"),
        "R-DB-18",
        "accepted",
        "casework.total_days_delegated",
        _W,
        _FAMILY,
        _UNDECIDED,
    ),
    Deadline(
        "reassess_by", _("复核评估"), "R-TK-09", "report_self_care", "casework.reassess_days", _W
    ),
    Deadline(
        "death_review_by",
        _("死亡后核查办结"),
        "R-DB-13",
        "death_of_member",
        "casework.death_review_months",
        _M,
    ),
    Deadline(
        "valid_to",
        _("有效期至"),
        "R-GX-03",
        "rigid_expenditure_confirmed",
        "casework.rigid_valid_months",
        _M,
    ),
    Deadline(
        "leave_or_extend_by",
        _("离站或报备延长"),
        "R-LL-02",
        "station_admission",
        "vagrant_relief.days",
        _D,
    ),
)
# The clocks of single steps that FORMAT does not name.
STEP_DEADLINES = (
    Deadline(
        "correct_by",
        _("补正材料"),
        "R-DB-22",
        "correction_requested",
        "casework.correction_days",
        _W,
        (*_FAMILY, *_DESTITUTE, *_CHILD, *_DISABILITY),
        ("to_correct",),
    ),
    Deadline(
        "destitute_opinion_by",
        _("乡镇调查核实并初审"),
        "R-TK-06",
        "accepted",
        "casework.destitute_opinion_days",
        _W,
        _DESTITUTE,
        _AFTER_ACCEPTANCE,
    ),
    Deadline(
        "destitute_decision_by",
        _("县级审核确认"),
        "R-TK-06",
        "county_received",
        "casework.destitute_decision_days",
        _W,
        _DESTITUTE,
        ("reviewing",),
    ),
    Deadline(
        "child_opinion_by",
        _("乡镇查验"),
        "R-SW-04",
        "accepted",
        "casework.child_opinion_days",
        _W,
        _CHILD,
        _AFTER_ACCEPTANCE,
    ),
    Deadline(
        "child_decision_by",
        _("县级确认"),
        "R-SW-04",
        "county_received",
        "casework.child_decision_days",
        _W,
        _CHILD,
        ("reviewing",),
    ),
    Deadline(
        "disability_opinion_by",
        _("乡镇受理初审"),
        "R-CJ-13",
        "accepted",
        "casework.disability_opinion_days",
        _W,
        _DISABILITY,
        _AFTER_ACCEPTANCE,
    ),
    Deadline(
        "federation_by",
        _("残联审核"),
        "R-CJ-13",
        "federation_received",
        "casework.federation_days",
        _W,
        _DISABILITY,
        ("federation",),
    ),
    Deadline(
        "disability_notice_ends",
        _("公示期满"),
        "R-CJ-13",
        "notice_posted",
        "casework.disability_notice_days",
        _W,
        _DISABILITY,
        ("noticed",),
    ),
    Deadline(
        "papers_by",
        _("先行救助后补办手续"),
        "R-LZ-02",
        "relief_given",
        "casework.papers_workdays",
        _W,
        ("temporary_relief",),
        ("confirmed",),
    ),
)
TOTALS = ("total_by_30wd", "total_by_45wd", "total_by_20wd_if_delegated")
# 延长办理期限: the legal reasons and no others (57号 Art.22).
EXTENSION_REASONS = {
    "objection": _("公示有异议"),
    "apart": _("人户分离"),
    "elsewhere": _("异地申办"),
    "hard_survey": _("调查难度较大"),
}
NOTIFY_STANDARD = "casework.notify_days"  # 不予确认、变更、停发告知 after the decision (R-DB-18)


class Clock(NamedTuple):
    """One running or stopped clock of an application."""

    key: str
    label: str
    rule: str
    started: dt.date
    length: str  # "10个工作日"
    last_day: dt.date
    running: bool

    @property
    def total(self) -> bool:
        """Whether it is the clock of the whole procedure."""
        return self.key in TOTALS


class Course(NamedTuple):
    """How far an application has come: what its clocks depend on."""

    programme: str
    state: str
    acts: Mapping[str, dt.date]
    extended: bool = False
    delegated: bool = False
    met: frozenset[str] = frozenset()  # clocks whose act has been done though the state stands


def deadlines(
    acts: Mapping[str, dt.date], calendar: WorkCalendar, book: Book
) -> dict[str, dt.date]:
    """The last day of every clock of FORMAT §11 that these acts (see ACTS) have started."""
    found = {}
    for limit in DEADLINES:
        if limit.act in acts:
            last = last_day_of(limit, acts[limit.act], calendar, book)
            if last is not None:
                found[limit.key] = last
    return found


def clocks(course: Course, calendar: WorkCalendar, book: Book) -> list[Clock]:
    """Every clock that an application has started, the next to run out first.

    Of the three totals only one holds: delegated 20, extended 45, else 30 working days.
    """
    total = TOTALS[2 if course.delegated else 1 if course.extended else 0]
    found = []
    for limit in (*DEADLINES, *STEP_DEADLINES):
        if course.programme not in limit.programmes or limit.act not in course.acts:
            continue
        if limit.key in TOTALS and limit.key != total:
            continue
        started = course.acts[limit.act]
        last, length = last_day_of(limit, started, calendar, book), length_of(limit, started, book)
        if last is None:
            continue
        running = course.state in limit.states and limit.key not in course.met
        words = LENGTHS[limit.counted].format(length=length)
        found.append(Clock(limit.key, limit.label, limit.rule, started, words, last, running))
    return sorted(found, key=lambda clock: (clock.last_day, clock.total, clock.key))


def next_due(found: Iterable[Clock]) -> Clock | None:
    """The running clock that runs out first."""
    return next((clock for clock in found if clock.running), None)


def length_of(limit: Deadline, act: dt.date, book: Book) -> int | None:
    """How long the clock runs, by the standard of the month of the act; None: 未配置."""
    return book.month(month_of(act)).optional(limit.standard)


def last_day_of(
    limit: Deadline, act: dt.date, calendar: WorkCalendar, book: Book
) -> dt.date | None:
    """The last day of one clock started by an act on that day (CV-07); None: 未配置."""
    length = length_of(limit, act, book)
    if length is None:
        return None
    return counted_from(act, length, limit.counted, calendar)


def counted_from(act: dt.date, length: int, counted: Counted, calendar: WorkCalendar) -> dt.date:
    """So many working days, days or months after the act, whose own day is not counted (CV-07)."""
    if counted is Counted.WORKDAYS:
        return calendar.add_workdays(act, length)
    if counted is Counted.DAYS:
        return act + dt.timedelta(days=length)
    return add_months(act, length)


def limit_named(key: str) -> Deadline:
    """The time limit with a key."""
    return next(limit for limit in (*DEADLINES, *STEP_DEADLINES) if limit.key == key)
