"""Cases through the API: registering, applying, steps, changes, awards: the pages' own gates."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Application
from apps.households.models import Household, Person
from apps.offices.models import Event, IdemKey, Role
from apps.registers.low_income_words import OUTCOMES
from apps.reviews.models import Suspension
from tests import builders
from tests.api.conftest import Call, Caller, faults
from tests.pages.conftest import HERE
from tests.payments.paying import account

pytestmark = pytest.mark.django_db
ID_NUMBER = "430482198005050012"
FAMILY: dict[str, Any] = {
    "village": HERE,
    "zone": "rural",
    "phone": "13800005678",
    "programmes": ["minimum_living"],
    "property": "within",
    "bank": "农商银行",
    "account": "6217000000004321",
    "members": [
        {"name": "张三", "born": "1980-05-05", "relationship": "applicant", "wage": "100.00"},
        {"name": "张小", "born": "2015-05-05", "relationship": "child"},
    ],
}


def registered(one: Caller, **more: Any) -> tuple[str, int]:
    """A family: its number, and its application."""
    made = one.post("registrations/", FAMILY | more)
    assert made.status_code == 201, made.content.decode()
    found = made.json()
    return found["household"]["number"], found["applications"][0]


# ---- registering ----


def test_a_family_is_registered_whole_and_shown_masked(caller: Call) -> None:
    from apps.units.id_number import make_id

    number_of = make_id("430482", builders.date("1980-05-05"), 1)
    members = [{**FAMILY["members"][0], "id_number": number_of}, FAMILY["members"][1]]
    one = caller()
    number, asked = registered(one, members=members)
    shown = one.get(f"households/{number}/")
    text = shown.content.decode() + one.get(f"households/{number}/accounts/").content.decode()
    for secret in (number_of, "6217000000004321", "13800005678"):
        assert secret not in text
    assert number_of[:6] + "********" + number_of[-4:] in text
    assert "*******5678" in text
    assert "···4321" in text
    facts = one.get(f"households/{number}/facts/", kind="income").json()["results"]
    assert [fact["amount_fen"] for fact in facts] == [10000]
    assert one.get(f"applications/{asked}/").json()["state"] == "submitted"


def test_whole_numbers_are_seen_by_an_act_that_is_put_down(caller: Call) -> None:
    from apps.units.id_number import make_id

    number_of = make_id("430482", builders.date("1980-05-05"), 1)
    one = caller()
    number, _ = registered(one, members=[{**FAMILY["members"][0], "id_number": number_of}])
    path = f"households/{number}/id-numbers/"
    for _ in range(2):
        answer = one.post(path, key="same")
        assert answer.json()["results"][0]["id_number"] == number_of
    assert Event.objects.filter(verb="查看证件号码").count() == 2
    assert not IdemKey.objects.filter(body__contains=number_of).exists()
    assert caller(Role.FINANCE).post(path).status_code == 403
    narrow = Caller(one.staff, ("households:read", "households:write"))
    assert narrow.post(path).json()["errors"][0]["code"] == "scope_missing"


def test_what_is_wrong_with_a_family_names_the_member(caller: Call) -> None:
    members = [FAMILY["members"][0], {"name": "", "born": "2050-01-01", "relationship": "child"}]
    answer = caller().post("registrations/", FAMILY | {"members": members, "village": "无此村"})
    found = faults(answer)
    assert answer.status_code == 400
    assert "没有找到这个村" in found["village"]
    assert found["members.1.name"] == "请填写姓名。"
    assert "晚于今天" in found["members.1.born"]
    assert not Household.objects.exists()
    assert not Person.objects.exists()


# ---- applying and steps ----


def test_a_known_household_applies_and_is_confirmed_from_paper(caller: Call) -> None:
    builders.from_paper()
    one, chief = caller(), caller(Role.COUNTY_SUPERVISOR)
    number, first = registered(one)
    of = f"applications/{first}/"
    assert one.edit(f"{of}steps/withdraw/", {"note": "改期"}, of=of).json()["state"] == "withdrawn"
    made = one.post("applications/", {"household": number, "programme": "minimum_living"})
    assert made.status_code == 201
    of = f"applications/{made.json()['id']}/"
    done = chief.edit(f"{of}steps/back_entry/", of=of)
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    (award,) = chief.get("awards/", household=number).json()["results"]
    assert (award["programme"], award["who"]) == ("minimum_living", "张三户")


def test_who_prepared_does_not_decide(caller: Call) -> None:
    builders.from_paper()
    chief = caller(Role.COUNTY_SUPERVISOR)
    _, asked = registered(chief)
    of = f"applications/{asked}/"
    answer = chief.edit(f"{of}steps/back_entry/", of=of)
    assert answer.status_code == 403
    assert "不得为同一人" in faults(answer)[None]


def test_a_step_of_what_has_moved_on_is_told_who_moved_it(caller: Call) -> None:
    one, other = caller(), caller()
    _, asked = registered(one)
    of = f"applications/{asked}/"
    seen = one.get(of)["ETag"]
    assert other.edit(f"{of}steps/withdraw/", {"note": "撤"}, of=of).status_code == 200
    answer = one.post(f"{of}steps/withdraw/", {"note": "我也撤"}, seen=seen)
    found = faults(answer)
    assert answer.status_code == 412
    assert other.staff.name in found["If-Match"]
    assert found["state"] == "现在是：已撤回"
    assert answer["ETag"] == one.get(of)["ETag"]
    assert Application.objects.get().version == 1


def test_a_step_without_a_version_is_told_how(caller: Call) -> None:
    one = caller()
    _, asked = registered(one)
    for seen in ("", "*"):
        answer = one.post(f"applications/{asked}/steps/withdraw/", {"note": "撤"}, seen=seen)
        assert answer.status_code == 428
        assert "If-Match" in faults(answer)[None]
    assert Application.objects.get().state == "submitted"


def test_a_step_that_lost_its_answer_is_answered_again(caller: Call) -> None:
    one = caller()
    _, asked = registered(one)
    of = f"applications/{asked}/"
    seen = one.get(of)["ETag"]
    first, again = (
        one.post(f"{of}steps/withdraw/", {"note": "撤"}, seen=seen, key="k-1") for _ in range(2)
    )
    assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")


# ---- changes ----


def test_a_change_is_tried_then_made_and_a_second_person_decides(caller: Call) -> None:
    builders.from_paper()
    one, chief = caller(), caller(Role.COUNTY_SUPERVISOR)
    number, asked = registered(one)
    of = f"applications/{asked}/"
    chief.edit(f"{of}steps/back_entry/", of=of)
    form = f"households/{number}/changes/income/"
    person = one.get(form).json()["boxes"][0]["choices"][0][0]
    body = {
        "person": person,
        "code": "wage",
        "amount": "300.00",
        "per": "month",
        "on": "2024-07-01",
    }
    tried = one.edit(form, body | {"dry_run": True}, of=form)
    assert (tried.status_code, tried.json()["decided"]) == (200, True)
    assert one.get("changes/").json()["results"] == []
    made = one.edit(form, body, of=form)
    assert (made.status_code, made.json()["state"]) == (201, "submitted")
    change = f"changes/{made.json()['id']}/"
    assert "另一位" in faults(one_as(chief, one).edit(f"{change}approve/", of=change))[None]
    done = chief.edit(f"{change}approve/", of=change)
    assert (done.status_code, done.json()["state"]) == (200, "done")


def one_as(_chief: Caller, one: Caller) -> Caller:
    """The maker, in a post that may decide."""
    type(one.staff).objects.filter(pk=one.staff.pk).update(role=Role.COUNTY_SUPERVISOR)
    one.staff.refresh_from_db()
    return one


def test_a_change_over_a_colleagues_is_told_what_stands(caller: Call) -> None:
    one, other = caller(), caller()
    number, _ = registered(one)
    form = f"households/{number}/changes/property/"
    seen = one.get(form)["ETag"]
    assert other.edit(form, {"within": "no", "on": "2024-07-10"}, of=form).status_code == 201
    answer = one.post(form, {"within": "yes", "on": "2024-07-10"}, seen=seen)
    assert answer.status_code == 412
    assert faults(answer)["within"] == "现在是：no"


def test_an_account_is_changed_and_never_shown_whole(caller: Call) -> None:
    one = caller()
    number, _ = registered(one)
    form = f"households/{number}/changes/account/"
    body = {
        "owner": "0",
        "payee_name": "张三",
        "payee_is": "head",
        "bank": "信用社",
        "number": "6230000000009876",
        "reason": "卡遗失",
    }
    made = one.edit(form, body, of=form)
    assert made.status_code == 201, made.content.decode()
    text = made.content.decode() + one.get(form).content.decode()
    text += one.get(f"households/{number}/changes/").content.decode()
    assert "6230000000009876" not in text
    newest = one.get(f"households/{number}/accounts/").json()["results"][0]
    assert (newest["bank"], newest["number"]) == ("信用社", "···9876")


@pytest.mark.parametrize(
    ("kind", "body", "attr"),
    [
        ("income", {"person": "0", "code": "wage", "on": "2024-07-01"}, "person"),
        ("zone", {"zone": "moon", "on": "2024-07-01"}, "zone"),
        ("property", {"within": "no", "on": "2024-07-11"}, "on"),
        ("death", {"on": "2024-07-01"}, "person"),
        ("head", {"head": "x", "on": "2024-07-01"}, "head"),
        ("split", {"zone": "rural", "on": "2024-07-01"}, "non_field_errors"),
        ("merge", {"other": "1", "on": "2024-07-01"}, "other"),
        ("leave", {"person": "1", "nonsense": "1"}, "nonsense"),
    ],
)
def test_what_is_wrong_with_a_change_is_said_by_field(
    kind: str, body: Any, attr: str, caller: Call
) -> None:
    one = caller()
    number, _ = registered(one)
    form = f"households/{number}/changes/{kind}/"
    answer = one.edit(form, body, of=form)
    assert answer.status_code == 400
    assert attr in faults(answer)


# ---- awards ----


def test_an_award_is_suspended_by_two(caller: Call) -> None:
    builders.from_paper()
    who = builders.person("王五", "1990-01-01")
    home = builders.household((who, "applicant"), division=HERE, zone="rural")
    builders.fact("property", home, "2024-05-01", flag=True)
    account(home)
    award = builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    one, chief = caller(), caller(Role.COUNTY_SUPERVISOR)
    of = f"awards/{award.pk}/"
    found = one.get(of).json()
    suspend = next(act for act in found["acts"] if act["code"] == "suspend")
    reason = suspend["asks"][0]["choices"][0][0]
    made = one.edit(f"{of}acts/suspend/", {"reason": reason, "note": "失联"}, of=of)
    assert made.status_code == 200, made.content.decode()
    refused = one.edit(f"{of}acts/approve_suspension/", of=of)
    assert refused.status_code == 403
    done = chief.edit(f"{of}acts/approve_suspension/", of=of)
    assert done.status_code == 200
    assert Suspension.objects.get().state == "suspended"
    gone = chief.edit(f"{of}acts/approve_suspension/", of=of)
    assert gone.status_code == 409


def test_an_act_does_not_take_what_it_does_not_ask(caller: Call) -> None:
    home = builders.household(division=HERE)
    builders.from_paper()
    builders.fact("property", home, "2024-05-01", flag=True)
    award = builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    one = caller()
    of = f"awards/{award.pk}/"
    answer = one.edit(f"{of}acts/classify/", {"category": "A", "months": 3}, of=of)
    assert faults(answer) == {"months": "“认定核查类别”不填这一项。"}


# ---- work ----


def test_what_waits_is_counted_and_listed(caller: Call) -> None:
    one = caller(Role.TOWNSHIP_CLERK, HERE[:9])
    number, _ = registered(one)
    counts = one.get("work/").json()
    assert counts["total"] == sum(queue["count"] for queue in counts["queues"]) > 0
    tasks = one.get("work/tasks/", limit=1).json()
    assert tasks["results"][0]["household"] == number
    assert one.get("work/tasks/", queue="nothing").json()["results"] == []
    assert caller(Role.FINANCE).get("work/").status_code == 403


# ---- alerts ----


def test_an_alert_is_listed_with_why_and_worked_once(caller: Call) -> None:
    builders.from_paper()
    who = builders.person("孙老", "1940-01-01")
    home = builders.household((who, "applicant"), division=HERE, zone="rural")
    builders.fact("property", home, "2024-05-01", flag=True)
    builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    one = caller(Role.TOWNSHIP_CLERK, HERE[:9])
    found = one.get("alerts/").json()["results"]
    alert = next(row for row in found if row["rule"] == "old_age")
    assert "没有享受也没有申请高龄津贴" in alert["words"]
    of = f"alerts/{alert['key']}/"
    seen = one.get(of)["ETag"]
    wrong = one.post(f"{of}work/", {"outcome": "gone", "note": "已上门"}, seen=seen)
    assert set(faults(wrong)) == {"outcome"}
    outcome = next(iter(OUTCOMES))
    done = one.post(f"{of}work/", {"outcome": outcome, "note": "已上门告知"}, seen=seen)
    assert done.status_code == 200, done.content.decode()
    assert one.get(of).status_code == 404
    assert caller(Role.TOWNSHIP_CLERK, "430482101").get(of).status_code == 404
    assert caller(Role.FINANCE).get("alerts/").status_code == 403
