"""特困终止: announced for seven days, objections, the month it stops, and what comes after."""

from __future__ import annotations

import pytest

from apps.casework import actions as casework
from apps.casework.models import Entitlement
from apps.casework.worklist import Asked, Task
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed
from apps.publicity import actions as publicity
from apps.publicity.models import NoticeRow, Objection, PublicNotice
from apps.reviews import actions, worklist
from apps.reviews.models import Termination
from apps.standards.models import current_book
from tests import builders
from tests.payments.paying import account, four, lines, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def destitute() -> Entitlement:
    """特困 since June 2024: 585 yuan and the care of who is wholly able."""
    who = builders.person("王五", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural")
    builders.fact("self_care", who, "2024-04-01", number=0)
    account(who)
    return builders.award("destitute_basic", home, who, "2024-05-06", "2024-05-20")


def announced(award: Entitlement, by: Staff, on: str = "2024-09-18") -> Termination:
    return actions.propose_termination(
        award.pk, reason="obligor_able", on=builders.date(on), by=by, note="其子已具备赡养能力"
    )


def over(found: Termination, by: Staff, on: str) -> None:
    """The list comes down after its days, with the reason why there is no photo."""
    publicity.end(found.notice_id, on=builders.date(on), by=by, no_photo_reason="公示栏改造")


def objected(found: Termination, by: Staff, words: str, on: str = "2024-09-20") -> Objection:
    row = NoticeRow.objects.get(notice=found.notice_id)
    return publicity.object_to(row.pk, objector="邻居", words=words, on=builders.date(on), by=by)


def endings(by: Staff, on: str) -> list[Task]:
    asked = Asked(by, builders.date(on), current_calendar(), current_book())
    return list(worklist.endings(asked))


def test_it_stops_from_the_month_after_the_notice_has_ended(
    destitute: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    people = four()
    paid(people, "2024-09")
    found = announced(destitute, clerk)
    assert str(found.notice_ends) == "2024-09-25"
    with pytest.raises(actions.Refused, match="2024-09-25期满"):
        actions.conclude_termination(found.pk, on=builders.date("2024-09-25"), by=supervisor)
    with pytest.raises(actions.Refused, match="期满照片"):
        actions.conclude_termination(found.pk, on=builders.date("2024-09-26"), by=supervisor)
    over(found, clerk, "2024-09-26")
    decision = actions.conclude_termination(found.pk, on=builders.date("2024-09-26"), by=supervisor)
    assert str(decision.effective) == "2024-10-01"
    assert lines(paid(people, "2024-10")) == []


def test_a_notice_over_the_end_of_the_month_stops_a_month_later(
    destitute: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    found = announced(destitute, clerk, "2024-09-25")
    over(found, clerk, "2024-10-08")
    decision = actions.conclude_termination(found.pk, on=builders.date("2024-10-08"), by=supervisor)
    assert str(decision.effective) == "2024-11-01"


def test_an_objection_halts_it_and_the_notice_runs_again(
    destitute: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    found = announced(destitute, clerk)
    first = found.notice_id
    said = objected(found, clerk, "其子在外无收入")
    with pytest.raises(actions.Refused, match="有异议"):
        actions.conclude_termination(found.pk, on=builders.date("2024-09-27"), by=supervisor)
    with pytest.raises(actions.Refused, match="先在公示页登记处理结果"):
        actions.post_again(found.pk, on=builders.date("2024-09-27"), by=clerk, answer="已核实")
    day = builders.date("2024-09-27")
    publicity.answer(said.pk, words="已核实工资流水", on=day, by=clerk)
    actions.post_again(found.pk, on=day, by=clerk, answer="已核实工资流水")
    found.refresh_from_db()
    assert str(found.notice_ends) == "2024-10-04"
    assert PublicNotice.objects.get(pk=first).state == "withdrawn"
    over(found, clerk, "2024-10-08")
    actions.conclude_termination(found.pk, on=builders.date("2024-10-08"), by=supervisor)


def test_an_objection_that_holds_leaves_the_award(destitute: Entitlement, clerk: Staff) -> None:
    found = announced(destitute, clerk)
    objected(found, clerk, "其子在外无收入")
    actions.drop_termination(found.pk, on=builders.date("2024-09-27"), by=clerk, reason="异议属实")
    assert PublicNotice.objects.get(pk=found.notice_id).state == "withdrawn"
    destitute.refresh_from_db()
    assert destitute.period.upper is None
    announced(destitute, clerk, "2024-11-01")  # and it may be announced again one day


def test_a_death_does_not_wait_for_a_notice(
    destitute: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    with pytest.raises(actions.Refused, match="死亡不等公示"):
        actions.propose_termination(
            destitute.pk, reason="death", on=builders.date("2024-09-18"), by=clerk
        )
    people = four()
    paid(people, "2024-09")
    assert destitute.person is not None
    builders.fact("death", destitute.person, "2024-09-10", known="2024-09-18")
    decision = casework.stop(
        destitute.pk,
        on=builders.date("2024-09-18"),
        by=supervisor,
        prepared_by=clerk,
        reason="death",
    )
    assert str(decision.effective) == "2024-10-01"
    assert lines(paid(people, "2024-10")) == []
    assert endings(clerk, "2024-09-20") == []  # and nobody is screened


def test_who_announced_it_does_not_conclude_it(destitute: Entitlement, supervisor: Staff) -> None:
    found = announced(destitute, supervisor)
    with pytest.raises(NotAllowed, match="同一人"):
        actions.conclude_termination(found.pk, on=builders.date("2024-09-26"), by=supervisor)


def test_after_it_the_worklist_asks_for_a_screening_once(
    destitute: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    found = announced(destitute, clerk)
    assert [(t.what, str(t.due)) for t in endings(clerk, "2024-09-20")] == [
        ("公示期满，办理终止", "2024-09-26")
    ]
    over(found, clerk, "2024-09-26")
    actions.conclude_termination(found.pk, on=builders.date("2024-09-26"), by=supervisor)
    # 27 (1), Sun 29 (2), 30 (3), 8 Oct (4), 9 (5), 10 (6), 11 (7), Sat 12 (8), 14 (9), 15 (10)
    assert [(t.what, str(t.due)) for t in endings(clerk, "2024-09-27")] == [
        ("特困终止，筛查低保和临时救助", "2024-10-15")
    ]
    actions.screen(destitute.pk, result="minimum_living", on=builders.date("2024-09-27"), by=clerk)
    assert endings(clerk, "2024-09-28") == []
    with pytest.raises(actions.Refused, match="已经筛查"):
        actions.screen(destitute.pk, result="none", on=builders.date("2024-09-28"), by=clerk)


def test_other_programmes_need_no_notice(clerk: Staff) -> None:
    who = builders.person()
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    award = builders.award("disability_nursing", home, who, "2024-06-03")
    with pytest.raises(actions.Refused, match="不需要公示"):
        announced(award, clerk)
