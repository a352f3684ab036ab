"""入户调查 (R-DB-22): opened for two investigators, filled in, signed by both, then closed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext

from apps.casework import actions as casework
from apps.casework import steps
from apps.casework.actions import Missing, Refused
from apps.casework.models import CASEWORKERS, Application
from apps.evidence.actions.checks import Reported, check_reported, write_figure
from apps.evidence.actions.guarding import logged, need_role, one, open_application
from apps.evidence.models import INVESTIGATORS, VERIFIERS, Figure, Survey
from apps.evidence.people import living
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, StaleState, move
from apps.offices.refusals import words_of
from apps.units.language import chinese
from apps.units.language import lazy as _

CONTENT = ("visited_on", "conclusion", "note", "answers")
# The step of the application that a completed visit makes possible, and takes by itself.
STEPS = {("first", "checked"): "complete_survey", ("resurvey", "disputed"): "reassess"}


@transaction.atomic
def open_survey(
    application_id: int,
    *,
    first_id: int,
    second_id: int,
    on: dt.date,
    by: Staff,
    purpose: str = "first",
) -> Survey:
    """登记入户调查: for two different investigators of the place, neither a near relative."""
    need_role(by, CASEWORKERS, _("登记入户调查"))
    application = open_application(application_id, by)
    if purpose not in Survey.Purpose.values:
        raise Refused(gettext("入户调查的性质请从清单中选择。"))
    if first_id == second_id:
        raise Refused(gettext("入户调查须由两名不同的调查人进行，请另选一人。"))
    pair = [_investigator(pk, application) for pk in (first_id, second_id)]
    if pair[0].role not in CASEWORKERS:
        raise Refused(gettext("第一调查人须是乡镇或县级的经办人员，村级协理员可以作为另一调查人。"))
    if purpose == Survey.Purpose.COUNTY and pair[0].role not in VERIFIERS:
        raise Refused(gettext("县级入户核查的第一调查人须是县级经办人员（R-DB-21）。"))
    if purpose == Survey.Purpose.RESURVEY and application.state != "disputed":
        raise Refused(gettext("没有未处理的异议，不需要再次调查。"))
    try:
        with transaction.atomic():
            made = Survey.objects.create(
                application=application,
                purpose=purpose,
                first=pair[0],
                second=pair[1],
                prepared_by=by,
                recorded_on=on,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Survey) or gettext("入户调查登记失败，请核对。")) from error
    names = "、".join(one.name for one in pair)
    what = f"登记{chinese(Survey.Purpose(purpose).label)}"
    logged(by, made, what, application.household_id, names)
    return made


def _investigator(pk: int, application: Application) -> Staff:
    """Somebody who may visit this household."""
    found = Staff.objects.filter(pk=pk, active=True, role__in=INVESTIGATORS).first()
    if found is None or not application.household.division.startswith(found.division):
        raise Refused(gettext("调查人须是本辖区在岗的经办人员，请从清单中选择。"))
    if any(row.staff_id == pk for row in steps.relatives_of(application)):
        raise Refused(
            gettext("{name}与申请家庭有近亲属关系，应当回避，请另选调查人。").format(
                name=found.name
            )
        )
    return found


@transaction.atomic
def save_survey(survey_id: int, content: Mapping[str, Any], *, seen: int, by: Staff) -> Survey:
    """保存入户调查表: as far as it has come; StaleState when somebody saved it in between."""
    found = _survey(survey_id, by)
    if by.pk not in (found.first_id, found.second_id, found.prepared_by_id):
        raise NotAllowed(gettext("入户调查表由两名调查人填写。"))
    if found.state != Survey.State.DRAFT:
        raise StaleState(
            gettext("这份入户调查表{state}，不能再修改。").format(state=found.get_state_display())
        )
    if found.version != seen:
        raise StaleState(
            gettext("这份入户调查表刚刚被他人修改过。您填的内容还在，请核对后再保存一次。")
        )
    for told in content["answers"].get("lines", ()):
        check_reported(Reported(**told), found.application.household_id)
    values = {name: content[name] for name in CONTENT}
    Survey.objects.filter(pk=found.pk).update(version=F("version") + 1, **values)
    found.refresh_from_db()
    logged(by, found, "填写入户调查表", found.application.household_id)
    return found


def _survey(pk: int, by: Staff) -> Survey:
    found: Survey = one(Survey, pk, by)
    return found


@transaction.atomic
def sign_survey(survey_id: int, *, name: str, seen: int, on: dt.date, by: Staff) -> Survey:
    """签字: each investigator for themselves; with the second signature the visit is closed."""
    found = _survey(survey_id, by)
    if by.pk not in (found.first_id, found.second_id):
        raise NotAllowed(gettext("只有这次入户的两名调查人可以签字。"))
    if found.version != seen:
        raise StaleState(gettext("这份入户调查表刚刚被修改过，请看过现在的内容后再签字。"))
    if name.strip() != by.name:
        raise Refused(gettext("签字须填写您本人的姓名“{name}”。").format(name=by.name))
    mine = "first_signed_on" if by.pk == found.first_id else "second_signed_on"
    if getattr(found, mine) is not None:
        raise StaleState(gettext("您已经签过字，待另一名调查人签字。"))
    lacking = unfinished(found, on)
    if lacking:
        raise Missing(gettext("签字"), lacking)
    last = found.state == Survey.State.SIGNING
    signature: dict[str, Any] = {mine: on, "signed_hash": hash_of(found)}
    home = found.application.household_id
    step = "complete" if last else "sign"
    move(Survey.objects.filter(pk=found.pk), step, by=by, household_id=home, **signature)
    found.refresh_from_db()
    if last:
        _write_figures(found, on, by)
        if by.role in CASEWORKERS:
            finish_step(found.pk, on=on, by=by)
    return found


def hash_of(survey: Survey) -> str:
    """What was signed: the same for the same content."""
    content = {name: getattr(survey, name) for name in CONTENT}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def unfinished(survey: Survey, on: dt.date) -> list[str]:
    """What the form still lacks before anybody may sign it."""
    said = _unseen(survey, on)
    if not survey.answers.get("home", {}).get("tenure"):
        said.append(gettext("请填写住房来源"))
    if not survey.conclusion:
        said.append(gettext("请填写调查结论"))
    elif survey.conclusion != Survey.Conclusion.TRUE and not survey.note:
        said.append(gettext("结论不是“属实”的，请说明哪些情况不属实"))
    return said


def _unseen(survey: Survey, on: dt.date) -> list[str]:
    """What it lacks about the day and the people."""
    said = []
    if survey.visited_on is None:
        said.append(gettext("请填写入户日期"))
    elif not survey.application.applied_on <= survey.visited_on <= on:
        said.append(gettext("入户日期应在申请之后、今天以前，请核对"))
    people = survey.answers.get("people", {})
    if not any(one.get("seen") for one in people.values()):
        said.append(gettext("请至少勾选一名见到的家庭成员"))
    for person in living(survey.application.household, survey.visited_on or on):
        told = people.get(str(person.pk), {})
        if not told.get("health") or not told.get("work"):
            said.append(gettext("请填写{name}的健康状况和劳动能力").format(name=person.name))
    return said


def _write_figures(survey: Survey, on: dt.date, by: Staff) -> None:
    for told in survey.answers.get("lines", ()):
        source = Figure.Source.SURVEYED
        write_figure(survey.application, Reported(**told), source, on=on, by=by, survey=survey)


@transaction.atomic
def reopen_survey(survey_id: int, *, by: Staff, reason: str) -> None:
    """退回修改: one has signed, but something is to be put right; the signature falls away."""
    found = _survey(survey_id, by)
    if by.pk not in (found.first_id, found.second_id):
        raise NotAllowed(gettext("只有这次入户的两名调查人可以退回修改。"))
    if not reason.strip():
        raise Refused(gettext("请说明退回修改的原因。"))
    move(
        Survey.objects.filter(pk=found.pk),
        "reopen",
        by=by,
        reason=reason.strip(),
        household_id=found.application.household_id,
        first_signed_on=None,
        second_signed_on=None,
        signed_hash="",
        version=F("version") + 1,
    )


@transaction.atomic
def finish_step(survey_id: int, *, on: dt.date, by: Staff) -> bool:
    """办理步骤: the step this visit makes possible, naming both investigators (R-DB-22)."""
    found = _survey(survey_id, by)
    application = found.application
    code = STEPS.get((found.purpose, application.state), "")
    if found.state != Survey.State.COMPLETED or not code:
        return False
    if steps.step_from(application, code, on) is None:
        return False
    pair = [found.first_id, found.second_id]
    casework.take(application.pk, code, on=on, by=by, investigators=pair, survey=found.pk)
    return True
