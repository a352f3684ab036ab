"""儿童档案的办理: open, visit, rate, report, refer, move, close (R-KJ-01, R-LS-01).

What these acts leave in the 经办记录 names the act alone: the record is read on the household's
page by more people than may read the file.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.procedures import CASEWORKERS
from apps.households import actions as households
from apps.households.models import Fact, Household, Member, Person
from apps.offices.actions import log
from apps.offices.gates import need_role, one
from apps.offices.models import Staff
from apps.offices.moves import NotFound, move
from apps.offices.refusals import words_of
from apps.registers import words
from apps.registers.models import Carer, ChildFile, ChildReport, ChildVisit, Rating, Referral
from apps.registers.targets import TARGETS
from apps.standards.models import current_book
from apps.units.ages import attained
from apps.units.language import chinese, listed
from apps.units.language import lazy as _
from apps.units.months import month_of

KIND = "registers.childfile"


@transaction.atomic
def open_file(
    *,
    household_id: int,
    person_id: int,
    register: str,
    ground: str,
    level: str,
    on: dt.date,
    by: Staff,
    note: str = "",
) -> ChildFile:
    """建档: one file a child; the child is entered on the register where it is not yet."""
    need_role(by, CASEWORKERS, _("建档"))
    home: Household = one(Household, household_id, by)
    child = _child_of(home, person_id, on)
    _refuse_age(child, register, on)
    _refuse_ground(register, ground, level)
    fact = _registered(child, register, on, by)
    try:
        with transaction.atomic():
            file = ChildFile.objects.create(
                person=child, household=home, fact=fact, opened_on=on, opened_by=by
            )
    except IntegrityError as error:
        raise Refused(words_of(error, ChildFile) or gettext("建档失败，请核对。")) from error
    _log(file, by, f"建立{chinese(words.REGISTERS[register])}档案")
    Rating.objects.create(file=file, ground=ground, level=level, note=note.strip(), on=on, by=by)
    return file


def _child_of(home: Household, person_id: int, on: dt.date) -> Person:
    stays = Member.objects.known_now().filter(
        household=home, person_id=person_id, period__contains=on
    )
    found: Member | None = stays.select_related("person").first()
    if found is None:
        raise Refused(gettext("该儿童现在不是这一户的成员，请先在家庭中登记。"))
    return found.person


def _refuse_age(child: Person, register: str, on: dt.date) -> None:
    if register not in words.REGISTERS:
        raise Refused(gettext("请选择留守儿童或困境儿童。"))
    limit = current_book().month(month_of(on)).optional("registers.child_age", register)
    if limit is not None and attained(child.born, limit) <= on:
        raise Refused(
            gettext("{registers}须未满{limit}周岁，该人已满，不能建档。").format(
                registers=words.REGISTERS[register], limit=limit
            )
        )


def _refuse_ground(register: str, ground: str, level: str) -> None:
    if ground not in words.GROUNDS[register]:
        legal = listed(words.GROUNDS[register].values())
        raise Refused(
            gettext("{registers}的情形可选：{legal}。").format(
                registers=words.REGISTERS[register], legal=legal
            )
        )
    if level not in words.LEVELS:
        raise Refused(gettext("请选择关注等级。"))


def _registered(child: Person, register: str, on: dt.date, by: Staff) -> Fact:
    """The fact that puts the child on the register: the one there is, or a new one."""
    newest: Fact | None = (
        Fact.objects.known_now()
        .filter(kind="child_register", person=child, on__lte=on)
        .order_by("-on", "-pk")
        .first()
    )
    if newest is not None and newest.code == register:
        return newest
    return households.record(
        "child_register", person_id=child.pk, on=on, code=register, recorded_on=on, by=by
    )


def _open(file_id: int, by: Staff, on: dt.date) -> ChildFile:
    """A file of one's territory that is open on a day, locked."""
    file: ChildFile = one(ChildFile, file_id, by)
    if file.state != "open":
        raise Refused(gettext("这份档案已销，不能再登记；儿童再次符合的，请重新建档。"))
    if on < file.opened_on:
        raise Refused(
            gettext("日期{on}早于建档日期{opened_on}，请核对。").format(
                on=on, opened_on=file.opened_on
            )
        )
    return file


