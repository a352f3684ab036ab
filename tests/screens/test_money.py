"""批次与送银行: exceptions, sums that tie, acts refused in words, one file for the bank."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models import Sum

from apps.casework.models import Application
from apps.offices.models import Event, Role
from apps.payments import actions
from apps.payments.holding import actions as holding
from apps.payments.holding.models import Hold
from apps.payments.models import BankBatch, PaymentLine, PaymentRun
from apps.units.money import capital, yuan_grouped
from tests import builders
from tests.pages.conftest import FAR, As, County, as_, county, day, now, poor
from tests.payments.paying import account, computed

__all__ = ["as_", "county", "day", "now"]
pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def part(page: str, testid: str, end: str = "</section>") -> str:
    return page.split(f'data-testid="{testid}"')[1].split(end)[0]


def fen_of(run: PaymentRun) -> int:
    run.refresh_from_db()
    lines = PaymentLine.objects.filter(calculation_id=run.calculation_id)
    return int(lines.aggregate(s=Sum("fen"))["s"] or 0)


# ---- T18 ----


def asks(name: str, *, certificate: bool = True) -> Application:
    who = builders.person(name, "1980-05-05")
    home = builders.household((who, "applicant"), division=FAR)
    if certificate:
        builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    return builders.application("disability_nursing", home, who, "2024-07-03")


def test_t18_one_click_decides_and_the_next_case_opens_itself(as_: As) -> None:
    builders.from_paper()
    client = as_(builders.staff(Role.COUNTY_SUPERVISOR))
    clean = [asks(name) for name in ("甲", "乙", "丙")]
    flagged = asks("丁", certificate=False)
    answer, clicks = client.get(f"/applications/{clean[0].pk}/"), 0
    for case in [*clean, flagged]:
        page = text(answer)
        assert f'action="/applications/{case.pk}/steps/' in page
        assert ("没有不符合的条件" in page) is (case != flagged)
        verb = "reject" if case == flagged else "confirm"
        given = {"seen": str(case.version)}
        answer = client.post(f"/applications/{case.pk}/steps/{verb}/", given, follow=True)
        clicks += 1
    assert "没有别的案件待您审批了" in text(answer)
    states = Application.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), clicks) == (["confirmed"] * 3 + ["rejected"], 4)


def test_t19_who_prepared_a_case_does_not_decide_it_and_the_try_is_logged(as_: As) -> None:
    builders.from_paper()
    me = builders.staff(Role.COUNTY_SUPERVISOR)
    case = asks("甲")
    Application.objects.filter(pk=case.pk).update(prepared_by=me)
    answer = as_(me).post(f"/applications/{case.pk}/steps/confirm/", {"seen": str(case.version)})
    assert answer.status_code == 403
    assert "须由另一人审批" in text(answer)
    logged = Event.objects.get(object_id=case.pk, verb__endswith="被拒绝")
    assert logged.by == me


# ---- T19 ----


@pytest.mark.parametrize(
    ("who", "step", "words"),
    [
        ("maker", "check", "复核人不能是本批次的经办人"),
        ("checker", "approve", "审批人不能是本批次的经办人或复核人"),
    ],
)
def test_t19_nobody_takes_two_steps_also_by_direct_post(
    who: str, step: str, words: str, county: County, as_: As
) -> None:
    if step == "approve":
        actions.check_run(county.july.pk, by=county.people.checker)
    person = getattr(county.people, who)
    answer = as_(person).post(f"/payruns/{county.july.pk}/{step}/", {"seen": "on"})
    assert answer.status_code == 403
    assert words in text(answer)
    logged = Event.objects.get(object_id=county.july.pk, verb__endswith="被拒绝")
    assert (logged.by, logged.reason.startswith(words)) == (person, True)


# ---- T20 ----


def test_t20_the_same_month_computed_twice_has_the_same_digest(county: County, as_: As) -> None:
    def digest(version: int) -> str:
        page = text(client.get(f"/payruns/{county.july.pk}/lines/?version={version}"))
        return part(page, "digest", "</span>").lstrip(">")

    client = as_(county.people.checker)
    actions.compute_run(county.july.pk)
    assert re.fullmatch(r"[0-9a-f]{64}", digest(1))
    assert digest(1) == digest(2)
    builders.fact("residence", county.deaf[1], "2024-07-05", flag=True)
    builders.fact("death", county.deaf[1], "2024-06-25", known="2024-07-02")
    actions.compute_run(county.july.pk)
    assert digest(3) != digest(2)


# ---- T21 ----


@pytest.fixture
def doubted(county: County) -> PaymentRun:
    """July with somebody to look at: an income that fell by more than half of the amount."""
    builders.fact(
        "income", county.poor[1], "2024-06-25", code="wage", amount_fen=3000_00, per="year"
    )
    account(county.deaf[1], on="2024-06-25")
    actions.cancel_run(county.july.pk, by=county.people.maker)
    return computed(county.people, "2024-07")


def test_t21_sums_tie_and_the_waterfall_ends_at_the_total(county: County, as_: As) -> None:
    page = text(as_(county.people.approver).get(f"/payruns/{county.july.pk}/"))
    total = fen_of(county.july)
    bars = re.findall(r'class="num fw6">\s*([\d,.]+)', part(page, "waterfall"))
    june = fen_of(county.june)
    assert bars == [yuan_grouped(june), yuan_grouped(total)]
    by_programme = sum(int(fen) for fen in re.findall(r'data-fen="(\d+)"', page))
    assert by_programme == total
    net = re.sub(r"\s", "", part(page, "town-change", "</td>").lstrip(">"))
    assert net == f"+{yuan_grouped(total - june)}"
    assert part(page, "residual", "</td>").lstrip(">") == "0.00"
    bar = part(page, "actions", "acts")
    assert f'大写：<span lang="zh-Hans">{capital(total)}</span>' in bar
    assert f"3 户 · 3 人次 · ¥{yuan_grouped(total)}" in bar


def test_t21_blocked_and_doubted_stand_apart_with_their_reasons(
    county: County, doubted: PaymentRun, as_: As
) -> None:
    client = as_(county.people.checker)
    held = part(text(client.get(f"/payruns/{doubted.pk}/")), "held")
    assert "没有阻断" not in held
    assert "更换账户后首次发放" in part(held, "doubts")
    assert "李四" in part(held, "doubts")
    every = text(client.get(f"/payruns/{doubted.pk}/doubts/?why=account"))
    assert "李四" in every
    assert "没有需核实的" in text(client.get(f"/payruns/{doubted.pk}/doubts/?why=arrears"))


def test_t21_every_change_has_its_people(county: County, as_: As) -> None:
    client = as_(county.people.checker)
    page = text(client.get(f"/payruns/{county.july.pk}/changes/"))
    assert "全部变动" in page
    assert "赵六" in page
    assert "李四" not in page


# ---- T22, T23 ----


def test_t22_approving_takes_a_tick_that_is_not_set_beforehand(county: County, as_: As) -> None:
    actions.check_run(county.july.pk, by=county.people.checker)
    client, url = as_(county.people.approver), f"/payruns/{county.july.pk}/"
    assert url in text(client.get("/payruns/"))  # the first click; then the tick and 批准
    box = re.search(r"<input[^>]*name=\"seen\"[^>]*>", text(client.get(url)))
    assert box
    assert "checked" not in box[0]
    unseen = client.post(f"{url}approve/")
    assert unseen.status_code == 400
    box = re.search(r"<input[^>]*name=\"seen\"[^>]*>", text(unseen))
    assert box
    assert "autofocus" in box[0]
    assert not BankBatch.objects.filter(run=county.july).exists()
    client.post(f"{url}approve/", {"seen": "on"})
    batch = BankBatch.objects.get(run=county.july)
    assert batch.total_fen == fen_of(county.july)
    again = client.post(f"{url}approve/", {"seen": "on"})
    assert again.status_code == 409
    assert BankBatch.objects.filter(run=county.july).count() == 1


def test_t23_what_changed_since_closes_approval_until_computed_again(
    county: County, as_: As
) -> None:
    actions.check_run(county.july.pk, by=county.people.checker)
    before = fen_of(county.july)
    builders.fact("death", county.deaf[1], "2024-06-25", known="2024-07-02")
    client, url = as_(county.people.approver), f"/payruns/{county.july.pk}/"
    page = text(client.get(url))
    assert re.search(r"计算后又登记了 \d+ 处", page)
    assert re.search(r'data-testid="approve"\s+disabled', page)
    refused = client.post(f"{url}approve/", {"seen": "on"})
    assert refused.status_code == 409
    actions.return_run(county.july.pk, by=county.people.approver, reason="有人去世")
    actions.compute_run(county.july.pk)
    assert fen_of(county.july) == before - 90_00
    assert yuan_grouped(before) in text(client.get(f"{url}?version=1"))


# ---- T24 ----


def line_of(county: County) -> str:
    return f"{county.deaf[1].pk}~disability_nursing"


def test_t24_a_line_is_held_and_released_with_reasons_and_sums_follow(
    county: County, as_: As
) -> None:
    client, url = as_(county.people.checker), f"/payruns/{county.july.pk}/"
    before = fen_of(county.july)
    none = client.post(f"{url}hold/", {"line": line_of(county), "reason": " "})
    assert none.status_code == 409
    assert "暂缓须写明理由" in text(none)
    page = text(
        client.post(
            f"{url}hold/", {"line": line_of(county), "reason": "村里反映已迁走"}, follow=True
        )
    )
    assert fen_of(county.july) == before - 90_00
    assert yuan_grouped(before - 90_00) in part(page, "paid", "</div>")
    assert "村里反映已迁走" in part(page, "held")
    assert "三项合计一致" in page
    assert part(page, "residual", "</td>").lstrip(">") == "0.00"
    twice = client.post(f"{url}hold/", {"line": line_of(county), "reason": "再来"})
    assert twice.status_code == 409
    assert "这一笔已经暂缓" in text(twice)
    assert "再来" in text(twice)
    held = Hold.objects.get()
    client.post(f"{url}release/{held.pk}/", {"reason": ""})
    assert Hold.objects.standing().exists()
    page = text(client.post(f"{url}release/{held.pk}/", {"reason": "核实仍在本村"}, follow=True))
    assert fen_of(county.july) == before
    for words in ("村里反映已迁走", "核实仍在本村"):
        assert words in part(page, "holds")
        assert words in part(page, "events")


def test_t24_what_is_held_when_paid_is_paid_after_its_release(county: County) -> None:
    people, who = county.people, county.deaf[1]
    held = holding.hold(
        county.july.pk,
        programme="disability_nursing",
        subject=who.pk,
        reason="待核实",
        by=people.checker,
    )
    actions.check_run(county.july.pk, by=people.checker)
    actions.approve_run(county.july.pk, by=people.approver)
    actions.send_run(county.july.pk, by=people.finance)
    mine = PaymentLine.objects.filter(subject=who.pk, programme="disability_nursing")
    august = computed(people, "2024-08")
    assert not mine.filter(calculation=august.calculation).exists()
    holding.release(held.pk, august.pk, reason="已核实", by=people.checker, at=august.created_at)
    august.refresh_from_db()
    rows = mine.filter(calculation=august.calculation).order_by("month")
    assert [(f"{row.month:%Y-%m}", row.kind, row.fen) for row in rows] == [
        ("2024-07", "arrears", 90_00),
        ("2024-08", "regular", 90_00),
    ]


def test_t24_who_may_and_when(county: County, as_: As) -> None:
    url = f"/payruns/{county.july.pk}/"
    asked = {"line": line_of(county), "reason": "待核实"}
    assert as_(county.people.finance).post(f"{url}hold/", asked).status_code == 403
    as_(county.people.maker).post(f"{url}hold/", asked)
    actions.check_run(county.july.pk, by=county.people.checker)
    held = Hold.objects.get()
    refused = as_(county.people.approver).post(f"{url}release/{held.pk}/", {"reason": "放"})
    assert refused.status_code == 409
    assert "请先退回" in text(refused)


# ---- T25 ----


def test_t25_the_file_says_its_sums_and_a_second_export_says_why(county: County, as_: As) -> None:
    people, url = county.people, f"/payruns/{county.july.pk}"
    actions.check_run(county.july.pk, by=people.checker)
    finance = as_(people.finance)
    assert "bankfile" not in text(finance.get(f"{url}/"))
    refused = finance.post(f"{url}/bankfile.csv")
    assert refused.status_code == 403
    batch = actions.approve_run(county.july.pk, by=people.approver)
    page = text(finance.get(f"/bankfiles/{batch.pk}/"))
    for words in (yuan_grouped(batch.total_fen), capital(batch.total_fen), batch.digest, "GB18030"):
        assert words in page
    assert "与封存时一致" in page
    first = finance.post(f"{url}/bankfile.csv")
    amounts = re.findall(r",(\d+\.\d\d)", first.content.decode("gb18030"))
    assert str(batch.total_fen / 100) in {str(float(one)) for one in amounts}
    second = finance.post(f"{url}/bankfile.csv")
    assert second.status_code == 409
    assert "再次导出须写明理由" in text(second)
    third = finance.post(f"{url}/bankfile.csv", {"reason": "银行退回格式"})
    assert third.status_code == 200
    log = part(text(finance.get(f"/bankfiles/{batch.pk}/")), "downloads", "</ul>")
    assert log.count(people.finance.name) == 2
    assert "银行退回格式" in log
    assert (
        as_(builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])).get(f"/bankfiles/{batch.pk}/").status_code
        == 404
    )


def test_t25_what_has_no_account_is_counted_and_left_out(county: County, as_: As) -> None:
    poor("无账户", FAR)
    who = builders.person("钱八", "1980-05-05")
    home = builders.household((who, "applicant"), division=FAR)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    actions.compute_run(county.july.pk)
    actions.check_run(county.july.pk, by=county.people.checker)
    batch = actions.approve_run(county.july.pk, by=county.people.approver)
    page = text(as_(county.people.finance).get(f"/bankfiles/{batch.pk}/"))
    assert "没有列入：没有登记收款账户 2 条，180.00 元" in page
