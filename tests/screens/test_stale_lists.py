"""Two people at one list: 预警, 监测名单, 易走失人员库, 投诉举报, 近亲属备案, 重复人员, 变更."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.casework.models import Complaint, NearRelative
from apps.changes.models import FamilyChange
from apps.households.models import DistinctPair, PersonMerge
from apps.offices.models import Role
from apps.registers import actions
from apps.registers.models import AlertWork
from tests import builders
from tests.changes.reporting import TOKENS, Desk
from tests.changes.reporting import poor as on_minimum_living
from tests.changes.test_duplicates import alone
from tests.registers import test_low_income as low
from tests.registers import test_stays as stays
from tests.screens.staling import clerk, rows, sight_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(clock: Any) -> Client:
    """My browser, at nine on 10 July."""
    clock.move_to("2024-07-10T09:00+08:00")
    return clerk("李工", Role.COUNTY_CLERK)


@pytest.fixture
def theirs(mine: Client) -> Client:
    """A colleague's."""
    return clerk("王敏", Role.COUNTY_CLERK)


def sight_after(page: Any, words: str) -> str:
    """The memory of the form that stands after some words of a page."""
    text = page.content.decode()
    return sight_in(type("Rest", (), {"content": text[text.index(words) :].encode()})())


def test_an_alert_worked_meanwhile_gives_back_mine(mine: Client, theirs: Client) -> None:
    home, who = low.poor(born="1940-01-01")
    key = f"old_age-{home.pk}-{who.pk}"
    opened = sight_after(mine.get("/registers/alerts/"), f'value="{key}"')
    about = {"alert": key}
    their = {**about, "outcome": "pushed", "note": "已通知本人申请"}
    assert theirs.post("/registers/alerts/", their).status_code == 302
    typed = {**about, "outcome": "ended", "note": "本人放弃", "sight": opened}
    page = mine.post("/registers/alerts/", typed)
    found = rows(page)
    assert found["核查和处置情况"] == ["（空）", "已通知本人申请", "本人放弃"]
    assert "09:00 被王敏修改" in page.content.decode()
    assert AlertWork.objects.count() == 1


def test_an_alert_that_says_something_else_by_now_is_looked_at_first(
    mine: Client, theirs: Client
) -> None:
    home, who = low.poor()
    wage = {"code": "wage", "per": "month"}
    builders.fact("income", who, "2024-07-02", amount_fen=450_00, **wage)
    key = f"income-{home.pk}-0"
    opened = sight_after(mine.get("/registers/alerts/"), f'value="{key}"')
    builders.fact("income", who, "2024-07-03", amount_fen=900_00, **wage)
    typed = {"alert": key, "outcome": "ended", "note": "临时工，不稳定"}
    page = mine.post("/registers/alerts/", {**typed, "sight": opened})
    found = rows(page)["预警"]
    assert "5400.00元，" in found[0]
    assert "10800.00元，" in found[1]
    assert "临时工，不稳定</textarea>" in page.content.decode()
    assert not AlertWork.objects.exists()
    again = {**typed, "sight": sight_after(page, f'value="{key}"')}
    assert mine.post("/registers/alerts/", again).status_code == 302


def test_a_household_let_go_meanwhile_gives_back_mine(mine: Client, theirs: Client) -> None:
    listed = low.named(low.home_of("防返贫")[0], builders.staff())
    path, form = "/registers/monitored/", f'name="row" value="{listed.pk}"'
    act = {"act": "end", "row": listed.pk}
    opened = sight_after(mine.get(path), form)
    box = f"end-{listed.pk}-reason"
    assert theirs.post(path, {**act, box: "recovered"}).status_code == 302
    page = mine.post(path, {**act, box: "moved", "sight": opened})
    assert rows(page)["解除原因"][0] == "（空）"
    assert len(set(rows(page)["解除原因"])) == 3
    assert "09:00 被王敏修改" in page.content.decode()


def test_somebody_taken_off_the_list_meanwhile_gives_back_mine(
    mine: Client, theirs: Client
) -> None:
    by = builders.staff()
    who = actions.identify(
        stays.admitted(by).pk, id_number=stays.ID, name="罗建国", on=stays.TODAY, by=by
    )
    entry = actions.enter_prone(
        who.pk, division=low.HERE[:9], reason="dementia", keeper="罗建军", phone="0734",
        on=stays.TODAY, by=by,
    )  # fmt: skip
    path, act = "/registers/prone/", {"act": "close", "row": entry.pk}
    opened = sight_after(mine.get(path), f'name="row" value="{entry.pk}"')
    box = f"close-{entry.pk}-reason"
    assert theirs.post(path, {**act, box: "settled"}).status_code == 302
    page = mine.post(path, {**act, box: "died", "sight": opened})
    assert rows(page)["出库原因"][0] == "（空）"
    assert "09:00 被王敏修改" in page.content.decode()


