"""低收入人口的办理: households other departments name, and the handling of alerts (R-DT-01)."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.procedures import CASEWORKERS
from apps.households.models import Household
from apps.offices.actions import log
from apps.offices.gates import need_role, one
from apps.offices.models import Staff
from apps.offices.moves import NotFound, StaleState, move
from apps.offices.refusals import words_of
from apps.registers import low_income_words as words
from apps.registers.alerts import Alert, alerts
from apps.registers.models import AlertWork, Monitored
from apps.standards.models import current_book
from apps.units.language import chinese
from apps.units.language import lazy as _


@transaction.atomic
def monitor(*, number: str, category: str, source: str, since: dt.date, by: Staff) -> Monitored:
    """列入监测: a household that another department, or a meeting, has named."""
    need_role(by, CASEWORKERS, _("列入监测名单"))
    home = Household.objects.visible_to(by).filter(number=number.strip()).first()
    if home is None:
        raise NotFound(gettext("没有这个户编号，或不在您的管辖范围内，请核对。"))
    if category not in words.LISTED or not source.strip():
        raise Refused(gettext("请选择类别，并写明由谁认定、依据什么。"))
    try:
        with transaction.atomic():
            made = Monitored.objects.create(
                household=home, category=category, source=source.strip(), since=since, by=by
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Monitored) or gettext("登记失败，请核对。")) from error
    log(
        by=by,
        kind="registers.monitored",
        object_id=made.pk,
        verb=f"列入{chinese(words.LISTED[category])}",
        household_id=home.pk,
        reason=source.strip(),
    )
    return made


@transaction.atomic
def end_monitoring(monitored_id: int, *, reason: str, on: dt.date, by: Staff) -> None:
    """解除监测, for one of the closed reasons."""
    found: Monitored = one(Monitored, monitored_id, by)
    if reason not in words.ENDS:
        raise Refused(gettext("请从清单中选择解除原因。"))
    if on < found.since:
        raise Refused(
            gettext("解除日期{on}早于认定日期{since}，请核对。").format(on=on, since=found.since)
        )
    move(
        Monitored.objects.filter(pk=found.pk),
        "end",
        by=by,
        reason=words.ENDS[reason],
        household_id=found.household_id,
        ended_on=on,
        end_reason=reason,
    )


@transaction.atomic
def work_alert(key: str, *, outcome: str, note: str, on: dt.date, by: Staff) -> AlertWork:
    """处置预警: 落实、推送、一事一议 or 核查终止, with what was found; it then no longer shows.

    The household is locked, so of two people at once the second is told.
    """
    need_role(by, CASEWORKERS, _("处置预警"))
    if outcome not in words.OUTCOMES or not note.strip():
        raise Refused(gettext("请选择处置方式并写明核查和处置情况。"))
    alert = _standing(key, on, by)
    made = AlertWork.objects.create(
        rule=alert.rule,
        household_id=alert.household_id,
        person_id=alert.person_id,
        said=alert.said,
        outcome=outcome,
        note=note.strip(),
        on=on,
        by=by,
    )
    log(
        by=by,
        kind="registers.alertwork",
        object_id=made.pk,
        verb=f"处置预警：{chinese(words.KINDS[alert.about.kind])}",
        household_id=alert.household_id,
        reason=words.OUTCOMES[outcome],
    )
    return made


def _standing(key: str, on: dt.date, by: Staff) -> Alert:
    """The alert of a key that still stands, its household locked."""
    home = key.split("-")[1] if key.count("-") == 2 else ""
    if not home.isdecimal():
        raise NotFound(gettext("没有找到这条预警。"))
    found: Household = one(Household, int(home[:18]), by)
    standing = alerts(by, today=on, book=current_book(), division=found.division)
    alert = next((one for one in standing if one.key == key), None)
    if alert is None:
        raise StaleState(gettext("这条预警已经处置，或情况已经变化，请刷新页面后再看。"))
    return alert
