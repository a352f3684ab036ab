"""乡镇窗口: the acts of an application on its way, as a township and the county take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from apps.casework import actions as casework
from apps.casework.models import Application
from apps.evidence import actions as evidence
from apps.evidence.actions import Paper, Reported
from apps.evidence.catalogue import asked_of
from apps.evidence.models import Figure
from apps.evidence.people import adults, living
from apps.households import actions as households
from apps.households.models import Household, Person
from apps.offices.models import Staff
from apps.publicity import actions as publicity
from apps.publicity.models import NoticeRow
from seeds.desk import Desk
from seeds.ledger import Office
from seeds.scans import pdf, photo

SCAN, PHOTO = pdf(), photo()
AUTHORISED_FOR = dt.timedelta(days=365)


@dataclass
class Petition:
    """An application on its way, with what was made for it so far."""

    application: Application
    earner: Person  # whose income the departments know more about
    check: int = 0
    notice: int = 0
    notice_ends: dt.date = dt.date.min
    objection: int = 0


class Counter(Desk):
    """A township's own people and its village's, beside the county's.

    What the family hands in is entered by ``office.clerk``, here a caseworker of the township.
    """

    def __init__(self, township: Office, lead: Staff, county: Staff, federation: Staff) -> None:
        super().__init__(township, {})
        self.lead, self.county, self.federation = lead, county, federation

    @property
    def clerk(self) -> Staff:
        return self.office.clerk

    def household(self, zone: str, *members: tuple[Person, str]) -> Household:
        """A new household from today; its account comes with whoever is to be paid."""
        return households.form_household(
            division=self.village[zone],
            zone=zone,
            since=self.today,
            members=members,
            by=self.clerk,
            recorded_on=self.today,
        )

    def step(self, one: Petition, code: str, by: Staff | None = None, **more: Any) -> None:
        """A step of the procedure, today."""
        pk, by = one.application.pk, by or self.clerk
        casework.take(pk, code, on=self.today, by=by, **more)

    def file(self, one: Petition, kind: str, **more: Any) -> int:
        """A scanned paper of the household."""
        asked = one.application
        paper = Paper(kind, "扫描件.pdf", application_id=asked.pk, issued_on=self.today, **more)
        home = asked.household_id
        return evidence.file_document(
            paper, SCAN, household_id=home, on=self.today, by=self.clerk
        ).pk

    def hand_in(self, one: Petition, *but: str) -> None:
        """Every paper the programme requires, one of a kind for all whom it is asked of."""
        for asked in asked_of(one.application.programme):
            if asked.required and asked.type not in but:
                self.file(one, asked.type)

    # ---- the steps, as a route names them (seeds.under_way) ----

    def ask_to_correct(self, one: Petition) -> None:
        """一次性告知: a paper is missing."""
        self.hand_in(one, "household_book")
        self.step(one, "request_correction", note="缺户口簿，请补交原件扫描件")

    def accept(self, one: Petition) -> None:
        """受理, with every paper."""
        self.hand_in(one)
        self.step(one, "accept")

    def accept_on_paper(self, one: Petition) -> None:
        """受理 where the papers are in the paper file, as the year of 补录 allows."""
        casework.accept(one.application.pk, on=self.today, by=self.clerk)

    def ask_check(self, one: Petition) -> None:
        """Every adult signs, and the county is asked to verify."""
        paper = self.file(one, "check_authorisation")
        home = one.application.household
        for person in adults(home, self.today):
            evidence.authorise(
                household_id=home.pk,
                person_id=person.pk,
                signed_on=self.today,
                until=self.today + AUTHORISED_FOR,
                document_id=paper,
                on=self.today,
                by=self.clerk,
            )
        asked = evidence.request_check(one.application.pk, on=self.today, by=self.clerk)
        one.check = asked.pk

    def send_check(self, one: Petition) -> None:
        """发起核对 by the county."""
        evidence.send_check(one.check, on=self.today, by=self.county)

    def differ(self, one: Petition) -> None:
        """社保 knows of a pension nobody declared; the household has not explained it yet."""
        about: dict[str, Any] = {"on": self.today, "by": self.county}
        found = Reported(one.earner.pk, "income.resident_pension_other", 180_00, "month")
        evidence.answer(one.check, "social_security", result="different", figures=[found], **about)
        evidence.answer_the_rest(one.check, **about)

    def explain(self, one: Petition) -> None:
        """The difference is explained, and the check concluded."""
        figure = Figure.objects.get(application=one.application, differs=True)
        words = "本人11月起才领取，申报时尚未到账，已附存折流水"
        evidence.explain(figure.pk, words=words, on=self.today, by=self.clerk)
        self._conclude(one)

    def check(self, one: Petition) -> None:
        """Every department says what the household has declared."""
        evidence.answer_the_rest(one.check, on=self.today, by=self.county)
        self._conclude(one)

    def _conclude(self, one: Petition) -> None:
        evidence.conclude_check(one.check, on=self.today, by=self.county)
        self.step(one, "complete_check")

    def look_through(self, one: Petition) -> None:
        """核对完成 where no department is asked."""
        self.step(one, "complete_check")

    def visit(self, one: Petition) -> None:
        """入户 by the township's two; with the second signature the step is taken."""
        self._visit(one, self.lead)

    def visit_with_the_supervisor(self, one: Petition) -> None:
        """The county's supervisor went along, and so cannot decide (R-DB-22)."""
        self._visit(one, self.office.supervisor)

    def _visit(self, one: Petition, second: Staff) -> None:
        first, pk = self.clerk, one.application.pk
        pair: dict[str, Any] = {"first_id": first.pk, "second_id": second.pk}
        form = evidence.open_survey(pk, **pair, on=self.today, by=first)
        form = evidence.save_survey(form.pk, self._seen(one), seen=form.version, by=first)
        for who in (first, second):
            form = evidence.sign_survey(
                form.pk, name=who.name, seen=form.version, on=self.today, by=who
            )

    def _seen(self, one: Petition) -> dict[str, Any]:
        """The form of a visit at which all was found as declared."""
        people = {
            str(who.pk): {"seen": True, "health": "good", "work": "partly", "note": ""}
            for who in living(one.application.household, self.today)
        }
        answers = {
            "people": people,
            "lines": [],
            "home": {"tenure": "own", "structure": "brick_wood", "area": 78, "rooms": 3},
            "goods": ["tv", "fridge"],
            "neighbours": [["邻居", "情况属实"]],
            "words": "",
        }
        day = self.today
        return {"visited_on": day, "conclusion": "true", "note": "", "answers": answers}

    def judge(self, one: Petition) -> None:
        """初审."""
        self.step(one, "give_opinion", note="经调查，符合条件，拟同意。")

    def post(self, one: Petition) -> None:
        """公示 in its village, with a photograph."""
        ids = [one.application.pk]
        notice = publicity.post_applications(ids, on=self.today, by=self.clerk)
        self._photograph(notice.pk, "start")
        assert notice.last_day is not None
        one.notice, one.notice_ends = notice.pk, notice.last_day

    def _photograph(self, notice: int, moment: str) -> None:
        publicity.add_photo(notice, moment=moment, content=PHOTO, on=self.today, by=self.clerk)

    def object(self, one: Petition) -> None:
        """异议 of a villager."""
        row = NoticeRow.objects.get(notice=one.notice)
        words = "所报情况与本组群众了解的不一致，请再核实"
        about = {"objector": "本组村民", "words": words}
        made = publicity.object_to(row.pk, **about, on=self.today, by=self.clerk)
        one.objection = made.pk

    def assess(self, one: Petition) -> None:
        """民主评议, and the objection is answered."""
        held = evidence.Held(
            on=self.today,
            place="村部会议室",
            officials=3,
            residents=8,
            attendance="村干部3人、村民代表8人",
            votes_for=9,
            votes_against=1,
            abstained=1,
            minutes="经再次核实，申报属实，多数代表同意。",
        )
        paper = self.file(one, "assessment_minutes")
        pk = one.application.pk
        about: dict[str, Any] = {"recorded_on": self.today, "by": self.clerk}
        evidence.record_assessment(pk, held, document_id=paper, **about)
        said = "经再次核实和民主评议，申报属实"
        publicity.answer(one.objection, words=said, on=self.today, by=self.clerk)
        self.step(one, "reassess")

    def end_notice(self, one: Petition) -> None:
        """公示期满: photographed again, and sent on."""
        self._photograph(one.notice, "end")
        publicity.end(one.notice, on=self.today, by=self.clerk)

    def submit(self, one: Petition) -> None:
        """上报县级 without a notice (儿童)."""
        self.step(one, "submit")

    def agree(self, one: Petition) -> None:
        """残联同意."""
        self.step(one, "federation_agrees", by=self.federation)
