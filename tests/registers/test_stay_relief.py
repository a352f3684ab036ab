"""流浪乞讨救助申请 from the station: offered once, named on both pages, by territory."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Application, Entitlement
from apps.households.models import Household
from apps.offices.models import Role, Staff
from apps.registers import actions
from apps.registers.models import Stay
from apps.reviews import actions as reviews
from tests import builders
from tests.pages.conftest import client_of
from tests.registers.conftest import FAR, HERE
from tests.registers.test_child_pages import text
from tests.registers.test_stays import ID, TODAY, admitted

pytestmark = pytest.mark.django_db
ASK = "提出流浪乞讨救助申请"
ALONE = {"act": "relief", "row": "0", "relief-village": HERE, "relief-zone": "urban"}


def page(stay: Stay) -> str:
    """Where the stay is shown."""
    return f"/registers/stays/{stay.pk}/"


def identified(by: Staff, **more: Any) -> Stay:
    """A stay of 罗建国, whose name and number are proved."""
    stay = admitted(by, **more)
    actions.identify(stay.pk, id_number=ID, name="罗建国", on=TODAY, by=by)
    stay.refresh_from_db()
    return stay


def at_home(division: str = HERE) -> Household:
    """罗建国 lives in a village of the county."""
    who = builders.person("罗建国", "1960-01-01", id_number=ID, sex="m")
    return builders.household((who, "applicant"), division=division)


def test_offered_once_the_person_is_known_and_never_twice(clerk: Staff) -> None:
    mine, home = client_of(clerk), at_home()
    stay = admitted(clerk)
    assert ASK not in text(mine.get(page(stay)))
    actions.identify(stay.pk, id_number=ID, name="罗建国", on=TODAY, by=clerk)
    assert ASK in text(mine.get(page(stay)))
    assert mine.post(page(stay), {"act": "relief", "row": "0"}).status_code == 302
    asked = Application.objects.get(programme="vagrant_relief")
    assert (asked.household_id, asked.applied_on) == (home.pk, TODAY)
    shown = mine.get(page(stay)).content.decode()
    assert f'href="/applications/{asked.pk}/"' in shown
    assert 'data-testid="act-relief"' not in shown
    assert mine.post(page(stay), {"act": "relief", "row": "0"}).status_code == 409
    with pytest.raises(actions.Refused, match="不能重复提出"):
        actions.ask_relief(stay.pk, on=TODAY, by=clerk)
    assert Application.objects.count() == 1


def test_who_lives_nowhere_is_put_on_record_alone_in_a_village_of_the_place(clerk: Staff) -> None:
    mine, stay = client_of(clerk), identified(clerk)
    nowhere = mine.post(page(stay), {"act": "relief", "row": "0"})
    assert (nowhere.status_code, "请选择建户的村（社区）" in text(nowhere)) == (400, True)
    elsewhere = mine.post(page(stay), {**ALONE, "relief-village": FAR})
    assert elsewhere.status_code == 400
    assert not Household.objects.exists()
    assert mine.post(page(stay), ALONE).status_code == 302
    asked = Application.objects.select_related("household").get()
    assert (asked.household.division, asked.person_id) == (HERE, stay.person_id)


def test_the_applications_page_names_the_stay(clerk: Staff) -> None:
    mine, stay = client_of(clerk), identified(clerk)
    mine.post(page(stay), ALONE)
    asked = Application.objects.get()
    shown = mine.get(f"/applications/{asked.pk}/").content.decode()
    assert 'data-testid="stay"' in shown
    assert f'href="{page(stay)}"' in shown
    other = builders.application("temporary_relief", asked.household, on="2024-07-05")
    assert 'data-testid="stay"' not in mine.get(f"/applications/{other.pk}/").content.decode()


def test_an_application_made_elsewhere_is_named_and_not_asked_for_again(clerk: Staff) -> None:
    home = at_home()
    who = home.members.get().person
    before = builders.application("vagrant_relief", home, who, on="2024-06-20")
    stay = identified(clerk)
    shown = client_of(clerk).get(page(stay)).content.decode()
    assert f'href="/applications/{before.pk}/"' in shown
    assert 'data-testid="act-relief"' not in shown
    assert page(stay) in client_of(clerk).get(f"/applications/{before.pk}/").content.decode()


def test_a_withdrawn_application_is_asked_for_anew(clerk: Staff) -> None:
    mine, stay = client_of(clerk), identified(clerk)
    mine.post(page(stay), ALONE)
    asked = Application.objects.get()
    mine.post(f"/applications/{asked.pk}/steps/withdraw/", {"on": TODAY, "seen": asked.version})
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert mine.post(page(stay), {"act": "relief", "row": "0"}).status_code == 302
    assert Application.objects.count() == 2


def taken(asked: Application, *steps: tuple[Staff, str]) -> None:
    """The application goes these steps through its page."""
    for who, code in steps:
        asked.refresh_from_db()
        answer = client_of(who).post(
            f"/applications/{asked.pk}/steps/{code}/", {"on": TODAY, "seen": asked.version}
        )
        assert answer.status_code == 302, text(answer)


LEAVE = {"act": "leave", "row": "0", "leave-leaving": "own", "leave-on": "2024-07-10",
         "leave-note": "回家"}  # fmt: skip


def test_leaving_proposes_the_end_of_its_award_and_a_second_stay_has_its_own(
    clerk: Staff, supervisor: Staff
) -> None:
    mine, first = client_of(clerk), identified(clerk)
    mine.post(page(first), ALONE)
    asked = Application.objects.get()
    taken(asked, (clerk, "accept"), (supervisor, "confirm"))
    assert mine.post(page(first), LEAVE).status_code == 302
    assert "停发待批准" in text(mine.get(page(first)))
    award = Entitlement.objects.get()
    waiting = award.proposals.get()
    assert (waiting.kind, waiting.terms) == (
        "stop",
        {"reason": "condition_ended", "effective": "2024-08"},
    )

    second = identified(clerk, on="2024-07-10")
    assert f'href="/applications/{asked.pk}/"' not in mine.get(page(second)).content.decode()
    assert mine.post(page(second), {"act": "relief", "row": "0"}).status_code == 302
    again = Application.objects.exclude(pk=asked.pk).get()
    taken(again, (clerk, "accept"), (supervisor, "confirm"))  # in the same month, beside the first
    reviews.approve_proposal(waiting.pk, on=TODAY, by=supervisor)
    periods = Entitlement.objects.order_by("pk").values_list("period", flat=True)
    august = builders.date("2024-08-01")
    assert [one.upper for one in periods] == [august, None]
    assert f'href="/applications/{asked.pk}/"' in mine.get(page(first)).content.decode()


def test_an_award_confirmed_after_leaving_is_asked_to_be_ended(
    clerk: Staff, supervisor: Staff
) -> None:
    mine, stay = client_of(clerk), identified(clerk)
    mine.post(page(stay), ALONE)
    mine.post(page(stay), LEAVE)
    asked = Application.objects.get()
    again = identified(clerk, on="2024-07-10")
    assert "还没有办结" in text(mine.get(page(again)))
    assert mine.post(page(again), {"act": "relief", "row": "0"}).status_code == 409
    taken(asked, (clerk, "accept"), (supervisor, "confirm"))
    assert "离站后停发" in text(mine.get("/"))
    assert mine.post(page(stay), {"act": "end_relief", "row": "0"}).status_code == 302
    assert Entitlement.objects.get().proposals.get().state == "proposed"
    assert mine.post(page(stay), {"act": "end_relief", "row": "0"}).status_code == 409


def test_another_township_or_county_sees_nothing_of_it(clerk: Staff) -> None:
    stay = identified(clerk)
    client_of(clerk).post(page(stay), ALONE)
    asked = Application.objects.get()
    for outsider in (
        builders.staff(Role.TOWNSHIP_CLERK, FAR[:9]),
        builders.staff(Role.COUNTY_CLERK, "430481"),
    ):
        theirs = client_of(outsider)
        assert theirs.get(page(stay)).status_code == 404
        assert theirs.post(page(stay), ALONE).status_code == 404
        assert theirs.get(f"/applications/{asked.pk}/").status_code == 404


def test_the_stay_elsewhere_is_not_named_to_the_township_of_the_home(clerk: Staff) -> None:
    home = at_home(FAR)
    stay = identified(clerk)
    assert client_of(clerk).post(page(stay), {"act": "relief", "row": "0"}).status_code == 302
    asked = Application.objects.get()
    assert asked.household_id == home.pk
    theirs = client_of(builders.staff(Role.TOWNSHIP_CLERK, FAR[:9]))
    shown = theirs.get(f"/applications/{asked.pk}/").content.decode()
    assert "入站档案在别的管辖范围" in shown
    assert page(stay) not in shown


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.VILLAGE_HELPER])
def test_only_the_county_is_offered_it(clerk: Staff, role: Role) -> None:
    stay = identified(clerk)
    theirs = client_of(builders.staff(role, HERE[:9]))
    assert ASK not in text(theirs.get(page(stay)))
    assert theirs.post(page(stay), ALONE).status_code == 409
