"""审批前核查: each rule with a case it must catch and a clean twin it must leave alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from apps.households import actions as households
from apps.households.models import DistinctPair, Household, Person
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments import actions as payments
from apps.payments.holding import actions as holding
from apps.payments.models import Calculation, Held, PaymentLine, PaymentRun
from apps.payments.review import actions
from apps.payments.review.loading import BadRule, catalogue, read
from apps.payments.review.models import Doubt, ReviewRule, StaffAccount
from apps.payments.review.words import WORDS
from apps.standards import actions as standards
from tests import builders
from tests.payments.paying import Four, account, approved, computed, four, lines, opened, paid

pytestmark = pytest.mark.django_db
AT = dt.datetime(2024, 7, 11, tzinfo=dt.UTC)


@pytest.fixture
def people() -> Four:
    return four()


def deaf(name: str, *, own: bool = True, division: str = builders.VILLAGE) -> Person:
    """Somebody with 90 yuan a month from June, and an account unless told otherwise."""
    who = builders.person(name, "1980-05-05")
    home = builders.household((who, "applicant"), division=division)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    if own:
        account(who)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    return who


def poor(*names: str, village: str = builders.VILLAGE) -> tuple[Household, list[Person]]:
    """A rural household on minimum living since June, without income, with its account."""
    people = [builders.person(name, "1990-01-01") for name in names]
    members = [(who, "sibling" if n else "applicant") for n, who in enumerate(people)]
    home = builders.household(*members, zone="rural", division=village)
    builders.fact("property", home, "2024-05-01", flag=True)
    for who in people[1:]:
        builders.fact("co_residence", who, "2024-05-01", household_id=home.pk, flag=True)
    account(home)
    builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    return home, people


def held(run: PaymentRun) -> dict[int, str]:
    """Why each subject is held by the run's calculation."""
    rows = Held.objects.filter(calculation_id=run.calculation_id)
    return dict(rows.values_list("subject", "why"))


def asked(run: PaymentRun) -> set[tuple[str, int]]:
    """(rule, subject) of what the run's calculation asks."""
    rows = Doubt.objects.filter(calculation_id=run.calculation_id)
    return set(rows.values_list("code", "subject"))


def paid_to(who: Person, number: str, name: str = "", payee_is: str = "self") -> None:
    """Another version of a person's account."""
    households.open_account(
        person_id=who.pk,
        payee_name=name or who.name,
        payee_is=payee_is,
        bank="农村商业银行",
        number=number,
        recorded_on=builders.date("2024-06-20"),
        by=None,
    )


def without(*codes: str) -> None:
    """Only these thresholds stay 未配置: the run as a whole is too small to be compared."""
    for code in codes or ("payment.doubt_total_rate", "payment.doubt_count_rate"):
        standards.replace_all(
            code, [(builders.month("2020-01"), None)], recorded_on=builders.BEGAN, by=None
        )


# ---- 阻断 ----


def test_a_death_recorded_since_the_computing_holds_the_amount_and_fails_nothing(
    people: Four,
) -> None:
    gone, lives, waits = deaf("甲"), deaf("乙"), deaf("丙")
    run = computed(people, "2024-07")
    builders.fact("death", gone, "2024-06-20", known="2024-07-12")
    holding.hold(
        run.pk, programme="disability_nursing", subject=waits.pk, reason="待查", by=people.checker
    )
    run.refresh_from_db()
    assert held(run) == {gone.pk: "dead", waits.pk: "by_hand"}
    assert {(line.subject, f"{line.month:%m}") for line in _lines(run)} == {
        (gone.pk, "06"),  # the month of the death is still owed
        (lives.pk, "06"),
        (lives.pk, "07"),
    }


def _lines(run: PaymentRun) -> list[PaymentLine]:
    return list(PaymentLine.objects.filter(calculation_id=run.calculation_id))


