"""T36: the screens of the design on the full county, at three widths and in both languages.

Every address of the application is swept on small data in tests/screens/test_sweep.py; here the
lists are as long as a county's. One screen: `-k "t36 and household"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from apps.offices.models import Staff
from tests.county.conftest import MARKS, Enter
from tests.county.screens import SCREENS
from tests.screens.sweeping import faults

pytestmark = MARKS
LANGUAGES = ("zh-hans", "en")
WIDTHS = ((1440, 900), (1024, 768), (390, 844))


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    """Whoever has spoken English speaks Chinese in the next check."""
    yield
    Staff.objects.exclude(language="zh-hans").update(language="zh-hans")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_t36_no_barrier_at_any_width(name: str, language: str, enter: Enter, server: Any) -> None:
    who, path_of, status = SCREENS[name]
    path, page = path_of(), enter(who)
    Staff.objects.filter(user__username=who).update(language=language)
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": server.url}
    page.context.add_cookies([cookie])
    answer = page.goto(path)
    assert answer.status == status, path
    page.wait_for_load_state("networkidle")
    assert page.locator("html").get_attribute("lang") == language
    if status != 200:
        page.errors.clear()  # Chromium logs the status
    found = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{path} {width}: {fault}" for fault in faults(page)]
    assert not found, "\n".join(found)
