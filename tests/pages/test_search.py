"""查找: every way an officer may ask, inside the territory, ranked, masked, by index."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from apps.households import search as searching
from apps.households.models import Household, Person
from apps.households.search import search
from apps.offices.models import Role
from apps.units.id_number import make_id
from tests import builders
from tests.pages.conftest import FAR, HERE, As

pytestmark = pytest.mark.django_db


def live(name: str, division: str = HERE, serial: int = 1) -> tuple[Household, Person]:
    born = dt.date(1980, 5, 5)
    who = builders.person(name, "1980-05-05", id_number=make_id("430482", born, serial))
    return builders.household((who, "applicant"), division=division), who


def names(text: str, **staff: Any) -> list[str]:
    return [hit.name for hit in search(text, builders.staff(**staff)).hits]


def test_a_person_is_found_whichever_way_one_asks() -> None:
    home, who = live("周国华", serial=12)
    live("周国", serial=13)
    number = str(who.id_number)
    for asked in (
        "周国华",
        "周国",
        "zgh",
        "ZGH",
        "zhouguohua",
        "zhouguo",
        number,
        number[-4:],
        number[-6:],
        home.number,
    ):
        assert "周国华" in names(asked), asked
    assert names("周国")[0] == "周国"
    assert names(number) == ["周国华"]


@pytest.mark.parametrize(
    ("name", "initials", "full"),
    [
        ("曾小兰", "zxl", "zengxiaolan"),
        ("单国强", "sgq", "shanguoqiang"),
        ("仇英", "qy", "qiuying"),
        ("解玉", "xy", "xieyu"),
        ("买买提·吐尔逊", "mmttex", "maimaiti"),
    ],
)
def test_surnames_are_found_as_they_are_read(name: str, initials: str, full: str) -> None:
    live(name)
    assert names(initials) == [name] or names(full) == [name]
    assert names(full) == [name]


def test_a_rare_character_and_a_dot_typed_otherwise_are_found() -> None:
    live("𠮷田", serial=1)
    live("阿依古丽·买买提", serial=2)
    assert names("𠮷田") == ["𠮷田"]
    assert names("阿依古丽•买买提") == ["阿依古丽·买买提"]


def test_only_inside_the_territory() -> None:
    _, who = live("周国华", division=FAR)
    assert names("周国华", role=Role.TOWNSHIP_CLERK, division=HERE[:9]) == []
    assert names(str(who.id_number), role=Role.TOWNSHIP_CLERK, division=HERE[:9]) == []
    assert names("周国华", role=Role.TOWNSHIP_CLERK, division=FAR[:9]) == ["周国华"]


@pytest.mark.parametrize(
    "text", ["", "周", "12", "z", "%%", "__", "'; --", "\\", "a" * 60, "9" * 60]
)
def test_nothing_strange_breaks_it_or_lists_everybody(text: str, as_: As) -> None:
    live("周国华")
    assert names(text) == []
    assert as_(builders.staff()).get("/search/", {"q": text}).status_code == 200


def test_more_than_fifty_asks_for_the_village(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "LIMIT", 3)
    for n in range(4):
        live(f"周国华{n}", serial=n)
    page = as_(builders.staff()).get("/search/?q=周国").content.decode()
    assert "请加上村名" in page
    assert page.count("<tr data-row>") == 3


def test_the_page_masks_marks_the_dead_and_shows_programmes(as_: As) -> None:
    home, who = live("周国华", serial=12)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    page = as_(builders.staff()).get("/search/?q=zgh").content.decode()
    assert "430482********" in page
    assert str(who.id_number) not in page
    assert "残疾护理" in page
    builders.fact("death", who, "2024-06-20")
    assert "已死亡" in as_(builders.staff()).get("/search/?q=zgh").content.decode()
    assert "没有找到" in as_(builders.staff()).get("/search/?q=没有此人").content.decode()


@pytest.mark.parametrize("people", [1, 6])
def test_queries_do_not_grow_with_what_is_found(
    people: int, as_: As, django_assert_num_queries: Any
) -> None:
    for n in range(people):
        live(f"周国华{n}", serial=n)
    client = as_(builders.staff())
    with django_assert_num_queries(4):
        client.get("/search/?q=周国")


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("reverse(id_number) LIKE '4100%%'", "person_id_tail"),
        ("pinyin LIKE 'zhouguo%%'", "person_pinyin_prefix"),
        ("string_to_array(pinyin, ' ') @> ARRAY['zhouguohua']", "person_pinyin_readings"),
        ("initials @> ARRAY['zgh']::varchar[]", "person_initials"),
        ("name_key LIKE '周国%%'", "person_name_prefix"),
    ],
)
def test_every_way_of_asking_has_its_index(condition: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM households_person p WHERE {condition}", [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
