"""演出: plays one case through the actions the pages use, inside a transaction never kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.casework import actions as casework
from apps.casework.actions import Refused
from apps.casework.models import Decision
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments import actions as payments
from apps.payments.models import BankBatch, PaymentRun
from apps.payments.recoveries import actions as recoveries
from apps.payments.review import actions as review
from apps.payments.review.models import Doubt
from apps.standards.actions import load, replace_all
from apps.units.months import Month, parse_month
from civil_affairs.casebook.acts import ACTS, plain_value
from civil_affairs.casebook.cast import COUNTY, CannotPlay, Cast, Posts
from civil_affairs.casebook.clocks import Clocks, calendar_of
from civil_affairs.casebook.reading import CaseFile, profile
from civil_affairs.casebook.timeline import Moment, Run, timeline
from seeds import answers

# Standards of a profile were always known; nothing in a case is recorded before them.
ALWAYS = dt.date(1900, 1, 1)
# Events that take money back: it must have been paid before.
TAKEN_BACK = ("offset_recovery", "repayment")
# What an action says when it refuses: its words are for the person who wrote the case.
REFUSALS = (ValueError, CannotPlay, NotAllowed, NotFound, StaleState, ObjectDoesNotExist, Error)


class Stuck(Exception):
    """An event or run that the system refused; ``place`` says which, the text why."""

    def __init__(self, place: str, words: str) -> None:
        super().__init__(words)
        self.place = place


class Player:
    """A case as it is played: its rows, its runs, and the decisions taken in it."""

    def __init__(self, case: CaseFile, posts: Posts) -> None:
        self.file, self.case, self.posts = case, case.data, posts
        self.cast = Cast(case.id, case.data, posts)
        self.clocks = Clocks(self.cast, calendar_of(profile(case.profile)))
        self.runs: dict[str, PaymentRun] = {}
        self.decisions: list[tuple[dict[str, Any], Decision]] = []
        self.refused: list[str] = []
        self.day = ALWAYS

    def play(self) -> None:
        """Everything in the order of the day it became known; Stuck where the system refuses."""
        moments = timeline(self.case)
        with _said_at("standards"):
            self._set_standards()
        with _said_at("persons"):
            self.cast.enter(moments[0].day if moments else dt.date(2020, 1, 1))
        for moment in moments:
            self.day = moment.day
            with _said_at(moment.place):
                self._play(moment)
        with _said_at("全部事件之后"):
            self._settle()

    def _play(self, moment: Moment) -> None:
        if moment.kind == "household":
            self.cast.form(moment.what, moment.day)
        elif moment.kind == "event":
            self._event(moment)
        else:
            self._run(moment.what)

    def _event(self, moment: Moment) -> None:
        """One event; a household it names is registered at the latest now."""
        event = moment.what
        for name in (event.get("household"), event.get("subject")):
            if name in self.case["households"]:
                self.cast.form(name, moment.day)
        try:
            ACTS[event["kind"]](self, event)
        except Refused as refused:
            # The answer of the office is no; whether that is right, the expectations tell.
            self.refused.append(f"{moment.place} 未获办理：{refused}")

    def _set_standards(self) -> None:
        """The lists a case names replace those of the profile as a whole (FORMAT §2)."""
        for key, rows in (self.case.get("standards") or {}).items():
            replace_all(key, entries_of(rows), recorded_on=ALWAYS, by=self.posts.supervisor)

    def _run(self, asked: Run) -> None:
        """One monthly run from draft to the bank, by four people."""
        run = payments.open_run(
            month=asked.month, cutoff=asked.on, division=COUNTY, by=self.posts.maker
        )
        payments.compute_run(run.pk)
        self._answer(run.pk)
        payments.check_run(run.pk, by=self.posts.checker)
        payments.approve_run(run.pk, by=self.posts.approver)
        payments.send_run(run.pk, by=self.posts.finance)
        run.refresh_from_db()
        self.runs[asked.id] = run
        self._bank_answers(asked.id)

    def _bank_answers(self, asked: str) -> None:
        """成功, but for what the case later says came back; only where something is taken back.

        Money is recovered only after the bank has said it was paid; no other case can tell.
        """
        events = self.case["events"]
        if not any(event["kind"] in TAKEN_BACK for event in events):
            return
        batch = BankBatch.objects.get(run=self.runs[asked], state="sent")
        leave = Q(pk=None)
        for event in events:
            if event["kind"] == "bank_return" and event["run"] == asked:
                subject = self.cast.subject(event["subject"])
                leave |= Q(programme=event["programme"], subject=subject)
        numbers = batch.items.filter(leave).values_list("number", flat=True)
        answers.fill(batch, by=self.posts.finance, on=self.day, leave=set(numbers))

    def _answer(self, run_id: int) -> None:
        """What the run asks is passed by its owners: no case says otherwise."""
        left = Doubt.objects.unanswered().filter(calculation__run=run_id)
        asked = dict(left.values_list("code", "rule__owner"))
        owners = {str(one.role): one for one in vars(self.posts).values()}
        for code, owner in asked.items():
            note, at = "案例中已核实", timezone.now()
            review.pass_doubts(run_id, code=code, note=note, by=owners[owner], at=at)

    def _settle(self) -> None:
        """Overpayments as known at the end, and every constraint that was put off."""
        if self.runs:
            recoveries.refresh_recoveries(on=self.day, by=self.posts.maker)
        check_constraints()

    def decided(self, event: dict[str, Any], decision: Decision) -> None:
        """Remember which decision an event of the case led to."""
        self.decisions.append((event, decision))


@contextmanager
def _said_at(place: str) -> Iterator[None]:
    """What an action refuses, with the place in the case that asked for it."""
    try:
        yield
    except REFUSALS as refusal:
        words = " ".join(str(refusal).split()) or type(refusal).__name__
        if isinstance(refusal, Error):
            words = f"数据库拒绝：{words}"
        raise Stuck(place, words) from refusal


def check_constraints() -> None:
    """Let the database check now what it would check when the transaction is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def load_profile(name: str, posts: Posts) -> None:
    """The standards of a profile and no others, as entered by an office that always knew them.

    Beside it stand the legal moves of the cards and the time limits of the law (casework's own
    standards), which an installation loads with its base data. A case tells decisions,
    not the steps that led to them: in its database every month allows 补录.
    """
    casework.adopt_transitions()
    limits = Path(apps.get_app_config("casework").path) / "standards.yaml"
    load([limits], recorded_on=ALWAYS, by=posts.supervisor)
    for key, rows in profile(name)["parameters"].items():
        replace_all(key, entries_of(rows), recorded_on=ALWAYS, by=posts.supervisor)
    replace_all("casework.back_entry", [(ALWAYS, True)], recorded_on=ALWAYS, by=posts.supervisor)


def entries_of(rows: list[dict[str, Any]]) -> list[tuple[Month, Any]]:
    """The dated list of a standard as the action wants it."""
    return [(parse_month(row["from"]), plain_value(row["value"])) for row in rows]


@contextmanager
def never_kept() -> Iterator[None]:
    """A transaction of which nothing remains."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
