"""入站救助的办理: admission, the search for an identity, extension, leaving, 易走失人员库.

R-LL-01: whoever refuses to say who they are is not taken in; the old, the young and the disabled
are taken in first. R-LL-02: ten days as a rule; longer needs a reason, another pair of eyes, and
filing with the level above. Minors and people nobody can name are not sent away by the clock.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.procedures import COUNTY
from apps.households.actions import new_person
from apps.households.models import Person
from apps.offices.actions import log
from apps.offices.gates import four_eyes, need_role, one
from apps.offices.models import Division, Staff
from apps.offices.moves import NotFound, move
from apps.offices.refusals import words_of
from apps.registers import station_words as words
from apps.registers.actions.relief import settle
from apps.registers.models import IdentityStep, ProneEntry, Stay, StayExtension
from apps.standards.models import current_book
from apps.units.id_number import check_id
from apps.units.language import lazy as _
from apps.units.months import month_of

KIND = "registers.stay"
LIMIT = "vagrant_relief.days"


@transaction.atomic
def admit(
    *,
    division: str,
    age: int,
    brought_by: str,
    group: str,
    tells: str,
    on: dt.date,
    by: Staff,
    sex: str = "",
    **texts: str,
) -> Stay:
    """入站登记: opens the file and its clock of ten days (the standard of the day).

    ``texts``: place, needs, and perhaps name and health.
    """
    need_role(by, COUNTY, _("入站登记"))
    if not Division.objects.filter(code=division, code__startswith=by.division).exists():
        raise NotFound(gettext("没有找到发现地，或不在您的管辖范围内，请从清单中选择。"))
    length = current_book().month(month_of(on)).optional(LIMIT)
    if not length:
        raise Refused(gettext("没有配置流浪乞讨人员救助期限，请先在“标准”中登记。"))
    try:
        with transaction.atomic():
            stay = Stay.objects.create(
                division=division,
                sex=sex,
                age=age,
                brought_by=brought_by,
                group=group,
                tells=tells,
                admitted_on=on,
                last_day=on + dt.timedelta(days=length),
                admitted_by=by,
                **{key: words.strip() for key, words in texts.items()},
            )
    except IntegrityError as error:
        raise _refused(error, Stay) from error
    _log(stay, by, "入站登记", target="in")
    return stay


def _staying(stay_id: int, by: Staff, on: dt.date) -> Stay:
    """A stay of one's territory that has not ended, locked."""
    stay: Stay = one(Stay, stay_id, by)
    if stay.state != "in":
        raise Refused(gettext("此人已经离站，不能再登记；再次入站的请重新登记。"))
    if on < stay.admitted_on:
        raise Refused(
            gettext("日期{on}早于入站日期{admitted_on}，请核对。").format(
                on=on, admitted_on=stay.admitted_on
            )
        )
    return stay


@transaction.atomic
def search(stay_id: int, *, kind: str, on: dt.date, by: Staff, note: str = "") -> IdentityStep:
    """身份查询: one way of looking for who somebody is has begun."""
    need_role(by, COUNTY, _("身份查询"))
    stay = _staying(stay_id, by, on)
    if stay.person_id is not None:
        raise Refused(gettext("此人身份已经查明，不需要再查询。"))
    if kind not in words.SEARCHES:
        raise Refused(gettext("请从清单中选择查询方式。"))
    try:
        with transaction.atomic():
            made = IdentityStep.objects.create(
                stay=stay, kind=kind, on=on, note=note.strip(), by=by
            )
    except IntegrityError as error:
        raise _refused(error, IdentityStep) from error
    _log(stay, by, words.SEARCHES[kind])
    return made


@transaction.atomic
def conclude_search(step_id: int, *, result: str, note: str, on: dt.date, by: Staff) -> None:
    """查询结果: what came of a search; said once."""
    need_role(by, COUNTY, _("登记查询结果"))
    step: IdentityStep = one(IdentityStep, step_id, by)
    if step.result is not None:
        raise Refused(gettext("这次查询已经登记结果。"))
    if result not in words.RESULTS or not note.strip():
        raise Refused(gettext("请选择查询结果并写明说明。"))
    if on < step.on:
        raise Refused(gettext("结果日期{on}早于查询日期{on2}，请核对。").format(on=on, on2=step.on))
    IdentityStep.objects.filter(pk=step.pk).update(
        result=result, result_on=on, result_note=note.strip(), result_by=by
    )
    _log(step.stay, by, f"{words.SEARCHES[step.kind]}：{words.RESULTS[result]}")


@transaction.atomic
def identify(
    stay_id: int, *, id_number: str, name: str, on: dt.date, by: Staff, sex: str = ""
) -> Person:
    """查明身份: the person is one this system knows, or is entered by name and ID number.

    Also after the person has left: a DNA comparison may answer later.
    """
    need_role(by, COUNTY, _("登记查明身份"))
    stay: Stay = one(Stay, stay_id, by)
    if stay.person_id is not None:
        raise Refused(gettext("这份档案的身份已经查明。"))
    number = check_id(id_number, on)
    person = Person.objects.filter(id_number=number.number).first()
    if person is None:
        person = new_person(
            name=name,
            born=number.born,
            sex=sex,
            id_number=number.number,
            by=by,
            recorded_on=on,
        )
    elif person.name != name.strip():
        raise Refused(gettext("这个证件号码登记的姓名与填写的不一致，请核对。"))
    try:
        with transaction.atomic():
            Stay.objects.filter(pk=stay.pk).update(person=person, identified_on=on)
    except IntegrityError as error:
        raise _refused(error, Stay) from error
    _log(stay, by, "查明身份")
    return person


