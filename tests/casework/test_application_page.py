"""申请页: every legal step on the page, what is missing, who may, and nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.casework.actions import register_complaint
from apps.casework.models import Application, Decision, StepTaken
from apps.casework.steps import investigators
from apps.offices.models import Role, Staff
from tests import builders
from tests.evidence.papers import (
    TOWNSHIP,
    all_filed,
    concluded,
    family,
    step,
    township,
    visited,
)
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> dt.date:
    """Monday 12 May 2025: 补录 is over."""
    return dt.date(2025, 5, 12)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock."""


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Any) -> None:
    """The folder of files of this test."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")


def page(by: Staff, asked: Application) -> str:
    answer = client_of(by).get(f"/applications/{asked.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def take(by: Staff, asked: Application, code: str, **typed: Any) -> Any:
    """Send the form of a step as the page has it; what the page then says."""
    asked.refresh_from_db()
    typed = {"seen": asked.version, "on": "2025-05-12", **typed}
    return client_of(by).post(f"/applications/{asked.pk}/steps/{code}/", typed, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def part(page: str, code: str) -> str:
    """The part of the page about one step."""
    return page.split(f'data-testid="step-{code}"')[1].split('data-testid="step-')[0]


def test_a_step_that_lacks_something_says_what_and_where_to_mend_it() -> None:
    asked, clerk = family(), township()
    accept = part(page(clerk, asked), "accept")
    assert "还缺" in accept
    assert "缺少“户口簿" in accept
    assert f"/applications/{asked.pk}/documents/" in accept
    assert "take-accept" not in accept

    all_filed(asked)
    assert "take-accept" in part(page(clerk, asked), "accept")
    assert "已办理“受理”" in text(take(clerk, asked, "accept"))
    asked.refresh_from_db()
    assert (asked.state, asked.accepted_on) == ("accepted", dt.date(2025, 5, 12))
    here = page(clerk, asked)
    assert 'data-testid="due"' in here
    assert "启动家庭经济状况调查" in here
    assert f"/applications/{asked.pk}/check/" in part(here, "complete_check")


def test_the_path_says_when_and_who_and_where_it_stands() -> None:
    asked, clerk = family(), township()
    all_filed(asked)
    take(clerk, asked, "accept", on="2025-05-06")
    path = page(clerk, asked).split('data-testid="path"')[1].split("</ol>")[0]
    verbs = [words.split("</b>")[0] for words in path.split("<b>")[1:]]
    assert verbs == ["申请", "受理", "核对完成", "入户调查", "初审", "公示", "公示期满上报", "确认"]
    assert f"2025-05-06 {clerk.name}" in path
    assert path.count('class="done"') == 1
    assert path.count('class="now"') == 1


def test_correction_is_told_once_and_again_only_with_a_reason() -> None:
    asked, clerk = family(), township()
    refused = take(clerk, asked, "request_correction")
    assert refused.status_code == 400
    assert "须说明原因" in text(refused)
    assert "待补正" in text(take(clerk, asked, "request_correction", note="户口簿"))
    all_filed(asked)
    take(clerk, asked, "correct")
    again = take(clerk, asked, "request_correction", note="收入证明")
    assert again.status_code == 400
    assert "再次告知须填写再次告知的原因" in text(again)
    assert "收入证明</textarea>" in text(again)
    take(clerk, asked, "request_correction", note="收入证明", again="新增成员")
    newest = StepTaken.objects.filter(application=asked).latest("pk")
    assert (newest.note, newest.data) == ("收入证明", {"again": "新增成员"})


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2025-05-13", "不能晚于今天"),
        ("2025-05-04", "早于申请日期"),
        ("2025-05-40", "请填写有效的日期"),
    ],
)
def test_a_wrong_day_is_said_at_its_box_and_what_was_typed_stays(on: str, words: str) -> None:
    asked, clerk = family(), township()
    all_filed(asked)
    refused = take(clerk, asked, "accept", on=on, note="已当面核对原件")
    assert refused.status_code == 400
    form = text(refused).split('data-testid="form-accept"')[1].split("</form>")[0]
    assert words in form
    assert "已当面核对原件" in form
    asked.refresh_from_db()
    assert asked.state == "submitted"


def test_another_was_there_first_and_the_page_says_who(supervisor: Staff) -> None:
    asked, clerk, other = family(), township(), township()
    all_filed(asked)
    take(other, asked, "accept")
    answer = client_of(clerk).post(
        f"/applications/{asked.pk}/steps/withdraw/",
        {"seen": 0, "on": "2025-05-12", "note": "申请人来电"},
    )
    assert answer.status_code == 409
    said = text(answer)
    assert f"{other.name}于2025-05-12办理“受理”" in said
    assert "申请人来电" in part(said, "withdraw")
    asked.refresh_from_db()
    assert asked.state == "accepted"
    late = {"seen": 0, "on": "2025-05-12", "note": "原件在柜"}
    gone = client_of(clerk).post(f"/applications/{asked.pk}/steps/accept/", late)
    assert gone.status_code == 409
    assert "原件在柜" in text(gone).split('data-testid="typed"')[1]


def test_another_post_is_told_whose_step_it_is() -> None:
    asked = family()
    all_filed(asked)
    finance = builders.staff(Role.CHECKER)
    here = part(page(finance, asked), "accept")
    assert "由乡镇经办、乡镇分管、县级经办、县级审核办理" in here
    assert "take-accept" not in here
    assert take(finance, asked, "accept").status_code == 403


def test_a_page_without_its_version_is_refused(clerk: Staff) -> None:
    asked = family()
    all_filed(asked)
    answer = client_of(clerk).post(f"/applications/{asked.pk}/steps/accept/", {"on": "2025-05-12"})
    assert answer.status_code == 400
    assert "页面已过期" in text(answer)


def surveyed() -> Application:
    """An application whose visit was signed before the verification was complete."""
    asked = family()
    all_filed(asked)
    step(asked, "accept", "2025-05-06")
    visited(asked, "2025-05-08")
    concluded(asked)
    step(asked, "complete_check", "2025-05-09")
    return asked


def test_the_investigators_of_the_visit_are_chosen_already_and_are_two() -> None:
    asked, clerk = surveyed(), township()
    form = part(page(clerk, asked), "complete_survey")
    assert form.count("selected") == 2
    same = take(clerk, asked, "complete_survey", first=clerk.pk, second=clerk.pk)
    assert "须由两名不同的调查人进行" in part(text(same), "complete_survey")
    other = township()
    take(clerk, asked, "complete_survey", first=clerk.pk, second=other.pk, note="属实")
    taken = StepTaken.objects.get(application=asked, code="complete_survey")
    assert taken.data == {"investigators": [clerk.pk, other.pk]}


def test_who_signed_the_visit_counts_as_investigator_whoever_the_step_names() -> None:
    asked, clerk, other = surveyed(), township(), township()
    signed = investigators(asked)
    assert len(signed) == 2
    take(clerk, asked, "complete_survey", first=clerk.pk, second=other.pk)
    assert investigators(asked) == {clerk.pk, other.pk, *signed}


def test_a_stranger_to_the_procedure_is_not_found(clerk: Staff) -> None:
    asked = family()
    assert take(clerk, asked, "federation_agrees").status_code == 404
    far = township(division="430482101")
    assert take(far, asked, "accept").status_code == 404
    assert client_of(far).get(f"/applications/{asked.pk}/").status_code == 404


def test_a_county_visit_that_is_owed_is_said_long_before_the_decision(supervisor: Staff) -> None:
    asked = family()
    assert 'data-testid="raised"' not in page(supervisor, asked)
    register_complaint(asked.pk, on=dt.date(2025, 5, 8), by=township(), words="有车未报")
    owed = page(supervisor, asked).split('data-testid="unvisited"')[1].split("</ul>")[0]
    assert "县级民政部门尚未入户核查" in owed
    assert f'href="/applications/{asked.pk}/visits/"' in owed
    visited(asked, first=builders.staff(), purpose="county")
    after = page(supervisor, asked)
    assert ("县级已入户核查。" in after, 'data-testid="unvisited"' in after) == (True, False)


def test_a_rejection_needs_a_reason_where_no_condition_fails(supervisor: Staff) -> None:
    who = builders.person("李四", "1930-05-05")
    home = builders.household((who, "applicant"), division=f"{TOWNSHIP}200")
    asked = builders.application("old_age_allowance", home, who, "2025-05-05")
    for code in ("accept", "complete_check", "give_opinion"):
        all_of_old_age(asked, home, who)
        take(township(), asked, code)
    refused = take(supervisor, asked, "reject")
    assert refused.status_code == 400
    assert "请填写不予确认的理由" in part(text(refused), "reject")
    assert not Decision.objects.exists()
    take(supervisor, asked, "confirm")
    asked.refresh_from_db()
    assert asked.state == "confirmed"
    assert 'data-testid="decided"' in page(supervisor, asked)


def all_of_old_age(asked: Application, home: Any, who: Any) -> None:
    """Whatever documents the application still lacks."""
    from apps.evidence.holdings import holdings
    from tests.evidence.papers import filed

    for one in holdings(asked, dt.date(2025, 5, 12)):
        if one.state == "missing":
            filed(one.type, home, who=one.who, asked=asked)
