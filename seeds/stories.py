"""有名有姓的故事: a dozen households with a past, every step taken through the real actions.

Each tells what happened on which day; what is still running in December stands in
LIVING_IN_DECEMBER, so that the county as a whole comes to its exact counts.
"""

from __future__ import annotations

import datetime as dt

from apps.units.months import month
from seeds.desk import Desk, Story
from seeds.report import Counts
from seeds.stories_of_children import (
    joins_minimum_living,
    leaves_school,
    stays_at_school,
)

LIVING_IN_DECEMBER = Counts(
    urban_homes=2,
    urban_persons=5,
    rural_homes=7,
    rural_persons=12,
    destitute=1,
    old_age=2,
    elder_service=0,
    disability=2,
    orphans=1,
    unattended=1,
    in_difficulty=0,
    left_behind=0,
)


def all_of(desk: Desk) -> list[Story]:
    """All of them, not yet begun."""
    told = (
        death_reported_late,
        account_returned,
        grade_change,
        care_mode_change,
        moved_out,
        household_split,
        stays_at_school,
        leaves_school,
        joins_minimum_living,
        grace_period,
        sanctioned,
        corrected,
        single_entry,
        centenarian,
        life_certificate,
    )
    return [story(desk) for story in told]


def on(month_: int, day: int, year: int = 2024) -> dt.date:
    """A day of 2024."""
    return dt.date(year, month_, day)


def death_reported_late(desk: Desk) -> Story:
    """周满堂: dies in March, told in July; three months paid too much, part of it paid back."""
    yield on(5, 8, 2023)
    man = desk.person("周满堂", "m", "1939-04-02")
    home = desk.household("rural", (man, "applicant"))
    desk.earns(man, "child_support", 90)
    poor = desk.grant("minimum_living", home)
    old = desk.grant("old_age_allowance", home, man)
    yield on(7, 2)
    desk.fact("death", man, "2024-03-18")
    for award in (poor, old):
        desk.stop(award, "death", month(2024, 4))
    yield on(8, 20)
    desk.repays("old_age_allowance", man.pk, 100_00)


def account_returned(desk: Desk) -> Story:
    """李桂兰: the bank returns May; a new account in June, and June pays both months."""
    yield on(3, 6, 2023)
    mother = desk.person("李桂兰", "f", "1979-11-23")
    son = desk.person("李昊", "m", "2012-02-14")
    home = desk.household("urban", (mother, "applicant"), (son, "child"))
    desk.earns(mother, "wage", 620)
    desk.grant("minimum_living", home)
    yield on(5, 16)
    desk.returned("minimum_living", -home.pk, "户名不符")
    yield on(6, 3)
    desk.account(home, mother, "head", reason="户名不符，换发社保卡")


def grade_change(desk: Desk) -> Story:
    """王小龙: a new certificate says grade 2 in June; the nursing subsidy joins the living one."""
    yield on(2, 9, 2023)
    man = desk.person("王小龙", "m", "1986-07-30")
    home = desk.household("rural", (man, "applicant"))
    desk.fact("disability", man, "2016-05-11", code="limb", number=3, until=on(5, 10, 2026))
    desk.earns(man, "business_net", 120)
    desk.grant("minimum_living", home)
    yield on(3, 1, 2023)
    desk.grant("disability_living", home, man)
    yield on(6, 12)
    desk.fact("disability", man, code="limb", number=2, until=on(6, 11, 2034))
    asked = desk.apply("disability_nursing", home, man)
    yield on(7, 1)
    desk.decide(asked)


def care_mode_change(desk: Desk) -> Story:
    """陈德福: at home, then from September in an institution, partly dependent."""
    yield on(9, 5, 2023)
    man = desk.person("陈德福", "m", "1947-01-09")
    home = desk.household("rural", (man, "applicant"))
    desk.fact("no_source_of_living", man, flag=True)
    desk.fact("no_able_obligor", man, flag=True)
    desk.fact("care_mode", man, code="scattered")
    desk.fact("self_care", man, number=0)
    desk.grant("destitute_basic", home, man)
    yield on(8, 6)
    desk.fact("report", man, code="self_care")
    yield on(8, 15)
    desk.fact("self_care", man, number=2)
    desk.fact("care_mode", man, code="institutional")
    desk.account_of({"person_id": man.pk}, "中心敬老院", "", "institution", reason="改为集中供养")


def moved_out(desk: Desk) -> Story:
    """刘志强: his registration moves to another county in September, the last month paid here."""
    yield on(4, 11, 2023)
    man = desk.person("刘志强", "m", "1990-03-15")
    home = desk.household("urban", (man, "applicant"))
    desk.fact("disability", man, "2017-08-01", code="vision", number=1, until=on(7, 31, 2027))
    nursing = desk.grant("disability_nursing", home, man)
    yield on(9, 18)
    desk.fact("residence", man, flag=True)
    desk.stop(nursing, "moved_out")


