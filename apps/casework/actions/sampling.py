"""随机抽查: at least the rate of a quarter's applications of a township, by a recorded seed."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext

from apps.casework.actions.saying import Refused
from apps.casework.models import Draw
from apps.casework.sampled import COUNTY, drawn_of, quarter_of, waiting
from apps.casework.steps import standard
from apps.offices.actions import log
from apps.offices.gates import need_role
from apps.offices.models import Staff
from apps.units.language import lazy as _


@transaction.atomic
def draw_sample(programme: str, township: str, *, on: dt.date, by: Staff, seed: int) -> Draw:
    """Draw among the applications the county received this quarter and has not drawn among yet."""
    need_role(by, COUNTY, _("随机抽查"))
    with connection.cursor() as cursor:
        key = f"draw {programme} {township}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
    quarter = quarter_of(on)
    pool = waiting(programme, township, on, by)
    if not pool:
        raise Refused(gettext("本乡镇本季度没有待抽查的申请。"), "township")
    rate = standard("sampling_rate", on)
    if rate is None:
        raise Refused(gettext("{on:%Y-%m}没有抽查比例，请在“标准”页登记后再抽取。").format(on=on))
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
