"""Two people at one record: nothing is overwritten unseen, nothing typed is lost, each box chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from apps.households.models import BankAccount, Fact
from apps.offices.models import Role, Staff
from tests import builders
from tests.changes.reporting import TOKENS, family
from tests.pages.conftest import HERE, client_of

pytestmark = pytest.mark.django_db


def clerk(name: str = "王敏") -> Client:
    """A township caseworker's browser."""
    staff = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    Staff.objects.filter(pk=staff.pk).update(name=name)
    staff.refresh_from_db()
    return client_of(staff)


def sight_in(page: Any, form: str = "") -> str:
    """The hidden memory of the form on a page; of the one whose act is ``form``, where given."""
    text = page.content.decode()
    start = text.index(f'name="act" value="{form}"') if form else 0
    found = re.search(r'name="sight" value="([^"]+)"', text[start:])
    assert found is not None, text
    return found[1]


def rows(page: Any) -> dict[str, list[str]]:
    """The table of the clash: label → opened, now, typed."""
    text = page.content.decode()
    assert page.status_code == 409, text
    found = {}
    for row in text.split('data-testid="sight-row"')[1:]:
        label = re.search(r'class="what">([^<]*)<', row)
        assert label is not None
        found[label[1]] = re.findall(r'<td data-l="(?!用谁的)[^"]*">([^<]*)</td>', row.split("</tr>")[0])
    return found


@pytest.fixture
def mine(clock: object) -> Client:
    """My browser; the clock stands at nine."""
    return clerk("李工")


@pytest.fixture
def theirs(clock: object) -> Client:
    """A colleague's."""
    return clerk()


def sent(kind: str, **typed: Any) -> dict[str, Any]:
    """A change as its form sends it."""
    return {"kind": kind, "do": "submit", "token": next(TOKENS), **typed}


def test_an_account_is_chosen_box_by_box(mine: Client, theirs: Client) -> None:
    home, _ = family(("张三", "1980-05-05", "applicant"))
    path = f"/households/{home.number}/change/"
    opened = sight_in(mine.get(path, {"kind": "account"}))
    common = {"owner": "0", "payee_name": "张三", "payee_is": "self", "reason": "卡遗失"}
    first = {**common, "bank": "邮政储蓄银行", "number": "6222000011112222"}
    assert theirs.post(path, sent("account", **first)).status_code == 302

    typed = sent("account", **common, bank="工商银行", number="6222000033334444", sight=opened)
    page = mine.post(path, typed)
    found = rows(page)
    assert "09:00 被王敏修改" in page.content.decode()
    assert found["开户行"][1:] == ["邮政储蓄银行", "工商银行"]
    assert found["账号"][1:] == ["尾号2222", "6222000033334444"]
    assert "6222000011112222" not in page.content.decode()
    assert BankAccount.objects.filter(household=home).order_by("version").last().number[-4:] == "2222"

    again = {**typed, "sight": sight_in(page)}
    half = mine.post(path, {**again, "use-bank": "theirs"})
    assert "账号" in rows(half)  # one box is still open
    done = mine.post(path, {**again, "use-bank": "theirs", "use-number": "mine"})
    assert done.status_code == 302
    now = BankAccount.objects.filter(household=home).order_by("version").last()
    assert (now.bank, now.number) == ("邮政储蓄银行", "6222000033334444")