def household_split(desk: Desk) -> Story:
    """黄长生: daughter and grandchild set up a household of their own in June (分户)."""
    yield on(6, 7, 2023)
    man = desk.person("黄长生", "m", "1957-10-02")
    wife = desk.person("邓满秀", "f", "1959-12-20")
    daughter = desk.person("黄丽", "f", "1989-05-06")
    grandchild = desk.person("黄梓涵", "f", "2016-09-09")
    home = desk.household(
        "rural",
        (man, "applicant"),
        (wife, "spouse"),
        (daughter, "child"),
        (grandchild, "grandchild"),
    )
    for person in (daughter, grandchild):
        desk.fact("co_residence", person, household_id=home.pk, flag=True)
    desk.earns(man, "resident_pension_other", 80)
    desk.earns(daughter, "wage", 500)
    poor = desk.grant("minimum_living", home)
    yield on(6, 5)
    for person in (daughter, grandchild):
        desk.leaves(home, person)
    own = desk.household("rural", (daughter, "applicant"), (grandchild, "child"))
    asked = desk.apply("minimum_living", own)
    yield on(6, 26)
    desk.redetermine(poor)
    desk.decide(asked)


def grace_period(desk: Desk) -> Story:
    """孙卫东: takes up work in August; the household keeps its amount for six months (R-DB-14)."""
    yield on(5, 16, 2023)
    man = desk.person("孙卫东", "m", "1983-08-08")
    wife = desk.person("尹玉梅", "f", "1985-02-27")
    child = desk.person("孙梦婷", "f", "2014-06-01")
    home = desk.household("urban", (man, "applicant"), (wife, "spouse"), (child, "child"))
    desk.earns(wife, "wage", 700)
    poor = desk.grant("minimum_living", home)
    yield on(8, 5)
    desk.earns(man, "wage", 2400)
    yield on(8, 22)
    desk.grace(poor, 6)


def sanctioned(desk: Desk) -> Story:
    """何勇: refuses work three times; his own share is withheld from July on (R-DB-15)."""
    yield on(10, 11, 2023)
    man = desk.person("何勇", "m", "1988-04-18")
    wife = desk.person("罗春香", "f", "1990-01-30")
    child = desk.person("何俊杰", "m", "2015-11-11")
    home = desk.household("rural", (man, "applicant"), (wife, "spouse"), (child, "child"))
    desk.earns(wife, "business_net", 360)
    poor = desk.grant("minimum_living", home)
    for number in (3, 4, 5):
        yield on(number, 19)
        desk.fact("work_refusal", man, household_id=home.pk)
    yield on(6, 18)
    desk.sanction(poor, man, month(2024, 12))


def corrected(desk: Desk) -> Story:
    """郑秀珍: support ended in April, learnt in September; corrected from May, with arrears."""
    yield on(7, 19, 2023)
    woman = desk.person("郑秀珍", "f", "1951-03-03")
    home = desk.household("rural", (woman, "applicant"))
    desk.earns(woman, "child_support", 260)
    poor = desk.grant("minimum_living", home)
    yield on(9, 12)
    desk.earns(woman, "child_support", 0, "2024-04-20")
    yield on(9, 19)
    desk.redetermine(poor, month(2024, 5))


def single_entry(desk: Desk) -> Story:
    """曾𬱖: severely disabled in a marginal household; minimum living for one (R-DB-03)."""
    yield on(1, 16)
    father = desk.person("曾祥林", "m", "1968-06-24")
    mother = desk.person("伍兰英", "f", "1970-10-10")
    son = desk.person("曾𬱖", "m", "1997-12-05")
    home = desk.household("rural", (father, "applicant"), (mother, "spouse"), (son, "child"))
    desk.fact("dependent_adult", son, flag=True)
    desk.fact("disability", son, "2019-03-12", code="mental", number=2, until=on(3, 11, 2029))
    desk.earns(father, "wage", 1500)
    desk.fact("property", home, flag=True)
    marginal = desk.apply("marginal_household", home)
    yield on(2, 6)
    desk.decide(marginal)
    asked = desk.apply("minimum_living", home, son, basis="edge_severe_disability")
    yield on(2, 27)
    desk.decide(asked)
    yield on(3, 11)
    subsidies = [
        desk.apply(code, home, son) for code in ("disability_living", "disability_nursing")
    ]
    yield on(3, 28)
    for subsidy in subsidies:
        desk.decide(subsidy)


def centenarian(desk: Desk) -> Story:
    """欧阳满秀: turns one hundred in June; the highest band from that month by itself."""
    yield on(1, 10, 2023)
    woman = desk.person("欧阳满秀", "f", "1924-06-18")
    home = desk.household("urban", (woman, "applicant"))
    desk.grant("old_age_allowance", home, woman)


def life_certificate(desk: Desk) -> Story:
    """帕提古丽·艾山: not certified by June, so unpaid from July; all of it after September."""
    yield on(11, 7, 2023)
    woman = desk.person("帕提古丽·艾山", "f", "1933-02-01")
    home = desk.household("urban", (woman, "applicant"))
    desk.grant("old_age_allowance", home, woman)
    yield on(5, 6)
    desk.fact("life_certificate", woman, code="due", day=on(6, 30))
    yield on(9, 5)
    desk.fact("life_certificate", woman, code="passed")
