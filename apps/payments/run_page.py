"""批次页: gathers what the run page shows, as plain values. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.utils.translation import gettext

from apps.casework.programme import PROGRAMMES
from apps.offices.models import Division, Event, Staff
from apps.payments import listing, summary
from apps.payments.budgets.desk import of_run
from apps.payments.budgets.reading import uncovered
from apps.payments.changes import Changes, Row
from apps.payments.figures import figures
from apps.payments.holding.models import HOLDERS, Hold
from apps.payments.models import BankBatch, Calculation, PaymentRun, Progress
from apps.payments.perms import FORWARD, next_step, offers
from apps.payments.review import reading
from apps.payments.review.deadlines import Deadlines
from apps.payments.review.models import Doubt
from apps.payments.review.rules import owner_words
from apps.units.language import lazy as _
from apps.units.money import capital

STATE_CHIPS = {
    "draft": ("end", "edit"),
    "computed": ("doing", "circle"),
    "checked": ("doing", "circle"),
    "approved": ("ok", "ok"),
    "sent": ("ok", "bank"),
    "closed": ("end", "lock"),
    "cancelled": ("end", "x"),
}
STEPS = (
    (_("计算"), "computed", "maker"),
    (_("复核"), "checked", "checker"),
    (_("审批"), "approved", "approver"),
    (_("送银行"), "sent", "releaser"),
    (_("归档"), "closed", ""),
)
HELD_SHOWN = 5
DOUBTS = 5


class Step(NamedTuple):
    """One step of the stepper: its words, who did it, and whether it is done or now."""

    label: str
    who: str
    state: str  # done, now or empty


def steps(run: PaymentRun) -> list[Step]:
    """计算→复核→审批→送银行→归档 as far as the run has come."""
    order = [state for _, state, _ in STEPS]
    reached = order.index(run.state) + 1 if run.state in order else 0
    found = []
    for n, (label, _state, role) in enumerate(STEPS):
        person = getattr(run, role, None) if role else None
        state = "done" if n < reached else "now" if n == reached else ""
        if run.state == "cancelled":
            state = ""
        found.append(Step(label, person.name if person and n < reached else "", state))
    return found


class ProgressView(NamedTuple):
    """How far a computing run is, in words and numbers."""

    waiting: bool
    words: str
    done: int
    total: int
    by_programme: list[tuple[str, int]]
    eta: str
    error: str


def progress(run: PaymentRun, now: dt.datetime) -> ProgressView | None:
    """The progress of a run that is being computed; None when nobody waits for it."""
    found = Progress.objects.filter(run=run).first()
    if found is None or (run.requested_at is None and not found.error):
        return None
    started = found.started_at is not None and run.requested_at is not None
    computing = PROGRAMMES.get(found.programme)
    words = (
        gettext("正在计算{name}").format(name=computing.name)
        if computing
        else gettext("正在计算")
        if started
        else gettext("已排队，等待开始")
    )
    if run.requested_at is None:
        words = gettext("上次计算没有完成")
    total = max(found.total, found.done)
    eta = summary.eta_seconds(found.done, total, found.started_at, now)
    names = [
        (PROGRAMMES[c].name if c in PROGRAMMES else c, n) for c, n in found.by_programme.items()
    ]
    return ProgressView(
        waiting=run.requested_at is not None,
        words=words,
        done=found.done,
        total=total,
        by_programme=names,
        eta=_seconds(eta) if eta is not None else "",
        error=found.error,
    )


def _seconds(count: int) -> str:
    minutes, seconds = divmod(count, 60)
    return (
        gettext("{minutes}分{seconds:02d}秒").format(minutes=minutes, seconds=seconds)
        if minutes
        else gettext("{seconds}秒").format(seconds=seconds)
    )


class Bar(NamedTuple):
    """One bar of the waterfall from last month to this, in units of the drawing."""

    words: str
    fen: int
    x: int
    width: int
    y: int
    kind: str  # total, up or down

    @property
    def fill(self) -> str:
        """Blue up, brown down, dark for totals; the sign says it as well."""
        return {"total": "#123F78", "up": "#2F7FC4", "down": "#B0662B"}[self.kind]


WIDTH, LEFT, ROW = 156, 92, 27


class Waterfall(NamedTuple):
    """The drawing: its bars, its height, and whether the axis begins above zero."""

    bars: list[Bar]
    height: int
    cut: bool


def waterfall(found: Changes) -> Waterfall:
    """From last month's total to this one's, one bar a reason that changes anything."""
    moved = [row for row in found.rows if row.change_fen]
    edges = [found.last_fen]
    for row in moved:
        edges.append(edges[-1] + row.change_fen)
    low, high = min(edges), max(edges)
    floor = 0 if low < (high - low) * 4 else low - (high - low)
    scale = WIDTH / max(high - floor, 1)

    def bar(n: int, words: str, fen: int, ends: tuple[int, int], kind: str) -> Bar:
        x = round((min(ends) - floor) * scale)
        width = max(round(abs(ends[1] - ends[0]) * scale), 2)
        return Bar(words, fen, LEFT + x, width, n * ROW, kind)

    bars = [bar(0, gettext("上月"), found.last_fen, (floor, found.last_fen), "total")]
    for n, (row, before, after) in enumerate(zip(moved, edges, edges[1:], strict=False), 1):
        kind = "up" if row.change_fen > 0 else "down"
        words = f"{row.words[:7]} {row.cases}" if len(row.words) < 5 else f"{row.group} {row.cases}"
        bars.append(bar(n, words, row.change_fen, (before, after), kind))
    bars.append(bar(len(bars), gettext("本月"), found.now_fen, (floor, found.now_fen), "total"))
    return Waterfall(bars, len(bars) * ROW, floor > 0)


def result(
    calculation: Calculation, run: PaymentRun, staff: Staff, today: dt.date
) -> dict[str, Any]:
    """All that a calculation came to: totals, differences, held, as the page lays them out."""
    before = summary.baseline(run)
    sums = figures(calculation, run, before)
    totals, found = sums.totals, sums.changes
    return exceptions(calculation, run, staff, today) | {
        "calculation": calculation,
        "before": before,
        "totals": totals,
        **of_run(run, calculation),
        "capital": capital(totals.paid_fen),
        "changes": found,
        "waterfall": waterfall(found) if found else None,
        "same": _same(found),
        "show_hold": may_hold(run, calculation, staff),
        "show_release": may_release(run, calculation, staff),
    }


class HeldRule(NamedTuple):
    """What is held for one reason, and whose it is to settle in how many working days."""

    why: str
    short: str
    words: str
    cases: int
    owner: str
    days: int


def exceptions(
    calculation: Calculation, run: PaymentRun, staff: Staff, today: dt.date
) -> dict[str, Any]:
    """先看例外: 阻断 and 需核实 by rule, and the first few of each (7 queries)."""
    deadlines = Deadlines(run.month, today)
    held = [_held_rule(group, deadlines) for group in summary.held_groups(calculation)]
    shown = listing.held(
        calculation, territory=staff.division, deadlines=deadlines, limit=HELD_SHOWN
    )
    asked = reading.by_rule(calculation, deadlines)
    unanswered = reading.Filters(state="open")
    doubted = reading.listed(
        calculation, unanswered, deadlines, territory=staff.division, limit=DOUBTS
    )
    held_count, doubt_count = sum(one.cases for one in held), sum(one.cases for one in asked)
    return {
        "held_rules": held,
        "held_count": held_count,
        "held": shown.rows,
        "held_more": bool(shown.after),
        "asked": asked,
        "doubt_count": doubt_count,
        "doubts_left": sum(one.left for one in asked),
        "doubts_passed": sum(one.passed for one in asked),
        "exceptions": held_count + doubt_count,
        "doubted": doubted.rows,
        "doubted_more": bool(doubted.after),
    }


def _held_rule(group: summary.HeldGroup, deadlines: Deadlines) -> HeldRule:
    short, words = listing.WHY.get(group.why, (group.why, group.why))
    rule = deadlines.rules.get(group.why)
    owner, days = (owner_words(rule), rule.days) if rule else ("", 0)
    return HeldRule(group.why, short, words, group.cases, owner, days)


def _same(found: Changes | None) -> Row | None:
    rows = found.rows if found else []
    return next((row for row in rows if row.reason == "same"), None)


def may_hold(run: PaymentRun, calculation: Calculation | None, staff: Staff) -> bool:
    """Whether this person may keep a line of the shown version back now."""
    current = calculation is not None and calculation.pk == run.calculation_id
    return (
        current
        and staff.role in HOLDERS
        and run.state in ("computed", "checked")
        and run.requested_at is None
    )


def may_release(run: PaymentRun, calculation: Calculation | None, staff: Staff) -> bool:
    """Releasing adds money: not once somebody has checked the run without it."""
    return run.state == "computed" and may_hold(run, calculation, staff)


def unanswered(run: PaymentRun) -> int:
    """How many doubts approval still waits for; 0 where it does not wait."""
    one = run.calculation
    if one is None or not one.gated or run.state not in ("computed", "checked"):
        return 0
    return Doubt.objects.unanswered().filter(calculation=one).count()


def head(run: PaymentRun, staff: Staff, changed: int) -> dict[str, Any]:
    """The head of the page: state, steps, who did it, versions, what this person may do."""
    verb, who = next_step(run)
    left = unanswered(run)
    found = offers(run, staff, changed, left)
    approve = found.get("approve")
    if approve and approve.open and uncovered(run, staff.pk):
        found["approve"] = approve._replace(why_not=gettext("超出预算，须先有超预算决定"))
    return {
        "must_answer": left,
        "run": run,
        "chip": STATE_CHIPS[run.state],
        "territory": Division.objects.filter(code=run.division)
        .values_list("name", flat=True)
        .first(),
        "steps": steps(run),
        "next_verb": verb,
        "next_who": who,
        "offers": found,
        "mine": any(step in found for step in FORWARD),
        "changed": changed,
        "versions": list(run.calculations.order_by("-version")),
        "events": list(
            Event.objects.filter(kind="payments.paymentrun", object_id=run.pk)
            .select_related("by")
            .order_by("-pk")[:30]
        ),
        "holds": list(
            Hold.objects.filter(run=run)
            .select_related("by", "released_by", "household")
            .order_by("-pk")[:30]
        ),
        "batch": BankBatch.objects.filter(run=run).exclude(state="void").first(),
    }
