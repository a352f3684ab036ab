"""救助站的页面: through the forms from admission to leaving; names, health, queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.offices.models import Role, Staff
from apps.registers import actions
from apps.registers.models import Stay
from tests import builders
from tests.pages.conftest import client_of
from tests.registers.conftest import HERE
from tests.registers.test_child_pages import text
from tests.registers.test_stays import ID, TODAY, admitted, unknown

pytestmark = pytest.mark.django_db
STAYS = "/registers/stays/"


def test_from_the_door_to_the_way_home_through_the_forms(clerk: Staff, supervisor: Staff) -> None:
    mine, other = client_of(clerk), client_of(supervisor)
    form = {"admitted_on": "2024-07-01", "brought_by": "police", "division": HERE[:9],
            "place": "汽车站", "name": "", "sex": "m", "age": "45", "group": "none",
            "tells": "refuses", "needs": "食宿", "health": ""}  # fmt: skip
    refused = mine.post(STAYS + "new/", form)
    assert refused.status_code == 400
    assert "不予救助" in text(refused)
    assert 'value="汽车站"' in text(refused)
    assert mine.post(STAYS + "new/", {**form, "tells": "cannot"}).status_code == 302
    stay = Stay.objects.get()
    page = f"{STAYS}{stay.pk}/"
    assert "发布寻亲公告应于 2024-07-02 前办理，已逾期" in text(mine.get(page))
    extend = {"act": "extend", "row": "0", "extend-until": "2024-07-25",
              "extend-reason": "身份不明，等 DNA 结果"}  # fmt: skip
    assert mine.post(page, extend).status_code == 302
    row = stay.extensions.get().pk
    decide = {"act": "decide", "row": str(row), f"decide-{row}-grant": "yes",
              f"decide-{row}-reason": ""}  # fmt: skip
    assert mine.post(page, decide).status_code == 409  # not offered to who proposed it
    assert other.post(page, decide).status_code == 302
    leave = {"act": "leave", "row": "0", "leave-leaving": "expired", "leave-on": "2024-07-10",
             "leave-note": "期满"}  # fmt: skip
    sent_away = mine.post(page, leave)
    assert (sent_away.status_code, "不因期满离站" in text(sent_away)) == (400, True)
    assert mine.post(page, {**leave, "leave-leaving": "settled"}).status_code == 302
    assert "转入安置、供养机构" in text(mine.get(page))


def test_once_identified_the_age_is_known_and_nothing_is_searched_for(clerk: Staff) -> None:
    mine, stay = client_of(clerk), unknown(clerk)
    page = f"{STAYS}{stay.pk}/"
    before = mine.get(page).content.decode()
    assert ("约 45 岁" in before, 'data-testid="act-search"' in before) == (True, True)
    actions.identify(stay.pk, id_number=ID, name="罗建国", on=TODAY, by=clerk)
    after = mine.get(page).content.decode()
    assert ("64 岁" in after, "约" in after, 'data-testid="act-search"' in after) == (
        True,
        False,
        False,
    )
    listed = mine.get(STAYS).content.decode()
    assert ("64 岁" in listed, "约" in listed) == (True, False)
    with pytest.raises(actions.Refused, match="已经查明"):
        actions.search(stay.pk, kind="dna", on=TODAY, by=clerk)


def test_somebody_on_minimum_living_is_taken_in_and_the_officer_told(clerk: Staff) -> None:
    who = builders.person("罗建国", "1960-01-01", id_number=ID, sex="m")
    home = builders.household((who, "applicant"), division=HERE)
    builders.fact("property", home, "2024-01-01", flag=True)
    builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    stay = admitted(clerk)
    actions.identify(stay.pk, id_number=ID, name="罗建国", on=TODAY, by=clerk)
    assert "此人在享低保" in text(client_of(clerk).get(f"{STAYS}{stay.pk}/"))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER, Role.FINANCE])
def test_who_does_not_work_at_the_station_sees_no_name(clerk: Staff, role: Role) -> None:
    stay = admitted(clerk, name="罗某某", health="精神异常")
    other = client_of(builders.staff(role))
    for url in (STAYS, f"{STAYS}?q=罗", f"{STAYS}csv/"):
        assert "罗某某" not in text(other.get(url))
        assert "精神异常" not in text(other.get(url))
    assert other.get(f"{STAYS}{stay.pk}/").status_code == 403
    assert other.get("/registers/prone/").status_code == 403
    assert "精神异常" in text(client_of(clerk).get(f"{STAYS}{stay.pk}/"))
    helper = client_of(builders.staff(Role.VILLAGE_HELPER))
    assert "精神异常" not in text(helper.get(f"{STAYS}{stay.pk}/"))


def test_those_who_stray_are_listed_and_taken_off(clerk: Staff) -> None:
    stay = admitted(clerk)
    who = actions.identify(stay.pk, id_number=ID, name="罗建国", on=TODAY, by=clerk)
    entry = actions.enter_prone(
        who.pk, division=HERE[:9], reason="dementia", keeper="罗建军", phone="0734", on=TODAY,
        by=clerk,
    )  # fmt: skip
    browser = client_of(clerk)
    assert "失智" in text(browser.get("/registers/prone/"))
    helper = client_of(builders.staff(Role.VILLAGE_HELPER))
    assert "失智" not in text(helper.get("/registers/prone/"))
    act = {"act": "close", "row": str(entry.pk), f"close-{entry.pk}-reason": "settled"}
    assert browser.post("/registers/prone/", act).status_code == 302
    assert "罗建国" in text(browser.get("/registers/prone/?state=closed"))


@pytest.mark.parametrize("url", [STAYS, f"{STAYS}csv/", f"{STAYS}?flag=unknown"])
def test_as_many_queries_for_one_stay_as_for_many(clerk: Staff, url: str) -> None:
    browser = client_of(clerk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url).status_code == 200
        return len(seen)

    unknown(clerk)
    one = queries()
    for _ in range(4):
        unknown(clerk)
    assert queries() == one
