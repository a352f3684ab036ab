"""公示: posted after 初审, frozen, objected to, ended; and what the procedure asks of it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.casework import actions as casework
from apps.casework.actions import Missing, Refused
from apps.casework.models import StepTaken
from apps.casework.procedure import NEEDS
from apps.casework.programme import PROGRAMMES
from apps.casework.trial import amounts, trial
from apps.offices.models import Event, Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.publicity import actions
from apps.publicity.models import NoticeRow, PublicNotice
from apps.publicity.photos import LARGEST, BadPhoto
from apps.standards.actions import adopt
from apps.units.months import parse_month
from tests import builders
from tests.publicity.posting import (
    FAR,
    HERE,
    JPEG,
    at_opinion,
    family,
    posted,
    satisfied,
    township,
)

pytestmark = pytest.mark.django_db
date = builders.date


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other apps' needs are met."""
    satisfied(monkeypatch)


def test_a_notice_from_the_board_to_the_county() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    assert NEEDS["posted"](one, date("2025-03-10"))
    notice = posted(one)
    one.refresh_from_db()
    assert one.state == "noticed"
    # posted on the 10th, which does not count: 11 (1) … 17 (7)
    assert (notice.first_day, notice.last_day) == (date("2025-03-11"), date("2025-03-17"))
    assert notice.length == "7天"
    clerk = township()
    with pytest.raises(Refused, match="公示到2025-03-17才满"):
        actions.end(notice.pk, on=date("2025-03-17"), by=clerk)
    with pytest.raises(Missing, match="才满"):
        casework.take(one.pk, "end_notice", on=date("2025-03-17"), by=clerk)
    with pytest.raises(Refused, match="还没有期满照片"):
        actions.end(notice.pk, on=date("2025-03-18"), by=clerk)
    actions.add_photo(notice.pk, moment="end", content=JPEG, on=date("2025-03-18"), by=clerk)
    ended = actions.end(notice.pk, on=date("2025-03-18"), by=clerk)
    one.refresh_from_db()
    assert (ended.state, one.state) == ("ended", "reviewing")
    assert not NEEDS["notice_over"](one, date("2025-03-18"))
    verbs = list(Event.objects.filter(kind="publicity.publicnotice").values_list("verb", flat=True))
    assert verbs == ["张贴初审公示（最低生活保障，1行）", "登记公示照片（期满时）", "结束公示"]


def test_the_two_subsidies_count_working_days_over_qingming() -> None:
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"), division=HERE)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    one = at_opinion("disability_nursing", home, who)
    notice = posted(one, on="2025-03-31")
    # 2025-04-04 (Fri) to 06 are 清明: 1, 2, 3, 7, 8 April
    assert (notice.last_day, notice.length) == (date("2025-04-08"), "5个工作日")
    assert notice.columns == ["name", "kind", "amount"]
    assert notice.rows.get().shown == {
        "name": "李四",
        "kind": "重度残疾人护理补贴",
        "amount": "90.00",
    }


def test_a_calendar_notice_runs_through_the_spring_festival() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home, on="2025-01-20")
    assert posted(one, on="2025-01-27").last_day == date("2025-02-03")


def test_the_length_is_a_dated_standard() -> None:
    adopt(
        "casework.notice_days",
        from_month=parse_month("2025-03"),
        value=10,
        recorded_on=date("2025-03-01"),
        by=builders.staff(Role.COUNTY_SUPERVISOR),
        example=True,
    )
    home, _ = family()
    assert posted(at_opinion("minimum_living", home)).last_day == date("2025-03-20")


def test_an_end_without_a_photo_needs_a_reason() -> None:
    home, _ = family()
    notice = posted(at_opinion("minimum_living", home))
    reason = "公示栏被暴雨冲毁，村委会出具证明"
    ended = actions.end(notice.pk, on=date("2025-03-18"), by=township(), no_photo_reason=reason)
    assert ended.no_photo_reason == reason


