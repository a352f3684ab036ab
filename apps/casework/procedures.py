"""办理流程的清单: the procedures that cards share, by family. Data only."""

from __future__ import annotations

from apps.casework.procedure import Procedure, Step
from apps.offices.models import Role
from apps.units.language import lazy as _

TOWNSHIP = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD)
COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
CASEWORKERS = (*TOWNSHIP, *COUNTY)
LEADS = (Role.TOWNSHIP_LEAD, Role.COUNTY_SUPERVISOR)
SUPERVISOR = (Role.COUNTY_SUPERVISOR,)
FEDERATION = (Role.FEDERATION,)  # the certificate is judged by 残联 and nobody for it (R-CJ-13)
# Every state in which an application may be, before its decision.
OPEN_STATES = (
    "submitted",
    "to_correct",
    "accepted",
    "checked",
    "surveyed",
    "opinion",
    "noticed",
    "disputed",
    "assessed",
    "federation",
    "reviewing",
)
NOTICE_NEEDS = ("notice_over", "no_open_objection")


def _begun(
    states: tuple[str, ...], *, accept: str = _("受理"), documents: bool = True
) -> Procedure:
    """申请 to 受理, 补正, and the ways out that are open until the decision."""
    needs = ("documents",) if documents else ()
    return (
        Step(
            "request_correction",
            _("一次性告知补正"),
            ("submitted",),
            "to_correct",
            CASEWORKERS,
            note=True,
            once=True,
        ),
        Step("correct", _("补正"), ("to_correct",), "submitted", CASEWORKERS, needs),
        Step("accept", accept, ("submitted",), "accepted", CASEWORKERS, needs, "accepted"),
        Step("withdraw", _("撤回"), states, "withdrawn", CASEWORKERS),
        Step("end", _("终止审核"), states, "ended", (*LEADS, Role.COUNTY_CLERK), note=True),
        *_BACK_ENTRY,
    )


# A decision taken on paper: entered straight from the application (补录).
_BACK_ENTRY: Procedure = (
    Step(
        "back_entry",
        _("补录确认"),
        ("submitted", "accepted"),
        "confirmed",
        SUPERVISOR,
        back_entry=True,
    ),
    Step(
        "back_entry_reject",
        _("补录不予确认"),
        ("submitted", "accepted"),
        "rejected",
        SUPERVISOR,
        back_entry=True,
    ),
)


def _looked_into(needs: tuple[str, ...], *, survey: bool) -> Procedure:
    """核对, 入户 where there is one, and 初审意见."""
    check = Step("complete_check", _("核对完成"), ("accepted",), "checked", CASEWORKERS, needs)
    if not survey:
        return (check, Step("give_opinion", _("初审"), ("checked",), "opinion", CASEWORKERS))
    visit = Step(
        "complete_survey", _("入户调查"), ("checked",), "surveyed", CASEWORKERS, ("surveyed",)
    )
    opinion = Step("give_opinion", _("初审"), ("surveyed", "assessed"), "opinion", CASEWORKERS)
    return (check, visit, opinion)


def _noticed(onward: str) -> Procedure:
    """公示 with its 异议 and 再查, and the way on when it is over (R-DB-19)."""
    starts = "county_received" if onward == "reviewing" else ""
    return (
        Step(
            "post_notice",
            _("公示"),
            ("opinion",),
            "noticed",
            CASEWORKERS,
            ("posted",),
            "notice_posted",
        ),
        Step(
            "object",
            _("异议"),
            ("noticed",),
            "disputed",
            CASEWORKERS,
            ("objection_recorded",),
            note=True,
        ),
        Step("reassess", _("再查评议"), ("disputed",), "assessed", CASEWORKERS, ("reassessed",)),
        Step(
            "end_notice",
            _("公示期满上报"),
            ("noticed",),
            onward,
            CASEWORKERS,
            NOTICE_NEEDS,
            starts,
            delegated=False,
        ),
    )


def _decided(*needs: str) -> Procedure:
    """The county's decision on the materials it has received (R-DB-22), or 退回."""
    all_needs = ("different_investigator", *needs)
    return (
        Step("confirm", _("确认"), ("reviewing",), "confirmed", SUPERVISOR, all_needs),
        Step(
            "reject",
            _("不予确认"),
            ("reviewing",),
            "rejected",
            SUPERVISOR,
            ("different_investigator",),
        ),
        Step("send_back", _("退回核实"), ("reviewing",), "accepted", COUNTY, note=True),
    )


