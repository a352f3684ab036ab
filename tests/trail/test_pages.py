"""审计查询: what was written, by whom and why, for those who look it over and nobody else."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection

from apps.households import actions as households
from apps.offices.actions import log
from apps.offices.models import Event, Role, Staff
from apps.units.id_number import make_id
from tests import builders
from tests.pages.conftest import client_of

from .conftest import newest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page(staff: Staff, query: str = "", status: int = 200) -> str:
    answer = client_of(staff).get(f"/audit/{query}")
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


@pytest.fixture
def auditor() -> Staff:
    return builders.staff(Role.AUDITOR)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AUDIT_ADMIN, Role.COUNTY_SUPERVISOR])
def test_who_looks_it_over_finds_it_in_the_navigation(role: Role) -> None:
    reader = builders.staff(role)
    text = page(reader)
    assert 'data-page="audit"' in text
    assert 'href="/audit/"' in text


@pytest.mark.parametrize("role", [Role.COUNTY_CLERK, Role.SYSTEM_ADMIN, Role.LEADER])
def test_others_are_told_who_may(role: Role) -> None:
    text = page(builders.staff(role), status=403)
    assert "审计留痕只向" in text
    assert 'href="/audit/"' not in text


def test_a_township_reads_no_trail() -> None:
    builders.household()
    small = builders.staff(Role.COUNTY_SUPERVISOR, division="430482001")
    assert "没有符合条件的留痕" in page(small, "?relation=households_household")


def test_a_change_is_read_by_name_with_what_it_was(auditor: Staff) -> None:
    Staff.objects.filter(pk=auditor.pk).update(density="compact")
    text = page(auditor, "?relation=offices_staff")
    for words in ("经办人员", "行距", "<del>标准</del>", "<ins>紧凑</ins>"):
        assert words in text


def test_an_act_is_found_by_household_with_its_reason(auditor: Staff) -> None:
    home, other = builders.household(), builders.household()
    supervisor = builders.staff(Role.COUNTY_SUPERVISOR)
    households.reveal_ids(home, by=supervisor, on=builders.date("2024-06-05"))
    text = page(auditor, f"?household={home.number}")
    assert "查看证件号码" in text
    assert supervisor.name in text
    assert other.number not in text
    assert "没有符合条件的留痕" in page(auditor, "?household=nowhere")


def test_what_somebody_did_is_found_by_name(auditor: Staff) -> None:
    one, two = builders.staff(), builders.staff()
    client_of(one).post("/profile/", {"density": "compact", "letter_keys": "on"})
    assert "POST /profile/" in page(auditor, f"?staff={one.name}")
    assert "POST /profile/" not in page(auditor, f"?staff={two.name}")
    assert one.user is not None
    assert "POST /profile/" in page(auditor, f"?staff={one.user.username}")


def test_a_range_of_days_is_by_the_databases_clock(auditor: Staff) -> None:
    builders.household()
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
        (today,) = cursor.fetchone()
    asked = f"?relation=households_household&first={today}&last={today}"
    assert "data-row" in page(auditor, asked)
    assert "没有符合条件的留痕" in page(auditor, "?last=2001-01-01")
    assert "请按提示改正后再查" in page(auditor, "?first=yesterday", status=400)


def test_numbers_that_are_somebodys_are_starred(auditor: Staff) -> None:
    number = make_id("430482", builders.date("1966-03-15"), 1)
    who = builders.person("周国华", "1966-03-15", id_number=number, phone="13812345678")
    builders.household((who, "applicant"))
    text = page(auditor, "?relation=households_person")
    assert "周国华" in text
    assert f"{number[:6]}********{number[-4:]}" in text
    assert number not in text
    assert "13812345678" not in text


def test_who_keeps_the_system_sees_who_wrote_but_nobodys_case() -> None:
    who = builders.person("周国华", "1966-03-15")
    home = builders.household((who, "applicant"))
    keeper = builders.staff(Role.AUDIT_ADMIN)
    text = page(keeper, f"?household={home.number}")
    assert "户编号" in text
    assert "周国华" not in page(keeper, "?relation=households_person")
    assert "（不显示）" in page(keeper, "?relation=households_person")
    assert f'href="/households/{home.number}/"' not in text


def test_a_page_ends_where_the_next_begins(auditor: Staff) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offices_division (code, name, kind, initials, zone)"
            " SELECT 'x' || n, 'n' || n, 'village', '', '' FROM generate_series(100, 159) n"
        )
    last = newest("offices_division").pk
    first = page(auditor, "?relation=offices_division")
    assert first.count("data-row>") == 50
    following = f"?relation=offices_division&after={last - 49}"
    assert f"after={last - 49}" in first
    assert "x100" in page(auditor, following)
    assert "x159" not in page(auditor, following)


def test_the_list_leaves_as_a_table_and_that_is_put_down(auditor: Staff) -> None:
    number = make_id("430482", builders.date("1966-03-15"), 1)
    builders.person("=周国华", "1966-03-15", id_number=number)
    answer = client_of(auditor).get("/audit/csv/?relation=households_person")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["序号", "时间", "变更集"]
    assert "周国华" in rows[1][-1]
    assert number not in rows[1][-1]
    event = Event.objects.latest("pk")
    assert (event.verb, event.by_id) == ("导出审计留痕", auditor.pk)
    row = newest("offices_event")
    assert row.actor_id == auditor.pk
    assert row.request.startswith("GET /audit/csv/ 127.0.0.1 ")


def test_the_page_asks_as_much_for_many_as_for_few(
    auditor: Staff, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        builders.household()
    client = client_of(auditor)
    client.get("/audit/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert client.get("/audit/").status_code == 200


def test_several_acts_in_one_change_set_keep_their_own_reasons(auditor: Staff) -> None:
    """A program may do much in one transaction; a row has the event that was written after it."""
    first, second = builders.staff(), builders.staff()
    for by, density in ((first, "compact"), (second, "compact")):
        Staff.objects.filter(pk=by.pk).update(density=density)
        log(by=by, kind="x", object_id=1, verb=f"改行距{by.pk}")
    text = page(auditor, f"?relation=offices_staff&change_set={newest('offices_staff').change_set}")
    one, two = text.index(f"改行距{second.pk}"), text.index(f"改行距{first.pk}")
    assert one < two


def test_whoever_a_column_points_to_is_named(auditor: Staff) -> None:
    by = builders.staff()
    log(by=by, kind="x", object_id=1, verb="y")
    assert f"<ins>{by.name}</ins>" in page(auditor, "?relation=offices_event")


def test_the_acts_of_a_household_lead_to_its_trail(auditor: Staff) -> None:
    home = builders.household()
    link = f'href="/audit/?household={home.number}"'
    path = f"/households/{home.number}/events/"
    assert link in client_of(auditor).get(path).content.decode()
    assert link not in client_of(builders.staff()).get(path).content.decode()


def test_the_page_speaks_english(auditor: Staff) -> None:
    Staff.objects.filter(pk=auditor.pk).update(language="en")
    auditor.refresh_from_db()
    text = page(auditor, "?relation=offices_staff")
    text = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", text, flags=re.DOTALL)
    names = "|".join(Staff.objects.values_list("name", flat=True))
    bare = re.sub(f"<[^>]*>|{names}|中文", " ", text)
    assert re.findall(r"[\u4e00-\u9fff]+", bare) == []