def test_the_number_of_15_digits_and_that_of_18_are_one_person(people: Four) -> None:
    old, new, other = deaf("甲"), deaf("甲"), deaf("乙")
    Person.objects.filter(pk=old.pk).update(id_number="430482800505123")
    Person.objects.filter(pk=new.pk).update(id_number="430482198005051239")
    Person.objects.filter(pk=other.pk).update(id_number="430482198005051247")
    run = computed(people, "2024-07")
    assert held(run) == {old.pk: "duplicate_person", new.pk: "duplicate_person"}
    assert other.pk in {line.subject for line in _lines(run)}


def test_two_files_told_apart_are_two_people(people: Four) -> None:
    old, new = deaf("甲"), deaf("甲")
    Person.objects.filter(pk=old.pk).update(id_number="430482800505123")
    Person.objects.filter(pk=new.pk).update(id_number="430482198005051239")
    DistinctPair.objects.create(one=old, other=new, on=builders.BEGAN, reason="身份证已核")
    assert held(computed(people, "2024-07")) == {}


def test_money_of_a_file_that_was_merged_into_another_is_held(people: Four) -> None:
    kept, merged, other = deaf("甲"), deaf("甲"), deaf("乙")
    households.merge_persons(
        kept_id=kept.pk,
        merged_id=merged.pk,
        on=builders.date("2024-06-25"),
        reason="同一身份证",
        by=None,
    )
    run = computed(people, "2024-07")
    assert held(run) == {merged.pk: "duplicate_person"}
    assert {kept.pk, other.pk} <= {line.subject for line in _lines(run)}


def test_who_is_counted_in_two_households_holds_the_one_he_has_left(people: Four) -> None:
    old, (_, son) = poor("甲", "乙")
    clean, _ = poor("丙", "丁")
    day = builders.date("2024-06-10")
    households.leave(household_id=old.pk, person_id=son.pk, on=day, recorded_on=day, by=None)
    new = builders.household((son, "applicant"), zone="rural", since="2024-06-10")
    builders.fact("property", new, "2024-06-10", flag=True)
    account(new)
    builders.award("minimum_living", new, None, "2024-06-11", "2024-06-20")
    run = computed(people, "2024-07")
    assert held(run) == {-old.pk: "duplicate_person"}
    assert {-new.pk, -clean.pk} <= {line.subject for line in _lines(run)}


def test_the_account_of_another_payee_is_held_for_whoever_came_second(people: Four) -> None:
    first, second, third = deaf("甲"), deaf("乙"), deaf("丙")
    number = first.accounts.get().number
    paid_to(second, number)
    assert third.accounts.get().number != number
    run = computed(people, "2024-07")
    assert held(run) == {second.pk: "other_account"}
    assert {first.pk, third.pk} == {line.subject for line in _lines(run)}


def test_a_declared_guardian_may_be_paid_for_several(people: Four) -> None:
    guardian, ward = deaf("甲"), deaf("乙")
    paid_to(ward, guardian.accounts.get().number, guardian.name, "guardian")
    assert held(computed(people, "2024-07")) == {}


def test_husband_and_wife_may_share_an_account(people: Four) -> None:
    _, (he, she) = poor("甲", "乙")
    for who in (he, she):
        builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
        home = Household.objects.get(members__person=who)
        builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    paid_to(he, "6217991000009999")
    paid_to(she, "6217991000009999")
    assert held(computed(people, "2024-07")) == {}


def test_an_account_of_staff_is_held_until_it_is_taken_off(people: Four) -> None:
    his, other = deaf("甲"), deaf("乙")
    keeper = builders.staff(Role.SECURITY_ADMIN)
    on = builders.date("2024-06-30")
    one = actions.register_account(
        staff_id=people.maker.pk,
        number=f" {his.accounts.get().number[:6]} {his.accounts.get().number[6:]}",
        whose="spouse",
        on=on,
        by=keeper,
    )
    run = computed(people, "2024-07")
    assert held(run) == {his.pk: "staff_account"}
    assert other.pk in {line.subject for line in _lines(run)}
    actions.end_account(one.pk, on=on, by=keeper)
    payments.compute_run(run.pk)
    run.refresh_from_db()
    assert held(run) == {}


