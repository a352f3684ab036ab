"""T36: every screen at three widths and in every language: no barrier, and Tab goes everywhere."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings as django_settings

from apps.offices.models import Role, Staff
from tests.pages import test_browser as pages
from tests.screens import screens
from tests.screens.sweeping import faults

pytestmark = [*pages.pytestmark, pytest.mark.slow]
LANGUAGES = os.environ.get("SWEEP_LANGUAGES", "zh-hans en").split()
PARTS = 4  # so that two browsers can go at once
WIDTHS = ((1440, 900), (1024, 768), (390, 844))
# A form that is sent empty is a screen too.
REFUSED = (
    (Role.COUNTY_CLERK, "notice-new", "main form[method=post]"),
    (Role.COUNTY_CLERK, "public-notice", "form:has([data-testid=object])"),
    (Role.COUNTY_CLERK, "public-notice", "form:has(.btn-bad)"),
    (Role.COUNTY_CLERK, "check", "[data-testid=answer]"),
    (screens.BOSS, "review", "form:has([name=act][value=finish])"),
    (screens.BOSS, "award", "form:has([name=act][value=refuse_suspension])"),
    (screens.BOSS, "termination", "form:has([name=act][value=drop])"),
)
EMPTIED = """form => {
    form.querySelectorAll('input[type=checkbox]').forEach(box => { box.checked = false; });
    form.submit();
}"""


class Sweep:
    """One page a post, each in the language of the sweep."""

    def __init__(self, enter: Any, browser: Any, base_url: str, language: str) -> None:
        self.enter, self.browser, self.base_url = enter, browser, base_url
        self.language = language
        self.pages: dict[Role | None, Any] = {}

    def page_of(self, role: Role | None) -> Any:
        """The browser of a post; of somebody outside for None."""
        if role not in self.pages:
            page = self.enter(role) if role else self._outside()
            Staff.objects.update(language=self.language)
            cookie = {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": self.language}
            page.context.add_cookies([{**cookie, "url": self.base_url}])
            self.pages[role] = page
        return self.pages[role]

    def _outside(self) -> Any:
        page = self.browser.new_context(base_url=self.base_url).new_page()
        page.errors = []
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        return page

    def wrong(self, page: Any, where: str) -> list[str]:
        """What is wrong with the screen that is open, at every width."""
        # Chromium logs the status of a page that refuses or is not there.
        page.errors[:] = [one for one in page.errors if "the server responded with" not in one]
        found = []
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{where} {width}: {fault}" for fault in faults(page)]
        page.errors.clear()
        return found

    def close(self) -> None:
        """Whoever was outside has a context of their own."""
        if None in self.pages:
            self.pages[None].context.close()


@pytest.fixture
def wanted(monkeypatch: Any, settings: Any, tmp_path: Any) -> list[screens.Screen]:
    """All screens, with something on each."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")
    return screens.furnish(monkeypatch)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_t36_every_screen_at_three_widths(
    language: str,
    part: int,
    wanted: list[screens.Screen],
    enter: Any,
    browser: Any,
    live_server: Any,
) -> None:
    covered = {screens.name_of(path) for _, path in wanted}
    assert screens.names() - screens.NOT_PAGES - covered == set(), "pages that are not swept"

    sweep = Sweep(enter, browser, live_server.url, language)
    found: list[str] = []
    for role, path in wanted[part::PARTS]:
        page = sweep.page_of(role)
        answer = page.goto(path)
        page.wait_for_load_state("networkidle")
        expected = 404 if "nowhere" in path else 200
        assert answer.status == expected, (path, answer.status)
        found += sweep.wrong(page, path)
    for role, name, form in REFUSED[part::PARTS]:
        path = next(p for r, p in wanted if r == role and screens.name_of(p) == name)
        page = sweep.page_of(role)
        page.goto(path)
        with page.expect_navigation() as refused:
            page.locator(form).first.evaluate(EMPTIED)
        assert refused.value.status == 400, path
        found += sweep.wrong(page, f"{path} refused")
    sweep.close()
    assert not found, "\n".join(found)
