"""Each programme in a real browser: from the application to the first line of a computed run."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.casework.models import Application
from apps.offices.models import Role
from apps.units.id_number import make_id
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import HERE
from tests.payments.paying import account
from tests.walks.desk import Office

pytestmark = [*pages.pytestmark, pytest.mark.slow]


def someone(name: str, born: str, serial: int, relationship: str, **more: str) -> dict[str, str]:
    """One member as typed: the ID number says sex and birth."""
    number = make_id("430482", dt.date.fromisoformat(born), serial)
    return {"id_number": number, "name": name, "relationship": relationship, **more}


def applied(programme: str) -> Application:
    return Application.objects.get(programme=programme)


def looked_into(office: Office, asked: Application) -> None:
    """From the papers to the township's opinion: the full procedure (R-DB-18 to 22)."""
    office.hand_in(asked)
    office.take(asked, "accept")
    office.authorise(asked)
    office.check(asked)
    office.take(asked, "complete_check")
    office.visit(asked)
    office.take(asked, "give_opinion", note="经调查，符合条件，拟同意")


def test_minimum_living(office: Office) -> None:
    couple = (
        someone("周国华", "1966-03-01", 11, "applicant", wage="800"),
        someone("李桂香", "1969-04-01", 22, "spouse"),
    )
    home = office.register(*couple, programmes=("minimum_living",), property="within")
    asked = applied("minimum_living")
    looked_into(office, asked)
    office.announce(asked, "2025-05-14")
    office.decide(asked)
    assert "周国华" in (lines := office.compute("2025-06"))
    assert "100.00" in lines  # (5400 × 2 − 9600) ÷ 12
    assert "最低生活保障" in office.household_page(home)


def test_marginal_household(office: Office) -> None:
    couple = (
        someone("王大山", "1970-03-01", 11, "applicant", wage="1000"),
        someone("陈秀英", "1972-04-01", 22, "spouse"),
    )
    home = office.register(*couple, programmes=("marginal_household",), property="within")
    asked = applied("marginal_household")
    looked_into(office, asked)
    office.announce(asked, "2025-05-14")
    decision = office.decide(asked)
    assert str(decision.effective) == "2025-05-01"  # a status holds from the month of its decision
    assert "低保边缘" in office.household_page(home)


def test_rigid_expenditure_household(office: Office) -> None:
    couple = (
        someone("刘建军", "1970-03-01", 11, "applicant", wage="2000"),
        someone("何小红", "1972-04-01", 22, "spouse"),
    )
    home = office.register(*couple, programmes=("rigid_expenditure_household",), property="within")
    asked = applied("rigid_expenditure_household")
    office.find(asked, "expenditure", code="medical", amount="20000", per="year")
    looked_into(office, asked)
    office.announce(asked, "2025-05-14")
    office.decide(asked)
    assert "刚性支出困难家庭" in office.household_page(home)


def test_destitute_support_and_care(office: Office) -> None:
    old = someone("赵德福", "1950-03-01", 11, "applicant", programme="destitute_basic")
    home = office.register(old, property="within")
    asked = applied("destitute_basic")
    office.find(asked, "no_source_of_living", flag="yes")
    office.find(asked, "no_able_obligor", flag="yes")
    office.find(asked, "self_care", failed=["dress", "bathe"])
    looked_into(office, asked)
    office.announce(asked, "2025-05-14")
    office.sample(asked)
    office.decide(asked)
    lines = office.compute("2025-06")
    assert "585.00" in lines  # 分散、农村
    assert "照料护理" in lines
    assert "特困" in office.household_page(home)


def disability_decided(office: Office, asked: Application, until: str) -> None:
    """两补: opinion, five working days, 残联, and the county (R-CJ-13)."""
    office.hand_in(asked)
    office.take(asked, "accept")
    office.take(asked, "complete_check")
    office.take(asked, "give_opinion", note="证件有效，拟同意")
    office.announce(asked, until)
    office.take(asked, "federation_agrees", Role.FEDERATION)
    office.decide(asked)


def test_nursing_subsidy_for_the_severely_disabled(office: Office) -> None:
    who = {"disability": "limb", "grade": "1", "programme": "disability_nursing"}
    home = office.register(someone("孙志强", "1980-03-01", 11, "applicant", **who))
    disability_decided(office, applied("disability_nursing"), "2025-05-14")
    lines = office.compute("2025-05")  # 自递交申请当月 (R-CJ-09)
    assert "孙志强" in lines
    assert "90.00" in lines
    assert "护理补贴" in office.household_page(home)


def test_living_subsidy_beside_minimum_living(office: Office) -> None:
    who = {"disability": "hearing", "grade": "3", "programme": "disability_living"}
    alone = someone("吴春梅", "1975-03-02", 22, "applicant", **who)
    office.register(alone, programmes=("minimum_living",), property="within")
    poor, disabled = applied("minimum_living"), applied("disability_living")
    looked_into(office, poor)
    office.announce(poor, "2025-05-14")
    office.decide(poor)
    disability_decided(office, disabled, "2025-05-22")
    lines = office.compute("2025-06")
    assert "450.00" in lines  # 低保 5400 ÷ 12
    assert "困难残疾人生活补贴" in lines


