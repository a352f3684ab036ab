"""The small county: exact counts, a paid year, the stories' ends, the golden households.

One file, as every process seeds the county once for each file of tests.
"""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from apps.casework.assess import assess, scope_of
from apps.casework.models import Decision, Entitlement
from apps.households.models import BankAccount, Fact, Household, Person
from apps.minimum_living.freeze import freeze
from apps.minimum_living.models import Determination, DeterminationMember
from apps.offices.demo_staff import VILLAGE
from apps.offices.models import Division, Event
from apps.payments.models import BankItem, Due, Held, PaymentLine, PaymentRun
from apps.payments.recoveries.actions import balance
from apps.standards.models import Standard, current_book
from apps.units.id_number import check_id
from apps.units.months import month, months_between
from seeds.comparison import Comparison, table
from seeds.county import NotEmpty, seed
from seeds.golden import GOLDEN_IN_DECEMBER
from seeds.ledger import ACCOUNTS_FROM, GO_LIVE, IMPORTED
from seeds.report import FULL, counts

DAY = dt.date(2024, 12, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]


def test_december_comes_to_exactly_the_counts(county: Comparison) -> None:
    for line in county.lines:
        assert line.persons == line.wanted, line
        assert line.homes == line.wanted_homes, line


def test_the_small_county_is_a_fortieth_with_somebody_of_every_kind() -> None:
    small = counts("small")
    assert small.rural_homes == 270
    assert small.disability == 497
    assert all(n >= 1 for n in small)
    assert counts("full") is FULL


def test_the_year_costs_what_the_report_says(county: Comparison) -> None:
    """Within five per cent; of the few old people of a small county, within ten."""
    compared = [line for line in county.lines if line.off is not None]
    assert len(compared) == 4
    for line in compared:
        assert abs(line.off or 0) < (10 if line.name == "高龄津贴" else 5), line


def test_lines_that_cannot_be_compared_say_why(county: Comparison) -> None:
    assert all(line.why for line in county.lines if line.reported is None)
    assert "不能对照的" in table(county)


def test_paid_through_november_with_december_left_to_run() -> None:
    runs = PaymentRun.objects.order_by("month")
    assert [run.month for run in runs] == months_between(month(2024, 1), month(2024, 11))
    assert {run.state for run in runs} == {"sent"}
    assert {run.cutoff.day for run in runs} == {10}
    for run in runs:
        people = {run.maker_id, run.checker_id, run.approver_id, run.releaser_id}
        assert len(people) == 4


@pytest.mark.parametrize(
    ("code", "zone", "months"),
    [("2081902", "rural", (1, 2, 3)), ("2081901", "urban", (1, 2, 3, 4))],
)
def test_the_late_raise_is_paid_in_arrears(code: str, zone: str, months: tuple[int, ...]) -> None:
    paid_in = {"rural": 4, "urban": 5}[zone]
    run = PaymentRun.objects.get(month=month(2024, paid_in))
    lines = PaymentLine.objects.filter(
        calculation_id=run.calculation_id,
        programme="minimum_living",
        budget=code,
        kind="arrears",
    )
    assert set(lines.values_list("month__month", flat=True)) >= set(months)
    january = dict(lines.filter(month=month(2024, 1)).values_list("subject", "fen"))
    dues = Due.objects.filter(
        calculation_id=run.calculation_id, programme="minimum_living", budget=code, verdict=1
    )
    heads = dict(dues.filter(month=month(2024, 1)).values_list("subject", "heads"))
    # Who has no arrears has an account that came back: held until there is another.
    held = Held.objects.filter(calculation_id=run.calculation_id, why="account_returned")
    assert heads.keys() - january.keys() <= set(held.values_list("subject", flat=True))
    a_year = {"rural": 400_00, "urban": 600_00}[zone]
    for subject, fen in january.items():
        assert abs(12 * fen - a_year * heads[subject]) <= 12  # rounded before and after


def test_the_subsidies_rise_late_too() -> None:
    """R-PAY-06: known in April, in force from January: three months of ten yuan each."""
    run = PaymentRun.objects.get(month=month(2024, 4))
    lines = PaymentLine.objects.filter(
        calculation_id=run.calculation_id, programme__startswith="disability_", kind="arrears"
    )
    raised = lines.filter(month__lt=month(2024, 4), fen=10_00)
    assert {m.month for m in raised.values_list("month", flat=True)} == {1, 2, 3}
    assert raised.count() > 1_200  # nearly all of some 500 persons, three months each


def test_the_standards_were_not_known_before_they_were_decided() -> None:
    rural = Standard.objects.filter(programme="minimum_living", name="rural_annual")
    for day, fen in ((dt.date(2024, 4, 1), 5000_00), (dt.date(2024, 4, 2), 5400_00)):
        row = rural.known_on(day).get(period__contains=month(2024, 1))
        assert row.value == fen


def test_every_id_number_and_account_number_is_valid() -> None:
    for person in Person.objects.exclude(id_number=None):
        found = check_id(person.id_number or "", DAY)
        assert (found.born, found.sex) == (person.born, person.sex)
    for number in BankAccount.objects.values_list("number", flat=True):
        assert number.startswith("621799")
        assert sum(_doubled(number)) % 10 == 0


