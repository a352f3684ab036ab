"""申请与受理: opening a file. Every check is said in words before the database would refuse."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions.saying import Refused, card_of, logged
from apps.casework.models import CASEWORKERS, Application
from apps.casework.programme import Programme, Subject
from apps.casework.words import BASES
from apps.households.models import Fact, Household, Member, PersonMerge
from apps.offices.gates import need_role
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.refusals import words_of
from apps.units.language import lazy as _

# What may still be asked for somebody who has died.
AFTER_DEATH = ("destitute_funeral",)


@transaction.atomic
def apply(
    programme: str,
    *,
    household_id: int,
    person_id: int | None = None,
    on: dt.date,
    by: Staff,
    basis: str = "",
    track: str = "",
    found: bool = False,
) -> Application:
    """申请: opens the file of a household or a person for a programme, as of ``on``.

    ``track``: a type with a procedure of its own (急难型); ``found``: 主动发现.
    """
    need_role(by, CASEWORKERS, _("申请"))
    card = card_of(programme)
    _check_subject(card, person_id)
    _check_lists(card, basis, track)
    if not Household.objects.visible_to(by).filter(pk=household_id).exists():
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    if person_id is not None:
        _check_person(card, household_id, person_id, on)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                programme=programme,
                household_id=household_id,
                person_id=person_id,
                applied_on=on,
                basis=basis,
                track=track,
                origin=Application.Origin.FOUND if found else Application.Origin.APPLIED,
                prepared_by=by,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Application) or gettext("申请登记失败，请核对。")) from error
    logged(by, application, "主动发现" if found else "申请")
    return application


def _check_lists(card: Programme, basis: str, track: str) -> None:
    if basis and basis not in BASES:
        words = gettext("没有“{basis}”这种依据，请从清单中选择。")
        raise Refused(words.format(basis=basis), "basis")
    if track and track not in dict(card.tracks):
        words = gettext("{programme}没有“{track}”这种办理类型，请从清单中选择。")
        raise Refused(words.format(programme=card.name, track=track), "track")


def _check_subject(card: Programme, person_id: int | None) -> None:
    if card.subject is Subject.PERSON and person_id is None:
        raise Refused(
            gettext("{programme}以个人为对象，请选择人员。").format(programme=card.name), "person"
        )
    if card.subject is Subject.HOUSEHOLD and person_id is not None:
        raise Refused(
            gettext("{programme}以户为对象，不能为单个人员办理。").format(programme=card.name),
            "person",
        )


def _check_person(card: Programme, household_id: int, person_id: int, on: dt.date) -> None:
    mine = Member.objects.known_now().filter(household_id=household_id, person_id=person_id)
    if not mine.exists():
        raise Refused(gettext("该人员不是这一户的成员，请先办理成员增加。"), "person")
    merge = (
        PersonMerge.objects.standing().filter(merged_id=person_id).select_related("kept").first()
    )
    if merge is not None:
        raise Refused(
            gettext("该档案已于{on}并入{name}的档案，请到那份档案申请。").format(
                on=merge.on, name=merge.kept.name
            ),
            "person",
        )
    died = Fact.objects.known_now().filter(kind="death", person_id=person_id, on__lte=on).first()
    if died is not None and card.code not in AFTER_DEATH:
        raise Refused(
            gettext("该人员已于{on}死亡，不能申请{programme}。").format(
                on=died.on, programme=card.name
            ),
            "person",
        )
