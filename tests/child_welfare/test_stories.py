"""儿童福利: stories through the real actions and queries."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework import actions as casework
from apps.casework.engine import calculate
from apps.casework.models import Entitlement
from apps.casework.outcome import Share, Verdict
from apps.casework.programme import PROGRAMMES, Case, Computed, Gathering, Scope
from apps.casework.reading import owed as owed_query
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.standards.models import current_book
from tests.builders import (
    application,
    award,
    date,
    fact,
    from_paper,
    household,
    month,
    person,
    staff,
)
from tests.destitute_support.owing import owed, results, why

pytestmark = pytest.mark.django_db

ORPHAN, UNATTENDED, GRANT = "orphan_allowance", "unattended_child_allowance", "orphan_study_grant"


def child(born: str = "2014-02-02") -> tuple[Person, Household]:
    """A child in a household of its own."""
    who = person("小明", born=born)
    return who, household((who, "applicant"), zone="rural")


def parent(who: Person, part: str, code: str, on: str = "2023-05-10", **more: Any) -> None:
    fact("parent", who, on, part=part, code=code, **more)


def orphan(born: str = "2014-02-02", mode: str = "", **more: Any) -> Person:
    """An orphan confirmed on 15 December 2023."""
    who, home = child(born)
    parent(who, "father", "dead", "2021-05-10")
    parent(who, "mother", "dead", "2022-03-02")
    if mode:
        fact("care_mode", who, "2022-04-01", code=mode)
    for kind, columns in more.items():
        fact(kind, who, **columns)
    award(ORPHAN, home, who, "2023-12-01", "2023-12-15")
    return who


def unattended(born: str = "2014-02-02", **more: Any) -> Person:
    """Father dead, mother in prison; confirmed on 20 December 2023."""
    who, home = child(born)
    parent(who, "father", "dead")
    parent(who, "mother", "imprisoned", number=16)
    for kind, columns in more.items():
        fact(kind, who, **columns)
    award(UNATTENDED, home, who, "2023-12-01", "2023-12-20")
    return who


def decided(
    programme: str, home: Household, who: Person, applied: str, on: str, **terms: Any
) -> tuple[str, str]:
    """The kind and the reason of a decision by the rules."""
    asked = application(programme, home, who, applied)
    decision = casework.decide(
        asked.pk,
        on=date(on),
        by=staff(Role.COUNTY_SUPERVISOR),
        terms=casework.Terms(**terms),
    )
    return decision.kind, decision.reason


# ---- orphans ----


def test_orphans_by_way_of_care() -> None:
    assert owed(orphan(), "2024-06", ORPHAN) == "1100.00"
    assert owed(orphan(mode="scattered"), "2024-06", ORPHAN) == "1100.00"
    assert owed(orphan(mode="institutional"), "2024-06", ORPHAN) == "1500.00"


def test_an_orphan_starts_the_month_after_and_changes_mode_the_month_after() -> None:
    who = orphan()
    fact("care_mode", who, "2024-05-20", code="institutional")
    assert owed(who, "2023-12", ORPHAN) == "0.00"
    assert owed(who, "2024-05", ORPHAN) == "1100.00"
    assert owed(who, "2024-06", ORPHAN) == "1500.00"


@pytest.mark.parametrize(
    ("born", "last", "after"),
    [("2006-06-20", "2024-06", "2024-07"), ("2008-02-29", "2026-02", "2026-03")],
)
def test_the_month_of_18_is_the_last(born: str, last: str, after: str) -> None:
    who = orphan(born)
    assert owed(who, last, ORPHAN) == "1100.00"
    assert why(who, after, ORPHAN) == ("UNQUALIFIED", "grown_up")


def test_an_orphan_goes_on_at_school_up_to_bachelor() -> None:
    until = {"until": date("2025-06-30")}
    student = orphan("2006-06-20", schooling={"on": "2023-09-01", "code": "undergraduate"} | until)
    graduate = orphan("2006-06-20", schooling={"on": "2023-09-01", "code": "postgraduate"} | until)
    assert owed(student, "2025-06", ORPHAN) == "1100.00"
    assert owed(student, "2025-07", ORPHAN) == "0.00"
    assert owed(graduate, "2024-07", ORPHAN) == "0.00"


def test_an_orphan_who_died_gets_the_month_of_death() -> None:
    who = orphan()
    fact("death", who, "2024-03-09", known="2024-05-01")
    assert owed(who, "2024-03", ORPHAN) == "1100.00"
    assert why(who, "2024-04", ORPHAN) == ("UNQUALIFIED", "gone")


def test_a_missing_parent_who_comes_back_ends_it() -> None:
    who = orphan()
    parent(who, "mother", "able", "2024-04-15")
    assert owed(who, "2024-04", ORPHAN) == "1100.00"
    assert why(who, "2024-05", ORPHAN) == ("UNQUALIFIED", "parents_test")


def test_a_confirmed_foundling_without_recorded_parents_is_paid() -> None:
    who, home = child()
    award(ORPHAN, home, who, "2023-12-01", "2023-12-15")
    assert owed(who, "2024-06", ORPHAN) == "1100.00"


def test_who_is_decided_an_orphan() -> None:
    who, home = child()
    parent(who, "father", "dead")
    parent(who, "mother", "able")
    assert decided(ORPHAN, home, who, "2024-04-01", "2024-04-10") == ("reject", "parents_test")
    parent(who, "mother", "declared_missing", "2024-04-15")
    assert decided(ORPHAN, home, who, "2024-04-16", "2024-04-20") == ("confirm", "")


def test_a_grown_up_is_not_decided_an_orphan() -> None:
    who, home = child("2006-04-20")
    parent(who, "father", "dead")
    parent(who, "mother", "dead")
    assert decided(ORPHAN, home, who, "2024-04-16", "2024-04-20") == ("reject", "age")


def test_a_destitute_child_is_not_also_an_orphan() -> None:
    who, home = child()
    award("destitute_basic", home, who, "2023-12-01", "2023-12-10")
    parent(who, "father", "dead")
    parent(who, "mother", "dead")
    assert decided(ORPHAN, home, who, "2024-04-16", "2024-04-20") == ("reject", "excluded")
    award(ORPHAN, home, who, "2024-04-21", "2024-04-22")
    assert why(who, "2024-05", ORPHAN) == ("NOTHING", "excluded")
    assert owed(who, "2024-05", "destitute_basic") == "585.00"


# ---- children nobody in fact raises ----


def test_unattended_by_way_of_care() -> None:
    mode = {"on": "2023-11-01", "code": "institutional"}
    assert owed(unattended(), "2024-01", UNATTENDED) == "1100.00"
    assert owed(unattended(care_mode=mode), "2024-01", UNATTENDED) == "1500.00"


def test_a_released_mother_ends_it_from_the_next_month() -> None:
    who = unattended()
    parent(who, "mother", "able", "2024-09-15", known="2024-09-18")
    assert owed(who, "2024-09", UNATTENDED) == "1100.00"
    assert why(who, "2024-10", UNATTENDED) == ("UNQUALIFIED", "parents_test")


def test_a_release_between_application_and_decision_known_later_ends_it() -> None:
    who = unattended()
    parent(who, "mother", "able", "2023-12-10", known="2024-03-01")
    assert owed(who, "2024-01", UNATTENDED) == "0.00"


def test_a_term_that_has_run_out_ends_nothing_by_itself() -> None:
    assert owed(unattended(), "2025-06", UNATTENDED) == "1100.00"  # 16 months from May 2023


def test_one_condition_may_follow_another() -> None:
    who = unattended()
    parent(who, "mother", "seriously_ill", "2024-05-10")
    assert owed(who, "2024-06", UNATTENDED) == "1100.00"
    parent(who, "mother", "imprisoned", "2024-07-10", number=3)
    assert owed(who, "2024-07", UNATTENDED) == "1100.00"
    assert owed(who, "2024-08", UNATTENDED) == "0.00"


def test_new_lost_contact_counts_when_six_months_are_complete() -> None:
    who = unattended()
    parent(who, "mother", "lost_contact", "2024-05-20")
    assert owed(who, "2024-05", UNATTENDED) == "1100.00"
    assert owed(who, "2024-11", UNATTENDED) == "0.00"
    assert owed(who, "2024-12", UNATTENDED) == "1100.00"


def test_both_parents_dead_it_runs_on_until_the_orphan_award() -> None:
    who = unattended()
    parent(who, "mother", "dead", "2024-04-15")
    assert owed(who, "2024-06", UNATTENDED) == "1100.00"
    award(ORPHAN, Household.objects.get(), who, "2024-05-20", "2024-06-11")
    assert owed(who, "2024-06", UNATTENDED) == "1100.00"
    assert why(who, "2024-07", UNATTENDED) == ("NOTHING", "excluded")
    assert owed(who, "2024-07", ORPHAN) == "1100.00"


def test_a_confirmed_award_is_not_tested_again() -> None:
    who, home = child()
    parent(who, "father", "dead")
    parent(who, "mother", "imprisoned", number=4)  # less than six months: the officer knew
    award(UNATTENDED, home, who, "2023-12-01", "2023-12-20")
    assert owed(who, "2024-01", UNATTENDED) == "1100.00"


def test_the_month_of_18_and_school() -> None:
    school = {"on": "2023-09-01", "code": "senior_high", "until": date("2024-08-31")}
    plain, pupil = unattended("2006-03-05"), unattended("2006-03-05", schooling=school)
    assert owed(plain, "2024-03", UNATTENDED) == "1100.00"
    assert owed(plain, "2024-04", UNATTENDED) == "0.00"
    assert owed(pupil, "2024-08", UNATTENDED) == "1100.00"
    assert owed(pupil, "2024-09", UNATTENDED) == "0.00"


def test_lost_contact_needs_six_months_on_the_day_of_the_application() -> None:
    who, home = child()
    parent(who, "father", "dead")
    parent(who, "mother", "lost_contact", "2024-01-10", known="2024-06-20")
    first = decided(UNATTENDED, home, who, "2024-06-20", "2024-07-12")
    assert first == ("reject", "parents_test")
    assert decided(UNATTENDED, home, who, "2024-07-12", "2024-08-20") == ("confirm", "")
    assert owed(who, "2024-08", UNATTENDED) == "0.00"
    assert owed(who, "2024-09", UNATTENDED) == "1100.00"


@pytest.mark.parametrize(
    ("father", "mother", "reason"),
    [
        ("dead", "able", "parents_test"),
        ("dead", "dead", "parents_test"),
        ("dead", "", "parents_test"),
    ],
)
def test_who_is_refused(father: str, mother: str, reason: str) -> None:
    who, home = child()
    for part, code in (("father", father), ("mother", mother)):
        if code:
            parent(who, part, code)
    assert decided(UNATTENDED, home, who, "2024-04-22", "2024-05-16") == ("reject", reason)


def test_a_disabled_mother_qualifies_by_type_and_grade() -> None:
    who, home = child()
    parent(who, "father", "dead")
    parent(who, "mother", "disabled", number=3, detail="intellectual")
    assert decided(UNATTENDED, home, who, "2024-04-22", "2024-05-16") == ("confirm", "")


def test_the_findings_say_each_parent() -> None:
    who, home = child()
    parent(who, "father", "dead")
    parent(who, "mother", "imprisoned", number=5)
    asked = application(UNATTENDED, home, who, "2024-04-22")
    tests = casework.examine(asked.pk, on=date("2024-05-16"))
    words = [test.words for test in tests if test.code == "parents_test"]
    assert words == ["父亲：死亡，符合", "母亲：服刑，不符合（期限5个月，须6个月以上）"]


def gathered(who: Person, **shares: Share) -> Case:
    """The case of June 2024 beside these dues."""
    computed = Computed()
    for programme, share in shares.items():
        computed.put(programme, [who.pk], share)
    card = PROGRAMMES[UNATTENDED]
    gathering = Gathering(
        month("2024-06"),
        Scope(),
        computed,
        current_book(),
        lambda _programme, _subject, _month: None,
        card,
    )
    assert "casework_entitlement" in owed_query(gathering)
    assert card.gather is not None
    (case,) = card.gather(gathering)
    return case


def test_what_is_topped_up_comes_from_the_dues_of_the_month() -> None:
    who = unattended()
    facts = gathered(
        who,
        minimum_living=Share(50000, 3, Verdict.PAYABLE),
        disability_living=Share(9000, 1, Verdict.PAYABLE),
    ).facts
    assert (facts.household_fen, facts.heads, facts.living_fen, facts.held) == (50000, 3, 9000, 0)
    assert gathered(who, minimum_living=Share(0, 3, Verdict.HELD)).facts.held == 2
    assert gathered(who, disability_living=Share(0, 1, Verdict.HELD)).facts.held == 1
    nothing = gathered(who, minimum_living=Share(0, 3, Verdict.NOTHING)).facts
    assert (nothing.household_fen, nothing.heads) == (0, 1)
    # a sanction that takes the whole amount away does not raise the child's allowance
    assert gathered(who, minimum_living=Share(40000, 2, Verdict.NOTHING)).facts.heads == 2


def test_the_top_up_is_worked_again_when_the_family_joins_minimum_living() -> None:
    who = person("小明", born="2013-03-03")
    grandmother = person("李四", born="1961-02-02")
    home = household((grandmother, "applicant"), (who, "grandchild"), zone="rural")
    fact("co_residence", who, "2023-01-01", household_id=home.pk, flag=True)
    fact("income", grandmother, "2023-11-01", code="wage", amount_fen=10000, per="month")
    parent(who, "father", "dead")
    parent(who, "mother", "imprisoned", number=60)
    award(UNATTENDED, home, who, "2023-12-01", "2023-12-20")
    assert owed(who, "2024-06", UNATTENDED) == "1100.00"
    award("minimum_living", home, None, "2024-05-20", "2024-06-12")
    assert owed(who, "2024-06", UNATTENDED) == "1100.00"
    assert owed(who, "2024-07", UNATTENDED) == "700.00"


def test_the_whole_county_comes_to_the_same_as_one_home() -> None:
    children = {orphan(): ORPHAN, unattended(): UNATTENDED}
    county = {
        (r.card.code, r.case.subject): r.outcome.fen
        for r in calculate(month("2024-03"), book=current_book())
    }
    assert county == {
        (code, who.pk): sum(r.outcome.fen for r in results(who, "2024-03", code))
        for who, code in children.items()
    }


# ---- the study grant ----


def student(code: str = "undergraduate", born: str = "2005-03-03") -> tuple[Person, Household]:
    who, home = child(born)
    parent(who, "father", "dead")
    parent(who, "mother", "dead")
    fact("schooling", who, "2023-09-01", code=code, until=date("2027-06-30"))
    return who, home


def test_a_study_grant_once_a_school_year() -> None:
    from_paper()
    who, home = student()
    award(GRANT, home, who, "2024-09-05", "2024-09-20", school_year="2024-2025")
    assert owed(who, "2024-09", GRANT) == "10000.00"
    assert owed(who, "2024-10", GRANT) == "0.00"
    award(GRANT, home, who, "2025-09-05", "2025-09-20", school_year="2025-2026")
    assert owed(who, "2025-09", GRANT) == "10000.00"
    with pytest.raises(casework.Refused, match="同一学年只能享受一次"):
        award(GRANT, home, who, "2025-10-05", "2025-10-20", school_year="2025-2026")


def test_a_study_grant_names_its_school_year() -> None:
    who, home = student()
    with pytest.raises(ValueError, match="须填写学年"):
        award(GRANT, home, who, "2024-09-05", "2024-09-20")
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize(
    ("code", "born", "wanted"),
    [
        ("postgraduate", "2001-03-03", ("confirm", "")),
        ("senior_high", "2005-03-03", ("reject", "schooling")),
        ("undergraduate", "2007-03-03", ("reject", "age")),
    ],
)
def test_who_is_decided_a_study_grant(code: str, born: str, wanted: tuple[str, str]) -> None:
    who, home = student(code, born)
    got = decided(GRANT, home, who, "2024-09-05", "2024-09-20", school_year="2024-2025")
    assert got == wanted
