"""The screens of the design with the county on them: who opens each, and where it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from apps.casework.models import Application, Entitlement
from apps.evidence.models import CheckRequest, Survey
from apps.households.models import Household, Person
from apps.payments.models import BankBatch, PaymentRun
from apps.publicity import actions as publicity
from apps.publicity.models import PublicNotice
from apps.registers.models import ChildFile
from tests.county import cases

WHATIF = "/standards/simulate/?k=minimum_living.rural_annual&v=5880&month=2024-12"


class Screen(NamedTuple):
    """A screen: who looks at it ("": nobody has logged in), and its address on the county."""

    who: str
    path: Callable[[], str]
    status: int = 200


def g1() -> Household:
    """周国华户 of seeds/golden.py."""
    head = Person.objects.get(id_number__endswith="0012", name="周国华")
    found: Household = head.memberships.get(relationship="applicant").household
    return found


@cache
def midway() -> Application:
    """An application in the middle of everything; made once a run."""
    return cases.midway("周待办")


@cache
def notice() -> PublicNotice:
    """A notice that hangs in 庙前村; made once a run."""
    asked = cases.nursing("公示中户")
    by = cases.clerk_of(asked.household)
    return publicity.post_applications([asked.pk], on=cases.WEEK_BEFORE, by=by)


def paid() -> PaymentRun:
    """The newest month that the bank has had."""
    return PaymentRun.objects.filter(state="sent").latest("pk")


def at(path: str) -> Callable[[], str]:
    """An address that needs nothing."""
    return lambda: path


def home(part: str = "") -> Callable[[], str]:
    """A page of the golden household."""
    return lambda: f"/households/{g1().number}/{part}"


def asked(part: str = "") -> Callable[[], str]:
    """A page of the application in the middle of everything."""
    return lambda: f"/applications/{midway().pk}/{part}"


def run(part: str = "") -> Callable[[], str]:
    """A page of the newest month that the bank has had."""
    return lambda: f"/payruns/{paid().pk}/{part}"


def _why() -> str:
    now = f"programme=minimum_living&subject={-g1().pk}&month=2024-11"
    return f"/households/{g1().number}/why/?{now}"


def _award() -> str:
    return f"/awards/{Entitlement.objects.filter(household=g1()).earliest('pk').pk}/"


def _of(kind: type, where: str) -> Callable[[], str]:
    return lambda: f"/{where}/{kind.objects.latest('pk').pk}/"  # type: ignore[attr-defined]


def _check() -> str:
    return f"/checks/{CheckRequest.objects.get(application=midway()).pk}/"


def _visit() -> str:
    return f"/visits/{Survey.objects.get(application=midway()).pk}/"


SCREENS: dict[str, Screen] = {
    "login": Screen("", at("/login/")),
    "worklist": Screen("township", at("/")),
    "search": Screen("township", at("/search/?q=zgh")),
    "register": Screen("township", at("/apply/?new=1")),
    "household": Screen("township", home()),
    "why": Screen("township", _why),
    "change": Screen("township", home("change/?kind=income")),
    "documents": Screen("township", asked("documents/")),
    "check": Screen("clerk", _check),
    "visit": Screen("township", _visit),
    "compare": Screen("clerk", asked("compare/")),
    "assessment": Screen("clerk", asked("assessment/")),
    "application": Screen("supervisor", asked()),
    "applications": Screen("supervisor", at("/applications/")),
    "notices": Screen("township", at("/notices/")),
    "notice": Screen("township", lambda: f"/notices/{notice().pk}/"),
    "standards": Screen("supervisor", at("/standards/")),
    "what if": Screen("supervisor", at(WHATIF)),
    "runs": Screen("finance", at("/payruns/")),
    "run": Screen("approver", run()),
    "lines": Screen("approver", run("lines/")),
    "changes": Screen("approver", run("changes/")),
    "held": Screen("checker", run("held/")),
    "bank file": Screen("finance", _of(BankBatch, "bankfiles")),
    "bank results": Screen("finance", at("/bankreturns/")),
    "doubts": Screen("clerk", run("doubts/")),
    "month close": Screen("finance", run("close/")),
    "budgets": Screen("finance", at("/budgets/?year=2024")),
    "run's budget": Screen("leader", run("budget/")),
    "review rules": Screen("supervisor", at("/review-rules/")),
    "recoveries": Screen("clerk", at("/recoveries/")),
    "reviews": Screen("clerk", at("/rechecks/")),
    "award": Screen("clerk", _award),
    "low income": Screen("clerk", at("/registers/low-income/")),
    "child": Screen("clerk", _of(ChildFile, "registers/children")),
    "paper": Screen("township", lambda: f"/papers/new/benefit-statement/{g1().pk}/"),
    "verify": Screen("", at("/verify/ABCD-EFGH-JKMN/")),
    "help": Screen("township", at("/help/")),
    "not there": Screen("clerk", at("/households/nowhere/"), 404),
}
