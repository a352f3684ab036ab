"""一个县，每种对象各一件: one object for every address, and whose territory it lies in.

Where somebody stands to an object is told by their territory: the same object is looked at from
its own village or township, from the next one, by a relative, and after its case was closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from django.utils import timezone

from apps.casework.models import Application, Decision, Draw, Entitlement, NearRelative
from apps.changes.models import FamilyChange
from apps.elderly_allowances.models import ServiceProvider, ServiceSettlement
from apps.evidence.models import CheckRequest, Document, Survey
from apps.households.models import Fact, Household, Member
from apps.offices.models import Role, Staff
from apps.papers import actions as papers
from apps.papers.models import Paper
from apps.payments import actions as payments
from apps.payments.holding import actions as holding
from apps.payments.holding.models import Hold
from apps.payments.models import BankBatch, BankItem, PaymentLine, PaymentRun
from apps.payments.recoveries.models import Recovery
from apps.payments.results.models import Dispute, ResultFile, ResultLine
from apps.publicity.models import NoticePhoto, PublicNotice
from apps.registers.models import ChildFile, Stay
from apps.reviews.models import Custody, Review, Termination
from tests import builders

COUNTY = "430482"
ON = dt.date(2024, 12, 5)
VILLAGE_ROLES = (Role.VILLAGE_HELPER,)
TOWNSHIP_ROLES = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD)


class Place(NamedTuple):
    """What stands at an address: its arguments, and the division it belongs to (none: nobody's)."""

    kwargs: dict[str, Any]
    division: str = ""
    household: int | None = None


class World:
    """The small county, with what its demo has not got."""

    def staff(self, role: Role, division: str) -> Staff:
        """A post with that territory, of which there is one."""
        found = Staff.objects.filter(role=role, division=division, user__isnull=False).first()
        return found or builders.staff(role, division)

    @cached_property
    def clerk(self) -> Staff:
        return self.staff(Role.COUNTY_CLERK, COUNTY)

    @cached_property
    def supervisor(self) -> Staff:
        return self.staff(Role.COUNTY_SUPERVISOR, COUNTY)

    @cached_property
    def asked(self) -> Application:
        """An open application, with check, visit and papers."""
        with_check = CheckRequest.objects.values("application_id")
        with_visit = Survey.objects.values("application_id")
        rows = Application.objects.filter(pk__in=with_check).filter(pk__in=with_visit)
        return rows.exclude(state="confirmed").order_by("pk")[0]

    @cached_property
    def closed(self) -> Application:
        """A case that is over: confirmed, and its award has ended since."""
        ended = Entitlement.objects.filter(period__endswith__lte=ON).order_by("pk")[0]
        rows = Application.objects.filter(household_id=ended.household_id, state="confirmed")
        return rows.order_by("pk")[0]

    @cached_property
    def run(self) -> PaymentRun:
        """December's, computed."""
        made = payments.open_run(
            month=dt.date(2024, 12, 1), cutoff=ON, division=COUNTY, by=self.clerk
        )
        payments.compute_run(made.pk)
        made.refresh_from_db()
        return made

    @cached_property
    def hold(self) -> Hold:
        line = PaymentLine.objects.filter(calculation=self.run.calculation).order_by("subject")[0]
        return holding.hold(
            self.run.pk,
            programme=line.programme,
            subject=line.subject,
            reason="核实",
            by=self.clerk,
        )

    @cached_property
    def draw(self) -> Draw:
        return Draw.objects.create(
            programme="destitute_basic",
            township=self.asked.household.division[:9],
            quarter=dt.date(2024, 10, 1),
            rate=3000,
            seed=1,
            pool=[self.asked.pk],
            drawn=[self.asked.pk],
            on=ON,
            by=self.clerk,
        )

    @cached_property
    def termination(self) -> Termination:
        award = Entitlement.objects.filter(period__endswith=None, household_id__gt=0)
        return Termination.objects.create(
            entitlement=award.order_by("pk")[0],
            state="noticed",
            reason="income",
            notice=PublicNotice.objects.order_by("pk")[0],
            posted_on=ON,
            notice_ends=ON + dt.timedelta(days=7),
            prepared_by=self.clerk,
        )

    @cached_property
    def custody(self) -> Custody:
        member = Member.objects.known_now().order_by("pk")[0]
        return Custody.objects.create(
            household_id=member.household_id,
            person_id=member.person_id,
            what="card",
            tail="1234",
            keeper="李四",
            keeper_is="village",
            agreement="协议",
            agreed_on=ON,
            recorded_by=self.clerk,
        )

    @cached_property
    def dispute(self) -> Dispute:
        item = BankItem.objects.filter(state="paid").order_by("pk")[0]
        return Dispute.objects.create(
            item=item,
            line=ResultLine.objects.order_by("pk")[0],
            why="contradicts",
            stood="paid",
            said="returned",
            on=ON,
            state="open",
            loaded_by=self.staff(Role.FINANCE, COUNTY),
            opened_at=timezone.now(),
        )

    @cached_property
    def settlement(self) -> ServiceSettlement:
        provider = ServiceProvider.objects.create(
            name="某服务站", contract_from=dt.date(2024, 1, 1), recorded_by=self.clerk
        )
        return ServiceSettlement.objects.create(
            provider=provider,
            division=self.asked.household.division[:9],
            month=dt.date(2024, 11, 1),
            state="prepared",
            fen=0,
            visits_counted=0,
            digest="0" * 64,
            prepared_on=ON,
            prepared_by=self.clerk,
        )

    @cached_property
    def paper(self) -> Paper:
        return papers.make("application-form", self.asked.pk, on=ON, by=self.clerk)

    def relate(self, staff: Staff, household: int) -> None:
        """The member of staff is registered as a relative of the household."""
        member = Member.objects.known_now().filter(household_id=household).order_by("pk")[0]
        NearRelative.objects.create(
            person_id=member.person_id,
            staff=staff,
            relation="parent",
            on=ON,
            registered_by=self.supervisor,
        )


def home(found: Household, **kwargs: Any) -> Place:
    return Place({"number": found.number, **kwargs}, found.division, found.pk)


def case(found: Application, **kwargs: Any) -> Place:
    return Place({"pk": found.pk, **kwargs}, found.household.division, found.household_id)


def of_home(pk: int, household_id: int, **kwargs: Any) -> Place:
    division = Household.objects.get(pk=household_id).division
    return Place({"pk": pk, **kwargs}, division, household_id)


def of_person(pk: int, person_id: int, **kwargs: Any) -> Place:
    member = Member.objects.known_now().filter(person_id=person_id).latest("period")
    return of_home(pk, member.household_id, **kwargs)


def run(w: World, **kwargs: Any) -> Place:
    return Place({"pk": w.run.pk, **kwargs}, COUNTY)


HOMES = (
    *("household", "household-ids", "preview", "apply-known", "relatives-of-home"),
    *("household-events", "household-trial", "household-documents", "household-compare"),
    *("household-why", "household-ahead", "household-change", "household-changes"),
)
CASES = (
    *("application", "complaints", "application-documents", "application-check"),
    *("application-visits", "application-compare", "application-conditions"),
    *("application-assessment", "application-clocks"),
)
RUNS = (
    *("run", "run-progress", "run-lines", "run-held", "run-changes", "run-overpaid"),
    *("run-doubts", "run-doubts-sheet", "run-doubts-pass", "run-held-sheet", "run-hold"),
    *("run-close", "run-budget"),
)


def _first(rows: Any) -> Any:
    return rows.order_by("pk")[0]


PLACES: dict[str, Callable[[World], Place]] = {
    **dict.fromkeys(HOMES, lambda w: home(w.asked.household)),
    **dict.fromkeys(CASES, lambda w: case(w.asked)),
    "step": lambda w: case(w.asked, code="accept"),
    **dict.fromkeys(RUNS, run),
    "run-release": lambda w: run(w, hold_id=w.hold.pk),
    "run-act": lambda w: run(w, step="check"),
    "bank-file": lambda w: Place({"pk": _first(BankBatch.objects).run_id, "ending": "csv"}, COUNTY),
    "bankfile": lambda _: Place({"pk": _first(BankBatch.objects).pk}, COUNTY),
    "bankreturn": lambda _: Place({"pk": _first(ResultFile.objects).pk}, COUNTY),
    "dispute-decide": lambda w: of_home(w.dispute.pk, w.dispute.item.household_id),
    "budget-sheet": lambda _: Place({"year": "2024", "ending": "csv"}),
    "recovery": lambda _: (lambda r: of_home(r.pk, r.household_id))(_first(Recovery.objects)),
    "standard-adopt": lambda _: Place({"key": "minimum_living.standard"}),
    "programme": lambda _: Place({"code": "minimum_living"}),
    "apply-person": lambda _: Place({"number": 2}),
    "draw": lambda w: Place({"pk": w.draw.pk}, w.draw.township),
    "document-file": lambda _: (lambda d: of_home(d.pk, d.household_id))(
        _first(Document.objects.filter(household__isnull=False))
    ),
    "check": lambda w: case(w.asked)._replace(
        kwargs={"pk": _first(CheckRequest.objects.filter(application=w.asked)).pk}
    ),
    "visit": lambda w: case(w.asked)._replace(
        kwargs={"pk": _first(Survey.objects.filter(application=w.asked)).pk}
    ),
    "public-notice": lambda _: (lambda n: Place({"pk": n.pk}, n.division))(
        _first(PublicNotice.objects)
    ),
    "notice-photo": lambda _: (
        lambda p: Place({"pk": p.notice_id, "photo": p.pk}, p.notice.division)
    )(_first(NoticePhoto.objects)),
    "review": lambda _: (lambda r: of_home(r.pk, r.entitlement.household_id))(
        _first(Review.objects)
    ),
    **dict.fromkeys(
        ("award", "screen"),
        lambda _: (lambda e: of_home(e.pk, e.household_id))(_first(Entitlement.objects)),
    ),
    "termination": lambda w: of_home(w.termination.pk, w.termination.entitlement.household_id),
    "life": lambda _: (lambda f: of_person(f.pk, f.person_id))(
        _first(Fact.objects.known_now().filter(kind="life_certificate", code="due"))
    ),
    "remind": lambda _: (lambda f: of_person(f.pk, f.person_id))(
        _first(Fact.objects.known_now().filter(kind="disability", until__isnull=False))
    ),
    "serve": lambda _: (lambda d: of_home(d.pk, d.household_id))(_first(Decision.objects)),
    "custody-one": lambda w: of_home(w.custody.pk, w.custody.household_id),
    "child-file": lambda _: (lambda c: of_person(c.pk, c.person_id))(_first(ChildFile.objects)),
    "stay": lambda _: (lambda s: Place({"pk": s.pk}, s.division))(_first(Stay.objects)),
    "elder-service": lambda _: (lambda e: of_home(e.person_id, e.household_id, code="2024-12"))(
        _first(Entitlement.objects.filter(programme="elder_service_subsidy"))
    ),
    **dict.fromkeys(
        ("elder-settlement", "elder-settlement-csv"),
        lambda w: Place({"pk": w.settlement.pk}, w.settlement.division),
    ),
    "change": lambda _: (lambda c: of_home(c.pk, c.household_id))(_first(FamilyChange.objects)),
    "paper-new": lambda w: case(w.asked, kind="application-form"),
    **dict.fromkeys(
        ("paper", "paper-print"),
        lambda w: Place({"pk": w.paper.pk}, w.paper.division, w.paper.household_id),
    ),
    **dict.fromkeys(
        ("account-factors", "account-reset", "account-unlock"),
        lambda w: Place({"user_id": w.clerk.user_id}),
    ),
    # Somebody else's, or nobody's: one's own are tried in tests/login and tests/api.
    **dict.fromkeys(
        ("mfa_remove_webauthn", "sitting-end", "token-revoke"), lambda _: Place({"pk": 1})
    ),
    "paper-verify": lambda w: Place({"code": w.paper.code}),
}
# Addresses of the API stand in folders, and take what the page of the same thing takes.
FOLDERS = {
    "households/": "household",
    "applications/": "application",
    "awards/": "award",
    "reviews/": "review",
    "terminations/": "termination",
    "custody/": "custody-one",
    "life-certificates/": "life",
    "reminders/": "remind",
    "decisions/": "serve",
    "changes/": "change",
    "checks/": "check",
    "notices/": "public-notice",
    "runs/": "run",
    "bank-results/": "bankreturn",
    "disputes/": "dispute-decide",
    "recoveries/": "recovery",
    "standards/": "standard-adopt",
}
API = "api/v1/"
CODES = {"api-step": "accept"}


def place_of(name: str, pattern: str, w: World) -> Place:
    """What stands at an address; PLACES, or by its folder in the API."""
    if name in PLACES:
        return PLACES[name](w)
    if not pattern.startswith(API) or "<" not in pattern:
        return Place({})
    return _of_api(name, pattern.removeprefix(API), w)


def _of_api(name: str, path: str, w: World) -> Place:
    if path.startswith("divisions/"):
        return Place({"code": w.asked.household.division}, w.asked.household.division)
    if path.startswith("alerts/"):
        return Place({"key": "none-0"})
    if path.startswith("persons/"):
        member = Member.objects.known_now().filter(household=w.asked.household)[0]
        found = of_person(member.person_id, member.person_id)
    else:
        found = PLACES[FOLDERS[path[: path.index("/") + 1]]](w)
    more: dict[str, Any] = {}
    if ":code>" in path:
        more["code"] = CODES.get(name, "none")
    if "hold_id>" in path:
        more["hold_id"] = w.hold.pk
    return found._replace(kwargs=found.kwargs | more)


def closed_place_of(name: str, pattern: str, w: World) -> Place | None:
    """The same address of a case that is over; None where cases do not end."""
    if name in HOMES or pattern.startswith(f"{API}households/<code:number>/"):
        return home(w.closed.household)
    if name == "step" or name in CASES:
        more = {"code": "accept"} if name == "step" else {}
        return case(w.closed, **more)
    if pattern.startswith(f"{API}applications/<id:pk>/"):
        found = place_of(name, pattern, w)
        return case(w.closed, **{k: v for k, v in found.kwargs.items() if k != "pk"})
    return None
