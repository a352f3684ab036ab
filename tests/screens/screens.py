"""Every screen with something on it, by the post that sees it: the furnished pages of the apps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from apps.casework.models import Application, Entitlement
from apps.elderly_allowances import actions as elderly
from apps.evidence.models import Survey
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.payments import actions as payments
from apps.payments.models import PaymentRun
from apps.registers import actions as registering
from tests import builders
from tests.casework import test_browser as casework
from tests.casework.test_graph import place
from tests.changes.reporting import Desk
from tests.changes.reporting import family as changing
from tests.elderly_allowances import test_service_visits as services
from tests.evidence import test_browser as evidence
from tests.pages.conftest import HERE, deaf
from tests.papers import test_browser as papers
from tests.payments import answering
from tests.payments.paying import computed, four
from tests.publicity.posting import satisfied
from tests.registers import conftest as registers
from tests.registers.test_stays import unknown
from tests.reviews import furnished as reviews

Screen = tuple[Role | None, str]  # None: whoever is not logged in
BOSS = Role.COUNTY_SUPERVISOR
LOG_IN = ("password", "factors", "factors/app", "factors/key", "factors/codes/new")
# Addresses that answer with something else than a page.
NOT_PAGES = {
    # programs, and the admin site, which is Django's
    "schema", "api-docs", "api-trial", "api-application", "api-step", "api-runs", "api-run",
    "api-run-progress", "api-run-act",
    # files
    "complaints-csv", "child-files-csv", "stays-csv", "low-income-csv", "elder-settlement-csv",
    "bank-file", "budget-sheet", "simulate-sheet", "document-file", "notice-photo", "paper-print",
    "paper-route", "audit-csv",
    # only sent to
    "logout", "language", "household-ids", "saved-views", "step", "apply-trial", "apply-draft",
    "apply-person", "run-new", "run-hold", "run-release", "run-act", "certify",
    "dispute-decide",
    "sitting-end", "sittings-end", "account-unlock", "account-reset", "account-factors",
    # pages met half-way through a log-in or with a factor (tests/login/test_browser.py), and the
    # names by which allauth knows pages that have others
    "mfa_authenticate", "mfa_view_recovery_codes", "mfa_deactivate_totp", "mfa_remove_webauthn",
    "account_login", "mfa_list_webauthn",
    # parts of a page that scripts ask for
    "preview", "run-progress", "household-compare",
}  # fmt: skip


def names() -> set[str]:
    """The names of all addresses but those of the admin site."""
    return {name for name in _names(get_resolver().url_patterns) if name}


def _names(patterns: Any) -> set[str]:
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= set() if one.namespace == "admin" else _names(one.url_patterns)
        elif isinstance(one, URLPattern):
            found.add(one.name or "")
    return found


def name_of(path: str) -> str:
    """The name of the address of a path."""
    return resolve(path.partition("?")[0]).url_name or ""


def furnish(monkeypatch: Any) -> list[Screen]:
    """The county with something of everything; its screens."""
    return [
        (None, "/login/"),
        (Role.TOWNSHIP_CLERK, "/"),
        (Role.FEDERATION, "/"),
        (BOSS, "/profile/"),
        *((BOSS, f"/profile/{one}/") for one in LOG_IN),
        (Role.SECURITY_ADMIN, "/login-security/"),
        (BOSS, "/help/"),
        (BOSS, "/audit/"),
        (BOSS, "/duplicates/"),
        (BOSS, "/programmes/"),
        (BOSS, "/programmes/minimum_living/"),
        (BOSS, "/standards/"),
        (BOSS, "/standards/old_age_allowance.bands/adopt/"),
        *_reviews(),
        *_money(),
        *_evidence(),
        *((BOSS, path) for path in casework.furnish()),
        *_papers(monkeypatch),  # before a household whose lists may not be posted
        *_homes(),
        *_registers(),
    ]


def _reviews() -> list[Screen]:
    """With a disability certificate that runs out, and a look at who lost 特困."""
    paths = reviews.furnish()
    ended = Entitlement.objects.filter(programme="destitute_basic").latest("pk")
    _, who = deaf("何八")
    until = timezone.localdate() + dt.timedelta(days=30)
    paper = builders.fact("disability", who, "2024-01-01", code="hearing", number=2, until=until)
    more = (f"/awards/{ended.pk}/screen/", f"/certificates/{paper.pk}/remind/")
    return [(BOSS, path) for path in (*paths, *more)]


def _papers(monkeypatch: Any) -> list[Screen]:
    with monkeypatch.context() as others:
        satisfied(others)
        return [(Role.COUNTY_CLERK, path) for path in papers.furnish()]


def _evidence() -> list[Screen]:
    asked, request = evidence.furnish()
    builders.staff(Role.COUNTY_CLERK)
    survey = Survey.objects.filter(application=asked).latest("pk")
    parts = ("documents", "check", "visits", "compare", "conditions", "assessment")
    return [
        *((Role.COUNTY_CLERK, f"/applications/{asked.pk}/{one}/") for one in parts),
        (Role.COUNTY_CLERK, f"/checks/{request.pk}/"),
        (Role.COUNTY_CLERK, f"/visits/{survey.pk}/"),
        (Role.COUNTY_CLERK, f"/households/{asked.household.number}/documents/"),
    ]


def _money() -> list[Screen]:
    """A run that waits for approval, with its lists; one that has been sent, with its file."""
    deaf("周国华")
    people = four()
    run = computed(people, "2024-09")
    payments.check_run(run.pk, by=people.checker)
    sent = PaymentRun.objects.filter(state="sent").latest("pk")
    file = answered(sent, people.finance)
    parts = ("lines", "held", "doubts", "changes", "overpaid")
    return [
        (BOSS, "/payruns/"),
        (Role.APPROVER, f"/payruns/{run.pk}/"),
        *((BOSS, f"/payruns/{run.pk}/{one}/") for one in parts),
        (Role.FINANCE, f"/bankfiles/{sent.pk}/"),
        (Role.FINANCE, "/bankreturns/"),
        (BOSS, "/bankreturns/"),
        (Role.FINANCE, "/budgets/?year=2024"),
        (BOSS, f"/payruns/{run.pk}/budget/"),
        (Role.FINANCE, f"/bankreturns/{file}/"),
        (Role.FINANCE, f"/payruns/{sent.pk}/close/"),
        (BOSS, "/review-rules/"),
        (Role.SECURITY_ADMIN, "/staff-accounts/"),
        (BOSS, "/standards/simulate/?k=minimum_living.rural_annual&v=5880"),
    ]


def answered(run: PaymentRun, by: Staff) -> int:
    """What was sent came back, one item twice over; a file with problems waits."""
    lines = answering.sent(run)
    answering.committed(run, answering.said(lines[:2], "returned", "paid"), by)
    answering.committed(run, answering.said(lines[:2], "paid", "returned"), by)
    odd = [one._replace(account="6217") for one in lines]
    odd += [one._replace(number=900) for one in lines]
    return answering.taken(run, answering.said([*odd[:4], lines[0], lines[0]], "returned"), by).pk


def _homes() -> list[Screen]:
    """A household with an award, a change that waits, and one person on file twice."""
    home, people = changing(("王小明", "1990-01-01", "applicant"), ("王安", "2014-01-01", "child"))
    _, (twin,) = changing(("王小明", "1990-01-01", "applicant"))
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    change = Desk(home).submit("property", within="no", on="2024-07-01")
    deafened, who = deaf("孙志强")
    asked = at_federation(deafened, who)
    at = f"/households/{home.number}/"
    why = f"why/?programme=disability_nursing&subject={who.pk}&month=2024-07"
    return [
        (BOSS, "/households/"),
        (BOSS, at),
        *((BOSS, at + one) for one in ("events/", "relatives/", "trial/", "change/", "changes/")),
        (BOSS, f"{at}change/?kind=income"),
        (BOSS, f"{at}change/?kind=split"),
        (BOSS, f"{at}change/?kind=unite&pair={people[0].pk}-{twin.pk}"),
        (BOSS, f"/changes/{change.pk}/"),
        (BOSS, f"/households/{deafened.number}/{why}"),
        (BOSS, f"/households/{deafened.number}/ahead/"),
        (BOSS, "/search/?q=王小明"),
        (BOSS, "/applications/"),
        (Role.FEDERATION, f"/applications/{asked}/"),
        (BOSS, "/households/nowhere/"),
    ]


def at_federation(home: Household, who: Person) -> int:
    """An application that waits for 残联, put there past the rule that it begins as submitted."""
    place(
        [
            one := Application(
                programme="disability_nursing",
                household=home,
                person=who,
                state="federation",
                applied_on=builders.date("2025-05-05"),
                prepared_by=builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]),
            )
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_application ENABLE TRIGGER application_begins")
    return one.pk


def _registers() -> list[Screen]:
    clerk = builders.staff(BOSS)
    child = registers.opened(registers.family(born="2018-01-01"), clerk)
    today = timezone.localdate()
    said = {"source": "school", "note": "三天未到校", "on": today, "today": today}
    registering.report(child.pk, kind="missing", by=clerk, **said)
    stay = unknown(clerk)
    order = services.ordered(services.elder(), services.provider())
    services.visited(order)
    march = builders.month("2024-03")
    about: dict[str, Any] = {"on": builders.date("2024-04-02"), "by": builders.staff()}
    bill = elderly.prepare_settlement(order.provider_id, month=march, **about)
    lists = ("", "children/", "children/new/", "stays/", "stays/new/", "prone/", "low-income/",
             "alerts/", "monitored/", f"children/{child.pk}/", f"stays/{stay.pk}/")  # fmt: skip
    services_of = ("", "providers/", "settlements/", f"settlements/{bill.pk}/",
                   f"{order.quota.entitlement_id}/2024-03/", "?month=2024-03")  # fmt: skip
    return [
        *((BOSS, f"/registers/{one}") for one in lists),
        *((BOSS, f"/elder-services/{one}") for one in services_of),
    ]