def _not_ahead(on: dt.date, today: dt.date) -> None:
    if on > today:
        raise Refused(gettext("日期{on}在今天之后，请核对。").format(on=on))


@transaction.atomic
def visit(
    file_id: int,
    *,
    on: dt.date,
    way: str,
    care: str,
    school: str,
    note: str,
    today: dt.date,
    by: Staff,
    health: str = "",
) -> ChildVisit:
    """登记走访; a child found alone, missing or perhaps harmed is reported in the same breath."""
    need_role(by, words.VISITORS, _("登记走访"))
    _not_ahead(on, today)
    file = _open(file_id, by, on)
    if way not in words.WAYS or care not in words.CARE or school not in words.SCHOOL:
        raise Refused(gettext("走访方式、监护情况和就学情况请从清单中选择。"))
    if not note.strip():
        raise Refused(gettext("请填写走访记录。"))
    if health and by.role not in words.HEALTH_READERS:
        raise Refused(gettext("健康情况由乡镇登记，请口头告知乡镇经办。"))
    made = ChildVisit.objects.create(
        file=file,
        on=on,
        way=way,
        care=care,
        school=school,
        health=health.strip(),
        note=note.strip(),
        by=by,
    )
    _log(file, by, "登记走访")
    waiting = ChildReport.objects.filter(file=file, kind=care, state="open")
    if care in words.ALARMS and not waiting.exists():
        report(file.pk, kind=care, source="visit", note=note, on=on, today=today, by=by)
    return made


@transaction.atomic
def rate(file_id: int, *, ground: str, level: str, on: dt.date, by: Staff, note: str = "") -> None:
    """评估: the ground and the level from a day on; earlier ones stay to be read."""
    need_role(by, CASEWORKERS, _("评估"))
    file = _open(file_id, by, on)
    _refuse_ground(file.fact.code, ground, level)
    Rating.objects.create(file=file, ground=ground, level=level, note=note.strip(), on=on, by=by)
    _log(file, by, f"评估为{chinese(words.LEVELS[level])}关注")


@transaction.atomic
def reregister(
    file_id: int, *, register: str, ground: str, level: str, on: dt.date, by: Staff
) -> None:
    """转入另一名册 (留守转困境等): the same file, on a new fact about the child."""
    need_role(by, CASEWORKERS, _("转入另一名册"))
    file = _open(file_id, by, on)
    if register == file.fact.code:
        raise Refused(
            gettext("该儿童已在{registers}名册。").format(registers=words.REGISTERS[register])
        )
    _refuse_age(file.person, register, on)
    _refuse_ground(register, ground, level)
    fact = _registered(file.person, register, on, by)
    ChildFile.objects.filter(pk=file.pk).update(fact=fact)
    Rating.objects.create(file=file, ground=ground, level=level, on=on, by=by)
    _log(file, by, f"转入{chinese(words.REGISTERS[register])}名册")


@transaction.atomic
def transfer(file_id: int, *, on: dt.date, by: Staff) -> None:
    """转档: the file follows the child into the household where it lives now."""
    need_role(by, CASEWORKERS, _("转档"))
    file = _open(file_id, by, on)
    stays = Member.objects.known_now().filter(person=file.person_id, period__contains=on)
    home = stays.values_list("household_id", flat=True).first()
    if home is None or home == file.household_id:
        raise Refused(gettext("该儿童没有登记到另一户，不需要转档；请先办理成员变动。"))
    _log(file, by, "转出档案")
    ChildFile.objects.filter(pk=file.pk).update(household_id=home)
    file.household_id = home
    _log(file, by, "转入档案")


@transaction.atomic
def confirm_carer(
    file_id: int, *, name: str, relation: str, phone: str, paper: str, on: dt.date, by: Staff
) -> Carer:
    """委托监护确认 (R-LS-01): who looks after the child, and the paper that says so."""
    need_role(by, CASEWORKERS, _("确认委托照护"))
    file = _open(file_id, by, on)
    columns = {"name": name, "relation": relation, "phone": phone, "paper": paper}
    texts = {key: value.strip() for key, value in columns.items()}
    if not all(texts.values()):
        raise Refused(gettext("照护人、关系、电话和委托监护确认书都须填写。"))
    made = Carer.objects.create(file=file, on=on, by=by, **texts)
    _log(file, by, "确认委托照护")
    return made


