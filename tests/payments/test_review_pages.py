"""审批前核查的页面: whose an exception is, answering it, and what approval says meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from apps.households import actions as households
from apps.offices.models import Event, Role
from apps.payments import actions as payments
from apps.payments.models import PaymentRun
from apps.payments.review import actions as review
from apps.payments.review.models import Doubt, ReviewRule, StaffAccount
from apps.standards import actions as standards
from tests import builders
from tests.pages.conftest import As, County, as_, county, day, deaf, now
from tests.payments.paying import account, computed, paid

__all__ = ["as_", "county", "day", "now"]
pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def part(page: str, testid: str, end: str) -> str:
    return page.split(f'data-testid="{testid}"')[1].split(end)[0]


@pytest.fixture
def july(county: County) -> PaymentRun:
    """July: two new accounts for the checker to look at, and one account in another's name."""
    standards.replace_all(
        review.GATE, [(builders.month("2020-01"), True)], recorded_on=builders.BEGAN, by=None
    )
    account(county.deaf[1], on="2024-06-25")
    account(county.poor[0], on="2024-06-26")
    households.open_account(
        person_id=county.far[1].pk,
        payee_name="路人",
        bank="农村商业银行",
        number="6217994444444444",
        recorded_on=builders.date("2024-06-27"),
        by=None,
    )
    payments.compute_run(county.july.pk)
    county.july.refresh_from_db()
    return county.july


def test_the_run_says_by_rule_what_is_blocked_what_is_open_and_whose_it_is(
    county: County, july: PaymentRun, as_: As
) -> None:
    page = text(as_(county.people.checker).get(f"/payruns/{july.pk}/"))
    assert "阻断 2 条" in part(page, "held-count", "</span>")
    assert "需核实 2 条" in part(page, "doubts-left", "</span>")
    rules = part(page, "rules", "</table>")
    assert "户名不符" in rules
    assert "乡镇经办，5 个工作日内" in rules
    account_row = rules.split('data-code="account"')[1].split("</tr>")[0]
    assert "换账户" in account_row
    assert "复核" in account_row
    assert "/doubts/?why=account" in account_row


def test_a_deadline_is_counted_in_working_days_and_said_when_it_is_over(
    county: County, july: PaymentRun, as_: As, clock: Any
) -> None:
    url = f"/payruns/{july.pk}/doubts/"
    asked = Doubt.objects.filter(calculation=july.calculation)[0].asked_on
    client = as_(county.people.checker)
    page = text(client.get(url))
    assert asked == builders.date("2024-07-10")
    assert "复核 07-15" in page, "three working days after Wednesday 10 July"
    assert "还有 5 天" in page
    clock.move_to(builders.date("2024-07-18"))
    assert "逾期 3 天" in text(client.get(url))
    assert "逾期 1 天" in text(client.get(f"/payruns/{july.pk}/held/"))


def test_the_owner_ticks_and_passes_and_the_button_of_approval_opens(
    county: County, july: PaymentRun, as_: As
) -> None:
    people = county.people
    payments.check_run(july.pk, by=people.checker)
    waits = text(as_(people.approver).get(f"/payruns/{july.pk}/"))
    assert "还有2条需核实的没有核实" in waits
    assert "去核实" in waits
    refused = as_(people.approver).post(f"/payruns/{july.pk}/approve/", {"seen": "on"})
    assert refused.status_code == 409
    client, url = as_(people.checker), f"/payruns/{july.pk}/doubts/"
    boxes = Doubt.objects.filter(calculation=july.calculation).values_list("pk", flat=True)
    page = text(client.get(url))
    assert all(f'value="{pk}"' in page for pk in boxes)
    said = {"doubt": list(boxes), "note": "已打电话核实"}
    done = client.post(f"{url}pass/", said, follow=True)
    assert "已核实 2 条。" in text(done)
    assert "已打电话核实" in text(client.get(url))
    assert "没有需核实的" in text(client.get(f"{url}?state=open"))
    client = as_(people.approver)
    assert "需核实的没有核实" not in text(client.get(f"/payruns/{july.pk}/"))
    client.post(f"/payruns/{july.pk}/approve/", {"seen": "on"})
    july.refresh_from_db()
    assert july.state == "approved"


def test_a_whole_rule_is_passed_with_one_reason(county: County, july: PaymentRun, as_: As) -> None:
    client, url = as_(county.people.checker), f"/payruns/{july.pk}/doubts/"
    assert "pass-all" not in text(client.get(url))
    assert "“换账户”全部 2 条核实无误" in text(client.get(f"{url}?why=account"))
    client.post(f"{url}pass/", {"code": "account", "note": "银行已核对户名"})
    assert not Doubt.objects.unanswered().filter(calculation=july.calculation).exists()
    told = Event.objects.get(object_id=july.pk, verb="核实无误")
    assert (told.by, told.reason) == (county.people.checker, "换账户 2条：银行已核对户名")


