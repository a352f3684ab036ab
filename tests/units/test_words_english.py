"""The words of the code in English: labels and refusals speak it, what is kept never does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import translation

from apps.casework.examine import examine
from apps.casework.models import Application
from apps.casework.programme import PROGRAMMES
from apps.casework.worklist import due_words
from apps.households.actions import record
from apps.households.shapes import BadFact
from apps.offices.gates import need_role
from apps.offices.models import Event, Role
from apps.offices.moves import NotAllowed
from apps.standards.models import current_book
from apps.units.language import lazy as _
from apps.units.language import listed, plain, worded
from tests import builders

TODAY = dt.date(2024, 7, 10)


@pytest.fixture
def english() -> Iterator[None]:
    """A reader who has chosen English."""
    with translation.override("en"):
        yield


def test_a_label_is_said_in_the_language_of_its_reader() -> None:
    with translation.override("en"):
        assert str(Role.TOWNSHIP_CLERK.label) == "Township caseworker"
        assert str(PROGRAMMES["disability_living"].name).endswith("(困难残疾人生活补贴)")
        assert due_words(dt.date(2024, 7, 8), dt.date(2024, 7, 10)) == ("late", "2 d overdue")
    assert str(Role.TOWNSHIP_CLERK.label) == "乡镇经办"


@pytest.mark.usefixtures("english")
def test_words_made_of_words_are_one_language() -> None:
    words = worded(_("请填写{label}。"), label=_("理由"))
    assert str(words) == "Enter: Reason."
    assert listed([Role.CHECKER.label, Role.FINANCE.label]) == "Check, Finance"
    assert plain({"who": [Role.FINANCE.label], "fen": 1}) == {"who": ["财务"], "fen": 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
def test_a_refusal_says_in_english_who_can() -> None:
    with pytest.raises(NotAllowed, match=r"must be done by: County caseworker, County supervisor"):
        need_role(builders.staff(Role.AUDITOR), (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR), "x")


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
def test_what_an_english_reader_does_is_put_down_in_chinese() -> None:
    clerk, who = builders.staff(Role.TOWNSHIP_CLERK), builders.person("周国华", "1950-01-01")
    builders.household((who, "applicant"))
    with pytest.raises(BadFact, match="date of death"):
        record("death", on=dt.date(1949, 1, 1), recorded_on=TODAY, person_id=who.pk, by=clerk)
    record("death", on=dt.date(2024, 7, 1), recorded_on=TODAY, person_id=who.pk, by=clerk)
    assert Event.objects.order_by("-pk").values_list("verb", flat=True)[0] == "登记死亡"


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
def test_findings_stay_chinese() -> None:
    who = builders.person("周国华", "1950-01-01")
    home = builders.household((who, "applicant"))
    asked = Application.objects.create(
        programme="old_age_allowance",
        household=home,
        person=who,
        applied_on=dt.date(2024, 7, 1),
        prepared_by=builders.staff(Role.TOWNSHIP_CLERK),
    )
    found = examine(asked, day=dt.date(2024, 7, 10), book=current_book())
    assert found
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in test.words) for test in found)
