"""演示县: the whole of it, from an empty database to a year paid through November."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable

from django.db import connection, transaction

from apps.casework.models import Application
from apps.households.models import Household, Person
from apps.offices.actions import open_login
from apps.offices.demo_staff import LOGINS
from apps.offices.models import Role, Staff
from apps.payments import actions as payments
from apps.payments.compute import no_collecting
from apps.payments.models import BankItem
from apps.standards.actions import adopt
from apps.standards.loading import Value, catalogue
from apps.standards.models import Standard
from apps.units.months import month, months_between
from seeds import answers, budgets, clock, golden, registers, stories, under_way
from seeds.comparison import Comparison, compare
from seeds.desk import Desk, Story, tell
from seeds.fates import fates
from seeds.ledger import GO_LIVE, Ledger, Office, number_all
from seeds.population import populate, turnover
from seeds.report import Counts, counts
from seeds.sheets import keys_at_the_end

COUNTY = "430482"
FIRST, LAST = month(2024, 1), month(2024, 11)
PAY_DAY = 10
# What the next month joins on; names and account numbers would take most of the time.
JOINED = "payments_bankitem (batch_id, subject, programme, kind), payments_bankbatch, payments_held"
POSTS = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR, Role.CHECKER, Role.APPROVER, Role.FINANCE)
SOURCE = "常宁市 2024 年提标公布；衡阳新闻网 2024-10-18"
# Raised late: known to the county on that day, with arrears in the same month's payment (R-PAY-06).
RAISED = (
    (dt.date(2024, 4, 2), "minimum_living.rural_annual", "5400.00"),
    (dt.date(2024, 4, 2), "disability_living.monthly", "90.00"),
    (dt.date(2024, 4, 2), "disability_nursing.monthly", "90.00"),
    (dt.date(2024, 5, 6), "minimum_living.urban_monthly", "700.00"),
)
# 分类施保 is for the county to decide (R-DB-16); the made-up county decided so.
SUPPLEMENT: Value = {"severe_disability": "0.20"}
# What the year's happenings added to, a few rows each: too few for the database to look by itself.
LIVED = (
    "households_fact, households_member, casework_application, casework_entitlement,"
    " casework_decision, registers_childfile, registers_childvisit"
)


class NotEmpty(Exception):
    """演示数据只能建在空库里; the message says what to do."""


@no_collecting()
def seed(county: str, number: int, say: Callable[[str], object]) -> Comparison:
    """Build the county, live its year and pay it through November; then compare it."""
    began = time.monotonic()
    _refuse_a_real_database()
    number_all()
    want = counts(county)
    office = _office()
    with clock.at(GO_LIVE):
        _open_book()
    ledger = Ledger(random.Random(number), office, clock.morning(GO_LIVE))
    change = turnover(county)
    rest = _without(want, stories.LIVING_IN_DECEMBER)
    people = populate(ledger, _without(rest, golden.GOLDEN_IN_DECEMBER), change)
    with transaction.atomic():
        ledger.write()
    _analyze()
    say(f"人员 {Person.objects.count()} 名，家庭 {Household.objects.count()} 户：")
    say(f"  {time.monotonic() - began:.1f} 秒")
    village = {zone: found[0].code for zone, found in ledger.villages.items()}
    desk = Desk(office, village)
    named = [*stories.all_of(desk), *golden.all_of(desk)]
    told = [
        _raises(desk),
        *named,
        *fates(desk, ledger, people, change),
        _payments(desk, number, say),
    ]
    with keys_at_the_end([BankItem]):
        tell(desk, told)
    with clock.at(budgets.ENTERED):
        say(f"2024年预算 {budgets.fill(office, county)} 行")
    registers.fill(office, county, number)
    began = time.monotonic()
    under_way.fill(office, county, number)
    say(f"正在办理 {Application.objects.open().count()} 件，{time.monotonic() - began:.1f} 秒")
    number_all()
    _analyze(LIVED)
    return compare(office, want, county)


def _refuse_a_real_database() -> None:
    """Nothing is mixed into real work, and no public password is put beside real log-ins."""
    if Household.objects.exists():
        raise NotEmpty("库里已经有家庭，演示数据只能建在新库里；要重来，请先换一个空库。")
    demo = [login.username for login in LOGINS]
    if Staff.objects.filter(user__isnull=False).exclude(user__username__in=demo).exists():
        raise NotEmpty("库里有正式账号，演示账号的密码是公开的，不能建在这个库里。")
    if Standard.objects.filter(recorded_by__isnull=False).exists():
        raise NotEmpty("标准已由工作人员调整过，演示数据只能建在新库里。")


def _without(want: Counts, already: Counts) -> Counts:
    """What is left for the mass of the county beside the named stories."""
    return Counts(*(a - b for a, b in zip(want, already, strict=True)))


def _office() -> Office:
    """The demo's posts; with their log-ins where there are none yet."""

    def post(role: Role) -> Staff | None:
        return Staff.objects.filter(role=role, division=COUNTY, active=True).order_by("pk").first()

    posts = [post(role) for role in POSTS]
    if None in posts:
        for login in LOGINS:
            open_login(**login._asdict())
        posts = [post(role) for role in POSTS]
    return Office(*(staff for staff in posts if staff is not None))


