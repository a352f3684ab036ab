"""机构结算: what a provider is owed for a month, prepared by one person and approved by another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.elderly_allowances.actions.delivering import Refused
from apps.elderly_allowances.models import ServiceProvider, ServiceSettlement, Visit
from apps.elderly_allowances.settling import digest
from apps.offices.actions import log
from apps.offices.gates import four_eyes, need_role
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound, move
from apps.units.language import lazy as _
from apps.units.language import month_words
from apps.units.months import Month


@transaction.atomic
def prepare_settlement(
    provider_id: int, *, month: Month, on: dt.date, by: Staff
) -> ServiceSettlement:
    """提交结算: take in every visit of the provider's month that no settlement holds."""
    need_role(by, (Role.COUNTY_CLERK,), _("提交结算"))
    provider = ServiceProvider.objects.select_for_update().filter(pk=provider_id).first()
    if provider is None:
        raise NotFound(gettext("没有找到这家服务机构。"))
    mine = ServiceSettlement.objects.filter(
        provider=provider, month=month, division=by.division
    ).exclude(state="approved")
    held = mine.first()
    if held is not None and held.state == "prepared":
        raise Refused(gettext("该机构该月的结算单正待审批，请等审批或退回后再提交。"))
    free = _free(provider, month, by)
    if held is None and not free:
        raise Refused(
            gettext("“{name}”{month}没有待结算的服务。").format(
                name=provider.name, month=month_words(month)
            )
        )
    made = held or _new_settlement(provider, month, on, by)
    Visit.objects.filter(pk__in=free).update(settlement=made)
    visits = list(Visit.objects.filter(settlement=made))
    fen, mark = sum(v.fen for v in visits), digest(visits)
    mine = ServiceSettlement.objects.filter(pk=made.pk)
    mine.update(fen=fen, visits_counted=len(visits), digest=mark)
    if held is not None:
        also: dict[str, Any] = {"prepared_on": on, "prepared_by": by}
        also |= {"decided_on": None, "decided_by": None}
        move(mine, "prepare", by=by, **also)
    else:
        log(by=by, kind=made._meta.label_lower, object_id=made.pk, verb="提交结算")
    made.refresh_from_db()
    return made


def _new_settlement(
    provider: ServiceProvider, month: Month, on: dt.date, by: Staff
) -> ServiceSettlement:
    return ServiceSettlement.objects.create(
        provider=provider,
        division=by.division,
        month=month,
        fen=0,
        visits_counted=0,
        digest="",
        prepared_on=on,
        prepared_by=by,
    )


def _free(provider: ServiceProvider, month: Month, by: Staff) -> list[int]:
    """Visits and reversals of the provider's month that no settlement holds yet, locked."""
    rows = Visit.objects.visible_to(by).filter(
        quota__month=month, order__provider=provider, settlement__isnull=True
    )
    return list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


@transaction.atomic
def approve_settlement(settlement_id: int, *, on: dt.date, by: Staff) -> None:
    """审批结算: by another person than prepared it, and only if its list is still the same."""
    found = _settlement(settlement_id, by)
    four_eyes(found.prepared_by_id, by)
    if digest(Visit.objects.filter(settlement=found)) != found.digest:
        raise Refused(gettext("结算清单与提交时不一致，请退回重新提交。"))
    rows = ServiceSettlement.objects.filter(pk=found.pk)
    move(rows, "approve", by=by, decided_on=on, decided_by=by)


@transaction.atomic
def return_settlement(settlement_id: int, *, reason: str, on: dt.date, by: Staff) -> None:
    """退回结算, so that what is wrong is reversed and the list prepared again."""
    found = _settlement(settlement_id, by)
    if not reason.strip():
        raise Refused(gettext("请填写退回理由。"))
    rows = ServiceSettlement.objects.filter(pk=found.pk)
    move(rows, "send_back", by=by, reason=reason, decided_on=on, decided_by=by)


def _settlement(settlement_id: int, by: Staff) -> ServiceSettlement:
    mine = ServiceSettlement.objects.visible_to(by).select_for_update()
    found = mine.filter(pk=settlement_id).first()
    if found is None:
        raise NotFound(gettext("没有找到这份结算单，或不在您的管辖范围内。"))
    return found
