"""页面的花费: the footer says what a page cost, to those who look after the system alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.offices.models import Role
from tests import builders
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db
TOLD = re.compile(r'data-testid="cost">服务器 \d+ 毫秒 · 查询 (\d+) 次<')


def test_a_tester_reads_how_many_questions_the_page_asked(settings: Any) -> None:
    clerk = builders.staff(Role.TOWNSHIP_CLERK, "430482001")
    browser = client_of(clerk)
    assert clerk.user is not None
    settings.TESTERS = [clerk.user.username]
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/standards/")
    found = TOLD.search(answer.content.decode())
    assert found is not None
    assert int(found[1]) == len(asked) > 1
    assert f'db;desc="{len(asked)}"' in answer.headers["Server-Timing"]


def test_nobody_else_does(settings: Any) -> None:
    browser = client_of(builders.staff(Role.TOWNSHIP_CLERK, "430482001"))
    for testers in ([], ["somebody-else"]):
        settings.TESTERS = testers
        answer = browser.get("/standards/")
        assert 'data-testid="cost"' not in answer.content.decode()
        assert "Server-Timing" not in answer.headers
