"""文件查验 and 存放: what is taken, what is refused and why, where it lies and who is given it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from apps.evidence import actions
from apps.evidence.models import Document
from apps.evidence.sniffing import BadFile, clean_name, sniff
from apps.offices.models import Event, Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from tests import builders
from tests.builders import date
from tests.evidence.papers import (
    VILLAGE,
    chunk,
    family,
    filed,
    jpeg,
    pdf,
    people,
    png,
    township,
)


def said(value: object) -> str:
    """The id of a case: its words, and bytes by their number."""
    return value if isinstance(value, str) else f"{len(value)}B"  # type: ignore[arg-type]


ZIP = b"PK\x03\x04" + b"\0" * 26 + b"PK\x05\x06" + b"\0" * 18


@pytest.mark.parametrize(
    ("content", "name", "media"),
    [
        (pdf(), "a.PDF", "pdf"),
        (jpeg(), "照片.jpg", "jpeg"),
        (jpeg(), "照片.jpeg", "jpeg"),
        (png(), "a.png", "png"),
        (jpeg() + jpeg(), "hdr.jpg", "jpeg"),  # a phone's second picture
        (jpeg() + b"\0" * 64, "padded.jpg", "jpeg"),
        (pdf() + b"\r\n", "a.pdf", "pdf"),
    ],
    ids=said,
)
def test_whole_files_of_the_three_kinds_are_taken(content: bytes, name: str, media: str) -> None:
    assert sniff(content, name) == media


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.pdf", "空文件"),
        (b"hello", "a.pdf", "其他格式"),
        (b"<svg xmlns='x'><script>1</script></svg>", "a.png", "网页或 SVG"),
        (b"<!DOCTYPE html><p>", "a.jpg", "网页或 SVG"),
        (b"\xef\xbb\xbf  <html>", "a.pdf", "网页或 SVG"),
        (ZIP, "a.pdf", "压缩包"),
        (b"MZ\x90\0", "a.pdf", "程序"),
        (b"GIF89a" + b"\0" * 20, "a.png", "GIF"),
        (b"\0\0\0\x18ftypheic\0\0", "a.jpg", "HEIC"),
        (b" " + pdf(), "a.pdf", "其他格式"),  # the head is not at the start
        (pdf(), "a.jpg", "扩展名却是“jpg”"),
        (png(), "a.pdf", "扩展名却是“pdf”"),
        (jpeg(), "image", "扩展名却是“无”"),
        (jpeg(), "a.jpg.html", "扩展名却是“html”"),
        (pdf() + ZIP, "a.pdf", "结尾之后"),
        (pdf(b"<script>alert(1)</script>"), "a.pdf", "网页代码"),
        (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert)>>"), "a.pdf", "脚本"),
        (pdf(b"/EmbeddedFile 3 0 R "), "a.pdf", "附件"),
        (pdf(b"/Encrypt 2 0 R"), "a.pdf", "加密"),
        (b"%PDF-1.4 cut off", "a.pdf", "不完整"),
        (jpeg() + ZIP, "a.jpg", "照片之后"),
        (jpeg() + b"<html><script>", "a.jpg", "照片之后"),
        (jpeg(b"<script>alert(1)</script>"), "a.jpg", "网页代码"),
        (jpeg(b"<?php system(1);"), "a.jpg", "网页代码"),
        (jpeg()[:-2], "a.jpg", "不完整"),
        (b"\xff\xd8\xff", "a.jpg", "不完整"),
        (b"\xff\xd8\xff\xe0\xff\xff", "a.jpg", "不完整"),
        (png() + ZIP, "a.png", "结尾之后"),
        (png(b"<script>"), "a.png", "网页代码"),
        (png()[:-4], "a.png", "不完整"),
        (png()[:40] + b"\xff" + png()[41:], "a.png", "不完整"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "a.png", "不完整"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xff", "a.png", "不完整"),
    ],
    ids=said,
)
def test_anything_else_is_refused_in_words(content: bytes, name: str, words: str) -> None:
    with pytest.raises(BadFile, match=words) as refusal:
        sniff(content, name)
    assert "请" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\户口簿.pdf", "户口簿.pdf"),
        ("a\0b\r\n.pdf", "ab.pdf"),
        ("/.pdf", "pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
    ids=["unix", "windows", "control", "dots", "long"],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.django_db
def test_a_file_lies_apart_under_a_random_name(files_lie_apart: Path) -> None:
    asked = family()
    made = filed("household_book", asked.household, name="../../户口簿.pdf", pages=6)
    assert made.name == "户口簿.pdf"
    assert len(made.sha256) == 64
    [place] = [path for path in files_lie_apart.rglob("*") if path.is_file()]
    assert place.name == made.stored != made.name
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    _, content = actions.open_document(made.pk, by=township())
    assert content.startswith(b"%PDF-")
    assert Event.objects.filter(verb="查看材料", object_id=made.pk).count() == 1


@pytest.mark.django_db
def test_too_large_is_said_with_both_sizes() -> None:
    asked = family()
    big = pdf(b" " * (10 * 1024 * 1024))
    with pytest.raises(BadFile, match=r"10\.1 MB，超过上限 10 MB"):
        filed("household_book", asked.household, content=big)
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_nothing_is_kept_of_a_refused_file(files_lie_apart: Path) -> None:
    asked = family()
    with pytest.raises(BadFile):
        filed("household_book", asked.household, content=b"<svg/>", name="a.png")
    with pytest.raises(actions.Refused, match="须填写出具"):
        filed("income_proof", asked.household)
    dates = {"issued_on": date("2025-05-01"), "expires_on": date("2025-04-01")}
    with pytest.raises(actions.Refused, match="早于出具日期"):
        filed("income_proof", asked.household, **dates)
    with pytest.raises(actions.Refused, match="晚于今天"):
        filed("income_proof", asked.household, issued_on=date("2025-06-01"))
    with pytest.raises(actions.Refused, match="页数"):
        filed("household_book", asked.household, pages=0)
    with pytest.raises(actions.Refused, match="属于一份申请"):
        filed("application_form", asked.household)
    assert not [path for path in files_lie_apart.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_file_that_was_altered_on_disk_is_not_given_out(files_lie_apart: Path) -> None:
    made = filed("household_book", family().household)
    [place] = [path for path in files_lie_apart.rglob("*") if path.is_file()]
    place.write_bytes(b"%PDF-1.4 other %%EOF")
    with pytest.raises(NotFound, match="指纹不符"):
        actions.open_document(made.pk, by=township())
    place.unlink()
    with pytest.raises(NotFound, match="不见了"):
        actions.open_document(made.pk, by=township())


@pytest.mark.django_db
def test_a_newer_version_takes_the_place_and_the_old_stays() -> None:
    home = family().household
    old = filed("household_book", home)
    new = filed("household_book", home, replaces_id=old.pk)
    assert new.replaces == old
    with pytest.raises(StaleState, match="更新的版本"):
        filed("household_book", home, replaces_id=old.pk)
    with pytest.raises(actions.Refused, match="同一种类"):
        filed("bank_card", home, replaces_id=new.pk)
    for refused in (
        "DELETE FROM evidence_document",
        "UPDATE evidence_document SET pages = 9",
    ):
        with (
            pytest.raises(IntegrityError, match="只可追加"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(refused)


@pytest.mark.django_db
def test_the_register_is_not_emptied() -> None:
    with pytest.raises(IntegrityError, match="只可追加"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE evidence_document CASCADE")


@pytest.mark.django_db
def test_the_same_file_twice_is_refused_unless_for_somebody_else() -> None:
    asked = family()
    home, (first, second, _) = asked.household, people(asked)
    content = pdf()
    filed("id_card", home, who=first, content=content)
    filed("id_card", home, who=second, content=content)
    with pytest.raises(actions.Refused, match="不必重复上传"):
        filed("id_card", home, who=first, content=content)


@pytest.mark.django_db
def test_who_may_file_and_open() -> None:
    asked = family()
    home = asked.household
    made = filed("household_book", home)
    for role in (Role.FINANCE, Role.CHECKER, Role.LEADER):
        with pytest.raises(NotAllowed, match="不查看"):
            actions.open_document(made.pk, by=builders.staff(role))
        with pytest.raises(NotAllowed, match="须由"):
            filed("bank_card", home, by=builders.staff(role))
    with pytest.raises(NotFound):
        actions.open_document(made.pk, by=township(division="430482101"))
    with pytest.raises(NotFound):
        filed("bank_card", home, by=township(division="430482101"))
    village = builders.staff(Role.VILLAGE_HELPER, VILLAGE)
    assert actions.open_document(made.pk, by=village)
    raw = {"asked": asked, "issued_on": date("2025-05-05")}
    with pytest.raises(NotAllowed):
        filed("check_report", home, by=village, **raw)
    report = filed("check_report", home, by=builders.staff(), **raw)
    with pytest.raises(NotAllowed, match="只向县级核对岗位"):
        actions.open_document(report.pk, by=township(Role.TOWNSHIP_LEAD))
    assert actions.open_document(report.pk, by=builders.staff(Role.COUNTY_SUPERVISOR))
