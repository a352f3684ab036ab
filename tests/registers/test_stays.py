"""入站救助: who is taken in, the ten days, the search for an identity, 易走失人员库."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, connection, transaction

from apps.offices.calendar import current_calendar
from apps.offices.models import Event, Role, Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.registers import actions, station
from apps.registers.models import IdentityStep, Stay, StayExtension
from apps.standards.models import current_book
from tests import builders
from tests.registers.conftest import FAR, HERE

TODAY = dt.date(2024, 7, 10)
ID = "430482196001010010"
pytestmark = pytest.mark.django_db


def admitted(by: Staff, on: str = "2024-07-01", **more: Any) -> Stay:
    """Somebody who tells who they are, brought in by the police, unless told otherwise."""
    told = {
        "division": HERE[:9], "place": "汽车站", "age": 45, "brought_by": "police",
        "group": "none", "tells": "told", "needs": "食宿、返乡", "name": "罗某", **more,
    }  # fmt: skip
    return actions.admit(on=builders.date(on), by=by, **told)


def unknown(by: Staff, **more: Any) -> Stay:
    """Somebody who cannot say who they are."""
    return admitted(by, tells="cannot", name="", **more)


def test_the_clock_of_ten_days_begins_at_the_door(clerk: Staff) -> None:
    stay = admitted(clerk)
    assert stay.last_day == builders.date("2024-07-11")
    assert station.marks(stay, TODAY)[0] == ("doing", "circle", "期限还有 1 天")
    assert station.marks(stay, builders.date("2024-07-13"))[0][2] == "超过期限 2 天"


def test_who_refuses_to_tell_is_not_taken_in_but_the_old_and_the_young_are(clerk: Staff) -> None:
    with pytest.raises(actions.Refused, match="不予救助"):
        admitted(clerk, tells="refuses")
    admitted(clerk, tells="refuses", group="elderly", age=72)
    admitted(clerk, tells="refuses", group="minor", age=12)
    with pytest.raises(actions.Refused, match="按未成年人登记"):
        admitted(clerk, age=12)


def test_longer_needs_a_reason_another_person_and_filing(clerk: Staff, supervisor: Staff) -> None:
    stay = admitted(clerk)
    until = builders.date("2024-07-25")
    asked = {"until": until, "on": TODAY}
    with pytest.raises(actions.Refused, match="理由"):
        actions.propose_extension(stay.pk, reason=" ", by=clerk, **asked)
    with pytest.raises(actions.Refused, match="晚于这一天"):
        actions.propose_extension(stay.pk, until=stay.last_day, reason="等家属", on=TODAY, by=clerk)
    mine = actions.propose_extension(stay.pk, reason="等家属来接", by=supervisor, **asked)
    with pytest.raises(NotAllowed, match="不得为同一人"):
        actions.decide_extension(mine.pk, grant=True, on=TODAY, by=supervisor)
    with pytest.raises(NotAllowed, match="县级审核"):
        actions.decide_extension(mine.pk, grant=True, on=TODAY, by=clerk)
    with pytest.raises(actions.Refused, match="已批准"):
        actions.file_extension(mine.pk, filing="已报", on=TODAY, by=clerk)
    other = builders.staff(Role.COUNTY_SUPERVISOR)
    actions.decide_extension(mine.pk, grant=True, on=TODAY, by=other)
    actions.file_extension(mine.pk, filing="衡阳市民政局，电话报备", on=TODAY, by=clerk)
    stay.refresh_from_db()
    assert stay.last_day == until


def test_a_child_or_somebody_unknown_is_not_sent_away_by_the_clock(clerk: Staff) -> None:
    gone = {"leaving": "expired", "note": "期满", "on": TODAY, "by": clerk}
    child, lost = admitted(clerk, group="minor", age=12), unknown(clerk)
    for stay in (child, lost):
        with pytest.raises(actions.Refused, match="不因期满离站"):
            actions.leave(stay.pk, **gone)
    actions.identify(lost.pk, id_number=ID, name="罗建国", on=TODAY, by=clerk)
    actions.leave(lost.pk, **gone)
    actions.leave(child.pk, **{**gone, "leaving": "family", "note": "母亲接回"})
    with pytest.raises(actions.Refused, match="已经离站"):
        actions.search(child.pk, kind="face", on=TODAY, by=clerk)


def test_an_unknown_person_is_announced_and_compared_by_dna_in_time(clerk: Staff) -> None:
    stay = unknown(clerk)

    def still() -> list[tuple[str, dt.date]]:
        made = set(stay.searches.values_list("kind", flat=True))
        return [
            tuple(one) for one in station.wanted(stay, made, current_calendar(), current_book())
        ]

    assert still() == [
        ("announcement", builders.date("2024-07-02")),
        ("dna", builders.date("2024-07-10")),  # seven working days
    ]
    actions.search(stay.pk, kind="announcement", on=builders.date("2024-07-02"), by=clerk)
    step = actions.search(stay.pk, kind="dna", on=builders.date("2024-07-05"), by=clerk)
    assert still() == []
    with pytest.raises(actions.Refused, match="正在进行"):
        actions.search(stay.pk, kind="dna", on=TODAY, by=clerk)
    found = {"result": "match", "note": "与失踪库比中", "on": TODAY, "by": clerk}
    actions.conclude_search(step.pk, **found)
    with pytest.raises(actions.Refused, match="已经登记结果"):
        actions.conclude_search(step.pk, **found)


def test_the_second_stay_of_somebody_suggests_the_register_of_those_who_stray(
    clerk: Staff,
) -> None:
    first = admitted(clerk, on="2024-03-01")
    who = actions.identify(first.pk, id_number=ID, name="罗建国", on=TODAY, by=clerk)
    entry = {"division": HERE[:9], "reason": "repeated", "keeper": "罗建军", "phone": "0734",
             "on": TODAY, "by": clerk}  # fmt: skip
    with pytest.raises(actions.Refused, match="入站1次"):
        actions.enter_prone(who.pk, **entry)
    actions.leave(first.pk, leaving="family", note="兄弟接回", on=TODAY, by=clerk)
    again = admitted(clerk, on="2024-07-05")
    actions.identify(again.pk, id_number=ID, name="罗建国", on=TODAY, by=clerk)
    assert station.candidates(clerk, current_book(), TODAY) == [(who.pk, "罗建国", 2, again.pk)]
    made = actions.enter_prone(who.pk, **entry)
    assert station.candidates(clerk, current_book(), TODAY) == []
    with pytest.raises(actions.Refused, match="已在易走失人员库"):
        actions.enter_prone(who.pk, **entry)
    actions.close_prone(made.pk, reason="settled", on=TODAY, by=clerk)
    assert len(station.candidates(clerk, current_book(), TODAY)) == 1


def test_nobody_stays_twice_at_once(clerk: Staff) -> None:
    one, two = admitted(clerk), unknown(clerk)
    told = {"id_number": ID, "name": "罗建国", "on": TODAY, "by": clerk}
    actions.identify(one.pk, **told)
    with pytest.raises(actions.Refused, match="已有在站档案"):
        actions.identify(two.pk, **told)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE registers_stay SET last_day = '2024-08-01'", "只能由批准的延长改变"),
        ("UPDATE registers_stay SET admitted_on = '2024-07-02'", "只可追加"),
        ("DELETE FROM registers_stay", "不可删除"),
        ("UPDATE registers_identitystep SET result = 'none'", "identity_step_result_is_whole"),
        ("UPDATE registers_identitystep SET kind = 'face'", "不可修改"),
        (
            "UPDATE registers_stayextension SET state = 'granted', decided_by_id = prepared_by_id,"
            " decided_on = proposed_on",
            "stay_extension_four_eyes",
        ),
        (
            'INSERT INTO registers_identitystep ("on", by_id, at, stay_id, kind, note)'
            " SELECT DATE '2024-06-30', admitted_by_id, now(), id, 'face', ''"
            " FROM registers_stay",
            "早于入站日期",
        ),
    ],
)
def test_the_database_refuses(clerk: Staff, statement: str, words: str) -> None:
    stay = unknown(clerk)
    actions.search(stay.pk, kind="dna", on=TODAY, by=clerk)
    actions.propose_extension(
        stay.pk, until=builders.date("2024-07-30"), reason="身份不明", on=TODAY, by=clerk
    )
    with (
        pytest.raises(Error, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_every_act_leaves_its_line_and_stays_in_its_territory(clerk: Staff) -> None:
    stay = unknown(clerk)
    actions.search(stay.pk, kind="face", on=TODAY, by=clerk)
    actions.leave(stay.pk, leaving="settled", note="市福利院", on=TODAY, by=clerk)
    lines = Event.objects.filter(kind="registers.stay", object_id=stay.pk).order_by("pk")
    assert [(e.verb, e.source, e.target) for e in lines] == [
        ("入站登记", "", "in"),
        ("人脸识别比对", "", ""),
        ("离站", "in", "left"),
    ]
    far = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    for table in (Stay, IdentityStep, StayExtension):
        assert not table.objects.visible_to(far).exists()
    with pytest.raises(NotFound):
        station.found(far, stay.pk)
