"""A paper is frozen, counted and can be verified; rare characters are told; nothing is markup."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.households.models import Person
from apps.offices.models import Event, Role
from apps.papers import actions
from apps.papers.checking import TRIES, normalized
from apps.papers.font import BLANK, blanked, lacking, rare
from apps.papers.models import Paper
from apps.papers.render import Stamp, pdf, starred
from apps.units.money import capital
from tests import builders
from tests.pages.conftest import client_of
from tests.papers.printing import case, date, made, sheet, words
from tests.publicity.posting import FAR, HERE

db = pytest.mark.django_db
RARE = "\U00030123"  # a character of Unicode 13, in no print font of ours


@db
def test_a_paper_stays_as_it_was_given() -> None:
    one = case()
    first = made("application-form", one.application.pk)
    assert made("application-form", one.application.pk) == first
    Person.objects.filter(pk=one.who.pk).update(name="周国化")
    second = made("application-form", one.application.pk)
    assert (first.version, second.version) == (1, 2)
    assert "周国华" in sheet(first)
    assert "周国化" in sheet(second)
    for change in ({"data": {}}, {"code": "X"}, {"version": 9}):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            Paper.objects.filter(pk=first.pk).update(**change)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Paper.objects.filter(pk=first.pk).delete()


@db
def test_every_sheet_is_counted_and_logged() -> None:
    one = case()
    paper = made("application-form", one.application.pk)
    numbers = [actions.print_out(paper.pk, by=one.clerk).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    said = Event.objects.filter(kind="papers.paper", household_id=one.home.pk)
    assert list(said.order_by("pk").values_list("verb", flat=True)) == [
        "制作救助申请书第1版",
        *(f"打印救助申请书第{n}次（含完整证件号码）" for n in numbers),
    ]
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        paper.prints.update(number=7)


@db
def test_a_rare_character_is_told_before_printing() -> None:
    one = case(name=f"周{RARE}")
    with pytest.raises(actions.Unprintable, match=f"姓名“周{RARE}”中的“{RARE}”（U\\+30123）"):
        made("application-form", one.application.pk)
    assert not Paper.objects.exists()
    clerk = one.clerk
    paper = actions.make(
        "application-form", one.application.pk, on=date("2025-03-03"), by=clerk, by_hand=True
    )
    told = [f"{what}“周{RARE}”中的“{RARE}”（U+30123）" for what in ("姓名", "收款人")]
    assert paper.by_hand == told
    assert paper.data["home"]["who"]["name"] == f"周{BLANK}"
    assert rare(paper.data) == []
    text = sheet(paper)
    assert RARE not in text  # not even where the foot says what to write in
    assert "手写补入" in text
    assert "U+30123" in text


def test_names_with_uncommon_characters_are_printed() -> None:
    for name in ("龑", "䶮", "㛃", "喆", "犇", "淼", "堃", "昇", "玥", "彧", "阿依古丽·买买提"):
        assert lacking(name) == []
    assert lacking("甲\u200b\ufffd🎂") == ["\u200b", "\ufffd", "🎂"]


@given(st.recursive(st.text(max_size=8), lambda t: st.lists(t) | st.dictionaries(st.text(), t)))
def test_what_is_left_open_can_always_be_printed(data: object) -> None:
    assert rare(blanked(data)) == []
    if not rare(data):
        assert blanked(data) == data


@db
def test_a_name_is_never_markup() -> None:
    evil = '#panic("x")*粗*$x$[=@<a>]\\'
    one = case()
    Person.objects.filter(pk=one.who.pk).update(name=evil)
    text = sheet(made("application-form", one.application.pk))
    assert re.sub(r"\s", "", evil) in text.replace("“", '"').replace("”", '"')


@pytest.mark.parametrize(
    ("fen", "wanted"),
    [
        (613905400, "陆佰壹拾叁万玖仟零伍拾肆元整"),
        (100507, "壹仟零伍元零柒分"),
        (20050, "贰佰元伍角整"),
        (10001000000, "壹亿零壹万元整"),
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (1000_00, "壹仟元整"),
    ],
)
def test_capitals_of_the_handbook(fen: int, wanted: str) -> None:
    assert capital(fen) == wanted


DIGITS = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> Decimal:
    """The amount a person reads, by the opposite way round."""
    total = section = digit = Decimal(0)
    for c in text.rstrip("整"):
        if c in DIGITS:
            digit = Decimal(DIGITS[c])
        elif c in PLACES:
            section, digit = section + digit * PLACES[c], Decimal(0)
        elif c == "亿":
            total, section, digit = (section + digit) * 10**8, Decimal(0), Decimal(0)
        elif c == "万":
            total, section, digit = total + (section + digit) * 10**4, Decimal(0), Decimal(0)
        elif c == "元":
            total, section, digit = total + section + digit, Decimal(0), Decimal(0)
        elif c in "角分":
            total, digit = total + digit / (10 if c == "角" else 100), Decimal(0)
    return total


@given(st.integers(0, 9999_9999_99))
def test_capitals_read_back(fen: int) -> None:
    text = capital(fen)
    assert read_capitals(text) == Decimal(fen) / 100
    assert "零零" not in text
    assert text.endswith("整") != (fen % 10 > 0)


def test_numbers_are_starred_wherever_they_stand() -> None:
    data = {"a": [{"id_number": "430482196602010019", "phone": "13912342046", "name": "甲"}]}
    assert starred(data) == {
        "a": [{"id_number": "430482********0019", "phone": "139****2046", "name": "甲"}]
    }


@db
def test_the_font_is_inside_and_no_other_is_used() -> None:
    import io

    pypdf = pytest.importorskip("pypdf")
    paper = made("application-form", case().application.pk)
    content = pdf(paper.kind, paper.data, Stamp())
    reader = pypdf.PdfReader(io.BytesIO(content))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all("NotoSerifCJK" in name.replace(" ", "") for name in fonts), fonts
    assert len(content) < 400_000


@db
class TestVerification:
    """核验: yes or no, to everybody, without a word about anybody."""

    def test_yes_and_no(self) -> None:
        one = case()
        paper = made("application-form", one.application.pk)
        page = Client().get(f"/verify/{paper.code.lower().replace('-', '')}/").content.decode()
        assert "由本系统出具" in page
        assert "第 1 版" in page
        for secret in ("周", one.home.number, "最低生活", "禄福", one.clerk.name):
            assert secret not in page
        other = Client().get("/verify/ABCD-EFGH-JKMN/").content.decode()
        assert "没有这个核验码" in other
        assert "输入核验码" in Client().get("/verify/").content.decode()

    def test_who_guesses_has_to_wait(self) -> None:
        paper = made("application-form", case().application.pk)
        client = Client()
        for _ in range(TRIES):
            assert client.get("/verify/ABCD-EFGH-JKMN/").status_code == 200
        assert client.get(f"/verify/{paper.code}/").status_code == 429
        assert Client(REMOTE_ADDR="10.0.0.9").get(f"/verify/{paper.code}/").status_code == 200

    def test_right_codes_are_not_counted(self) -> None:
        paper = made("application-form", case().application.pk)
        for _ in range(TRIES + 5):
            assert Client().get(f"/verify/{paper.code}/").status_code == 200

    @pytest.mark.parametrize("typed", ["", "x" * 200, "ABCD-EFGH", "IIII-OOOO-1111", "%00<script>"])
    def test_what_is_no_code_is_a_no(self, typed: str) -> None:
        assert normalized(typed) == ""
        page = Client().get("/verify/", {"code": typed})
        assert page.status_code == 200
        assert "<script>" not in page.content.decode()


@db
class TestPages:
    """The pages: draft, paper, print."""

    @pytest.fixture(autouse=True)
    def now(self, clock: object) -> None:
        """Pages read the clock."""

    def test_from_the_draft_to_the_sheet(self) -> None:
        one = case(on="2024-06-03")
        client = client_of(one.clerk)
        draft = client.get(f"/papers/new/application-form/{one.application.pk}/")
        assert draft.status_code == 200
        assert "data:image/png;base64," in draft.content.decode()
        assert not Paper.objects.exists()
        answer = client.post(f"/papers/new/application-form/{one.application.pk}/")
        paper = Paper.objects.get()
        assert answer.headers["Location"] == f"/papers/{paper.pk}/"
        assert paper.code in client.get(f"/papers/{paper.pk}/").content.decode()
        printed = client.post(f"/papers/{paper.pk}/print/")
        assert printed.headers["Content-Type"] == "application/pdf"
        assert one.who.id_number in words(printed.content)
        assert "第 1 次" in client.get(f"/papers/{paper.pk}/").content.decode()
        assert client.get(f"/papers/{paper.pk}/print/").status_code == 405

    def test_a_rare_character_on_the_page(self) -> None:
        one = case(name=f"周{RARE}", on="2024-06-03")
        client, path = client_of(one.clerk), f"/papers/new/application-form/{one.application.pk}/"
        assert "U+30123" in client.get(path).content.decode()
        assert client.post(path).status_code == 400
        assert client.post(path, {"by_hand": "on"}).status_code == 302

    def test_who_may_only_look(self) -> None:
        one = case(on="2024-06-03")
        leader = client_of(builders.staff(Role.LEADER))
        path = f"/papers/new/application-form/{one.application.pk}/"
        page = leader.get(path)
        assert page.status_code == 200
        assert "make-button" not in page.content.decode()
        assert leader.post(path).status_code == 403
        paper = made("application-form", one.application.pk)
        assert leader.post(f"/papers/{paper.pk}/print/").status_code == 403

    def test_other_territories_and_kinds_are_not_found(self) -> None:
        one = case(on="2024-06-03")
        paper = made("application-form", one.application.pk)
        stranger = client_of(builders.staff(Role.TOWNSHIP_CLERK, FAR[:9]))
        keeper = client_of(builders.staff(Role.SYSTEM_ADMIN))
        for path in (f"/papers/{paper.pk}/", f"/papers/new/survey-form/{one.application.pk}/"):
            assert stranger.get(path).status_code == 404
            assert keeper.get(path).status_code == 403
            assert Client().get(path).status_code == 302
        assert stranger.post(f"/papers/{paper.pk}/print/").status_code == 404
        here = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
        assert here.get("/papers/new/love-letter/1/").status_code == 404
        assert here.get("/papers/new/decision-notice/999999999/").status_code == 404