def test_who_does_not_own_a_rule_sees_no_box_and_is_refused_in_words(
    county: County, july: PaymentRun, as_: As
) -> None:
    client, url = as_(county.people.maker), f"/payruns/{july.pk}/doubts/"
    page = text(client.get(url))
    assert 'name="doubt"' not in page
    assert "李四" in page
    refused = client.post(f"{url}pass/", {"code": "account", "note": "看过了"})
    assert refused.status_code == 403
    assert "须由复核核实" in text(refused)
    assert Event.objects.filter(object_id=july.pk, verb="核实被拒绝").exists()
    nothing = as_(county.people.checker).post(f"{url}pass/", {"note": "看过了"})
    assert nothing.status_code == 409
    assert "请先勾选" in text(nothing)


def test_lists_are_narrowed_by_owner_rule_and_township_and_exported_so(
    county: County, july: PaymentRun, as_: As
) -> None:
    client = as_(county.people.checker)
    url = f"/payruns/{july.pk}"
    assert "没有需核实的" in text(client.get(f"{url}/doubts/?owner=finance"))
    assert "李四" in text(client.get(f"{url}/doubts/?owner=checker&township=430482001"))
    assert "没有需核实的" in text(client.get(f"{url}/doubts/?township=430482101"))
    assert "赵六" in text(client.get(f"{url}/held/?owner=township_clerk&township=430482101"))
    assert "没有待补或暂缓" in text(client.get(f"{url}/held/?owner=finance"))
    sheet = client.get(f"{url}/doubts.csv?why=account")
    assert sheet["Content-Type"].startswith("text/csv")
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("问题,说明,户编号")
    assert len(lines) == 3
    assert "户名不符" in client.get(f"{url}/held.csv").content.decode("utf-8-sig")
    assert Event.objects.filter(kind="payments.export").count() == 2


def test_an_old_version_says_what_was_asked_of_it_and_answers_nothing(
    county: County, july: PaymentRun, as_: As
) -> None:
    payments.compute_run(july.pk)
    version = july.calculation.version if july.calculation else 0
    page = text(as_(county.people.checker).get(f"/payruns/{july.pk}/doubts/?version={version}"))
    assert "李四" in page
    assert 'name="doubt"' not in page


@pytest.mark.parametrize("more", [1, 5])
def test_lists_cost_the_same_for_more_families(
    more: int, as_: As, django_assert_num_queries: Any
) -> None:
    from tests.payments.paying import four

    people = four()
    everybody = [deaf(f"甲{n}")[1] for n in range(more)]
    paid(people, "2024-06", day=20)
    for who in everybody:
        account(who, on="2024-06-25")
    run = computed(people, "2024-07")
    client = as_(people.checker)
    client.get("/payruns/")
    with django_assert_num_queries(8):
        client.get(f"/payruns/{run.pk}/doubts/")


# ---- the rules, and accounts of staff ----


def test_the_rules_are_read_by_the_county_and_adopted_by_its_supervisor(as_: As) -> None:
    reader = text(as_(builders.staff(Role.AUDITOR)).get("/review-rules/"))
    assert "更换账户后首次发放" in reader
    assert "示例" in reader
    assert 'data-testid="adopt"' not in reader
    client = as_(builders.staff(Role.COUNTY_SUPERVISOR))
    said = {
        "code": "account",
        "from_month": "2024-07",
        "owner": "county_clerk",
        "days": "2",
        "asked": "on",
        "source": "本局决定",
    }
    bad = client.post("/review-rules/", said | {"days": "0"})
    assert bad.status_code == 400
    assert client.post("/review-rules/", said).status_code == 302
    made = ReviewRule.objects.get(code="account", from_month=builders.month("2024-07"))
    assert (made.owner, made.days, made.asked, made.example) == ("county_clerk", 2, True, False)
    assert client.post("/review-rules/", said).status_code == 409
    checker = as_(builders.staff(Role.CHECKER))
    assert checker.post("/review-rules/", said).status_code == 403


def test_accounts_of_staff_are_entered_masked_and_taken_off(as_: As) -> None:
    keeper, clerk = builders.staff(Role.SECURITY_ADMIN), builders.staff(Role.COUNTY_CLERK)
    client = as_(keeper)
    said = {"person": str(clerk.pk), "whose": "spouse", "number": "6217 9955 5555 1234"}
    assert "还没有登记" in text(client.get("/staff-accounts/"))
    assert client.post("/staff-accounts/", said).status_code == 302
    page = text(client.get("/staff-accounts/"))
    assert "…1234" in page
    assert "621799555555" not in page
    assert client.post("/staff-accounts/", said).status_code == 409
    one = StaffAccount.objects.get()
    client.post("/staff-accounts/", {"end": str(one.pk)})
    assert not StaffAccount.objects.standing().exists()
    assert as_(clerk).get("/staff-accounts/").status_code == 403