def test_only_the_security_administrator_keeps_and_sees_accounts_of_staff(people: Four) -> None:
    with pytest.raises(NotAllowed):
        actions.register_account(
            staff_id=people.maker.pk,
            number="6217991234",
            whose="self",
            on=builders.BEGAN,
            by=people.checker,
        )
    keeper = builders.staff(Role.SECURITY_ADMIN)
    about = {"staff_id": people.maker.pk, "whose": "self", "on": builders.BEGAN, "by": keeper}
    one = actions.register_account(number="6217991234", **about)  # type: ignore[arg-type]
    with pytest.raises(StaleState):
        actions.register_account(number="6217991234", **about)  # type: ignore[arg-type]
    assert not StaffAccount.objects.visible_to(people.checker).exists()
    assert StaffAccount.objects.visible_to(keeper).get() == one
    with pytest.raises(DatabaseError), transaction.atomic():
        StaffAccount.objects.filter(pk=one.pk).update(number="1234567")


def test_an_account_in_another_name_is_held_until_a_right_one_is_recorded(people: Four) -> None:
    wrong, right = deaf("甲"), deaf("乙")
    home, _ = poor("丙", "丁")
    paid_to(wrong, "6217991000008888", name="戊")
    run = approved(people, "2024-07")
    assert held(run) == {wrong.pk: "payee_name"}
    assert {right.pk, -home.pk} == {line.subject for line in _lines(run)}
    account(wrong, on="2024-07-20")
    august = computed(people, "2024-08")
    assert held(august) == {}
    months = {f"{line.month:%m}" for line in _lines(august) if line.subject == wrong.pk}
    assert months == {"06", "07", "08"}


def test_a_households_account_stands_in_a_members_name(people: Four) -> None:
    def to(home: Household, name: str, number: str) -> None:
        households.open_account(
            household_id=home.pk,
            payee_name=name,
            payee_is="head",
            bank="农村商业银行",
            number=number,
            recorded_on=builders.date("2024-06-20"),
            by=None,
        )

    mine, _ = poor("甲", "乙")
    other, _ = poor("丙")
    to(mine, "乙", "6217992000007777")
    to(other, "路人", "6217992000006666")
    assert held(computed(people, "2024-07")) == {-other.pk: "payee_name"}


def test_money_of_a_person_without_an_account_goes_by_the_households(people: Four) -> None:
    home, (who, *_) = poor("甲", "乙")
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    households.open_account(
        household_id=home.pk,
        payee_name="路人",
        bank="农村商业银行",
        number="6217992000006666",
        recorded_on=builders.date("2024-06-20"),
        by=None,
    )
    assert held(computed(people, "2024-07")) == dict.fromkeys((-home.pk, who.pk), "payee_name")


def test_who_has_moved_away_is_held_where_no_rule_ends_the_award_by_itself(people: Four) -> None:
    home, family = poor("甲", "乙")
    half, (away, _) = poor("丙", "丁")
    for who in (*family, away):
        builders.fact("residence", who, "2024-06-10", flag=True)
    run = computed(people, "2024-07")
    assert held(run) == {-home.pk: "moved_out"}
    assert -half.pk in {line.subject for line in _lines(run)}
    builders.fact("residence", family[0], "2024-07-02", flag=False)
    payments.compute_run(run.pk)
    run.refresh_from_db()
    assert held(run) == {}


def test_a_rule_that_no_longer_asks_blocks_nothing(people: Four) -> None:
    wrong = deaf("甲")
    paid_to(wrong, "6217991000008888", name="戊")
    run = computed(people, "2024-07")
    assert held(run) == {wrong.pk: "payee_name"}
    actions.adopt(
        "payee_name",
        from_month=builders.month("2024-07"),
        owner=Role.CHECKER,
        days=5,
        asked=False,
        source="本局决定",
        on=builders.date("2024-07-10"),
        by=builders.staff(Role.COUNTY_SUPERVISOR),
    )
    assert payments.changed_since(run)
    payments.compute_run(run.pk)
    run.refresh_from_db()
    assert held(run) == {}


# ---- 需核实 ----


