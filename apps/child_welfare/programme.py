"""孤儿、事实无人抚养儿童、孤儿助学: their cards."""

from __future__ import annotations

from apps.casework.procedures import CHILDREN, SHORT
from apps.casework.programme import Exclusion, Nature, Programme, Rule, Start, Subject, register
from apps.child_welfare import examine, facts
from apps.child_welfare.rule import (
    Orphan,
    StudyGrant,
    Unattended,
    orphan_allowance,
    orphan_study_grant,
    unattended_child_allowance,
)
from apps.units.language import lazy as _
from apps.units.months import month

ORPHAN = Programme(
    code="orphan_allowance",
    number=51,
    name=_("孤儿基本生活费"),
    short=_("孤儿"),
    app="child_welfare",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.AFTER_DECISION,
    law=("R-GE-01", "R-GE-02", "R-GE-03", "R-GE-04"),
    rules=(Rule(511, month(2010, 1), orphan_allowance, Orphan),),
    gather=facts.gather_orphan,
    examine=examine.examine_orphan,
    excluded_by=(Exclusion("destitute_basic", note="43号 第9条"),),
    public_notice=False,  # children are never put on a notice (R-SW-04)
    budget="2081001",
    standards=("orphan_allowance.scattered", "orphan_allowance.institutional"),
    procedure=CHILDREN,
)

# It does not lapse: FORMAT §4 lets only awards based on an application lapse. A condition that
# ended pays nothing from the next month; the officer ends the award by a stop (condition_ended).
UNATTENDED = Programme(
    code="unattended_child_allowance",
    number=52,
    name=_("事实无人抚养儿童基本生活补贴"),
    short=_("事实无人抚养"),
    app="child_welfare",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.AFTER_DECISION,
    law=tuple(f"R-SW-{n:02d}" for n in range(1, 11)),
    rules=(Rule(521, month(2010, 1), unattended_child_allowance, Unattended),),
    gather=facts.gather_unattended,
    examine=examine.examine_unattended,
    tops_up=("minimum_living", "disability_living"),
    excluded_by=(
        Exclusion("destitute_basic", note="43号 第9条"),
        Exclusion("orphan_allowance", note="R-SW-08"),
    ),
    public_notice=False,  # 62号 二: no public notice, for the child's privacy (R-SW-04)
    budget="2081001",
    standards=("unattended_child_allowance.scattered", "unattended_child_allowance.institutional"),
    procedure=CHILDREN,
)

STUDY_GRANT = Programme(
    code="orphan_study_grant",
    number=53,
    name=_("孤儿助学金"),
    short=_("孤儿助学"),
    app="child_welfare",
    subject=Subject.PERSON,
    nature=Nature.ONE_OFF,
    start=Start.OF_DECISION,
    law=("R-GE-05",),
    rules=(Rule(531, month(2010, 1), orphan_study_grant, StudyGrant),),
    gather=facts.gather_study_grant,
    examine=examine.examine_study_grant,
    on_confirm=examine.require_school_year,
    public_notice=False,
    budget="2296002",
    standards=("orphan_study_grant.per_school_year",),
    procedure=SHORT,
)

register(ORPHAN, UNATTENDED, STUDY_GRANT)