def _doubled(number: str) -> list[int]:
    """The digits as ISO/IEC 7812 adds them up."""
    pairs = [divmod(int(d) * (1 + place % 2), 10) for place, d in enumerate(reversed(number))]
    return [tens + ones for tens, ones in pairs]


def test_names_carry_what_breaks_encodings() -> None:
    names = list(Person.objects.values_list("name", flat=True))
    assert any("·" in name for name in names)
    assert any(ord(c) > 0xFFFF for name in names for c in name)


def test_households_stand_in_villages_of_their_zone() -> None:
    zones = dict(Division.objects.filter(kind="village").values_list("code", "zone"))
    first = Household.objects.filter(facts__kind="zone").values_list("division", "facts__code")
    assert all(zones[division] == zone for division, zone in first)


def test_a_second_seed_is_refused() -> None:
    with pytest.raises(NotEmpty, match="已经有家庭"):
        seed("small", 1, lambda words: None)


# ---- what was taken over ----


def test_freezing_again_on_the_same_day_finds_the_same() -> None:
    """Every taken-over determination of the small county."""
    awards = Entitlement.objects.filter(
        programme="minimum_living", accounts_from=ACCOUNTS_FROM, application__isnull=False
    ).exclude(household__members__recorded_on__lt=GO_LIVE)
    assert awards.count() > 250
    for award in awards:
        decision = award.decisions.order_by("pk")[0]
        stored = frozen(decision)
        with transaction.atomic():
            assert decision.effective
            freeze(award, decision, on=decision.decided_on, effective=decision.effective)
            assert frozen(decision, newest=True) == stored
            transaction.set_rollback(True)


def frozen(decision: Decision, *, newest: bool = False) -> list[Any]:
    """A determination of a decision with its members, without ids and without its end."""
    row = Determination.objects.filter(decision=decision).order_by("-pk" if newest else "pk")[0]
    members = DeterminationMember.objects.filter(determination=row).order_by("pk")
    return [
        (row.entitlement_id, row.as_of, row.period.lower, row.zone, row.grade),
        row.household_deduction_fen,
        *members.values_list(
            "person_id", "counted", "why_not", "wage_fen", "base_pension_fen", "other_fen",
            "deduction_fen",
        ),
    ]  # fmt: skip


def test_each_taken_over_household_leaves_one_event() -> None:
    events = Event.objects.filter(verb=IMPORTED)
    assert events.values("household_id").distinct().count() == events.count() > 800


# ---- the stories ----


def of(name: str) -> Person:
    return Person.objects.get(name=name)


def paid(name: str, programme: str) -> dict[int, int]:
    """Fen issued by benefit month (number) to a person's household award, or to the person."""
    person = of(name)
    home = person.memberships.order_by("pk").values_list("household_id", flat=True)[0]
    lines = PaymentLine.objects.filter(programme=programme, subject__in=[person.pk, -home])
    rows = lines.values("month").annotate(fen=Sum("fen"))
    return {row["month"].month: row["fen"] for row in rows}


def test_death_reported_late_leaves_a_recovery() -> None:
    man = of("周满堂")
    assert max(paid("周满堂", "old_age_allowance")) == 6  # July's run already knew
    assert balance("old_age_allowance", man.pk) == 3 * 50_00 - 100_00
    home = man.memberships.values_list("household_id", flat=True)[0]
    assert balance("minimum_living", -home) > 0


def test_a_returned_payment_is_paid_again() -> None:
    home = of("李桂兰").memberships.values_list("household_id", flat=True)[0]
    items = BankItem.objects.filter(subject=-home, programme="minimum_living")
    assert list(items.filter(state="returned").values_list("first_month__month", flat=True))
    assert items.filter(kind="reissue", state="paid").exists()


def test_a_higher_grade_brings_the_nursing_subsidy() -> None:
    assert min(paid("王小龙", "disability_nursing")) == 6
    assert min(paid("王小龙", "disability_living")) == 1


def test_care_mode_changes_the_amount_from_the_next_month() -> None:
    amounts = paid("陈德福", "destitute_basic")
    assert (amounts[8], amounts[9]) == (585_00, 910_00)
    care = paid("陈德福", "destitute_care")
    assert (care[8], care[9]) == (155_00, 258_33)


def test_the_month_of_the_move_is_the_last() -> None:
    assert max(paid("刘志强", "disability_nursing")) == 9


def test_a_split_household_is_paid_as_two() -> None:
    assert set(paid("黄长生", "minimum_living")) == set(range(1, 12))
    own = of("黄丽").memberships.filter(relationship="applicant").get().household_id
    lines = PaymentLine.objects.filter(programme="minimum_living", subject=-own)
    assert min(lines.values_list("month__month", flat=True)) == 7


def test_orphans_of_eighteen_go_on_only_at_school() -> None:
    assert max(paid("吴子轩", "orphan_allowance")) == 11
    assert max(paid("吴浩", "orphan_allowance")) == 8