def test_children_have_no_notice_in_the_action_or_in_the_database() -> None:
    child = builders.person("小雨", "2015-08-01")
    home = builders.household((child, "applicant"), division=HERE)
    one = builders.application("orphan_allowance", home, child, "2024-05-05")
    with pytest.raises(Refused, match="儿童"):
        actions.post_applications([one.pk], on=date("2024-06-05"), by=township())
    with pytest.raises(Refused, match="不设长期公布"):
        actions.post_standing(HERE, "child_welfare", on=date("2024-06-05"), by=township())
    other, _ = family()
    notice = posted(at_opinion("minimum_living", other))
    for programme in ("orphan_allowance", "unattended_child_allowance", "orphan_study_grant"):
        with pytest.raises(IntegrityError, match="notice_row_programme"), transaction.atomic():
            NoticeRow.objects.create(
                notice=notice, place=9, programme=programme, application=one, shown={}
            )
    with pytest.raises(IntegrityError, match="notice_family"), transaction.atomic():
        PublicNotice.objects.create(
            stage="initial",
            division=HERE,
            family="child_welfare",
            posted_on=date("2025-03-01"),
            first_day=date("2025-03-02"),
            last_day=date("2025-03-09"),
            columns=[],
            posted_by=township(),
        )


def test_the_list_is_frozen_when_it_is_posted() -> None:
    home, who = family()
    notice = posted(at_opinion("minimum_living", home))
    row = notice.rows.get()
    assert row.shown == {
        "name": "周国华",
        "kind": "最低生活保障",
        "members": "2",
        "amount": "900.00",
    }
    type(who).objects.filter(pk=who.pk).update(name="改名")
    row.refresh_from_db()
    assert row.shown["name"] == "周国华"
    for change in (
        lambda: NoticeRow.objects.filter(pk=row.pk).update(shown={}),
        lambda: PublicNotice.objects.filter(pk=notice.pk).update(last_day=date("2025-03-12")),
        lambda: PublicNotice.objects.filter(pk=notice.pk).update(columns=["name"]),
        lambda: NoticeRow.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()


def test_the_database_shows_nothing_that_the_law_does_not_name() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    notice = posted(one)
    for shown in ({"id_number": "1"}, {"name": "甲", "address": "3组"}, {"disability": "一级"}):
        with pytest.raises(IntegrityError, match="shows_only"), transaction.atomic():
            NoticeRow.objects.create(
                notice=notice, place=7, programme="minimum_living", application=one, shown=shown
            )
    with pytest.raises(IntegrityError, match="shows_only"), transaction.atomic():
        NoticeRow.objects.create(
            notice=notice,
            place=7,
            programme="disability_living",
            application=one,
            shown={"members": "3"},
        )


def test_the_database_ends_no_notice_before_its_time_or_without_proof() -> None:
    home, _ = family()
    notice = posted(at_opinion("minimum_living", home))
    rows = PublicNotice.objects.filter(pk=notice.pk)
    with pytest.raises(IntegrityError, match="last_day"), transaction.atomic():
        rows.update(state="ended", ended_on=date("2025-03-17"), no_photo_reason="无")
    with pytest.raises(IntegrityError, match="期满照片"), transaction.atomic():
        rows.update(state="ended", ended_on=date("2025-03-18"))


def test_an_objection_stops_the_application_until_it_is_answered() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    other, _ = family("王五")
    undisputed = at_opinion("minimum_living", other)
    notice = posted(one, undisputed)
    clerk = township()
    row = notice.rows.get(application=one)
    with pytest.raises(Refused, match="提出人"):
        actions.object_to(row.pk, objector=" ", words="有车", on=date("2025-03-12"), by=clerk)
    said = actions.object_to(
        row.pk, objector="村民甲", words="家里有小车", on=date("2025-03-12"), by=clerk
    )
    one.refresh_from_db()
    assert one.state == "disputed"
    assert "村民甲" in NEEDS["no_open_objection"](one, date("2025-03-12"))[0]
    actions.end(notice.pk, on=date("2025-03-18"), by=clerk, no_photo_reason="手机损坏")
    undisputed.refresh_from_db()
    assert undisputed.state == "reviewing"
    actions.answer(said.pk, words="车辆属其弟，已核实", on=date("2025-03-19"), by=clerk)
    assert not NEEDS["no_open_objection"](one, date("2025-03-19"))
    with pytest.raises(StaleState):
        actions.answer(said.pk, words="再答", on=date("2025-03-19"), by=clerk)
    for code in ("reassess", "give_opinion"):
        casework.take(one.pk, code, on=date("2025-03-20"), by=clerk)
    one.refresh_from_db()
    # the ended notice does not count for the new opinion: it is posted again
    assert NEEDS["posted"](one, date("2025-03-21"))
    again = posted(one, on="2025-03-21")
    assert again.last_day == date("2025-03-28")


def test_a_notice_of_many_asks_the_database_no_more_than_one_of_few() -> None:
    clerk, counts, shown = township(), [], set()
    for names in ("甲乙", "丙丁戊己庚辛壬癸子丑寅卯"):
        found = [at_opinion("minimum_living", family(f"周国{name}")[0]) for name in names]
        with CaptureQueriesContext(connection) as asked:
            notice = posted(*found, by=clerk)
        counts.append(len(asked))
        shown |= {row.shown["amount"] for row in notice.rows.all()}
        states = {one.state for one in type(found[0]).objects.filter(pk__in=[o.pk for o in found])}
        assert (len(found), states) == (notice.rows.count(), {"noticed"})
    assert counts[0] == counts[1]
    assert shown == {"900.00"}


def test_the_amounts_of_a_notice_are_those_of_single_trials() -> None:
    who = builders.person("吴九", "1980-05-05")
    both = builders.household((who, "applicant"), zone="urban", division=HERE)
    builders.fact("property", both, "2024-05-01", flag=True)
    homes = [family("周国甲")[0], family("周国乙")[0], both]
    builders.fact("income", who, "2024-06-01", code="wage", amount_fen=200_00, per="month")
    asked = [at_opinion("minimum_living", home) for home in homes]
    asked.append(at_opinion("minimum_living", homes[0], homes[0].members.first().person))
    clerk, month = township(), parse_month("2025-04")
    found = amounts(PROGRAMMES["minimum_living"], asked, month=month, by=clerk)
    alone = {
        one.pk: trial(
            programme="minimum_living",
            month=month,
            household_id=one.household_id,
            person_id=one.person_id,
            by=clerk,
        ).fen
        for one in asked
    }
    assert found == alone
    assert len(set(found.values())) == 3


def test_nobody_takes_the_step_of_an_objection_that_was_not_recorded() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    notice = posted(one)
    day, clerk = date("2025-03-12"), township()
    with pytest.raises(Missing, match=f"请到公示{notice.pk}的页面"):
        casework.take(one.pk, "object", on=day, by=clerk, note="有车")
    one.refresh_from_db()
    assert one.state == "noticed"
    row = notice.rows.get()
    said = actions.object_to(row.pk, objector="村民甲", words="有车", on=day, by=clerk)
    one.refresh_from_db()
    assert one.state == "disputed"
    taken = StepTaken.objects.get(application=one, code="object")
    assert (taken.note, taken.data) == ("有车", {"objection": said.pk})


def test_an_objection_is_the_reason_of_one_step_only() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    day, clerk = date("2025-03-12"), township()
    row = posted(one).rows.get()
    actions.object_to(row.pk, objector="村民甲", words="有车", on=day, by=clerk)
    for code in ("reassess", "give_opinion"):
        casework.take(one.pk, code, on=date("2025-03-13"), by=clerk)
    posted(one, on="2025-03-14")
    with pytest.raises(Missing, match="还没有登记异议"):
        casework.take(one.pk, "object", on=date("2025-03-15"), by=clerk, note="有车")


def test_an_objection_heard_in_the_village_lets_the_clerk_take_the_step() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    helper, day = builders.staff(Role.VILLAGE_HELPER, HERE), date("2025-03-12")
    row = posted(one).rows.get()
    actions.object_to(row.pk, objector="村民甲", words="有车", on=day, by=helper)
    casework.take(one.pk, "object", on=day, by=township(), note="有车")
    one.refresh_from_db()
    assert one.state == "disputed"


def test_an_objection_keeps_its_words() -> None:
    home, _ = family()
    notice = posted(at_opinion("minimum_living", home))
    row = notice.rows.get()
    said = actions.object_to(
        row.pk, objector="甲", words="有房", on=date("2025-03-12"), by=township()
    )
    for change in ({"words": "没有房"}, {"objector": "乙"}):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            type(said).objects.filter(pk=said.pk).update(**change)


def test_a_village_helper_takes_photos_and_hears_objections_but_posts_nothing() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    helper = builders.staff(Role.VILLAGE_HELPER, HERE)
    with pytest.raises(NotAllowed):
        posted(one, by=helper)
    notice = posted(one)
    actions.add_photo(notice.pk, moment="start", content=JPEG, on=date("2025-03-10"), by=helper)
    actions.object_to(
        notice.rows.get().pk, objector="甲", words="有房", on=date("2025-03-12"), by=helper
    )
    one.refresh_from_db()
    assert one.state == "noticed"  # the step is the clerk's; the open objection holds it there
    assert NEEDS["no_open_objection"](one, date("2025-03-12"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件"),
        (b"GIF89a....", "不是 JPEG 或 PNG"),
        (b"%PDF-1.7", "不是 JPEG 或 PNG"),
        (b"\xff\xd8\xff" + b"0" * LARGEST, "超过8MB"),
    ],
    ids=["empty", "gif", "pdf", "large"],
)
def test_a_photo_is_a_picture(content: bytes, words: str) -> None:
    home, _ = family()
    notice = posted(at_opinion("minimum_living", home))
    with pytest.raises(BadPhoto, match=words):
        actions.add_photo(
            notice.pk, moment="start", content=content, on=date("2025-03-10"), by=township()
        )


def test_one_poster_is_of_one_village_and_one_family() -> None:
    home, _ = family()
    far, _ = family("赵六", FAR)
    who = builders.person("李四", "1980-05-05")
    deaf = builders.household((who, "applicant"), division=HERE)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    one, two = at_opinion("minimum_living", home), at_opinion("minimum_living", far)
    three = at_opinion("disability_nursing", deaf, who)
    county = builders.staff(Role.COUNTY_CLERK)
    with pytest.raises(Refused, match="按村分别"):
        posted(one, two, by=county)
    with pytest.raises(Refused, match="分别张贴"):
        posted(one, three, by=county)
    with pytest.raises(NotFound):
        posted(two, by=township(HERE))
    with pytest.raises(Refused, match="请先勾选"):
        actions.post_applications([], on=date("2025-03-10"), by=county)


def test_a_withdrawn_notice_proves_nothing() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    notice = posted(one)
    with pytest.raises(Refused, match="原因"):
        actions.withdraw(notice.pk, on=date("2025-03-11"), by=township(), reason="")
    actions.withdraw(notice.pk, on=date("2025-03-11"), by=township(), reason="贴错了村")
    assert NEEDS["notice_over"](one, date("2025-04-01"))
    with pytest.raises(StaleState):
        actions.end(notice.pk, on=date("2025-04-01"), by=township(), no_photo_reason="无")


def test_a_destitute_award_is_announced_before_it_ends() -> None:
    who = builders.person("赵六", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural", division=HERE)
    builders.fact("self_care", who, "2024-01-01", number=0)
    award = builders.award("destitute_basic", home, who, "2024-01-06")
    notice = actions.post_terminations([award.pk], on=date("2024-06-05"), by=township())
    assert (notice.get_stage_display(), notice.last_day) == ("终止公示", date("2024-06-12"))
    assert notice.rows.get().shown["name"] == "赵六"
    poor, _ = family()
    other = builders.award("minimum_living", poor, None, "2024-05-06")
    with pytest.raises(Refused, match="终止不需要公示"):
        actions.post_terminations([other.pk], on=date("2024-06-05"), by=township())


def test_the_standing_list_of_a_village_takes_the_place_of_the_last() -> None:
    home, _ = family()
    builders.award("minimum_living", home, None, "2024-05-06")
    far, _ = family("别村人", FAR)
    builders.award("minimum_living", far, None, "2024-05-06")
    clerk = township()
    first = actions.post_standing(HERE, "minimum_living", on=date("2024-06-05"), by=clerk)
    assert [row.shown for row in first.rows.all()] == [
        {
            "name": "周国华",
            "kind": "最低生活保障",
            "members": "2",
            "amount": "900.00",
            "since": "2024年6月",
        }
    ]
    second = actions.post_standing(HERE, "minimum_living", on=date("2024-07-05"), by=clerk)
    first.refresh_from_db()
    assert (first.state, second.state, second.last_day) == ("ended", "posted", None)
    with pytest.raises(Refused, match="没有享受"):
        actions.post_standing(HERE, "destitute_support", on=date("2024-06-05"), by=clerk)
    with pytest.raises(NotFound):
        actions.post_standing(FAR, "minimum_living", on=date("2024-06-05"), by=clerk)


def test_what_is_posted_twice_is_refused() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    posted(one)
    with pytest.raises(Refused, match="公示中"):
        posted(one)


def test_a_long_list_asks_the_database_no_more_than_a_short_one() -> None:
    clerk = township()
    counts = []
    for day, names in (("05", "甲"), ("06", "乙"), ("07", "丙丁戊")):
        for name in names:
            home, _ = family(f"周国{name}")
            builders.award("minimum_living", home, None, "2024-05-06")
        with CaptureQueriesContext(connection) as asked:
            actions.post_standing(HERE, "minimum_living", on=date(f"2024-06-{day}"), by=clerk)
        counts.append(len(asked))
    assert counts[1] == counts[2]  # each takes the place of the one before; the first does not
