"""黄金户: the figures everybody knows, from the payments of the small county."""

import datetime as dt

import pytest

from apps.casework.assess import assess, scope_of
from apps.households.models import BankAccount, Fact, Household, Person
from apps.offices.demo_staff import VILLAGE
from apps.payments.models import BankItem, Held, PaymentRun
from apps.standards.models import current_book
from apps.units.months import month
from seeds.golden import GOLDEN_IN_DECEMBER
from tests.seeds.test_county import of, paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]


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
