"""登录 in a real browser: a key, the question before an act, and pages without fault."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from apps.offices.models import Role, Staff
from apps.payments import actions as payments
from apps.payments.models import PaymentRun
from tests.login.test_factors import code_of
from tests.pages import test_browser as pages
from tests.pages.conftest import poor
from tests.payments.paying import answered, computed, four

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
enter = pages.enter
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium"),
]


def key_in(page: Any) -> Any:
    """A security key in the machine of this page."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    about = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": about})
    return wire


def log_in(page: Any, role: Role) -> None:
    page.goto("/login/")
    page.fill("#id_username", role.value)
    page.fill("#id_password", pages.PASSWORD)
    page.click("main button[type=submit]")


def waits() -> PaymentRun:
    """A month that waits for its approval."""
    people = four()
    poor("王五")
    found = computed(people, "2024-07")
    answered(found, people)
    payments.check_run(found.pk, by=people.checker)
    return found


def test_a_key_is_registered_and_opens_and_confirms(enter: Any, settings: Any) -> None:
    settings.MFA_ROLES = [str(Role.APPROVER)]
    run = waits()
    page = enter(Role.APPROVER)
    key_in(page)
    expect(page.locator("body")).to_have_attribute("data-page", "factors")
    pages.faultless(page)
    page.get_by_test_id("add-key").click()
    page.get_by_test_id("new-key").get_by_role("button").click()
    expect(page.get_by_test_id("codes").locator("li")).to_have_count(10)
    pages.faultless(page)
    assert Authenticator.objects.filter(type="webauthn").count() == 1

    page.get_by_role("button", name="退出").click()
    log_in(page, Role.APPROVER)
    expect(page.locator("body")).to_have_attribute("data-page", "login-second")
    pages.faultless(page)
    page.get_by_test_id("key").get_by_role("button").click()
    page.wait_for_url(lambda url: "/login/" not in url)

    page.goto(f"/payruns/{run.pk}/")
    settings.STEP_UP_MINUTES = 1 / 60_000  # at once
    page.check("[data-testid=seen]")
    page.click("[data-testid=approve]")
    expect(page.locator("body")).to_have_attribute("data-page", "confirm")
    pages.faultless(page)
    page.get_by_test_id("confirm").get_by_role("button", name="用安全钥匙验证").click()
    expect(page.get_by_test_id("state")).to_contain_text("已审批")
    pages.faultless(page)


def test_an_app_is_registered_and_opens_without_a_script(enter: Any) -> None:
    page = enter(Role.FINANCE, java_script_enabled=False)
    page.goto("/profile/")
    page.get_by_test_id("factors").click()
    page.get_by_test_id("add-app").click()
    secret = page.get_by_test_id("secret").inner_text()
    page.fill("[name=code]", code_of(secret))
    page.get_by_test_id("app").get_by_role("button").click()
    code = page.get_by_test_id("codes").locator("li").first.inner_text()
    page.get_by_role("button", name="退出").click()
    log_in(page, Role.FINANCE)
    page.fill("[name=code]", code)
    page.get_by_test_id("code").get_by_role("button").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_the_question_keeps_an_approval_without_a_script(enter: Any, settings: Any) -> None:
    run = waits()
    page = enter(Role.APPROVER, java_script_enabled=False)
    page.goto(f"/payruns/{run.pk}/")
    settings.STEP_UP_MINUTES = 1 / 60_000
    page.check("[data-testid=seen]")
    page.click("[data-testid=approve]")
    page.fill("[name=confirm-password]", pages.PASSWORD)
    page.get_by_test_id("confirm-go").click()
    expect(page.get_by_test_id("state")).to_contain_text("已审批")


def test_who_has_just_logged_in_approves_in_three_clicks(enter: Any, settings: Any) -> None:
    settings.STEP_UP_MINUTES = 30
    waits()
    page = enter(Role.APPROVER)
    page.click("[data-testid=runs] a")
    page.check("[data-testid=seen]")
    page.click("[data-testid=approve]")
    expect(page.get_by_test_id("state")).to_contain_text("已审批")


def test_numbers_are_asked_for_and_shown_in_their_place(enter: Any, settings: Any) -> None:
    home, _ = poor("王五")
    page = enter(Role.COUNTY_CLERK)
    page.goto(f"/households/{home.number}/")
    settings.STEP_UP_MINUTES = 1 / 60_000
    page.get_by_test_id("show-ids").click()
    box = page.locator("#ids [name=confirm-password]")
    box.fill("wrong")
    box.press("Enter")
    expect(page.locator("#ids")).to_contain_text("不对")
    pages.faultless(page)
    page.locator("#ids [name=confirm-password]").fill(pages.PASSWORD)
    page.get_by_test_id("confirm-go").click()
    expect(page.get_by_test_id("ids-shown")).to_be_visible()
    pages.faultless(page)


def test_the_pages_of_the_log_in_are_without_fault(
    enter: Any, live_server: Any, settings: Any
) -> None:
    settings.LOGIN_FAILURES = 5
    keeper = enter(Role.SECURITY_ADMIN)
    enter(Role.TOWNSHIP_CLERK)
    other = keeper.context.browser.new_context(
        base_url=keeper.url.split("/", 3)[0] + "//" + keeper.url.split("/")[2]
    )
    for _ in range(5):
        page = other.new_page()
        page.goto("/login/")
        page.fill("#id_username", Role.TOWNSHIP_CLERK.value)
        page.fill("#id_password", "wrong")
        page.click("main button[type=submit]")
    other.close()
    for width, height in pages.WIDTHS:
        keeper.set_viewport_size({"width": width, "height": height})
        for path in (
            "/login-security/",
            "/profile/",
            "/profile/password/",
            "/profile/factors/",
            "/profile/factors/app/",
            "/profile/factors/key/",
        ):
            keeper.goto(path)
            pages.faultless(keeper)
    keeper.goto("/login-security/")
    keeper.get_by_test_id("unlock").click()
    expect(keeper.locator("main")).to_contain_text("已解锁")
    assert Staff.objects.filter(role=Role.SECURITY_ADMIN).exists()
