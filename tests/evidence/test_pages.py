"""The pages of evidence without a script: who sees what, what is said, what is kept."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from apps.casework.models import Application
from apps.evidence import actions
from apps.evidence.actions import Reported
from apps.evidence.models import Authorisation, CheckRequest, Document, Figure, Survey
from apps.evidence.panels import compare_panel, documents_panel
from apps.households.models import Fact
from apps.offices.models import Event, Role
from tests import builders
from tests.builders import date
from tests.evidence.papers import (
    all_filed,
    answered,
    authorised,
    concluded,
    family,
    filed,
    jpeg,
    opened,
    pdf,
    people,
    png,
    sent,
    township,
    visited,
    wage,
)
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db
FAR = "430482101"


@pytest.fixture(autouse=True)
def now() -> Any:
    """Monday 12 May 2025, nine in the morning."""
    with time_machine.travel("2025-05-12T09:00:00+08:00", tick=False) as traveller:
        yield traveller


def paths(asked: Application) -> list[str]:
    """Every page of an application that has everything."""
    check = CheckRequest.objects.filter(application=asked).order_by("-pk").first()
    survey = Survey.objects.filter(application=asked).order_by("-pk").first()
    document = Document.objects.filter(household=asked.household).first()
    assert check is not None
    assert survey is not None
    assert document is not None
    names = ("documents", "check", "visits", "compare", "assessment")
    return [
        *(f"/applications/{asked.pk}/{name}/" for name in names),
        f"/checks/{check.pk}/",
        f"/visits/{survey.pk}/",
        f"/households/{asked.household.number}/documents/",
        f"/evidence/documents/{document.pk}/",
    ]


def full() -> Application:
    """An application with papers, a check and a visit."""
    asked = family()
    all_filed(asked)
    concluded(asked)
    visited(asked, lines=[wage(people(asked)[0], 9600)])
    return asked


def upload(content: bytes, name: str, **more: Any) -> dict[str, Any]:
    """What the upload form sends."""
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return {"act": "upload", "type": "household_book", "pages": "6", "file": file, **more}


def test_another_township_finds_nothing_and_keepers_see_nothing() -> None:
    asked = full()
    for path in paths(asked):
        assert client_of(township()).get(path).status_code == 200, path
        assert client_of(township(division=FAR)).get(path).status_code == 404, path
        assert client_of(township(division=FAR)).post(path, {"act": "x"}).status_code in (404, 405)
        for role in (Role.FINANCE, Role.SYSTEM_ADMIN):
            assert client_of(builders.staff(role)).get(path).status_code == 403, path


def test_a_paper_is_uploaded_and_saved_as_a_file() -> None:
    asked = family()
    page = f"/applications/{asked.pk}/documents/"
    client = client_of(township())
    assert "缺" in client.get(page).content.decode()
    assert client.post(page, upload(pdf(), "../../户口 簿.pdf")).status_code == 302
    made = Document.objects.get()
    assert (made.name, made.pages, made.application_id) == ("户口 簿.pdf", 6, None)
    answer = client.get(f"/evidence/documents/{made.pk}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(verb="查看材料").count() == 1
    form = {"type": "application_form", "pages": "1"}
    assert client.post(page, upload(pdf(), "a.pdf", **form)).status_code == 302
    assert Document.objects.get(type="application_form").application == asked


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.pdf", "空文件"),
        (b"<svg onload=alert(1)>", "a.png", "不是 PDF、JPEG 或 PNG"),
        (b"<html>", "a.pdf", "不是 PDF、JPEG 或 PNG"),
        (png(), "a.pdf", "扩展名却是"),
        (pdf() + b"PK\x03\x04", "a.pdf", "结尾之后"),
        (pdf(b" " * 10_600_000), "a.pdf", "超过上限 10 MB"),
    ],
    ids=["empty", "svg", "html", "mismatch", "polyglot", "huge"],
)
def test_a_bad_file_is_refused_with_the_form_still_filled(
    content: bytes, name: str, words: str
) -> None:
    asked = family()
    page = f"/applications/{asked.pk}/documents/"
    answer = client_of(township()).post(page, upload(content, name, note="第二页模糊"))
    text = answer.content.decode()
    assert answer.status_code == 400
    assert words in text
    assert 'value="第二页模糊"' in text
    assert not Document.objects.exists()


def test_the_household_has_papers_without_an_application() -> None:
    asked = family()
    page = f"/households/{asked.household.number}/documents/"
    client = client_of(builders.staff(Role.VILLAGE_HELPER, asked.household.division))
    assert client.post(page, upload(pdf(), "a.pdf")).status_code == 302
    assert "全部材料 1" in client.get(page).content.decode()
    own = {"type": "application_form"}
    assert client.post(page, upload(pdf(), "a.pdf", **own)).status_code == 400


def test_a_newer_version_from_the_page() -> None:
    asked = family()
    old = filed("household_book", asked.household, name="旧.pdf")
    page = f"/applications/{asked.pk}/documents/"
    client = client_of(township())
    link = f"?type=household_book&replaces={old.pk}"
    assert f'value="{old.pk}"' in client.get(page + link).content.decode()
    sent_in = upload(pdf(), "新.pdf", replaces=str(old.pk))
    assert client.post(page, sent_in).status_code == 302
    assert client.post(page, upload(pdf(), "三.pdf", replaces=str(old.pk))).status_code == 409
    text = client.get(page).content.decode()
    assert "被替换的旧版本 1" in text


def test_a_check_through_the_forms() -> None:
    asked = family()
    husband, wife, _ = people(asked)
    paper = filed("check_authorisation", asked.household, issued_on=date("2025-05-05"))
    page = f"/applications/{asked.pk}/check/"
    mine, county = client_of(township()), client_of(builders.staff())
    assert "尚未签署" in mine.get(page).content.decode()
    for person in (husband, wife):
        signed = {"act": "authorise", "person": person.pk, "signed_on": "2025-05-05",
                  "until": "2026-05-04", "document": paper.pk}  # fmt: skip
        assert mine.post(page, signed).status_code == 302
    assert Authorisation.objects.count() == 2
    assert mine.post(page, {"act": "request"}).status_code == 302
    request = CheckRequest.objects.get()
    one = f"/checks/{request.pk}/"
    assert mine.post(one, {"act": "send"}).status_code == 403
    assert county.post(one, {"act": "send"}).status_code == 302
    told = {"act": "answer", "department": "bank", "result": "same", "person_0": wife.pk,
            "item_0": "deposits", "amount_0": "13600", "words_0": "尾号4471"}  # fmt: skip
    refused = county.post(one, told)
    assert refused.status_code == 400
    assert "结果请选“差异”" in refused.content.decode()
    assert 'value="13600"' in refused.content.decode()
    wrong = county.post(one, {**told, "amount_0": "一万"})
    assert "不是金额" in wrong.content.decode()
    assert county.post(one, {**told, "result": "different"}).status_code == 302
    answered(request, "bank", on="2025-05-12")
    early = county.post(one, {"act": "conclude"})
    assert (early.status_code, "尚未说明原因" in early.content.decode()) == (400, True)
    seen = mine.get(one).content.decode()
    assert "13,600" not in seen
    assert "4471" not in seen
    assert "仅核对岗位可见" in seen
    assert "13,600.00" in county.get(one).content.decode()
    why = {"act": "explain", "figure": Figure.objects.get(item="deposits").pk, "words": "报销款"}
    assert mine.post(one, why).status_code == 302
    assert county.post(one, {"act": "conclude"}).status_code == 302
    assert mine.post(one, {"act": "recheck", "objection": "不是我的钱"}).status_code == 302
    assert "新的核对" in mine.get(one).content.decode()


def form_of(asked: Application, **more: Any) -> dict[str, Any]:
    """A visit as the form sends it."""
    found = {"act": "save", "visited_on": "2025-05-12", "tenure": "own", "conclusion": "true",
             "area": "86", "goods": ["tv", "fridge"], "seen_version": "0"}  # fmt: skip
    for person in people(asked):
        found[f"seen_{person.pk}"] = "on"
        found[f"health_{person.pk}"] = "good"
        found[f"work_{person.pk}"] = "able"
    line = f"{people(asked)[0].pk}-income.wage"
    told = {f"amount_{line}": "9,600", f"per_{line}": "year", f"words_{line}": "零工"}
    return {**found, **told, **more}


def test_a_visit_through_the_form_without_a_script() -> None:
    asked = family()
    survey, first, second = opened(asked)
    page = f"/visits/{survey.pk}/"
    one, two = client_of(first), client_of(second)
    assert "请填写入户日期" in one.get(page).content.decode()
    wrong = {f"amount_{people(asked)[0].pk}-income.wage": "abc"}
    bad = one.post(page, form_of(asked, note="很长的说明", **wrong))
    assert bad.status_code == 400
    assert "很长的说明" in bad.content.decode()
    assert one.post(page, form_of(asked)).status_code == 302
    text = one.get(page).content.decode()
    assert 'value="9600.00"' in text
    assert "签字前还须补齐" not in text
    clash = two.post(page, form_of(asked, words="我看到的", area="90"))
    assert clash.status_code == 409
    assert "我看到的" in clash.content.decode()
    assert two.post(page, form_of(asked, area="90", seen_version="1")).status_code == 302
    stale = one.post(page, {"act": "sign", "name": first.name, "seen_version": "1"})
    assert stale.status_code == 409
    photo = SimpleUploadedFile("屋内.jpg", jpeg(), content_type="image/jpeg")
    assert one.post(page, {"act": "photo", "photo": photo}).status_code == 302
    assert Document.objects.get().survey_id == survey.pk
    two_more = [SimpleUploadedFile(n, c) for n, c in (("门口.jpg", jpeg()), ("x.jpg", b"<svg/>"))]
    half = one.post(page, {"act": "photo", "photo": two_more})
    assert (half.status_code, Document.objects.count()) == (400, 2)
    assert "前1张已保存" in half.content.decode()
    for client, who in ((one, first), (two, second)):
        signed = {"act": "sign", "name": who.name, "seen_version": "2"}
        assert client.post(page, signed).status_code == 302
    survey.refresh_from_db()
    assert survey.state == "completed"
    assert survey.answers["home"]["area"] == 90
    figure = Figure.objects.get(source="surveyed")
    assert (figure.item, figure.amount_fen) == ("income.wage", 9600_00)
    assert one.post(page, form_of(asked, seen_version="2")).status_code == 409


def test_a_line_that_appears_meanwhile_does_not_shift_the_others() -> None:
    asked = family()
    husband, wife, _ = people(asked)
    survey, first, _ = opened(asked)
    typed = form_of(asked)
    told = Reported(wife.pk, "income.business_net", 1000_00, "year")
    actions.declare(asked.pk, told, on=date("2025-05-12"), by=first)
    assert client_of(first).post(f"/visits/{survey.pk}/", typed).status_code == 302
    survey.refresh_from_db()
    [line] = survey.answers["lines"]
    assert (line["person_id"], line["item"], line["fen"]) == (husband.pk, "income.wage", 9600_00)


def test_adopting_and_the_property_test_through_the_page() -> None:
    asked = full()
    husband = people(asked)[0]
    page = f"/applications/{asked.pk}/compare/"
    client = client_of(township())
    assert "9,600.00 元/年" in client.get(page).content.decode()
    pick = {"act": "adopt", "pick": f"{husband.pk}-income.wage:surveyed"}
    assert client.post(page, pick).status_code == 302
    assert Fact.objects.filter(kind="income", amount_fen=9600_00).exists()
    for bad in ("x", "1-nothing:surveyed", f"{husband.pk}-income.wage:nobody"):
        assert client.post(page, {"act": "adopt", "pick": bad}).status_code == 400
    other = {"act": "adopt", "person": husband.pk, "item": "income.wage", "amount": "7200",
             "per": "year"}  # fmt: skip
    refused = client.post(page, other)
    assert refused.status_code == 400
    assert 'value="7200"' in refused.content.decode()
    assert client.post(page, {**other, "words": "按行业评估"}).status_code == 302
    assert client.post(page, {"act": "conclude"}).status_code == 400
    lost = client.post(page, {"act": "find", "line": "vehicles", "reason": "三轮车"})
    assert 'value="三轮车"' in lost.content.decode()
    for line in ("financial", "vehicles", "dwellings", "shops", "capital"):
        found = {"act": "find", "line": line, "passed": "yes", "reason": "核实"}
        assert client.post(page, found).status_code == 302
    assert client.post(page, {"act": "conclude"}).status_code == 302
    assert Fact.objects.get(kind="property").flag is True
    assert client.post(page, {"act": "nothing"}).status_code == 400


def test_the_panels_say_what_is_missing_and_hide_what_is_raw() -> None:
    asked = family()
    wife = people(asked)[1]
    authorised(asked)
    request, county = sent(asked), builders.staff()
    told = [Reported(wife.pk, "deposits", 13600_00)]
    on = date("2025-05-12")
    actions.answer(request.pk, "bank", result="different", figures=told, on=on, by=county)
    panel = documents_panel(township(), asked.household, on, asked)
    assert (panel["have"], panel["asked"]) == (0, 5)
    shown = render_to_string("evidence/panel_documents.html", {"panel": panel})
    assert "材料 0 / 5" in shown
    assert "缺，点此上传" in shown
    assert documents_panel(builders.staff(Role.FINANCE), asked.household, on)["papers"] == []
    for staff, sees in ((township(), False), (county, True)):
        context = {"panel": compare_panel(staff, asked, on)}
        assert ("13,600" in render_to_string("evidence/panel_compare.html", context)) is sees


def test_pages_ask_the_database_no_more_for_more_papers() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = full()
    client = client_of(township())
    page = f"/applications/{asked.pk}/documents/"
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page)
        counts.append(len(queries))
        for n in range(5):
            filed("other", asked.household, on="2025-05-12", name=f"{n}.pdf")
    assert counts[0] == counts[1] <= 25