@transaction.atomic
def refer(file_id: int, *, target: str, note: str, on: dt.date, by: Staff) -> Referral:
    """转介: to a programme or another office, with what is asked of it (R-KJ-01)."""
    need_role(by, CASEWORKERS, _("转介"))
    file = _open(file_id, by, on)
    if target not in TARGETS:
        raise Refused(gettext("请从清单中选择转介到哪里。"))
    if not note.strip():
        raise Refused(gettext("请写明转介的事由。"))
    made = Referral.objects.create(file=file, target=target, note=note.strip(), on=on, by=by)
    _log(file, by, f"转介{chinese(TARGETS[target])}")
    return made


@transaction.atomic
def report(
    file_id: int, *, kind: str, source: str, note: str, on: dt.date, today: dt.date, by: Staff
) -> ChildReport:
    """强制报告: a child alone, missing or perhaps harmed; stays open until it is dealt with."""
    need_role(by, words.VISITORS, _("登记强制报告"))
    _not_ahead(on, today)
    file = _open(file_id, by, on)
    if kind not in words.ALARMS or source not in words.SOURCES or not note.strip():
        raise Refused(gettext("请从清单中选择情形和来源，并写明情况。"))
    try:
        with transaction.atomic():
            made = ChildReport.objects.create(
                file=file, kind=kind, source=source, note=note.strip(), on=on, by=by
            )
    except IntegrityError as error:
        raise Refused(words_of(error, ChildReport) or gettext("报告登记失败，请核对。")) from error
    _log(file, by, "登记强制报告")
    return made


@transaction.atomic
def answer_report(report_id: int, *, outcome: str, answer: str, on: dt.date, by: Staff) -> None:
    """处置报告: what was done for the child; the report then no longer waits."""
    found: ChildReport = one(ChildReport, report_id, by)
    if outcome not in words.OUTCOMES or not answer.strip():
        raise Refused(gettext("请选择处置结果并写明处置情况。"))
    if on < found.on:
        raise Refused(
            gettext("处置日期{on}早于报告日期{on2}，请核对。").format(on=on, on2=found.on)
        )
    also: dict[str, Any] = {
        "outcome": outcome,
        "answer": answer.strip(),
        "answered_on": on,
        "answered_by": by,
    }
    move(
        ChildReport.objects.filter(pk=found.pk),
        "answer",
        by=by,
        household_id=found.file.household_id,
        **also,
    )
    _log(found.file, by, "处置强制报告")


@transaction.atomic
def close_file(file_id: int, *, reason: str, on: dt.date, by: Staff) -> None:
    """销档: the child leaves the register from a day on; an open report has to be dealt with."""
    need_role(by, CASEWORKERS, _("销档"))
    file = _open(file_id, by, on)
    if reason not in words.CLOSINGS:
        raise Refused(gettext("请从清单中选择销档原因。"))
    if file.reports.filter(state="open").exists():
        raise Refused(gettext("还有待处置的强制报告，处置后才能销档。"))
    households.record(
        "child_register", person_id=file.person_id, on=on, code="none", recorded_on=on, by=by
    )
    move(
        ChildFile.objects.filter(pk=file.pk),
        "close",
        by=by,
        reason=words.CLOSINGS[reason],
        household_id=file.household_id,
        closed_on=on,
        close_reason=reason,
    )


def child_named(staff: Staff, number: str, name: str) -> tuple[int, int]:
    """The household of a number and its member of a name; NotFound or Refused otherwise."""
    home = Household.objects.visible_to(staff).filter(number=number.strip()).first()
    if home is None:
        raise NotFound(gettext("没有这个户编号，或不在您的管辖范围内，请核对。"))
    members = Member.objects.known_now().filter(household=home, person__name=name.strip())
    found = list(members.values_list("person_id", flat=True)[:2])
    if len(found) != 1:
        raise Refused(gettext("该户没有名叫“{name}”的成员，请核对。").format(name=name.strip()))
    return home.pk, found[0]


def _log(file: ChildFile, by: Staff, verb: str) -> None:
    log(by=by, kind=KIND, object_id=file.pk, verb=verb, household_id=file.household_id)