def test_what_is_only_added_is_seen_before_it_is_added_twice(mine: Client, theirs: Client) -> None:
    who = builders.person("甲", "1990-01-01")
    home = builders.household((who, "applicant"), division=low.HERE)
    asked = builders.application("minimum_living", home, on="2024-07-01")
    path = f"/applications/{asked.pk}/complaints/"
    opened = sight_after(mine.get(path), 'data-testid="complaint-form"')
    said = {"on": "2024-07-08", "words": "有小汽车未申报"}
    assert theirs.post(path, said).status_code == 302
    page = mine.post(path, {**said, "sight": opened})
    assert rows(page) == {"已登记的投诉举报": ["（空）", "2024-07-08 有小汽车未申报", "—"]}
    assert "09:00 被王敏修改" in page.content.decode()
    assert "有小汽车未申报</textarea>" in page.content.decode()
    assert Complaint.objects.count() == 1
    again = {**said, "sight": sight_after(page, 'data-testid="complaint-form"')}
    assert mine.post(path, again).status_code == 302

    path = f"/households/{home.number}/relatives/"
    opened = sight_after(mine.get(path), 'data-testid="relative-form"')
    kin = {"on": "2024-07-08", "person": who.pk, "relation": "child", "official": "村主任张某"}
    assert theirs.post(path, kin).status_code == 302
    page = mine.post(path, {**kin, "sight": opened})
    assert rows(page) == {"已备案": ["（空）", "2024-07-08 甲 子女 村主任张某", "—"]}
    assert NearRelative.objects.count() == 1


def sent(kind: str, **typed: Any) -> dict[str, Any]:
    """A change as its form sends it."""
    return {"kind": kind, "do": "submit", "token": next(TOKENS), **typed}


def test_two_files_are_merged_and_parted_by_two(mine: Client, theirs: Client) -> None:
    (home, one), (_, other) = alone("王小明"), alone("王小明")
    path, pair = f"/households/{home.number}/change/", f"{one.pk}-{other.pk}"
    opened = sight_in(mine.get(path, {"kind": "unite", "pair": pair}))
    their = sent("unite", pair=pair, keep=one.pk, reason="号码登记有误")
    assert theirs.post(path, their).status_code == 302
    typed = sent("unite", pair=pair, keep=other.pk, reason="已核对原件", sight=opened)
    page = mine.post(path, typed)
    found = rows(page)
    assert found["合并"] == ["（空）", "2024-07-10 王小明并入王小明", "—"]
    assert "09:00 被王敏修改" in page.content.decode()
    assert 'value="已核对原件"' in page.content.decode()

    opened = sight_in(mine.get(path, {"kind": "part"}))
    merge = PersonMerge.objects.get().pk
    part = {"merge": merge, "reason": "不是同一人"}
    assert theirs.post(path, sent("part", **part)).status_code == 302
    page = mine.post(path, sent("part", merge=merge, reason="原件不符", sight=opened))
    assert rows(page)["可撤销的合并"] == ["2024-07-10 王小明并入王小明", "（空）", "—"]
    assert 'value="原件不符"' in page.content.decode()


def test_a_pair_told_apart_meanwhile_gives_back_mine(mine: Client, theirs: Client) -> None:
    (_, one), (_, other) = alone("王小明"), alone("王小明")
    pair = {"pair": f"{one.pk}-{other.pk}"}
    assert theirs.post("/duplicates/", {**pair, "reason": "已对照证件"}).status_code == 302
    page = mine.post("/duplicates/", {**pair, "reason": "生日不同"})
    assert rows(page) == {"不是同一人的依据": ["—", "已对照证件", "生日不同"]}
    assert "09:00 被王敏修改" in page.content.decode()
    assert DistinctPair.objects.get().reason == "已对照证件"


def test_a_change_is_approved_as_it_was_seen(mine: Client) -> None:
    home, people = on_minimum_living()
    desk = Desk(home, builders.staff(Role.TOWNSHIP_CLERK, low.HERE[:9]))
    change = desk.submit(
        "income", person=people[0].pk, code="wage", amount="800", per="month", on="2024-07-01"
    )
    path = f"/changes/{change.pk}/"
    one, two = (clerk(name, Role.COUNTY_SUPERVISOR) for name in ("赵审", "钱审"))
    opened = sight_in(one.get(path))
    assert two.post(path, {"act": "send_back", "reason": "金额不对"}).status_code == 302
    page = one.post(path, {"act": "send_back", "reason": "没有附证明", "sight": opened})
    assert rows(page)["退回理由"] == ["（空）", "（空）", "没有附证明"]
    assert rows(page)["状态"][1] == "草稿"
    assert "09:00 被钱审修改" in page.content.decode()

    more = {"person": people[0].pk, "code": "wage", "per": "month", "on": "2024-07-01"}
    again = desk.submit("income", token=change.token, amount="900", **more)
    assert again.pk == change.pk
    page = one.post(path, {"act": "approve", "sight": opened})
    assert rows(page)["新的净收入（元）"] == ["800", "900", "—"]
    assert FamilyChange.objects.get().state == "submitted"
    assert one.post(path, {"act": "approve", "sight": sight_in(page)}).status_code == 302