def test_the_child_is_topped_up_when_the_family_is_poor() -> None:
    amounts = paid("赵雨桐", "unattended_child_allowance")
    assert amounts[5] == 1100_00
    assert amounts[6] + paid("赵雨桐", "minimum_living")[6] // 2 == pytest.approx(1100_00, abs=1)


def test_grace_keeps_the_amount() -> None:
    amounts = paid("孙卫东", "minimum_living")
    assert amounts[8] == amounts[9] == amounts[11] > 0


def test_the_sanction_takes_one_share_of_three() -> None:
    amounts = paid("何勇", "minimum_living")
    assert amounts[7] == pytest.approx(amounts[6] * 2 / 3, abs=1)


def test_a_correction_is_paid_back_to_its_month() -> None:
    amounts = paid("郑秀珍", "minimum_living")
    assert (amounts[4], amounts[5], amounts[10]) == (190_00, 450_00, 450_00)


def test_one_of_a_marginal_household_is_entered_alone() -> None:
    award = Entitlement.objects.get(programme="minimum_living", person=of("曾𬱖"))
    assert award.basis == "edge_severe_disability"
    assert {"disability_living", "disability_nursing", "minimum_living"} <= set(
        PaymentLine.objects.filter(subject=of("曾𬱖").pk).values_list("programme", flat=True)
    )


def test_the_hundredth_birthday_changes_the_band() -> None:
    amounts = paid("欧阳满秀", "old_age_allowance")
    assert (amounts[5], amounts[6]) == (100_00, 600_00)


def test_no_life_certificate_holds_the_money_and_a_late_one_releases_it() -> None:
    woman = of("帕提古丽·艾山")
    assert set(paid(woman.name, "old_age_allowance")) == set(range(1, 12))
    held = Held.objects.filter(subject=woman.pk, why="life_certificate")
    assert set(held.values_list("month__month", flat=True)) == {7, 8}


# ---- 黄金户: the figures everybody knows (docs/demo.md) ----


def home_of(name: str) -> Household:
    return of(name).memberships.get(relationship="applicant").household


def owed(name: str, year: int, number: int) -> dict[tuple[str, str], int]:
    """Fen of a month by programme and person of a household, as known on the last day."""
    scope, mine = scope_of([home_of(name).pk]), month(year, number)
    results = assess(scope, through=mine, book=current_book()).results[mine]
    names = dict(Person.objects.filter(pk__in=scope.persons).values_list("pk", "name"))
    return {
        (r.card.code, names.get(r.case.subject, "")): r.outcome.fen
        for r in results
        if r.outcome.fen
    }


def test_g1_comes_to_the_figures_of_the_mock() -> None:
    same = {
        ("minimum_living_supplement", "周国华"): 90_00,
        ("disability_nursing", "周国华"): 90_00,
        ("disability_living", "周国华"): 90_00,
        ("disability_living", "周小军"): 90_00,
    }
    child = ("unattended_child_allowance", "周雨欣")
    december, january = owed("周国华", 2024, 12), owed("周国华", 2025, 1)
    assert december == same | {("minimum_living", ""): 750_00, child: 1100_00}
    assert january == same | {("minimum_living", ""): 1200_00, child: 800_00}
    assert (sum(december.values()), sum(january.values())) == (2210_00, 2360_00)


def test_g1_is_found_by_the_tail_of_the_number_and_was_paid_again_after_a_return() -> None:
    man, son = of("周国华"), of("周小军")
    assert (man.id_number or "")[-4:] == "0012"
    assert home_of("周国华").division == VILLAGE
    assert paid("周国华", "minimum_living")[11] == 750_00
    assert BankItem.objects.filter(subject=son.pk, state="returned").count() == 1
    assert BankAccount.objects.filter(person=son).count() == 2


def test_g2_died_before_the_last_payment_and_it_is_not_recorded() -> None:
    man = of("王德顺")
    assert paid("王德顺", "old_age_allowance")[11] == 50_00
    assert not Fact.objects.filter(person=man, kind="death").exists()
    assert Fact.objects.get(person=man, kind="report").on == dt.date(2024, 12, 3)


def test_g3_is_one_person_of_two_families() -> None:
    stays = of("阳小妹").memberships.all()
    assert [stay.household.number for stay in stays] == [home_of("阳春生").number]


def test_g4_waits_for_an_account_and_g5_is_near_the_line() -> None:
    item = BankItem.objects.get(subject=-home_of("彭长生").pk, state="returned")
    assert item.batch.run.month == month(2024, 11)
    assert BankAccount.objects.filter(household=home_of("彭长生")).count() == 1
    assert paid("龙章贵", "minimum_living") == dict.fromkeys(range(6, 12), 37_60)
    assert not Held.objects.filter(
        calculation__run=PaymentRun.objects.get(month=month(2024, 11)),
        subject=-home_of("龙章贵").pk,
    )


def test_all_five_live_within_the_counts() -> None:
    names = ("周国华", "王德顺", "阳春生", "彭长生", "龙章贵")
    assert len({home_of(name).pk for name in names}) == GOLDEN_IN_DECEMBER.rural_homes
