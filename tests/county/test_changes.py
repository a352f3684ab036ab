"""T12: the death of 王德顺 (G2), told two months later, and what is seen before it is submitted."""

from __future__ import annotations

from django.utils import timezone

from apps.households.actions import void
from apps.households.models import Fact, Person
from apps.payments.models import PaymentLine
from tests.county import running
from tests.county.conftest import MARKS, Enter, faultless
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
SLOW = 20_000  # ms


def test_t12_a_death_of_two_months_back_is_foretold_and_the_run_leaves_it_out(
    enter: Enter,
) -> None:
    man = Person.objects.get(name="王德顺", id_number__startswith="430482194105")
    home = man.memberships.get(relationship="applicant").household
    page = enter("township")
    page.goto(f"/households/{home.number}/")
    page.keyboard.press("c")
    page.get_by_test_id("kinds").get_by_role("link", name="死亡").click()
    page.select_option("#id_person", str(man.pk))
    page.fill("#id_on", "2024-10-04")
    page.press("#id_on", "Tab")
    shown = page.get_by_test_id("preview")
    table = shown.get_by_test_id("before-after")
    expect(table).to_be_visible(timeout=SLOW)
    # (5,400 × 2 − 1,800) ÷ 12 = 750.00; alone and without the support of his children 450.00.
    poor = table.locator("tr", has_text="最低生活保障")
    expect(poor).to_contain_text("750.00")
    expect(poor).to_contain_text("450.00")
    old = table.locator("tr", has_text="高龄津贴")
    expect(old).to_contain_text("自 2024-11 起")
    assert old.locator("td").last.inner_text() in ("—", "0.00")
    # November was paid for both: 300.00 and 50.00 too much.
    expect(shown.get_by_test_id("sums")).to_contain_text("350.00")
    expect(shown.get_by_test_id("past")).to_contain_text("转追缴")
    assert all(page.locator(f"[name={box}]").is_checked() for box in ("notice", "statement"))
    faultless(page)

    page.get_by_test_id("submit").click()
    expect(page.get_by_text("变更已生效")).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("notice")).to_contain_text("幸福清单")
    faultless(page)

    run = running.computed()
    lines = PaymentLine.objects.filter(calculation_id=run.calculation_id)
    assert not lines.filter(subject=man.pk).exists()
    assert lines.get(subject=-home.pk, programme="minimum_living").fen == 450_00
    # The others count on the county's people as they were.
    told = Fact.objects.get(person=man, kind="death", voided_on=None)
    void(told.pk, on=timezone.localdate(), by=None, reason="核实后撤销")
