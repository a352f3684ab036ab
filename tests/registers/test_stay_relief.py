"""流浪乞讨救助申请 from the station: offered once, named on both pages, by territory."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Application, Entitlement
from apps.households.models import Household
from apps.offices.models import Role, Staff
from apps.registers import actions
from apps.registers.models import Stay
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


def test_a_second_stay_while_the_award_runs_names_it(clerk: Staff, supervisor: Staff) -> None:
    mine, first = client_of(clerk), identified(clerk)
    mine.post(page(first), ALONE)
    asked = Application.objects.get()
    for who, code in ((mine, "accept"), (client_of(supervisor), "confirm")):
        asked.refresh_from_db()
        taken = who.post(
            f"/applications/{asked.pk}/steps/{code}/", {"on": TODAY, "seen": asked.version}
        )
        assert taken.status_code == 302, text(taken)
    assert Entitlement.objects.count() == 1
    actions.leave(first.pk, leaving="own", note="回家", on=TODAY, by=clerk)
    second = identified(clerk, on="2024-07-10")
    shown = mine.get(page(second)).content.decode()
    assert f'href="/applications/{asked.pk}/"' in shown
    assert 'data-testid="act-relief"' not in shown


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
