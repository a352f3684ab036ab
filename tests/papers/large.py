"""A large family, with everything that strains a sheet: six people, a long address, odd fen."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from apps.casework import actions as casework
from apps.casework.models import Application, Decision, Entitlement
from apps.households import actions as households
from apps.households.models import Household, Person
from apps.minimum_living import actions as living
from apps.offices.models import Role, Staff
from apps.units.id_number import make_id
from tests import builders
from tests.publicity.posting import HERE, township

date = builders.date
ADDRESS = (
    "中田村第十二村民小组老屋院子下首靠北第三排自西向东第二栋二单元一层左侧房屋（原村小学旧址旁边）"
)
REASON = (
    "经县级民政部门入户核查和信息比对，该户申请人之子在外地经商并登记有小型汽车一辆，"
    "家庭成员名下银行存款超过规定标准，且申请人未能在规定期限内对存款来源作出说明，"
    "综合认定家庭财产状况不符合最低生活保障的规定。"
)
FAMILY = (
    ("周龑", "1966-02-01", "m", "applicant"),
    ("阿依古丽·买买提", "1968-03-02", "f", "spouse"),
    ("周淼堃", "1990-04-03", "m", "child"),
    ("欧阳㛃", "1938-05-04", "f", "parent"),
    ("周雨欣", "2015-08-01", "f", "grandchild"),
    ("周子轩", "2018-09-09", "m", "grandchild"),
)


class Large(NamedTuple):
    """The family of six with its people in the order of ``FAMILY``."""

    home: Household
    people: list[Person]
    clerk: Staff

    def applied(self, on: str = "2025-03-03") -> Application:
        """Their application for minimum living."""
        return casework.apply(
            "minimum_living", household_id=self.home.pk, on=date(on), by=self.clerk
        )

    def awarded(self) -> Entitlement:
        """Minimum living from June 2024, from paper."""
        decision = self.decided()
        assert decision.entitlement is not None
        return decision.entitlement

    def decided(self, kind: str = "confirm", on: str = "2024-05-20") -> Decision:
        """Decided from paper, with every test of the rules."""
        asked = self.applied("2024-05-06")
        findings = casework.examine(asked.pk, on=date(on))
        act: Any = casework.confirm if kind == "confirm" else casework.reject
        more = {} if kind == "confirm" else {"reason": REASON}
        by = builders.staff(Role.COUNTY_SUPERVISOR)
        return act(asked.pk, on=date(on), by=by, findings=findings, **more)


def large() -> Large:
    """Rural, two wages with odd fen, a rent, a pension, two disabled, an account of a long name."""
    people = [_someone(n, *told) for n, told in enumerate(FAMILY)]
    home = households.form_household(
        division=HERE,
        zone="rural",
        since=date("2023-01-01"),
        members=[(who, told[3]) for who, told in zip(people, FAMILY, strict=True)],
        address=ADDRESS,
        by=None,
        recorded_on=date("2023-01-01"),
    )
    builders.fact("property", home, "2024-05-01", flag=True)
    earned = {"per": "month", "code": "wage"}
    builders.fact("income", people[0], "2024-05-01", amount_fen=35_123, **earned)
    builders.fact("income", people[2], "2024-05-01", amount_fen=68_456, **earned)
    builders.fact("disability", people[3], "2020-06-01", code="limb", number=1)
    builders.fact("disability", people[4], "2020-06-01", code="hearing", number=2)
    households.open_account(
        household_id=home.pk,
        payee_name="周龑",
        bank="湖南常宁农村商业银行股份有限公司庙前镇支行",
        number="6217990000000000011",
        recorded_on=date("2024-01-01"),
        by=None,
    )
    return Large(home, people, township())


def _someone(n: int, name: str, born: str, sex: str, _: str) -> Person:
    birth = dt.date.fromisoformat(born)
    number = make_id("430482", birth, 301 + 2 * n + (sex == "f"))
    return builders.person(name, born, sex=sex, id_number=number, phone=f"1391234{2046 + n}")


def two() -> dict[str, Staff]:
    """Who prepares and who decides."""
    return {
        "by": builders.staff(Role.COUNTY_SUPERVISOR),
        "prepared_by": builders.staff(Role.COUNTY_CLERK),
    }


def redetermined(one: Large) -> Decision:
    """A wage has risen: less from July."""
    award = one.awarded()
    builders.fact(
        "income", one.people[2], "2024-06-01", code="wage", amount_fen=81_239, per="month"
    )
    return living.redetermine(award.pk, on=date("2024-06-14"), **two())


def graced(one: Large) -> Decision:
    """Work was taken up: six months at the old amount."""
    award = one.awarded()
    builders.fact(
        "income", one.people[2], "2024-06-01", code="wage", amount_fen=481_239, per="month"
    )
    return living.grant_grace(award.pk, on=date("2024-06-14"), months=6, note=REASON, **two())


def sanctioned(one: Large) -> Decision:
    """Three refusals of work by the wife: her share is not paid."""
    award = one.awarded()
    for day in ("2024-05-21", "2024-05-28", "2024-06-05"):
        builders.fact("work_refusal", one.people[1], day, household_id=one.home.pk)
    return living.sanction(
        award.pk, on=date("2024-06-14"), person_id=one.people[1].pk, note=REASON, **two()
    )
