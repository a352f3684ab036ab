"""What a sweep measures on one screen: barriers, sideways scrolling, the way of the Tab key."""

from __future__ import annotations

from typing import Any

from tests.pages import test_browser as pages

MOST_TABS = 400
TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
# Every focus is looked at when it leaves: whether anything of the control could be seen.
WATCH = """() => {
  const hidden = [], reached = new Set();
  const tabbable = () => [...document.querySelectorAll(
      'a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(node =>
      node.checkVisibility({ visibilityProperty: true }) && !node.matches(':disabled') &&
      node.tabIndex >= 0 && node.type !== 'hidden' &&
      !node.closest('[inert], dialog:not([open])') &&
      !(node.tagName === 'SUMMARY' && node.parentElement.tagName !== 'DETAILS'));
  const key = node => node.type === 'radio' ? 'radio ' + node.name : node;
  const seen = node => {
    const box = node.getBoundingClientRect();
    if (node.matches('.skip') || box.width < 3 || box.height < 3) return true;
    // Of a list taller than the window only a part can be seen: that part is looked at.
    const left = Math.max(0, box.left), wide = Math.min(innerWidth, box.right) - left;
    const top = Math.max(0, box.top), high = Math.min(innerHeight, box.bottom) - top;
    if (wide < 1 || high < 1) return false;
    const spots = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]];
    return spots.some(([x, y]) => {
      const at = document.elementFromPoint(left + wide * x, top + high * y);
      return at && (node.contains(at) || at.contains(node) && at.tagName !== 'BODY' &&
        at.tagName !== 'HTML' || (at.closest('label') || {}).control === node);
    });
  };
  const took = event => reached.add(key(event.target));
  const left = event => {
    if (!seen(event.target)) hidden.push(event.target);
  };
  document.addEventListener('focusin', took);
  document.addEventListener('focusout', left);
  // From the top, also where the page has put the focus on its errors; Tab begins after it.
  document.querySelector('.skip')?.focus();
  document.activeElement.blur();
  window.scrollTo(0, 0);
  // What a script brings while rows are walked (the preview) comes after the walk.
  const missed = () => tabbable().filter(node =>
      !reached.has(key(node)) && !node.closest('[aria-live]'));
  const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  window.sweep = {
    count: () => new Set(tabbable().map(key)).size,
    missing: () => missed().length,
    result: async () => {
      document.removeEventListener('focusin', took);
      document.removeEventListener('focusout', left);
      const still = [];
      for (const node of hidden.filter(one => one.isConnected)) {
        node.focus();
        await painted();
        if (!seen(node)) still.push(node);
      }
      const words = node => node.outerHTML.slice(0, 160).replace(/\\s+/g, ' ');
      return { hidden: still.map(words), missed: missed().map(words) };
    },
  };
  return window.sweep.count();
}"""
# Lists are walked by J and K: a table whose rows begin with a link says so.
UNWALKED = """() => [...document.querySelectorAll('main table.cards:not([data-rows])')]
    .filter(table => table.querySelector('tbody > tr:nth-child(2) > :first-child a'))
    .map(table => table.outerHTML.slice(0, 160))"""


def tabbed(page: Any) -> dict[str, list[str]]:
    """Tab from the top of the page to its end: controls never reached, and focus never seen."""
    page.emulate_media(reduced_motion="reduce")  # or the view still glides when the focus goes on
    count = page.evaluate(WATCH)
    assert count <= MOST_TABS, f"{count} controls"
    keys = page.context.new_cdp_session(page)
    # Scrollers are stops too, and are not counted: a few more, while anything has not been reached.
    for presses in (count + 2, 10, 10, 20):
        for _ in range(presses):
            keys.send("Input.dispatchKeyEvent", TAB)  # half the messages of page.keyboard.press
        if not page.evaluate("window.sweep.missing()"):
            break
    keys.detach()
    found: dict[str, list[str]] = page.evaluate("window.sweep.result()")
    return found


def faults(page: Any) -> list[object]:
    """All that is wrong with the screen at its width; empty when nothing is."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(pages.axe_module.AXE_SCRIPT)
    page.wait_for_function(pages.SETTLED)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found: list[object] = [*page.evaluate(pages.VIOLATIONS), *page.errors]
    if page.evaluate(wide) > 0:
        found.append("wider than the window")
    found += [f"no J and K: {table}" for table in page.evaluate(UNWALKED)]
    walk = tabbed(page)
    found += [f"never reached: {node}" for node in walk["missed"]]
    found += [f"focus hidden: {node}" for node in walk["hidden"]]
    return found
