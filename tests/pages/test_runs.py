"""发放批次 on the page: sums that tie, differences that leave nothing over, acts and refusals."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from apps.offices.models import Event, Outbox, Role
from apps.payments import actions, changes, summary
from apps.payments.figures import figures
from apps.payments.models import PaymentLine, PaymentRun
from apps.standards import actions as standards
from tests import builders
from tests.pages.conftest import FAR, As, County, deaf
from tests.payments.paying import computed, four, paid

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_shows_state_sums_and_who(county: County, as_: As) -> None:
    page = text(as_(county.people.maker).get("/payruns/"))
    assert "2024年7月" in page
    assert "已送银行" in page
    assert county.people.approver.name in page
    assert "新建批次" in page
    assert "新建批次" not in text(as_(county.people.checker).get("/payruns/"))


def test_a_township_does_not_see_the_countys_runs(county: County, township: Any, as_: As) -> None:
    client = as_(township)
    assert "还没有发放批次" in text(client.get("/payruns/"))
    assert client.get(f"/payruns/{county.july.pk}/").status_code == 404
    assert client.get(f"/payruns/{county.july.pk}/lines/").status_code == 404


def test_a_new_run_is_a_draft_of_its_month(as_: As) -> None:
    client = as_(builders.staff())
    answer = client.post("/payruns/new/", {"month": "2024-07"}, follow=True)
    assert "还没有计算" in text(answer)
    run = PaymentRun.objects.get()
    assert (f"{run.month:%Y-%m}", run.state, run.cutoff) == (
        "2024-07",
        "draft",
        builders.date("2024-07-10"),
    )


def test_a_second_open_run_is_refused_on_the_list(county: County, as_: As) -> None:
    answer = as_(county.people.maker).post("/payruns/new/", {"month": "2024-08"})
    assert answer.status_code == 409
    assert "还有未办结的发放批次" in text(answer)


def test_a_bad_month_is_refused_at_its_box(as_: As) -> None:
    answer = as_(builders.staff()).post("/payruns/new/", {"month": "2024年"})
    assert answer.status_code == 400
    assert "不是月份" in text(answer)


def test_only_makers_open_runs(as_: As) -> None:
    answer = as_(builders.staff(Role.FINANCE)).post("/payruns/new/", {"month": "2024-07"})
    assert answer.status_code == 403


def test_programmes_townships_and_lines_come_to_the_same(county: County, as_: As) -> None:
    calculation = county.july.calculation
    assert calculation is not None
    found = summary.totals(calculation, summary.baseline(county.july), builders.COUNTY)
    lines = PaymentLine.objects.filter(calculation=calculation).aggregate(s=Sum("fen"))["s"]
    assert found.fen == lines
    assert sum(p.fen for p in found.programmes) == lines
    assert sum(t.fen for t in found.townships) == lines
    assert len(found.townships) == 23
    page = text(as_(county.people.checker).get(f"/payruns/{county.july.pk}/"))
    assert "三项合计一致" in page
    by_page = sum(int(fen) for fen in re.findall(r'data-fen="(\d+)"', page))
    assert by_page == lines


def test_sums_are_kept_and_lost_without_harm(county: County) -> None:
    calculation, before = county.july.calculation, summary.baseline(county.july)
    assert calculation is not None
    cache.clear()
    first = figures(calculation, county.july, before)
    with CaptureQueriesContext(connection) as asked:
        assert figures(calculation, county.july, before) == first
    assert len(asked) == 1
    cache.clear()
    assert figures(calculation, county.july, before) == first


def test_nothing_is_left_over_between_two_months(county: County) -> None:
    calculation = county.july.calculation
    assert calculation is not None
    found = changes.changes(calculation, county.july, summary.baseline(county.july))
    by_reason = {row.reason: (row.cases, row.change_fen) for row in found.rows}
    assert by_reason["new"] == (1, 9000)
    assert by_reason["same"][1] == 0
    assert by_reason["arrears"] == (1, 9000)
    assert found.residual_fen == 0


def test_a_raise_is_told_apart_from_a_familys_own_change(county: County) -> None:
    actions.cancel_run(county.july.pk, by=county.people.maker)
    standards.adopt(
        "disability_nursing.monthly",
        from_month=builders.month("2024-07"),
        value="100.00",
        recorded_on=builders.date("2024-07-02"),
        by=county.people.maker,
    )
    builders.fact(
        "income", county.poor[1], "2024-06-25", code="wage", amount_fen=10000, per="month"
    )
    run = computed(county.people, "2024-07")
    assert run.calculation is not None
    found = changes.changes(run.calculation, run, summary.baseline(run))
    by_reason = {row.reason: row.change_fen for row in found.rows}
    assert by_reason["standard"] == 1000
    assert found.residual_fen == 0


def test_each_reason_opens_its_names(county: County, as_: As) -> None:
    client, url = as_(county.people.checker), f"/payruns/{county.july.pk}/changes/"
    assert f"{url}?reason=new" in text(client.get(f"/payruns/{county.july.pk}/"))
    new = text(client.get(f"{url}?reason=new"))
    assert "赵六" in new
    assert "李四" not in new
    assert "+90.00" in new
    assert "没有因此变动的对象" in text(client.get(f"{url}?reason=death"))
    assert client.get(f"{url}?reason=nothing").status_code == 404
    assert client.get(f"/payruns/{county.june.pk}/changes/?reason=new").status_code == 404


def test_a_death_is_a_reason_of_its_own(county: County) -> None:
    actions.cancel_run(county.july.pk, by=county.people.maker)
    builders.fact("death", county.deaf[1], "2024-06-25", known="2024-07-02")
    run = computed(county.people, "2024-07")
    assert run.calculation is not None
    found = changes.changes(run.calculation, run, summary.baseline(run))
    by_reason = {row.reason: (row.cases, row.change_fen) for row in found.rows}
    assert by_reason["death"] == (1, -9000)
    assert found.residual_fen == 0


def test_the_second_run_of_a_month_is_not_compared(county: County) -> None:
    people = county.people
    actions.check_run(county.july.pk, by=people.checker)
    actions.approve_run(county.july.pk, by=people.approver)
    second = computed(people, "2024-07", day=12)
    assert summary.baseline(second).calculations == []


def test_held_amounts_are_listed_with_their_reason(as_: As) -> None:
    people = four()
    who = builders.person("无账户", "1980-05-05")
    home = builders.household((who, "applicant"), division=FAR)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    builders.award("disability_nursing", home, who, "2024-05-28", "2024-06-18")
    run = computed(people, "2024-07")
    client = as_(people.checker)
    page = text(client.get(f"/payruns/{run.pk}/"))
    assert "没有登记收款账户" in page
    assert f"/households/{home.number}/" in page
    alone = text(client.get(f"/payruns/{run.pk}/held/?why=no_account"))
    assert "2024年5月至2024年7月，3 个月" in alone
    assert "270.00" in alone
    assert "没有待补或暂缓" in text(client.get(f"/payruns/{run.pk}/held/?why=facts"))


def test_money_issued_beyond_what_is_owed_is_listed(county: County, as_: As) -> None:
    actions.cancel_run(county.july.pk, by=county.people.maker)
    builders.fact("death", county.deaf[1], "2024-05-25", known="2024-07-02")
    run = computed(county.people, "2024-07")
    url = f"/payruns/{run.pk}/overpaid/"
    client = as_(county.people.checker)
    assert "多发" in text(client.get(url))
    part = text(client.get(url, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "90.00" in part
    actions.check_run(run.pk, by=county.people.checker)
    actions.approve_run(run.pk, by=county.people.approver)
    assert "90.00" in text(client.get(url))


def test_an_old_version_stays_readable(county: County, as_: As) -> None:
    actions.compute_run(county.july.pk)
    client = as_(county.people.checker)
    url = f"/payruns/{county.july.pk}/"
    assert "已被后来的计算取代" in text(client.get(f"{url}?version=1"))
    assert "已被后来的计算取代" not in text(client.get(url))
    assert client.get(f"{url}?version=9").status_code == 404
    assert client.get(f"{url}lines/?version=1").status_code == 200


def test_a_change_since_computing_closes_check_and_approve(county: County, as_: As) -> None:
    builders.fact("residence", county.deaf[1], "2024-07-05", flag=True)
    client = as_(county.people.checker)
    page = text(client.get(f"/payruns/{county.july.pk}/"))
    assert "请重新计算" in page
    assert re.search(r'data-testid="check"\s+disabled', page)
    answer = client.post(f"/payruns/{county.july.pk}/check/")
    assert answer.status_code == 409
    assert "请重新计算后再办理" in text(answer)


def four_steps(county: County, as_: As) -> dict[str, Any]:
    people, url = county.people, f"/payruns/{county.july.pk}"
    return {
        "check": as_(people.checker).post(f"{url}/check/"),
        "unseen": as_(people.approver).post(f"{url}/approve/"),
        "approve": as_(people.approver).post(f"{url}/approve/", {"seen": "on"}),
        "send": as_(people.finance).post(f"{url}/send/"),
        "close": as_(people.finance).post(f"{url}/close/", {"note": "月底未回"}),
    }


def test_a_run_goes_from_computed_to_closed_by_four_people(county: County, as_: As) -> None:
    answers = four_steps(county, as_)
    assert answers.pop("unseen").status_code == 400
    assert {answer.status_code for answer in answers.values()} == {302}
    county.july.refresh_from_db()
    assert county.july.state == "closed"
    page = text(as_(county.people.checker).get(f"/payruns/{county.july.pk}/"))
    for person in county.people:
        assert person.name in page


@pytest.mark.parametrize(
    ("who", "step", "status", "words"),
    [
        ("maker", "check", 403, "复核人不能是本批次的经办人"),
        ("approver", "approve", 409, "当前状态是“已计算”"),
        ("finance", "send", 409, "当前状态是“已计算”"),
        ("checker", "return", 400, "退回须写明理由"),
        ("finance", "cancel", 403, "须由县级经办"),
        ("checker", "compute", 403, "计算由县级经办发起"),
        ("finance", "stop", 403, "停止计算由县级经办办理"),
    ],
)
def test_what_is_refused_is_said_on_the_page_and_changes_nothing(
    who: str, step: str, status: int, words: str, county: County, as_: As
) -> None:
    client = as_(getattr(county.people, who))
    answer = client.post(f"/payruns/{county.july.pk}/{step}/", {"seen": "on"})
    assert answer.status_code == status
    assert words in text(answer)
    assert 'data-page="payrun"' in text(answer)
    county.july.refresh_from_db()
    assert county.july.state == "computed"


def test_returning_says_why_and_goes_back_to_draft(county: County, as_: As) -> None:
    client = as_(county.people.checker)
    answer = client.post(
        f"/payruns/{county.july.pk}/return/", {"reason": "乡镇还有异议"}, follow=True
    )
    assert "已退回" in text(answer)
    assert "乡镇还有异议" in text(answer)
    county.july.refresh_from_db()
    assert county.july.state == "draft"


def test_computing_is_asked_for_with_an_errand_in_the_outbox(county: County, as_: As) -> None:
    client = as_(county.people.maker)
    client.post(f"/payruns/{county.july.pk}/compute/")
    assert Outbox.objects.get().payload == {"run_id": county.july.pk}
    page = text(client.get(f"/payruns/{county.july.pk}/"))
    assert 'hx-trigger="every 1s"' in page
    assert "停止计算" in page
    part = client.get(f"/payruns/{county.july.pk}/progress/")
    assert "已排队" in text(part)
    assert "HX-Refresh" not in part
    client.post(f"/payruns/{county.july.pk}/stop/")
    assert client.get(f"/payruns/{county.july.pk}/progress/")["HX-Refresh"] == "true"


def test_the_bank_file_is_there_once_approved_and_each_download_is_written_down(
    county: County, as_: As
) -> None:
    people, url = county.people, f"/payruns/{county.july.pk}"
    assert as_(people.finance).post(f"{url}/bankfile.csv").status_code == 403
    actions.check_run(county.july.pk, by=people.checker)
    actions.approve_run(county.july.pk, by=people.approver)
    assert as_(people.checker).post(f"{url}/bankfile.csv").status_code == 403
    answer = as_(people.finance).post(f"{url}/bankfile.csv")
    rows = answer.content.decode("gb18030").splitlines()
    assert "attachment" in answer["Content-Disposition"]
    assert rows[0].startswith("序号,补贴项目名称")
    sheet = as_(people.finance).post(f"{url}/bankfile.xlsx", {"reason": "银行只收表格"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content))
    assert len(book.get_sheet_by_index(0).to_python()) == len(rows)
    assert Event.objects.filter(verb="下载代发文件").count() == 2
    assert "/bankfiles/" in text(as_(people.finance).get(f"{url}/"))


def test_lines_are_walked_by_key_without_gap_or_repetition(
    county: County, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.payments import listing

    monkeypatch.setattr(listing.lines, "__kwdefaults__", {"limit": 1})
    client = as_(county.people.checker)
    url, seen = f"/payruns/{county.july.pk}/lines/", []
    path = url
    for _ in range(9):
        page = text(client.get(path))
        seen += re.findall(r'class="nm"\s+href="/households/(\w+)/"', page)
        following = re.search(r'rel="next"\s+href="([^"]+)"', page)
        if not following:
            break
        path = url + following[1].replace("&amp;", "&")
    assert len(seen) == PaymentLine.objects.filter(calculation=county.july.calculation).count()


def test_lines_are_narrowed_by_programme_township_and_kind(county: County, as_: As) -> None:
    client, url = as_(county.people.checker), f"/payruns/{county.july.pk}/lines/"
    nursing = text(client.get(f"{url}?programme=disability_nursing"))
    assert "李四" in nursing
    assert "王五" not in nursing
    far = text(client.get(f"{url}?township=430482101"))
    assert "赵六" in far
    assert "李四" not in far
    assert "没有符合条件的明细" in text(client.get(f"{url}?kind=reissue"))
    assert client.get(f"{url}?township=%25&after=nonsense").status_code == 200


@pytest.mark.parametrize("more", [1, 4])
def test_queries_do_not_grow_with_the_county(
    more: int, as_: As, django_assert_num_queries: Any
) -> None:
    people = four()
    for n in range(more):
        deaf(f"甲{n}")
    paid(people, "2024-06", day=20)
    for n in range(more):
        deaf(f"乙{n}", division=FAR)
    run = computed(people, "2024-07")
    client = as_(people.checker)
    client.get("/payruns/")
    with django_assert_num_queries(5):
        client.get("/payruns/")
    with django_assert_num_queries(28):
        client.get(f"/payruns/{run.pk}/")
    with django_assert_num_queries(20):  # its sums are kept, what is left of the budget is not
        client.get(f"/payruns/{run.pk}/")
    with django_assert_num_queries(6):
        client.get(f"/payruns/{run.pk}/lines/")
    with django_assert_num_queries(7):
        client.get(f"/payruns/{run.pk}/held/")
    with django_assert_num_queries(6):
        client.get(f"/payruns/{run.pk}/changes/?reason=new")


def test_a_rerun_of_a_paid_month_issues_nothing_and_its_page_says_so(
    county: County, as_: As
) -> None:
    people = county.people
    actions.check_run(county.july.pk, by=people.checker)
    actions.approve_run(county.july.pk, by=people.approver)
    again = computed(people, "2024-07", day=12)
    assert again.calculation is not None
    assert again.calculation.lines == 0
    page = text(as_(people.checker).get(f"/payruns/{again.pk}/"))
    assert "零元整" in page
    assert "没有可比的上月批次" in page
