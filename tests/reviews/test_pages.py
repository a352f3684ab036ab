"""The pages of 动态管理: acts by the form, refusals in words, and who may what."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Entitlement
from apps.households.models import Household
from apps.offices.models import Role, Staff
from apps.reviews import actions
from apps.reviews.models import Custody, Extension, Review, Served, Suspension, Termination
from tests import builders
from tests.pages.conftest import FAR, HERE, client_of, deaf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock: Wednesday 5 June 2024."""


@pytest.fixture
def award(clerk: Staff) -> Entitlement:
    home, _ = deaf("李四")
    return Entitlement.objects.get(household=home)


def post(by: Staff, path: str, act: str, **fields: Any) -> Any:
    data = {f"{act}-{name}": value for name, value in fields.items()}
    return client_of(by).post(path, {"act": act, **data}, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_two_people_suspend_and_resume_on_the_page(
    award: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    path = f"/awards/{award.pk}/"
    said = text(post(clerk, path, "suspend", reason="no_contact", note="三次入户无人"))
    assert "待另一人批准" in said
    assert "由县级审核、乡镇分管办理" in said  # the clerk cannot approve
    assert "已批准暂停" in text(post(supervisor, path, "approve_suspension"))
    assert "已提出恢复" in text(post(clerk, path, "ask_resume", note="已联系上"))
    assert "已批准恢复" in text(post(supervisor, path, "approve_resume"))
    assert Suspension.objects.get().state == "resumed"


def test_a_stale_page_is_told(award: Entitlement, clerk: Staff, supervisor: Staff) -> None:
    path = f"/awards/{award.pk}/"
    post(clerk, path, "suspend", reason="no_contact")
    post(supervisor, path, "approve_suspension")
    again = post(supervisor, path, "approve_suspension")
    assert again.status_code == 409
    assert "请刷新页面" in text(again)


def test_what_is_missing_is_said_at_its_box_and_nothing_is_lost(
    award: Entitlement, clerk: Staff
) -> None:
    answer = post(clerk, f"/awards/{award.pk}/", "suspend", note="三次入户无人")
    assert answer.status_code == 400
    assert "请选择暂停理由" in text(answer)
    assert "三次入户无人" in text(answer)
    bad = post(clerk, f"/awards/{award.pk}/", "suspend", reason="doubt", from_month="六月")
    assert "不是月份" in text(bad)


def test_nobodys_award_outside_the_territory(award: Entitlement) -> None:
    far = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    assert client_of(far).get(f"/awards/{award.pk}/").status_code == 404
    assert client_of(builders.staff(Role.SYSTEM_ADMIN)).get("/rechecks/").status_code == 403


def poor() -> tuple[Household, Entitlement]:
    home = builders.household(
        (builders.person("王五", "1990-01-01"), "applicant"), zone="rural", division=HERE
    )
    builders.fact("property", home, "2024-01-01", flag=True)
    return home, builders.award("minimum_living", home, None, "2024-01-06", "2024-01-20")


def test_a_review_is_finished_on_its_page(clerk: Staff) -> None:
    _, award = poor()
    post(clerk, f"/awards/{award.pk}/", "classify", category="B", note="打零工")
    assert "没有待核查的家庭" in text(client_of(clerk).get("/rechecks/"))
    actions.open_reviews(on=builders.date("2024-07-05"))
    review = Review.objects.get()
    listed = text(client_of(clerk).get("/rechecks/"))
    assert "2024-08-01" in listed
    assert "王五户" in listed
    path = f"/rechecks/{review.pk}/"
    assert "先办理停发" in text(post(clerk, path, "finish", outcome="stopped", note="外出"))
    assert "核查已办结" in text(
        post(clerk, path, "finish", outcome="unchanged", note="6月5日入户，无变化")
    )
    assert "没有待核查的家庭" in text(client_of(clerk).get("/rechecks/"))


def test_an_ending_is_announced_objected_to_and_dropped(clerk: Staff, supervisor: Staff) -> None:
    who = builders.person("赵六", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural", division=HERE)
    builders.fact("self_care", who, "2024-01-01", number=0)
    award = builders.award("destitute_basic", home, who, "2024-01-06")
    post(clerk, f"/awards/{award.pk}/", "terminate", reason="income", note="有固定收入")
    found = Termination.objects.get()
    path = f"/terminations/{found.pk}/"
    assert "公示到2024-06-12期满" in text(client_of(supervisor).get(path))
    assert post(supervisor, path, "conclude").status_code == 400
    row = found.notice.rows.get()
    post(clerk, f"/notices/{found.notice_id}/", "object", row=row.pk, objector="邻居", words="无")
    assert "异议还没有处理" in text(client_of(clerk).get(path))
    assert "不再终止" in text(post(clerk, path, "drop", reason="异议属实"))
    assert "赵六：不再终止" in text(client_of(clerk).get("/terminations/"))


def test_custody_is_recorded_filed_and_ended(clerk: Staff) -> None:
    home, _ = poor()
    township = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    data = {
        "number": home.number,
        "name": "王五",
        "what": "card",
        "tail": "0011",
        "keeper": "禄福村村委会",
        "keeper_is": "村民委员会",
        "agreement": "协议第3号",
        "agreed_on": "2024-06-01",
    }
    wrong = client_of(township).post("/custody/", data | {"name": "王六"})
    assert wrong.status_code == 400
    assert "没有名叫“王六”的成员" in text(wrong)
    said = text(client_of(township).post("/custody/", data, follow=True))
    assert "未备案" in said
    found = Custody.objects.get()
    path = f"/custody/{found.pk}/"
    assert post(township, path, "file").status_code == 403 or found.filed_on is None
    assert "代管协议备案" in text(client_of(clerk).get("/"))
    assert "已备案" in text(post(clerk, path, "file"))
    assert "代管协议备案" not in text(client_of(clerk).get("/"))
    ended = post(township, path, "end", on="2024-06-05", reason="已交还本人")
    assert "代管已结束" in text(ended)
    assert "王五" in text(client_of(clerk).get("/custody/?ended=1"))
    twice = client_of(township).post("/custody/", data, follow=True)
    assert twice.status_code == 200


def test_a_card_is_kept_by_one(clerk: Staff) -> None:
    home, _ = poor()
    person = home.members.get().person_id
    about = {
        "what": "card",
        "tail": "0011",
        "keeper": "村委会",
        "keeper_is": "村委会",
        "agreement": "第3号",
        "agreed_on": builders.date("2024-06-01"),
    }
    on = builders.date("2024-06-05")
    actions.record_custody(household_id=home.pk, person_id=person, on=on, by=clerk, **about)
    with pytest.raises(actions.Refused, match="已经登记代管"):
        actions.record_custody(household_id=home.pk, person_id=person, on=on, by=clerk, **about)


def test_a_notice_is_served_once_and_not_before_its_decision(
    award: Entitlement, clerk: Staff
) -> None:
    decision = award.decisions.get()
    path = f"/decisions/{decision.pk}/serve/"
    early = post(clerk, path, "serve", on="2024-06-01", how="in_person")
    assert "早于决定日期2024-06-18" in text(early)
    assert "已登记送达" in text(post(clerk, path, "serve", on="2024-06-19", how="in_person"))
    assert Served.objects.count() == 1
    assert post(clerk, path, "serve", on="2024-06-19", how="post").status_code == 409


def test_an_extension_is_asked_and_granted_on_the_page(clerk: Staff, supervisor: Staff) -> None:
    home = builders.household((builders.person("甲", "1990-01-01"), "applicant"), division=HERE)
    one = builders.application("minimum_living", home, on="2024-06-03")
    path = f"/applications/{one.pk}/clocks/"
    assert "还没有开始计时" in text(client_of(clerk).get(path))
    assert "待另一人批准" in text(post(clerk, path, "extend", reason="apart", note="户籍在外乡"))
    assert "已批准延长" in text(post(supervisor, path, "grant"))
    assert Extension.objects.get().state == "granted"


LINES = "2027-02-05 2027-02-12 春节\n2027-10-01 2027-10-07 国庆节"


def test_the_supervisor_enters_a_year_and_others_read_it(supervisor: Staff, clerk: Staff) -> None:
    client = client_of(supervisor)
    data = {"year": "2027", "document": "国办发明电", "holidays": LINES, "makeup": "2027-02-14"}
    overlap = data | {"holidays": f"{LINES}\n2027-02-10 2027-02-15 元宵节"}
    answer = client.post("/calendar/", overlap)
    assert answer.status_code == 400
    assert "日期重叠" in text(answer)
    assert "不是周六或周日" in text(client.post("/calendar/", data | {"makeup": "2027-02-15"}))
    assert "不是日期" in text(client.post("/calendar/", data | {"makeup": "二月"}))
    assert "已登记2027年放假安排" in text(client.post("/calendar/", data, follow=True))
    client.post("/calendar/", data | {"document": "更正通知"})  # kept, the older one superseded
    assert client_of(clerk).post("/calendar/", data).status_code == 403
    assert "放假安排由县级审核登记" in text(client_of(clerk).get("/calendar/"))


def test_deadlines_count_by_the_year_that_was_entered(supervisor: Staff) -> None:
    from apps.offices.actions import adopt_holidays
    from apps.offices.calendar import current_calendar

    before = current_calendar()
    assert before.is_estimated(builders.date("2027-02-03"))
    adopt_holidays(
        year=2027,
        holidays=[(builders.date("2027-02-05"), builders.date("2027-02-12"), "春节")],
        makeup=[builders.date("2027-02-14")],
        document="国务院办公厅通知",
        by=supervisor,
        recorded_on=builders.date("2026-11-24"),
    )
    known = current_calendar()
    assert not known.is_estimated(builders.date("2027-02-03"))
    # Thu 4 Feb 2027 + 3: 5-12 off, Sat 13 off, Sun 14 worked (1), 15 (2), 16 (3)
    assert str(known.add_workdays(builders.date("2027-02-04"), 3)) == "2027-02-16"
