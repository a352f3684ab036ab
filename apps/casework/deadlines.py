"""办理时限: which act starts which clock, and when it runs out (FORMAT §11). Pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from apps.units.ages import add_months
from apps.units.calendar import WorkCalendar


class Counted(Enum):
    """What a time limit counts (CV-07): the day of the act itself is never counted."""

    WORKDAYS = "个工作日"
    DAYS = "天"
    MONTHS = "个月"


class Deadline(NamedTuple):
    """One time limit: its key, name and rule, the act that starts it, and how long it is."""

    key: str
    label: str
    rule: str
    act: str
    length: int
    counted: Counted


# What starts a clock; the callers name the acts so.
ACTS = {
    "accepted": "受理",
    "check_request_received": "收到核对提请",
    "notice_posted": "张贴公示",
    "county_received": "县级收到材料",
    "report_self_care": "报告自理能力变化",
    "death_of_member": "低保家庭成员死亡",
    "rigid_expenditure_confirmed": "确认刚性支出困难家庭",
    "station_admission": "入站",
}

DEADLINES = (
    Deadline("survey_start_by", "启动家庭经济状况调查", "R-DB-18", "accepted", 3, Counted.WORKDAYS),
    Deadline(
        "information_check_start_by",
        "启动信息核对",
        "R-DB-18",
        "check_request_received",
        3,
        Counted.WORKDAYS,
    ),
    Deadline("notice_ends", "公示期满", "R-DB-19、CV-07", "notice_posted", 7, Counted.DAYS),
    Deadline(
        "county_decision_by", "县级审核确认", "R-DB-18", "county_received", 10, Counted.WORKDAYS
    ),
    Deadline("total_by_30wd", "全程办结", "R-DB-18", "accepted", 30, Counted.WORKDAYS),
    Deadline("total_by_45wd", "特殊情况全程办结", "R-DB-18", "accepted", 45, Counted.WORKDAYS),
    Deadline(
        "total_by_20wd_if_delegated",
        "权限下放的全程办结",
        "R-DB-18",
        "accepted",
        20,
        Counted.WORKDAYS,
    ),
    Deadline("reassess_by", "复核评估", "R-TK-09", "report_self_care", 10, Counted.WORKDAYS),
    Deadline("death_review_by", "死亡后核查办结", "R-DB-13", "death_of_member", 3, Counted.MONTHS),
    Deadline("valid_to", "有效期至", "R-GX-03", "rigid_expenditure_confirmed", 12, Counted.MONTHS),
    Deadline(
        "leave_or_extend_by", "离站或报备延长", "R-LL-02", "station_admission", 10, Counted.DAYS
    ),
)


def deadlines(acts: Mapping[str, dt.date], calendar: WorkCalendar) -> dict[str, dt.date]:
    """The last day of every clock that these acts (see ACTS) have started."""
    return {
        limit.key: last_day_of(limit, acts[limit.act], calendar)
        for limit in DEADLINES
        if limit.act in acts
    }


def last_day_of(limit: Deadline, act: dt.date, calendar: WorkCalendar) -> dt.date:
    """The last day of one clock started by an act on that day (CV-07)."""
    if limit.counted is Counted.WORKDAYS:
        return calendar.add_workdays(act, limit.length)
    if limit.counted is Counted.DAYS:
        return act + dt.timedelta(days=limit.length)
    return add_months(act, limit.length)
