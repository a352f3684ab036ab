"""The pages of 公示: the list, posting, one notice, 长期公布; nothing of another territory."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.casework.worklist import Asked, tasks_of
from apps.offices.calendar import current_calendar
from apps.offices.models import Role
from apps.publicity.models import NoticePhoto, Objection, PublicNotice
from apps.standards.models import current_book
from tests import builders
from tests.pages.conftest import client_of, edit
from tests.publicity.posting import FAR, HERE, JPEG, at_opinion, family, posted, satisfied, township

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> dt.date:
    """The clock of these pages: the day of posting."""
    return dt.date(2025, 3, 10)


@pytest.fixture(autouse=True)
def now(clock: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages read the clock; other apps' needs are met."""
    satisfied(monkeypatch)


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_a_notice_by_its_pages(clock: Any) -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    client = client_of(township())
    assert "待张贴" in text(client, "/notices/")
    assert "周国华" in text(client, f"/notices/new/?division={HERE}")
    refused = client.post("/notices/new/", {"division": HERE})
    assert refused.status_code == 400
    assert "请先勾选" in refused.content.decode()
    client.post("/notices/new/", {"division": HERE, "one": [one.pk]})
    notice = PublicNotice.objects.get()
    path = f"/notices/{notice.pk}/"
    page = text(client, path)
    assert "2025-03-11 至 2025-03-17" in page
    assert "周雨欣" not in page
    photo = SimpleUploadedFile("a.jpg", JPEG, "image/jpeg")
    start = {"act": "photo", "photo-moment": "start", "photo-photo": photo}
    assert client.post(path, start).status_code == 302
    shown = client.get(f"{path}photos/{NoticePhoto.objects.get().pk}/")
    assert (shown.content, shown.headers["Content-Type"]) == (JPEG, "image/jpeg")
    row = notice.rows.get()
    said = {"act": "object", "object-row": row.pk, "object-objector": "村民甲"}
    assert client.post(path, said).status_code == 400
    client.post(path, said | {"object-words": "家里有车"})
    objection = Objection.objects.get()
    assert "家里有车" in text(client, path)
    client.post(path, {"act": "answer", "objection": objection.pk, "answer-words": "车是弟弟的"})
    clock.move_to(dt.datetime(2025, 3, 18, 1, tzinfo=dt.UTC))
    assert "还没有期满照片" in text(client, path)
    assert client.post(path, {"act": "end"}).status_code == 400
    client.post(path, {"act": "end", "end-no_photo_reason": "公示栏被雨冲毁"})
    assert "已结束" in text(client, path)
    assert client.post(path, {"act": "end", "end-no_photo_reason": "再来"}).status_code == 409
    assert client.post(path, {"act": "dance"}).status_code == 400


def test_a_file_that_is_no_picture_is_refused_in_words() -> None:
    home, _ = family()
    notice = posted(at_opinion("minimum_living", home))
    client = client_of(township())
    fake = SimpleUploadedFile("a.jpg", b"<html>", "image/jpeg")
    answer = client.post(
        f"/notices/{notice.pk}/", {"act": "photo", "photo-moment": "start", "photo-photo": fake}
    )
    assert answer.status_code == 400
    assert "不是 JPEG 或 PNG" in answer.content.decode()


def test_nothing_of_another_territory() -> None:
    home, _ = family("赵六", FAR)
    notice = posted(at_opinion("minimum_living", home))
    client = client_of(township(HERE))
    assert "小柏村" not in text(client, "/notices/")
    text(client, f"/notices/{notice.pk}/", 404)
    text(client, f"/notices/{notice.pk}/photos/1/", 404)
    assert client.post(f"/notices/{notice.pk}/", {"act": "end"}).status_code == 404
    sent = client.post("/notices/lists/", {"division": FAR, "family": "minimum_living"})
    assert sent.status_code == 404
    text(client_of(builders.staff(Role.AUDIT_ADMIN)), "/notices/", 403)


def test_the_standing_list_by_its_page() -> None:
    home, _ = family()
    builders.award("minimum_living", home, None, "2024-05-06")
    client = client_of(township())
    assert "最低生活保障" in text(client, f"/notices/lists/?division={HERE}")
    made = client.post("/notices/lists/", {"division": HERE, "family": "minimum_living"})
    assert made.status_code == 302
    assert "长期有效" in text(client, made.headers["Location"])
    none = client.post("/notices/lists/", {"division": HERE, "family": "destitute_support"})
    assert none.status_code == 400
    child = client.post("/notices/lists/", {"division": HERE, "family": "child_welfare"})
    assert "儿童" in child.content.decode()


def test_whoever_may_not_post_sees_no_button() -> None:
    home, _ = family()
    at_opinion("minimum_living", home)
    helper = client_of(builders.staff(Role.VILLAGE_HELPER, HERE))
    assert "待张贴" not in text(helper, "/notices/").replace("上方“待张贴”", "")
    assert helper.post("/notices/new/", {"one": ["1"]}).status_code in (403, 404)


def test_the_worklist_asks_to_end_what_is_over() -> None:
    home, _ = family()
    notice = posted(at_opinion("minimum_living", home))
    clerk = township()
    for today, tasks in (("2025-03-17", 0), ("2025-03-18", 1)):
        asked = Asked(clerk, builders.date(today), current_calendar(), current_book())
        mine = [one for one in tasks_of(asked) if one.queue.code == "postings"]
        assert len(mine) == tasks
    assert notice.last_day


def test_an_objection_is_taken_down_on_the_page_of_the_notice_and_nowhere_else() -> None:
    home, _ = family()
    one = at_opinion("minimum_living", home)
    notice = posted(one)
    one.refresh_from_db()
    client = client_of(township())
    said = {"seen": one.version, "on": "2025-03-10", "note": "家里有车"}
    path = f"/api/v1/applications/{one.pk}/"
    offered = {option["code"]: option for option in client.get(path).json()["options"]}
    assert offered["object"]["ready"] is False
    assert [lack["url"] for lack in offered["object"]["missing"]] == [f"/notices/{notice.pk}/"]
    told = {"on": "2025-03-10", "note": "家里有车"}
    answer = edit(client, path, "steps/object", told)
    assert answer.status_code == 400
    assert f"请到公示{notice.pk}的页面" in answer.json()["errors"][0]["detail"]
    refused = client.post(f"/applications/{one.pk}/steps/object/", said)
    assert refused.status_code == 400
    assert f'href="/notices/{notice.pk}/"' in refused.content.decode()
    one.refresh_from_db()
    assert (one.state, Objection.objects.exists()) == ("noticed", False)