@transaction.atomic
def propose_extension(
    stay_id: int, *, until: dt.date, reason: str, on: dt.date, by: Staff
) -> StayExtension:
    """提出延长: to a day after the present limit, for a reason (R-LL-02)."""
    need_role(by, COUNTY, _("提出延长救助"))
    stay = _staying(stay_id, by, on)
    if until <= stay.last_day:
        raise Refused(
            gettext("现在的期限到{last_day}，延长须晚于这一天。").format(last_day=stay.last_day)
        )
    if not reason.strip():
        raise Refused(gettext("请写明延长的理由。"))
    try:
        with transaction.atomic():
            made = StayExtension.objects.create(
                stay=stay, until=until, reason=reason.strip(), proposed_on=on, prepared_by=by
            )
    except IntegrityError as error:
        raise _refused(error, StayExtension) from error
    _log(stay, by, "提出延长救助", reason=reason)
    return made


@transaction.atomic
def decide_extension(
    extension_id: int, *, grant: bool, on: dt.date, by: Staff, reason: str = ""
) -> None:
    """批准或不批准延长: by another person; when granted the clock runs to the new day."""
    found: StayExtension = one(StayExtension, extension_id, by)
    four_eyes(found.prepared_by_id, by)
    stay = _staying(found.stay_id, by, on)
    step = "grant" if grant else "refuse"
    rows = StayExtension.objects.filter(pk=found.pk)
    move(rows, step, by=by, reason=reason, decided_on=on, decided_by=by)
    if grant:
        Stay.objects.filter(pk=stay.pk).update(last_day=found.until)
    _log(stay, by, StayExtension.MOVES[step].verb, reason=reason)


@transaction.atomic
def file_extension(extension_id: int, *, filing: str, on: dt.date, by: Staff) -> None:
    """报上级民政部门备案: of an extension that was granted (R-LL-02)."""
    need_role(by, COUNTY, _("报上级备案"))
    found: StayExtension = one(StayExtension, extension_id, by)
    if found.state != "granted" or found.filed_on is not None:
        raise Refused(gettext("只有已批准且没有备案的延长需要报上级备案。"))
    if not filing.strip():
        raise Refused(gettext("请填写备案记录（如何报、报给谁）。"))
    StayExtension.objects.filter(pk=found.pk).update(filed_on=on, filing=filing.strip())
    _log(found.stay, by, "延长救助报上级备案")


@transaction.atomic
def leave(stay_id: int, *, leaving: str, note: str, on: dt.date, by: Staff) -> None:
    """离站: how and whereto; minors and the unknown are not sent away by the clock.

    The end of the award of this stay is proposed with it.
    """
    stay = _staying(stay_id, by, on)
    if leaving not in words.LEAVINGS or not note.strip():
        raise Refused(gettext("请选择离站方式并写明去向。"))
    rows = Stay.objects.filter(pk=stay.pk)
    try:
        with transaction.atomic():
            move(
                rows,
                "leave",
                by=by,
                reason=words.LEAVINGS[leaving],
                left_on=on,
                leaving=leaving,
                left_note=note.strip(),
            )
    except IntegrityError as error:
        raise _refused(error, Stay) from error
    stay.refresh_from_db()
    settle(stay, on=on, by=by)


@transaction.atomic
def enter_prone(
    person_id: int,
    *,
    division: str,
    reason: str,
    keeper: str,
    phone: str,
    on: dt.date,
    by: Staff,
    note: str = "",
) -> ProneEntry:
    """列入易走失人员库; “多次入站” needs as many stays as the standard asks."""
    need_role(by, COUNTY, _("列入易走失人员库"))
    if not Division.objects.filter(code=division, code__startswith=by.division).exists():
        raise NotFound(gettext("没有找到居住地，或不在您的管辖范围内，请从清单中选择。"))
    if reason == "repeated":
        asked = current_book().month(month_of(on)).optional("registers.prone_admissions")
        stays = Stay.objects.filter(person=person_id).count()
        if asked is None or stays < asked:
            raise Refused(
                gettext("此人登记入站{stays}次，未达到“多次入站”的次数，请选其他原因。").format(
                    stays=stays
                )
            )
    try:
        with transaction.atomic():
            made = ProneEntry.objects.create(
                person_id=person_id,
                division=division,
                reason=reason,
                keeper=keeper.strip(),
                phone=phone.strip(),
                note=note.strip(),
                on=on,
                by=by,
            )
    except IntegrityError as error:
        raise _refused(error, ProneEntry) from error
    log(by=by, kind="registers.proneentry", object_id=made.pk, verb="列入易走失人员库")
    return made


@transaction.atomic
def close_prone(entry_id: int, *, reason: str, on: dt.date, by: Staff) -> None:
    """移出易走失人员库, for one of the closed reasons."""
    found: ProneEntry = one(ProneEntry, entry_id, by)
    if reason not in words.PRONE_ENDS:
        raise Refused(gettext("请从清单中选择出库原因。"))
    rows = ProneEntry.objects.filter(pk=found.pk)
    why = words.PRONE_ENDS[reason]
    move(rows, "close", by=by, reason=why, closed_on=on, close_reason=reason)


def _refused(error: IntegrityError, table: type[models.Model]) -> Refused:
    return Refused(words_of(error, table) or gettext("登记失败，请核对填写的内容。"))


def _log(stay: Stay, by: Staff, verb: str, *, reason: str = "", target: str = "") -> None:
    log(by=by, kind=KIND, object_id=stay.pk, verb=verb, reason=reason, target=target)