def _delegated(source: str, *needs: str) -> Procedure:
    """权限下放: the township decides, and there is no county step (57号 Art.6)."""
    lead = (Role.TOWNSHIP_LEAD,)
    both = ("different_investigator", *needs)
    return (
        Step("confirm", _("确认"), (source,), "confirmed", lead, both, delegated=True),
        Step("reject", _("不予确认"), (source,), "rejected", lead, both, delegated=True),
    )


_SURVEYED = tuple(state for state in OPEN_STATES if state != "federation")
_UNSEEN = tuple(s for s in _SURVEYED if s not in ("surveyed", "noticed", "disputed", "assessed"))

# 低保、边缘、刚性支出、支出型临时救助: every step of 57号 (R-DB-18 to 22, R-BY-02, R-GX-03).
FULL: Procedure = (
    *_begun(_SURVEYED),
    *_looked_into(("authorised", "checked"), survey=True),
    *_noticed("reviewing"),
    *_decided(),
    *_delegated("noticed", *NOTICE_NEEDS),
)

# 特困: as FULL, with 随机抽查 of at least 30 % before the decision (R-TK-06).
DESTITUTE: Procedure = (
    *_begun(_SURVEYED),
    *_looked_into(("authorised", "checked"), survey=True),
    *_noticed("reviewing"),
    *_decided("sampled"),
    *_delegated("noticed", *NOTICE_NEEDS),
)

# 两补: 残联 looks at the certificate; the notice lasts five working days (R-CJ-13).
DISABILITY: Procedure = (
    *_begun(tuple(s for s in OPEN_STATES if s != "surveyed")),
    Step("complete_check", _("核对完成"), ("accepted",), "checked", CASEWORKERS),
    Step("give_opinion", _("初审"), ("checked", "assessed"), "opinion", CASEWORKERS),
    *_noticed("federation"),
    Step(
        "federation_agrees",
        _("残联同意"),
        ("federation",),
        "reviewing",
        FEDERATION,
        starts="county_received",
    ),
    Step(
        "federation_refuses",
        _("残联不同意"),
        ("federation",),
        "reviewing",
        FEDERATION,
        starts="county_received",
        note=True,
    ),
    *_decided("federation_agreed"),
)

# 儿童: papers and departments only; no notice and nobody from the village (R-SW-04).
CHILDREN: Procedure = (
    *_begun(_UNSEEN),
    *_looked_into(("checked",), survey=False),
    Step(
        "submit",
        _("上报县级"),
        ("opinion",),
        "reviewing",
        CASEWORKERS,
        starts="county_received",
        delegated=False,
    ),
    *_decided(),
    *_delegated("opinion"),
)

# 高龄、养老服务、丧葬、助学: accepted, checked, an opinion, decided.
SHORT: Procedure = (
    *_begun(("submitted", "to_correct", "accepted", "checked", "opinion")),
    *_looked_into((), survey=False),
    Step("confirm", _("确认"), ("opinion",), "confirmed", SUPERVISOR, delegated=False),
    Step("reject", _("不予确认"), ("opinion",), "rejected", SUPERVISOR, delegated=False),
    Step("confirm", _("确认"), ("opinion",), "confirmed", (Role.TOWNSHIP_LEAD,), delegated=True),
    Step("reject", _("不予确认"), ("opinion",), "rejected", (Role.TOWNSHIP_LEAD,), delegated=True),
)

# 急难型临时救助: helped first, the papers after (R-LZ-02).
EMERGENCY: Procedure = (
    *_begun(("submitted", "to_correct", "accepted"), documents=False),
    Step(
        "confirm",
        _("先行救助"),
        ("accepted",),
        "confirmed",
        LEADS,
        starts="relief_given",
        limit="casework.township_limit",
    ),
    Step("reject", _("不予确认"), ("accepted",), "rejected", LEADS),
    Step(
        "supplement_papers", _("补齐手续"), ("confirmed",), "confirmed", CASEWORKERS, ("documents",)
    ),
)

# 流浪乞讨: the stay with its ten days is the station's own file (入站登记, R-LL-02); its relief is
# accepted and confirmed here.
STATION: Procedure = (
    Step("accept", _("受理"), ("submitted",), "accepted", CASEWORKERS, (), "station_admission"),
    Step("confirm", _("确认救助"), ("accepted",), "confirmed", LEADS),
    Step("reject", _("不予救助"), ("accepted",), "rejected", LEADS),
    Step("withdraw", _("撤回"), ("submitted", "accepted"), "withdrawn", CASEWORKERS),
    Step("end", _("终止审核"), ("submitted", "accepted"), "ended", COUNTY, note=True),
    *_BACK_ENTRY,
)
