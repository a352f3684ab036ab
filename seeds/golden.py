"""黄金户: five households whose every figure is known, for demonstrations and acceptance checks.

They live in 庙前村, the village of the demonstration's log-ins, and are told through the real
actions like the other stories; who is entitled in December stands in GOLDEN_IN_DECEMBER. On
5 December 2024 the run of December is still to come. docs/demo.md says what each one shows.
"""

from __future__ import annotations

import datetime as dt

from apps.households import actions as households
from apps.households.models import Household, Person
from apps.offices.demo_staff import VILLAGE
from apps.units.id_number import make_id
from seeds.desk import Desk, Story
from seeds.report import Counts

GOLDEN_IN_DECEMBER = Counts(
    urban_homes=0,
    urban_persons=0,
    rural_homes=5,
    rural_persons=9,
    destitute=0,
    old_age=1,
    elder_service=0,
    disability=2,
    orphans=0,
    unattended=1,
    in_difficulty=0,
    left_behind=0,
)


def all_of(desk: Desk) -> list[Story]:
    """All five, not yet begun."""
    told = (grows_by_a_child, dies_unreported, is_on_record_already, comes_back, is_near_the_line)
    return [story(desk) for story in told]


def _person(desk: Desk, name: str, sex: str, born: dt.date, serial: int, phone: str = "") -> Person:
    """Somebody new whose number everybody knows; serials below 100 are nobody else's."""
    return households.new_person(
        name=name,
        born=born,
        sex=sex,
        id_number=make_id("430482", born, serial),
        phone=phone,
        by=desk.office.clerk,
        recorded_on=desk.today,
    )


def _home(desk: Desk, *members: tuple[Person, str]) -> Household:
    """A rural household of 庙前村 from today, property within the limits, with its account."""
    usual, desk.village = desk.village, {"rural": VILLAGE}
    home = desk.household("rural", *members)
    desk.village = usual
    desk.fact("property", home, flag=True)
    return home


def grows_by_a_child(desk: Desk) -> Story:
    """G1 周国华户: 840.00 a month, and 1,290.00 from January with the grandchild taken in.

    Counted income 7,200 a year (4,800 + 1,200 + 3,600 − 2,400): (5,400 × 3 − 7,200) ÷ 12 = 750.00
    and 分类施保 90.00; with four persons 1,200.00 and 90.00, 150.00 a head. The child has 1,100.00
    in December and 1,100 − 1,200 ÷ 4 = 800.00 from January. The son's November came back.
    """
    yield dt.date(2021, 6, 8)
    man = _person(desk, "周国华", "m", dt.date(1966, 2, 4), 1, "10000430012")
    wife = _person(desk, "李桂香", "f", dt.date(1969, 3, 6), 2)
    son = _person(desk, "周小军", "m", dt.date(1993, 3, 18), 351)
    home = _home(desk, (man, "applicant"), (wife, "spouse"), (son, "child"))
    desk.fact("disability", man, "2015-03-01", code="limb", number=2, until=dt.date(2025, 2, 28))
    desk.fact("dependent_adult", son, flag=True)
    desk.fact("illness", wife, flag=False)
    desk.earns(wife, "wage", 400)
    desk.earns(man, "child_support", 300)
    desk.fact("income", man, code="property_rent", amount_fen=1200_00, per="year")
    desk.fact("deduction", wife, code="rigid_expenditure", amount_fen=2400_00, per="year")
    poor = desk.grant("minimum_living", home)
    yield dt.date(2022, 3, 7)
    desk.account(man, man)
    for programme in ("disability_nursing", "disability_living"):
        desk.grant(programme, home, man)
    yield dt.date(2023, 6, 6)
    desk.fact("disability", son, code="mental", number=3, until=dt.date(2028, 6, 5))
    desk.account(son, son)
    desk.grant("disability_living", home, son)
    yield dt.date(2024, 11, 12)
    child = _person(desk, "周雨欣", "f", dt.date(2015, 4, 2), 4)
    desk.joins(home, child, "grandchild")
    desk.fact("co_residence", child, household_id=home.pk, flag=True)
    desk.fact("schooling", child, "2022-09-01", code="compulsory")
    desk.fact("parent", child, "2024-02-20", part="father", code="imprisoned", number=60)
    desk.fact("parent", child, "2023-08-01", part="mother", code="lost_contact")
    desk.fact("care_mode", child, code="scattered")
    desk.account(child, man, "guardian")
    asked = desk.apply("unattended_child_allowance", home, child)
    yield dt.date(2024, 11, 26)
    desk.decide(asked)
    yield dt.date(2024, 11, 27)
    desk.returned("disability_living", son.pk, "账户已销户")
    yield dt.date(2024, 12, 3)
    desk.account(son, son, reason="账户已销户，换发社保卡")
    yield dt.date(2024, 12, 4)
    desk.redetermine(poor)


def dies_unreported(desk: Desk) -> Story:
    """G2 王德顺户: he died on 4 October, after which November was paid; the village tells of it
    in December, and nobody has entered the change yet.
    """
    yield dt.date(2022, 5, 11)
    man = _person(desk, "王德顺", "m", dt.date(1941, 5, 8), 11)
    wife = _person(desk, "刘秋菊", "f", dt.date(1946, 9, 20), 12)
    home = _home(desk, (man, "applicant"), (wife, "spouse"))
    desk.earns(man, "child_support", 150)
    poor_and_old = (("minimum_living", None), ("old_age_allowance", man))
    for programme, whose in poor_and_old:
        desk.grant(programme, home, whose)
    desk.account(man, man)
    yield dt.date(2024, 12, 3)
    desk.fact("report", man, code="death")


def is_on_record_already(desk: Desk) -> Story:
    """G3 阳春生户: his grown daughter 阳小妹 is on record here, so whoever registers her with her
    husband's family meets her number.
    """
    yield dt.date(2022, 9, 14)
    man = _person(desk, "阳春生", "m", dt.date(1958, 1, 15), 21)
    daughter = _person(desk, "阳小妹", "f", dt.date(1988, 7, 9), 22)
    home = _home(desk, (man, "applicant"), (daughter, "child"))
    desk.earns(man, "business_net", 130)
    desk.grant("minimum_living", home)


def comes_back(desk: Desk) -> Story:
    """G4 彭长生户: the bank returns November (账户已注销), and there is no new account yet."""
    yield dt.date(2023, 2, 20)
    man = _person(desk, "彭长生", "m", dt.date(1949, 12, 1), 31)
    home = _home(desk, (man, "applicant"))
    desk.earns(man, "child_support", 105)
    desk.grant("minimum_living", home)
    yield dt.date(2024, 11, 28)
    desk.returned("minimum_living", -home.pk, "账户已注销")


def is_near_the_line(desk: Desk) -> Story:
    """G5 龙章贵户: 431.20 a head against 450.00, so 37.60 a month for the two of them."""
    yield dt.date(2024, 5, 8)
    man = _person(desk, "龙章贵", "m", dt.date(1971, 10, 3), 41)
    wife = _person(desk, "贺三妹", "f", dt.date(1973, 4, 16), 42)
    home = _home(desk, (man, "applicant"), (wife, "spouse"))
    desk.fact("income", man, code="wage", amount_fen=862_40, per="month")
    asked = desk.apply("minimum_living", home)
    yield dt.date(2024, 5, 29)
    desk.decide(asked)