@pytest.mark.parametrize(("raised", "asks"), [("200.00", True), ("100.00", False)])
def test_a_jump_is_asked_about_and_a_small_change_is_not(
    people: Four, raised: str, asks: bool
) -> None:
    without()
    who = deaf("甲")
    paid(people, "2024-06", day=20)
    standards.adopt(
        "disability_nursing.monthly",
        from_month=builders.month("2024-07"),
        value=raised,
        recorded_on=builders.date("2024-06-25"),
        by=people.maker,
    )
    assert asked(computed(people, "2024-07")) == ({("jump", who.pk)} if asks else set())


def test_many_months_at_once_are_asked_about(people: Four) -> None:
    without()
    late = builders.person("甲", "1980-05-05")
    home = builders.household((late, "applicant"))
    builders.fact("disability", late, "2020-06-01", code="hearing", number=2)
    account(late)
    builders.award("disability_nursing", home, late, "2024-01-03", "2024-01-18")
    deaf("乙")
    run = computed(people, "2024-07")
    assert asked(run) == {("arrears", late.pk)}
    assert Doubt.objects.get(calculation=run.calculation).months == 6


def test_the_first_payment_to_a_new_account_is_asked_about_once(people: Four) -> None:
    without()
    changed, same = deaf("甲"), deaf("乙")
    paid(people, "2024-06", day=20)
    account(changed, on="2024-06-25")
    account(changed, on="2024-06-28")
    run = computed(people, "2024-07")
    assert asked(run) == {("account", changed.pk)}
    _pass_all(run, people)
    _through(run, people)
    assert asked(computed(people, "2024-08")) == set()
    assert same.accounts.count() == 1


def test_an_institution_that_begins_to_be_paid_is_asked_about_as_such(people: Four) -> None:
    without()
    moved, same = deaf("甲"), deaf("乙")
    paid(people, "2024-06", day=20)
    households.open_account(
        person_id=moved.pk,
        payee_name="中心敬老院",
        payee_is="institution",
        bank="农村商业银行",
        number="6217993000000001",
        recorded_on=builders.date("2024-06-25"),
        by=None,
    )
    assert asked(computed(people, "2024-07")) == {("institution", moved.pk)}
    assert same.pk


def test_a_village_where_all_receive_the_same_is_asked_about(people: Four) -> None:
    without()
    standards.replace_all(
        "payment.doubt_village_awards",
        [(builders.month("2020-01"), 3)],
        recorded_on=builders.BEGAN,
        by=None,
    )
    even = [poor(f"甲{n}")[0] for n in range(3)]
    for n in range(3):
        poor(*[f"乙{n}{m}" for m in range(n + 1)], village="430482101200")
    flat = [deaf(f"丙{n}", division="430482001200") for n in range(3)]
    found = asked(computed(people, "2024-07"))
    assert found == {("village", -home.pk) for home in even}
    assert flat, "90 yuan for everybody is what the standard says"


def test_an_amount_that_never_changes_is_asked_about_unless_income_was_looked_at(
    people: Four,
) -> None:
    without()
    standards.replace_all(
        "payment.doubt_unchanged_months",
        [(builders.month("2020-01"), 2)],
        recorded_on=builders.BEGAN,
        by=None,
    )
    (still, _), (_, (renewed,)) = poor("甲"), poor("乙")
    paid(people, "2024-06", day=20)
    paid(people, "2024-07")
    builders.fact("income", renewed, "2024-07-15", code="wage", amount_fen=0, per="year")
    assert asked(computed(people, "2024-08")) == {("unchanged", -still.pk)}


def test_a_total_beyond_the_band_is_explained_by_the_maker(people: Four) -> None:
    for n in range(2):
        deaf(f"甲{n}")
    paid(people, "2024-06", day=20)
    deaf("乙")
    run = computed(people, "2024-07")
    assert asked(run) == {("total", 0), ("count", 0)}
    other = builders.staff(Role.COUNTY_CLERK)
    with pytest.raises(NotAllowed):
        _pass(run, other, code="total")
    assert _pass(run, people.maker, code="total") == 1


def test_a_total_within_the_band_asks_nothing(people: Four) -> None:
    for n in range(2):
        deaf(f"甲{n}")
    paid(people, "2024-06", day=20)
    assert asked(computed(people, "2024-07")) == set()


# ---- 核实 ----


