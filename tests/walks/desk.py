"""The people of an office and what they do with their pages; every method is done by hand."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.test import Client

from apps.casework.models import Application, Decision
from apps.households.models import Household
from apps.offices.models import Role, Staff
from apps.publicity.models import PublicNotice
from tests import builders
from tests.evidence import papers
from tests.pages.conftest import HERE, client_of
from tests.pages.test_browser import playwright

TOWNSHIP = HERE[:9]
PLACES = {Role.TOWNSHIP_CLERK: TOWNSHIP, Role.TOWNSHIP_LEAD: TOWNSHIP}
SLOW = 60_000  # ms: a page or a computation by the worker, on a busy machine
expect = playwright.expect
expect.set_options(timeout=SLOW)


def at(day: str) -> dt.datetime:
    """Nine in the morning of a day."""
    return dt.datetime.fromisoformat(f"{day}T09:00:00+08:00")


class Office:
    """Who works here, each with a browser of their own, under one clock."""

    def __init__(self, browser: Any, url: str, clock: Any) -> None:
        self.browser, self.url, self.clock = browser, url, clock
        self.people: dict[Role, Staff] = {}
        self.tabs: dict[Role, Any] = {}
        self.today = "2025-05-06"

    def person(self, role: Role) -> Staff:
        """The one of a post; appointed when first asked for."""
        if role not in self.people:
            place = PLACES.get(role, builders.COUNTY)
            self.people[role] = builders.staff(role, place)
        return self.people[role]

    def tab(self, role: Role) -> Any:
        """The browser of the one of a post, logged in."""
        if role not in self.tabs:
            context = self.browser.new_context(base_url=self.url, viewport=SIZE)
            context.set_default_timeout(SLOW)
            page = context.new_page()
            page.errors = []
            page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
            self.tabs[role] = page
            self._log_in(role)
        return self.tabs[role]

    def _log_in(self, role: Role) -> None:
        client: Client = client_of(self.person(role))
        cookie = client.cookies["sessionid"].value
        self.tabs[role].context.add_cookies(
            [{"name": "sessionid", "value": cookie, "url": self.url}]
        )

    def move_to(self, day: str) -> None:
        """Another day; everybody logs in again."""
        self.today = day
        self.clock.move_to(at(day))
        for role in self.tabs:
            self._log_in(role)

    def close(self) -> None:
        """Every browser was faultless to the end, and is closed."""
        said = [words for page in self.tabs.values() for words in page.errors]
        errors = [words for words in said if not words.startswith(GIVEN_UP)]
        for page in self.tabs.values():
            page.context.close()
        assert errors == [], errors

    # ---- registration -----------------------------------------------------------------------

    def register(
        self, *members: dict[str, str], programmes: tuple[str, ...] = (), **home: str
    ) -> Household:
        """登记与申请 by the township caseworker; what is not said is a rural household."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto("/apply/")
        for box in page.locator("[name=programmes]").all():
            box.set_checked(box.get_attribute("value") in programmes)
        page.fill("[name=village]", HERE)
        page.select_option("[name=zone]", home.pop("zone", "rural"))
        for number, member in enumerate(members, 1):
            if number > 1:
                page.click("#add-member")
            for name, value in member.items():
                fill(page.locator(f"[name=m{number}-{name}]"), value)
        account = {"bank": "农村商业银行", "account": "6217990000000000011", **home}
        for name, value in account.items():
            fill(page.locator(f"[name={name}]"), value)
        # By key: what is tried while one types moves the page under a pointer.
        page.keyboard.press("Control+Enter")
        expect(page.get_by_test_id("idbar")).to_be_visible()
        return Household.objects.get(number=page.url.rstrip("/").rpartition("/")[2])

    def apply_known(self, home: Household, programme: str, **said: str) -> Application:
        """申请 of a family that is on record already, from its page."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto(f"/households/{home.number}/apply/")
        form = page.get_by_test_id("apply-known")
        for name, value in {"programme": programme, **said}.items():
            fill(form.locator(f"[name={name}]"), value)
        form.get_by_test_id("submit").click()
        page.wait_for_url(lambda url: not url.endswith("/apply/"))
        return Application.objects.get(household=home, programme=programme)

    # ---- evidence ---------------------------------------------------------------------------

    def hand_in(self, asked: Application) -> None:
        """Every document that is missing, uploaded from the table of what is asked."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        path = f"/applications/{asked.pk}/documents/"
        page.goto(path)
        while (missing := page.locator("[data-testid=asked] tr", has_text="缺")).count():
            missing.first.get_by_role("link").click()
            page.wait_for_url(lambda url: "type=" in url)  # the form of that page, not of this
            self._upload(page)

    def _upload(self, page: Any) -> None:
        form = page.get_by_test_id("upload")
        form.locator("[name=issued_on]").fill(self.today)
        file = {"name": "扫描件.pdf", "mimeType": "application/pdf", "buffer": papers.pdf()}
        form.locator("[name=file]").set_input_files(file)
        form.get_by_role("button", name="上传").click()
        expect(page.locator("main")).to_contain_text("材料已登记")

    def authorise(self, asked: Application) -> None:
        """Every adult signs: the paper is filed, then each signature is taken down."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto(f"/applications/{asked.pk}/documents/?type=check_authorisation")
        self._upload(page)
        page.goto(f"/applications/{asked.pk}/check/")
        adults = [o for o in page.locator("[name=person] option").all() if o.get_attribute("value")]
        for value in [one.get_attribute("value") for one in adults]:
            form = page.get_by_test_id("authorise")
            form.locator("[name=person]").select_option(value)
            form.locator("[name=signed_on]").fill(self.today)
            form.locator("[name=until]").fill("2026-05-05")
            form.locator("[name=document]").select_option(index=1)
            form.get_by_role("button").click()
            expect(page.locator("main")).to_contain_text("已登记核对授权")

    def check(self, asked: Application) -> None:
        """信息核对: asked with the registration or by the township, sent, answered, concluded."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto(f"/applications/{asked.pk}/check/")
        if not page.get_by_test_id("requests").count():
            page.get_by_role("button", name="提请核对").click()
        county = self.tab(Role.COUNTY_CLERK)
        county.goto(f"/applications/{asked.pk}/check/")
        county.get_by_test_id("requests").get_by_role("link").first.click()
        for button, words in (
            ("发起核对", "已发起核对"),
            ("其余部门均一致", "已登记为一致"),
            ("出具核对结果", "已出具核对结果"),
        ):
            county.get_by_role("button", name=button).click()
            expect(county.locator("main")).to_contain_text(words)

    def find(self, asked: Application, kind: str, **said: str | list[str]) -> None:
        """认定 of one kind, on the page of the application."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto(f"/applications/{asked.pk}/conditions/")
        form = page.get_by_test_id(f"condition-{kind}")
        page.locator("details.group", has=form).evaluate("group => group.open = true")
        form.locator("summary").click()
        for name, value in {"on": self.today, "evidence": "证明材料已核对", **said}.items():
            boxes = form.locator(f"[name={kind}-{name}]")
            if isinstance(value, list):
                for one in value:
                    form.locator(f"[name={kind}-{name}][value={one}]").check()
            else:
                fill(boxes, value)
        form.get_by_role("button", name="登记").click()
        expect(page.locator("main")).to_contain_text("已登记")

    def visit(
        self, asked: Application, purpose: str = "first", first: Role = Role.TOWNSHIP_CLERK
    ) -> None:
        """入户调查 by two people, who both sign; the other is the township's lead."""
        clerk, lead = self.tab(first), self.tab(Role.TOWNSHIP_LEAD)
        clerk.goto(f"/applications/{asked.pk}/visits/")
        form = clerk.get_by_test_id("open")
        for name, role in (("first", first), ("second", Role.TOWNSHIP_LEAD)):
            form.locator(f"[name={name}]").select_option(str(self.person(role).pk))
        form.locator("[name=purpose]").select_option(purpose)
        form.get_by_role("button", name="登记").click()
        clerk.get_by_test_id("visits").get_by_role("link").first.click()
        self._fill_visit(clerk)
        for page, role in ((clerk, first), (lead, Role.TOWNSHIP_LEAD)):
            page.goto(clerk.url.partition("?")[0])
            page.fill("#sign-name", self.person(role).name)
            page.get_by_test_id("sign").get_by_role("button").click()
            expect(page.locator("main")).to_contain_text("已签字")

    def _fill_visit(self, page: Any) -> None:
        page.fill("[name=visited_on]", self.today)
        for box in page.locator("[name^=seen_]:not([type=hidden])").all():
            box.check()
        for box in page.locator("[name^=health_]").all():
            box.select_option("good")
        for box in page.locator("[name^=work_]").all():
            box.select_option("able")
        page.select_option("[name=tenure]", "own")
        page.select_option("[name=conclusion]", "true")
        page.click("#visit button[type=submit]")
        expect(page.locator("main")).to_contain_text("已保存")

    # ---- steps ------------------------------------------------------------------------------

    def take(
        self, asked: Application, code: str, role: Role = Role.TOWNSHIP_CLERK, **said: str
    ) -> None:
        """A step on the application's page."""
        page = self.tab(role)
        page.goto(f"/applications/{asked.pk}/")
        form = page.get_by_test_id(f"form-{code}")
        for name, value in said.items():
            fill(form.locator(f"[name={name}]"), value)
        page.get_by_test_id(f"take-{code}").click()
        expect(page.locator("main")).to_contain_text("已办理")

    def announce(self, asked: Application, until: str) -> None:
        """公示: posted with its village, photographed, ended after its last day."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto(f"/notices/new/?division={HERE}")
        page.get_by_role("button", name="登记张贴").click()
        expect(page.get_by_test_id("shown")).to_be_visible()
        notice = PublicNotice.objects.latest("pk")
        self._photograph(page, "start")
        self.move_to(until)
        page.goto(f"/notices/{notice.pk}/")
        self._photograph(page, "end")
        page.get_by_test_id("end").click()
        expect(page.locator("main")).to_contain_text("公示已结束")
        asked.refresh_from_db()

    def _photograph(self, page: Any, moment: str) -> None:
        page.select_option("[name=photo-moment]", moment)
        file = {"name": "公示栏.jpg", "mimeType": "image/jpeg", "buffer": papers.jpeg()}
        page.set_input_files("[name=photo-photo]", file)
        page.get_by_role("button", name="上传照片").click()
        expect(page.locator("main")).to_contain_text("照片已登记")

    def decide(
        self, asked: Application, role: Role = Role.COUNTY_SUPERVISOR, **said: str
    ) -> Decision:
        """确认 by the one who decides; the notice is printed for the family."""
        self.take(asked, "confirm", role, **said)
        decision: Decision = Decision.objects.get(application=asked, kind="confirm")
        self.print_notice(decision)
        return decision

    def print_notice(self, decision: Decision) -> None:
        """告知书: made from the link on the application's page, printed as a PDF, served."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto(f"/papers/new/decision-notice/{decision.pk}/")
        page.get_by_test_id("make-button").click()
        expect(page.get_by_test_id("code")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        sheet = page.request.post(
            f"{page.url}print/",
            form={"csrfmiddlewaretoken": token},
            headers={"Referer": page.url},
        )
        assert sheet.body().startswith(b"%PDF")
        assert "审核确认结果告知书" in papers_words(sheet.body())

    def sample(self, asked: Application) -> None:
        """随机抽查 by the county; of one application one is drawn, and visited by the county."""
        page = self.tab(Role.COUNTY_SUPERVISOR)
        page.goto("/sampling/")
        form = page.get_by_test_id("draw-form")
        form.locator("[name=programme]").select_option(asked.programme)
        form.locator("[name=township]").select_option(TOWNSHIP)
        form.get_by_test_id("submit").click()
        expect(page.get_by_test_id("pool")).to_contain_text("抽中")
        self.visit(asked, "county", Role.COUNTY_CLERK)

    # ---- money ------------------------------------------------------------------------------

    def compute(self, month: str) -> str:
        """A run of a month by the real worker; the lines as its page shows them."""
        page = self.tab(Role.COUNTY_CLERK)
        page.goto("/payruns/")
        page.fill("input[name=month]", month)
        page.click("[data-testid=new-run] button")
        page.click("[data-testid=compute]")
        expect(page.get_by_test_id("state")).to_contain_text("已计算", timeout=SLOW)
        page.goto(f"{page.url}lines/")
        return " ".join(page.locator("main").inner_text().split())

    def household_page(self, home: Household) -> str:
        """全家待遇 as the household's page shows them."""
        page = self.tab(Role.TOWNSHIP_CLERK)
        page.goto(f"/households/{home.number}/")
        return " ".join(page.get_by_test_id("awards").inner_text().split())


# htmx says so when a newer trial takes the place of one that is still running (hx-sync).
GIVEN_UP = ("htmx:sendAbort", "htmx:afterRequest")
SIZE = {"width": 1366, "height": 768}


def fill(box: Any, value: str) -> None:
    """A box as a person fills it, whatever it is."""
    if box.evaluate("node => node.tagName") == "SELECT":
        box.select_option(value)
    else:
        box.fill(value)


def papers_words(content: bytes) -> str:
    """The text of a PDF."""
    from tests.papers.printing import words

    return words(content)
