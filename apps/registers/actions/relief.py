"""流浪乞讨救助申请 from the station: opened for who has been identified (R-LL-01, R-LL-02)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused, apply
from apps.casework.ending import endings
from apps.casework.models import Application
from apps.casework.procedures import COUNTY
from apps.households.actions import form_household
from apps.households.models import Household
from apps.offices.actions import log
from apps.offices.gates import need_role, one
from apps.offices.models import Division, Staff
from apps.offices.moves import NotFound
from apps.registers import stay_relief
from apps.registers.models import Stay
from apps.registers.station_words import LEAVINGS
from apps.units.language import chinese
from apps.units.months import month_of, next_month

KIND = "registers.stay"


@transaction.atomic
def ask_relief(
    stay_id: int, *, on: dt.date, by: Staff, village: str = "", zone: str = ""
) -> Application:
    """提出申请: of the person of the stay, as a member of where they live.

    Who lives in no household is put on record alone in ``village``, in the class ``zone``. Refused
    where an application already belongs to the stay; both or neither are written.
    """
    need_role(by, COUNTY, stay_relief.VERB)
    stay: Stay = one(Stay, stay_id, by)
    if stay.person_id is None:
        raise Refused(gettext("还没有查明身份，不能提出申请，请先登记查明身份。"))
    made = stay_relief.application_of(stay, on)
    if made is not None and made.state in stay_relief.STANDS:
        raise Refused(
            gettext("此人已有流浪乞讨救助申请（{pk}号），不能重复提出，请直接办理。").format(
                pk=made.pk
            )
        )
    before = stay_relief.in_the_way(stay)
    if before is not None:
        raise Refused(
            gettext("上次入站的申请（{pk}号）还没有办结，请先办结再提出。").format(pk=before.pk)
        )
    home = stay_relief.home_of(stay, on) or _alone(stay, village, zone, on, by)
    found = apply(
        stay_relief.PROGRAMME, household_id=home.pk, person_id=stay.person_id, on=on, by=by
    )
    Stay.objects.filter(pk=stay.pk).update(application=found)
    log(
        by=by,
        kind=KIND,
        object_id=stay.pk,
        verb=stay_relief.VERB,
        household_id=home.pk,
    )
    return found


def settle(stay: Stay, *, on: dt.date, by: Staff) -> None:
    """离站 of a stay: its application is kept with it, and the end of its award is proposed."""
    made = stay_relief.application_of(stay, on)
    if made is None:
        return
    if stay.application_id != made.pk:
        Stay.objects.filter(pk=stay.pk).update(application=made)
    award = stay_relief.running(made)
    if award is None or endings().waiting([award.pk]):
        return
    assert stay.left_on is not None
    endings().propose(
        award.pk,
        reason="condition_ended",
        note=f"{stay.left_on}离站（{chinese(LEAVINGS[stay.leaving])}）：{stay.left_note}",
        effective=next_month(max(month_of(stay.left_on), award.period.lower)),
        on=on,
        by=by,
    )


@transaction.atomic
def end_relief(stay_id: int, *, on: dt.date, by: Staff) -> None:
    """提出停发救助待遇: of a stay that is over, where its leaving has not already done so."""
    need_role(by, COUNTY, stay_relief.END)
    stay: Stay = one(Stay, stay_id, by)
    if stay.state != "left":
        raise Refused(gettext("此人还没有离站，登记离站时同时提出停发。"))
    settle(stay, on=on, by=by)


def _alone(stay: Stay, village: str, zone: str, on: dt.date, by: Staff) -> Household:
    """A household of one, in a village of the place where the person was found."""
    inside = Division.objects.filter(kind="village", code__startswith=stay.division)
    if not inside.filter(code=village, code__startswith=by.division).exists():
        raise NotFound(gettext("没有找到建户的村（社区），请从发现地所属的村（社区）中选择。"))
    if zone not in ("urban", "rural"):
        raise Refused(gettext("请选择城乡类别。"))
    assert stay.person is not None
    return form_household(
        division=village,
        zone=zone,
        since=min(on, stay.admitted_on),
        members=[(stay.person, "applicant")],
        by=by,
        recorded_on=on,
    )