def _pass(run: PaymentRun, by: Staff, **which: object) -> int:
    note = which.pop("note", "已电话核实")
    return actions.pass_doubts(run.pk, note=str(note), by=by, at=AT, **which)  # type: ignore[arg-type]


def _pass_all(run: PaymentRun, people: Four) -> None:
    rows = Doubt.objects.unanswered().filter(calculation=run.calculation_id)
    for code, owner, subject in rows.values_list("code", "rule__owner", "subject"):
        who = people.checker if owner == Role.CHECKER and subject else people.maker
        if rows.filter(code=code).exists():
            _pass(run, who, code=code)


def _through(run: PaymentRun, people: Four) -> None:
    payments.check_run(run.pk, by=people.checker)
    payments.approve_run(run.pk, by=people.approver)


@pytest.fixture
def doubted(people: Four) -> PaymentRun:
    """July with two new accounts to be looked at by the checker, where approval waits for it."""
    without()
    gated()
    first, second = deaf("甲"), deaf("乙")
    paid(people, "2024-06", day=20)
    for who in (first, second):
        account(who, on="2024-06-25")
    return computed(people, "2024-07")


def gated() -> None:
    """Approval waits for answers in every month."""
    standards.replace_all(
        actions.GATE, [(builders.month("2020-01"), True)], recorded_on=builders.BEGAN, by=None
    )


def test_approval_waits_for_every_answer(people: Four, doubted: PaymentRun) -> None:
    one, other = Doubt.objects.filter(calculation=doubted.calculation).order_by("pk")
    payments.check_run(doubted.pk, by=people.checker)
    _pass(doubted, people.checker, ids=[one.pk])
    with pytest.raises(StaleState, match="还有1条需核实"):
        payments.approve_run(doubted.pk, by=people.approver)
    _pass(doubted, people.checker, ids=[other.pk])
    payments.approve_run(doubted.pk, by=people.approver)
    one.refresh_from_db()
    assert (one.passed_by, one.note) == (people.checker, "已电话核实")


def test_the_database_refuses_an_approval_around_the_answers(
    people: Four, doubted: PaymentRun
) -> None:
    payments.check_run(doubted.pk, by=people.checker)
    rows = PaymentRun.objects.filter(pk=doubted.pk)
    with pytest.raises(DatabaseError, match="没有核实"), transaction.atomic():
        rows.update(state="approved", approver=people.approver)
    with pytest.raises(DatabaseError), transaction.atomic():
        Calculation.objects.filter(pk=doubted.calculation_id).update(gated=False)


def test_without_the_switch_approval_waits_for_nobody(people: Four) -> None:
    without()
    who = deaf("甲")
    paid(people, "2024-06", day=20)
    account(who, on="2024-06-25")
    run = computed(people, "2024-07")
    assert asked(run) == {("account", who.pk)}
    _through(run, people)


def test_a_group_is_passed_with_one_reason(people: Four, doubted: PaymentRun) -> None:
    assert _pass(doubted, people.checker, code="account") == 2
    notes = Doubt.objects.filter(calculation=doubted.calculation).values_list("note", flat=True)
    assert set(notes) == {"已电话核实"}


def test_only_the_owner_answers_and_says_why(people: Four, doubted: PaymentRun) -> None:
    with pytest.raises(NotAllowed, match="复核"):
        _pass(doubted, people.maker, code="account")
    with pytest.raises(StaleState, match="写明"):
        _pass(doubted, people.checker, code="account", note=" ")
    with pytest.raises(StaleState):
        _pass(doubted, people.checker)
    stranger = builders.staff(Role.CHECKER, "430481")
    with pytest.raises((NotFound, StaleState)):
        _pass(doubted, stranger, code="account")


def test_an_answer_is_given_once_and_never_rewritten(people: Four, doubted: PaymentRun) -> None:
    _pass(doubted, people.checker, code="account")
    with pytest.raises(StaleState):
        _pass(doubted, people.checker, code="account")
    mine = Doubt.objects.filter(calculation=doubted.calculation)
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.update(note="别的")
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.delete()