def short(office: Office, programme: str, **terms: str) -> Application:
    """高龄、养老服务、助学: papers, check, opinion, and the county's decision."""
    asked = applied(programme)
    office.hand_in(asked)
    office.take(asked, "accept")
    office.take(asked, "complete_check")
    office.take(asked, "give_opinion", note="符合条件，拟同意")
    office.decide(asked, **terms)
    return asked


def test_old_age_allowance(office: Office) -> None:
    old = someone("郑老太", "1934-02-02", 22, "applicant", programme="old_age_allowance")
    home = office.register(old)
    short(office, "old_age_allowance")
    lines = office.compute("2025-05")
    assert "郑老太" in lines
    assert "高龄津贴" in lines
    assert "高龄津贴" in office.household_page(home)


def test_elder_service_beside_minimum_living(office: Office) -> None:
    old = someone("冯阿公", "1950-02-02", 11, "applicant", programme="elder_service_subsidy")
    home = office.register(old, programmes=("minimum_living",), property="within")
    poor = applied("minimum_living")
    looked_into(office, poor)
    office.announce(poor, "2025-05-14")
    office.decide(poor)
    office.find(applied("elder_service_subsidy"), "self_care", failed=["bathe"])
    short(office, "elder_service_subsidy")
    assert "养老服务补贴" in office.household_page(home)


def child(office: Office, programme: str, *parents: dict[str, str]) -> Application:
    """A child by itself; father and mother as found (R-GE-01, R-SW-01)."""
    office.register(someone("小明", "2014-02-02", 11, "applicant", programme=programme))
    asked = applied(programme)
    for said in parents:
        office.find(asked, "parent", **said)
    return asked


def childs_way(office: Office, asked: Application) -> None:
    """Papers and departments only: no notice and nobody from the village (R-SW-04)."""
    office.hand_in(asked)
    office.take(asked, "accept")
    office.check(asked)
    office.take(asked, "complete_check")
    office.take(asked, "give_opinion", note="符合条件，拟同意")
    office.take(asked, "submit")
    office.decide(asked)


DEAD = {"code": "dead", "on": "2023-05-10"}


def test_orphan_allowance(office: Office) -> None:
    asked = child(
        office, "orphan_allowance", {"part": "father", **DEAD}, {"part": "mother", **DEAD}
    )
    childs_way(office, asked)
    lines = office.compute("2025-06")
    assert "小明" in lines
    assert "孤儿基本生活费" in lines


def test_unattended_child_allowance(office: Office) -> None:
    prison = {"code": "imprisoned", "number": "16", "on": "2024-09-01"}
    asked = child(
        office,
        "unattended_child_allowance",
        {"part": "father", **DEAD},
        {"part": "mother", **prison},
    )
    childs_way(office, asked)
    assert "事实无人抚养儿童" in office.compute("2025-06")


def test_orphan_study_grant(office: Office) -> None:
    student = someone("小红", "2005-02-02", 22, "applicant", programme="orphan_study_grant")
    home = office.register(student)
    asked = applied("orphan_study_grant")
    office.find(asked, "schooling", code="undergraduate", on="2024-09-01")
    for part in ("father", "mother"):
        office.find(asked, "parent", part=part, **DEAD)
    short(office, "orphan_study_grant", school_year="2024-2025")
    assert "小红" in office.compute("2025-05")
    assert "助学" in office.household_page(home)


def test_emergency_relief_first_papers_after(office: Office) -> None:
    who = builders.person("马小军", "1985-03-01")
    home = builders.household((who, "applicant"), division=HERE)
    account(home)
    asked = office.apply_known(home, "temporary_relief", track="emergency")
    office.take(asked, "accept")
    office.decide(asked, assessed="3000")
    assert "3,000.00" in office.compute("2025-05")
    office.hand_in(asked)
    office.take(asked, "supplement_papers")


def test_expenditure_relief(office: Office) -> None:
    who = someone("马小军", "1985-03-01", 11, "applicant", wage="1000")
    office.register(who, programmes=("temporary_relief",))
    asked = applied("temporary_relief")
    looked_into(office, asked)
    office.announce(asked, "2025-05-14")
    office.decide(asked, assessed="2000", relief_type="expenditure")
    assert "2,000.00" in office.compute("2025-05")


def test_station_relief(office: Office) -> None:
    who = someone("外来人", "1985-03-01", 11, "applicant", programme="vagrant_relief")
    home = office.register(who)
    asked = applied("vagrant_relief")
    office.take(asked, "accept", Role.COUNTY_CLERK)
    office.take(asked, "confirm", Role.COUNTY_SUPERVISOR)
    assert "流浪" in office.household_page(home)