def _open_book() -> None:
    """The standards as they were known on the last day before: the late raises are not yet there.

    What load_base put there today is taken back.
    """
    late = {(key, FIRST) for _, key, _ in RAISED}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE standards_standard RESTART IDENTITY")
        for entry in catalogue().values():
            for row in entry.rows:
                if (entry.key, row.since) in late:
                    continue
                about = {"document": row.document, "source": row.source, "example": row.example}
                adopt(
                    entry.key,
                    from_month=row.since,
                    value=row.value,
                    recorded_on=GO_LIVE,
                    by=None,
                    **about,  # type: ignore[arg-type]
                )
        adopt(
            "minimum_living.supplement",
            from_month=FIRST,
            value=SUPPLEMENT,
            recorded_on=GO_LIVE,
            by=None,
            source="演示县设定：重度残疾人按月标准的20%增发",
            example=True,
        )


def _raises(desk: Desk) -> Story:
    """低保提标: decided late, in force from January."""
    for day, key, value in RAISED:
        yield day
        adopt(
            key,
            from_month=FIRST,
            value=value,
            recorded_on=day,
            by=desk.office.supervisor,
            source=SOURCE,
        )


def _payments(desk: Desk, number: int, say: Callable[[str], object]) -> Story:
    """Every month through November, on the tenth, by four people; then the bank's answer."""
    for paid in months_between(FIRST, LAST):
        yield paid.replace(day=PAY_DAY)
        began = time.monotonic()
        office = desk.office
        run = payments.open_run(month=paid, cutoff=desk.today, division=COUNTY, by=office.clerk)
        found = payments.compute_run(run.pk)
        assert found is not None
        payments.check_run(run.pk, by=office.checker)
        batch = payments.approve_run(run.pk, by=office.approver)
        _analyze(JOINED)
        payments.send_run(run.pk, by=office.finance)
        say(
            f"  {paid:%Y-%m}：明细 {found.lines} 行，{batch.count} 笔，"
            f"{batch.total_fen / 100:,.2f} 元，待补 {found.held}，{time.monotonic() - began:.1f} 秒"
        )
        yield paid.replace(day=answers.ANSWER_DAY)
        began = time.monotonic()
        shares = answers.NEWEST if paid == LAST else answers.ALL
        answered = answers.fill(
            answers.newest(), by=office.finance, on=desk.today, shares=shares, number=number
        )
        assert answered is not None
        say(f"    回盘 {answered.count} 行，{time.monotonic() - began:.1f} 秒")


def _analyze(tables: str = "") -> None:
    """The planner must know what was written in bulk, also before the database looks by itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
