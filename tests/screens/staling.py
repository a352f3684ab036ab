"""Two browsers at one record, and what the page of a clash says."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from apps.offices.models import Role, Staff
from tests import builders
from tests.pages.conftest import HERE, client_of


def clerk(name: str = "王敏", role: Role = Role.TOWNSHIP_CLERK) -> Client:
    """A browser of the township, or of another post."""
    township = role == Role.TOWNSHIP_CLERK
    staff = builders.staff(role, HERE[:9] if township else builders.COUNTY)
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
        found[label[1]] = re.findall(
            r'<td data-l="(?!用谁的)[^"]*">([^<]*)</td>', row.split("</tr>")[0]
        )
    return found