def test_an_answer_outlives_a_recomputation_unless_the_line_has_changed(
    people: Four, doubted: PaymentRun
) -> None:
    _pass(doubted, people.checker, code="account")
    first = Doubt.objects.filter(calculation=doubted.calculation).order_by("subject")[0]
    standards.adopt(
        "disability_nursing.monthly",
        from_month=builders.month("2024-07"),
        value="91.00",
        recorded_on=builders.date("2024-07-10"),
        by=people.maker,
    )
    old = doubted.calculation_id
    payments.compute_run(doubted.pk)
    doubted.refresh_from_db()
    assert Doubt.objects.unanswered().filter(calculation=doubted.calculation).count() == 2
    assert Doubt.objects.filter(calculation=old).unanswered().count() == 0, "the old one readable"
    _pass(doubted, people.checker, code="account")
    payments.compute_run(doubted.pk)
    doubted.refresh_from_db()
    again = Doubt.objects.filter(calculation=doubted.calculation).order_by("subject")[0]
    assert (again.subject, again.passed_by) == (first.subject, people.checker)


def test_what_is_held_needs_no_answer(people: Four, doubted: PaymentRun) -> None:
    one, other = Doubt.objects.filter(calculation=doubted.calculation).order_by("pk")
    _pass(doubted, people.checker, ids=[other.pk])
    holding.hold(
        doubted.pk,
        programme=one.programme,
        subject=one.subject,
        reason="账户待查",
        by=people.checker,
    )
    doubted.refresh_from_db()
    assert asked(doubted) == {("account", other.subject)}
    _through(doubted, people)
    assert [fen for *_, fen in lines(doubted)] == [9000]


def test_who_has_answered_does_not_approve(people: Four, doubted: PaymentRun) -> None:
    other = builders.staff(Role.CHECKER)
    _pass(doubted, other, code="account")
    payments.check_run(doubted.pk, by=people.checker)
    Staff.objects.filter(pk=other.pk).update(role=Role.APPROVER)
    other.refresh_from_db()
    with pytest.raises(NotAllowed, match="另一人"):
        payments.approve_run(doubted.pk, by=other)
    with pytest.raises(DatabaseError, match="另一人"), transaction.atomic():
        PaymentRun.objects.filter(pk=doubted.pk).update(state="approved", approver=other)


def test_a_draft_has_nothing_to_answer(people: Four) -> None:
    with pytest.raises(StaleState):
        _pass(opened(people, "2024-07"), people.checker, code="account")


# ---- the rules themselves ----


def test_every_word_of_the_rules_is_marked_and_no_other() -> None:
    assert {words for one in catalogue().values() for words in (one.short, one.words)} == WORDS


def test_rules_are_loaded_once_and_never_rewritten() -> None:
    assert ReviewRule.objects.count() == len(catalogue())
    assert actions.load(recorded_on=builders.BEGAN) == 0
    assert all(rule.example for rule in ReviewRule.objects.all())
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewRule.objects.update(days=1)


def test_a_bad_rule_is_refused_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        "jump: {kind: doubt, short: 甲, words: 乙, owner: approver, days: 3}\n", "utf-8"
    )
    with pytest.raises(BadRule, match="jump"):
        read(file)


def test_a_rule_is_adopted_anew_for_months_to_come_with_its_ground(people: Four) -> None:
    deaf("甲")
    paid(people, "2024-06", day=20)
    head = builders.staff(Role.COUNTY_SUPERVISOR)
    terms = {"owner": Role.COUNTY_CLERK, "days": 2, "asked": True, "on": builders.BEGAN}

    def adopt(month: str, by: Staff, source: str = "本局决定") -> ReviewRule:
        return actions.adopt(
            "account", from_month=builders.month(month), source=source, by=by, **terms
        )  # type: ignore[arg-type]

    with pytest.raises(StaleState, match="已经审批"):
        adopt("2024-06", head)
    with pytest.raises(StaleState, match="依据"):
        adopt("2024-07", head, source="")
    with pytest.raises(NotAllowed):
        adopt("2024-07", people.checker)
    made = adopt("2024-07", head)
    assert (made.words, made.owner, made.example) == ("更换账户后首次发放", "county_clerk", False)
    with pytest.raises(StaleState, match="另选月份"):
        adopt("2024-07", head)
