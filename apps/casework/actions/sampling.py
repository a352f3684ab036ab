"""随机抽查: at least the rate of a quarter's applications of a township, by a recorded seed."""

from __future__ import annotations

import datetime as dt
from random import Random

from django.db import connection, transaction

from apps.casework.actions.saying import Refused, need_role
from apps.casework.models import Application, Draw, StepTaken
from apps.casework.steps import standard
from apps.offices.actions import log
from apps.offices.models import Role, Staff
from apps.units.months import Month

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
WHOLE = 10_000


def drawn_of(pool: list[int], rate: int, seed: int) -> list[int]:
    """The drawn ones: the same for the same pool, rate (ten-thousandths) and seed."""
    wanted = -(-len(pool) * rate // WHOLE)
    return sorted(Random(seed).sample(sorted(pool), wanted))  # noqa: S311 - reproducible by law


def quarter_of(day: dt.date) -> Month:
    """The first month of the quarter."""
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@transaction.atomic
def draw_sample(programme: str, township: str, *, on: dt.date, by: Staff, seed: int) -> Draw:
    """Draw among the applications the county received this quarter and has not drawn among yet."""
    need_role(by, COUNTY, "随机抽查")
    with connection.cursor() as cursor:
        key = f"draw {programme} {township}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
    quarter = quarter_of(on)
    pool = waiting(programme, township, quarter, on, by)
    if not pool:
        raise Refused("本乡镇本季度没有待抽查的申请。")
    rate = standard("sampling_rate", on)
    if rate is None:
        raise Refused(f"{on:%Y-%m}没有抽查比例，请在“标准”页登记后再抽取。")
    draw = Draw.objects.create(
        programme=programme,
        township=township,
        quarter=quarter,
        rate=rate,
        seed=seed,
        pool=pool,
        drawn=drawn_of(pool, rate, seed),
        on=on,
        by=by,
    )
    words = f"{len(pool)}份中抽取{len(draw.drawn)}份，随机种子{seed}"
    log(by=by, kind="casework.draw", object_id=draw.pk, verb="随机抽查", reason=words)
    return draw


def waiting(programme: str, township: str, quarter: Month, on: dt.date, by: Staff) -> list[int]:
    """The applications before the county, received since the quarter began, in no pool yet."""
    before = {
        pk
        for pool in Draw.objects.filter(programme=programme).values_list("pool", flat=True)
        for pk in pool
    }
    mine = Application.objects.visible_to(by).filter(
        programme=programme, state="reviewing", household__division__startswith=township
    )
    received = StepTaken.objects.filter(
        application__in=mine, target="reviewing", on__gte=quarter, on__lte=on
    )
    found = set(received.values_list("application_id", flat=True))
    return sorted(found - before)
