"""信息核对 (R-HD-01): authorised, sent, answered by department, explained, concluded, rechecked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions import Missing, Refused
from apps.casework.models import CASEWORKERS, Application
from apps.evidence import comparing, holdings
from apps.evidence.actions.guarding import logged, member_of, need_role, one, open_application
from apps.evidence.catalogue import DEPARTMENTS, ITEMS, Item
from apps.evidence.models import (
    VERIFIERS,
    Authorisation,
    CheckAnswer,
    CheckRequest,
    Document,
    Explanation,
    Figure,
)
from apps.evidence.needs import authorised
from apps.households.models import Household
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, StaleState, move
from apps.offices.refusals import words_of
from apps.units.ages import add_months
from apps.units.language import chinese, listed
from apps.units.language import lazy as _

PERIODS = ("month", "year")


class Reported(NamedTuple):
    """One figure of one line, as a department, a household or a visit gives it."""

    person_id: int | None
    item: str
    fen: int | None = None
    per: str = ""
    number: int | None = None
    words: str = ""

    @property
    def amount(self) -> comparing.Amount:
        return comparing.Amount(self.fen, self.per, self.number, self.words)


def check_reported(said: Reported, household_id: int) -> None:
    """Refused with what is wrong with a figure, and how to mend it."""
    item = ITEMS.get(said.item)
    if item is None:
        raise Refused(gettext("核查项目不在清单中，请从清单中选择。"))
    if said.person_id:
        member_of(household_id, said.person_id)
    elif item.fact == "income":
        raise Refused(gettext("“{label}”是个人的收入，请选择家庭成员。").format(label=item.label))
    _check_shape(said, item)
    if said.fen is None and said.number is None and not said.words.strip():
        raise Refused(gettext("“{label}”请填写金额、数量或说明。").format(label=item.label))
    if (said.fen or 0) < 0 or (said.number or 0) < 0:
        raise Refused(gettext("“{label}”不能为负数。").format(label=item.label))


def _check_shape(said: Reported, item: Item) -> None:
    """An amount has a period where it needs one; things are counted."""
    if item.yearly and said.fen is not None and said.per not in PERIODS:
        raise Refused(gettext("“{label}”须说明按月还是按年。").format(label=item.label))
    if not item.yearly and said.per:
        raise Refused(gettext("“{label}”不分月、年，请清空周期。").format(label=item.label))
    if item.counted and said.fen is not None:
        raise Refused(
            gettext("“{label}”填写数量，不填金额；价值请写在说明中。").format(label=item.label)
        )


@transaction.atomic
def authorise(
    *,
    household_id: int,
    person_id: int,
    signed_on: dt.date,
    until: dt.date,
    document_id: int,
    on: dt.date,
    by: Staff,
) -> Authorisation:
    """登记核对授权: an adult member has signed; the signed paper is among the documents."""
    need_role(by, CASEWORKERS, _("登记核对授权"))
    home: Household = one(Household, household_id, by, lock=False)
    member_of(home.pk, person_id)
    paper: Document = one(Document, document_id, by, lock=False)
    fits = paper.household_id == home.pk and paper.person_id in (None, person_id)
    if paper.type != "check_authorisation" or not fits:
        raise Refused(gettext("请先上传本人（或全家）签署的“核对授权书”，再登记授权。"))
    if signed_on > on:
        raise Refused(gettext("签署日期{signed_on}晚于今天，请核对。").format(signed_on=signed_on))
    if until < signed_on:
        raise Refused(
            gettext("授权有效期{until}早于签署日期{signed_on}，请核对。").format(
                until=until, signed_on=signed_on
            )
        )
    made = Authorisation.objects.create(
        household=home,
        person_id=person_id,
        signed_on=signed_on,
        until=until,
        document=paper,
        recorded_on=on,
        recorded_by=by,
    )
    logged(by, made, "登记核对授权", home.pk)
    return made


@transaction.atomic
def request_check(application_id: int, *, on: dt.date, by: Staff) -> CheckRequest:
    """提请核对: the township asks the county to verify."""
    need_role(by, CASEWORKERS, _("提请核对"))
    application = open_application(application_id, by)
    return _requested(application, on, by)


def _requested(
    application: Application, on: dt.date, by: Staff, before: CheckRequest | None = None
) -> CheckRequest:
    try:
        with transaction.atomic():
            made = CheckRequest.objects.create(
                application=application, requested_on=on, recheck_of=before, prepared_by=by
            )
    except IntegrityError as error:
        raise Refused(words_of(error, CheckRequest) or gettext("提请核对失败，请核对。")) from error
    verb = "提请复查" if before else "提请核对"
    logged(by, made, verb, application.household_id)
    return made


@transaction.atomic
def send_check(request_id: int, *, on: dt.date, by: Staff) -> None:
    """发起核对: only with the signed authorisation of every adult member."""
    need_role(by, VERIFIERS, _("发起核对"))
    found = _request(request_id, by)
    lacking = authorised(found.application, on)
    if lacking:
        raise Missing(gettext("发起核对"), lacking)
    _move(found, "send", by, sent_on=on)


def _request(pk: int, by: Staff) -> CheckRequest:
    found: CheckRequest = one(CheckRequest, pk, by)
    return found


def _move(found: CheckRequest, step: str, by: Staff, reason: str = "", **also: Any) -> None:
    rows = CheckRequest.objects.filter(pk=found.pk)
    home = found.application.household_id
    move(rows, step, by=by, reason=reason, household_id=home, **also)


@transaction.atomic
def answer(
    request_id: int,
    department: str,
    *,
    result: str,
    on: dt.date,
    by: Staff,
    figures: Sequence[Reported] = (),
    note: str = "",
) -> CheckAnswer:
    """登记部门答复: what it says agrees with its figures, set against the declared ones."""
    need_role(by, VERIFIERS, _("登记部门答复"))
    found = _request(request_id, by)
    _check_sent(found)
    if department not in departments(on):
        raise Refused(gettext("这个部门没有参与信息核对，请从清单中选择。"))
    return _answered(found, department, result, on, by, figures, note)


def _check_sent(found: CheckRequest) -> None:
    if found.state != CheckRequest.State.SENT:
        raise StaleState(
            gettext("这次核对{state}，不能登记部门答复。").format(state=found.get_state_display())
        )


def _answered(
    found: CheckRequest,
    department: str,
    result: str,
    on: dt.date,
    by: Staff,
    figures: Sequence[Reported] = (),
    note: str = "",
) -> CheckAnswer:
    """The answer of a department that takes part, written."""
    if result not in CheckAnswer.Result.values:
        raise Refused(gettext("请选择答复结果：一致、差异或未返回。"))
    home = found.application.household_id
    said = comparing.declared(found.application) if figures else {}
    told = [(one, _differs(one, said, department, home)) for one in figures]
    _check_result(result, [differs for _, differs in told], note)
    made = CheckAnswer.objects.create(
        request=found,
        department=department,
        result=result,
        on=on,
        note=note.strip()[:300],
        recorded_by=by,
    )
    for figure, differs in told:
        more = {"answer": made, "differs": differs}
        write_figure(found.application, figure, Figure.Source.CHECKED, on=on, by=by, **more)
    logged(by, made, f"登记{chinese(DEPARTMENTS[department].label)}核对答复", home)
    return made


@transaction.atomic
def answer_the_rest(request_id: int, *, on: dt.date, by: Staff) -> int:
    """其余部门一致: every department that has not answered agrees with what was declared."""
    need_role(by, VERIFIERS, _("登记部门答复"))
    found = _request(request_id, by)
    answered = comparing.answers_of(found)
    waiting = [code for code in departments(on) if code not in answered]
    if not waiting:
        raise Refused(gettext("所有部门都已答复。"))
    _check_sent(found)
    for code in waiting:
        _answered(found, code, CheckAnswer.Result.SAME, on, by)
    return len(waiting)


def departments(on: dt.date) -> list[str]:
    """Those that take part in the month, in the order of the list (one query)."""
    taking_part = holdings.bands("departments", on)
    return [code for code in DEPARTMENTS if taking_part.get(code)]


def _differs(
    told: Reported, said: dict[comparing.Key, comparing.Amount], department: str, home: int
) -> bool:
    """Whether a figure is not what was declared; words alone count as a difference."""
    check_reported(told, home)
    if ITEMS[told.item].raw != DEPARTMENTS[department].raw:
        wanted = gettext("金融类项目") if DEPARTMENTS[department].raw else gettext("非金融类项目")
        raise Refused(
            gettext("{label}的答复只登记{wanted}，请核对所选项目。").format(
                label=DEPARTMENTS[department].label, wanted=wanted
            )
        )
    now = told.amount.yearly
    before = said.get((told.person_id or 0, told.item))
    if now is None:
        return True
    return now != ((before.yearly or 0) if before else 0)


def _check_result(result: str, differs: Sequence[bool], note: str) -> None:
    if result == CheckAnswer.Result.NOTHING:
        if differs:
            raise Refused(gettext("结果是“未返回”，不应填写核对到的数据，请清空或改选结果。"))
        if not note.strip():
            raise Refused(gettext("部门未返回的，请说明情况以及用什么方式另行核实。"))
    elif result == CheckAnswer.Result.SAME and any(differs):
        raise Refused(gettext("有核对数据与申报不一致，结果请选“差异”。"))
    elif result == CheckAnswer.Result.DIFFERENT and not any(differs):
        raise Refused(gettext("结果是“差异”，请至少填写一项与申报不一致的数据。"))


def write_figure(
    application: Application,
    told: Reported,
    source: str,
    *,
    on: dt.date,
    by: Staff,
    **more: object,
) -> Figure:
    """One figure of a line, as it was said."""
    return Figure.objects.create(
        application=application,
        person_id=told.person_id or None,
        item=told.item,
        source=source,
        amount_fen=told.fen,
        per=told.per if told.fen is not None else "",
        number=told.number,
        words=told.words.strip()[:300],
        on=on,
        recorded_by=by,
        **more,
    )


@transaction.atomic
def explain(figure_id: int, *, words: str, on: dt.date, by: Staff) -> Explanation:
    """说明差异: why the department's figure is not the declared one."""
    need_role(by, CASEWORKERS, _("说明差异"))
    figure: Figure = one(Figure, figure_id, by)
    if not figure.differs:
        raise Refused(gettext("这一项核对与申报一致，不需要说明。"))
    if not words.strip():
        raise Refused(gettext("请填写差异的原因和依据。"))
    made = Explanation.objects.create(figure=figure, words=words.strip()[:500], on=on, by=by)
    verb = f"说明核对差异：{chinese(ITEMS[figure.item].label)}"
    logged(by, made, verb, figure.application.household_id)
    return made


@transaction.atomic
def conclude_check(request_id: int, *, on: dt.date, by: Staff) -> None:
    """出具核对结果: every department has answered and every difference is explained."""
    need_role(by, VERIFIERS, _("出具核对结果"))
    found = _request(request_id, by)
    lacking = unfinished(found, on)
    if found.state == CheckRequest.State.SENT and lacking:
        raise Missing(gettext("出具核对结果"), lacking)
    months = holdings.standard("check_valid_months", on)
    ends = add_months(on, months) if months is not None else None
    _move(found, "conclude", by, concluded_on=on, expires_on=ends)


def unfinished(found: CheckRequest, on: dt.date) -> list[str]:
    """What a check still needs before its result."""
    answered = comparing.answers_of(found)
    waiting = [DEPARTMENTS[code].label for code in departments(on) if code not in answered]
    said = (
        [gettext("{names}尚未答复，请登记答复或“未返回”").format(names=listed(waiting))]
        if waiting
        else []
    )
    return said + [
        gettext("{who}的“{label}”核对与申报不一致，尚未说明原因").format(
            who=line.who, label=line.label
        )
        for line in comparing.lines(found.application)
        if line.open
    ]


@transaction.atomic
def recheck(request_id: int, *, on: dt.date, by: Staff, objection: str) -> CheckRequest:
    """对核对结果有异议: the result no longer holds, and a new check takes its place (复查)."""
    if not objection.strip():
        raise Refused(gettext("请填写异议的内容和提出人。"))
    found = _request(request_id, by)
    application = open_application(found.application_id, by)
    if comparing.newest_check(application) != found:
        raise NotAllowed(gettext("只能对最新的核对结果提出异议，请刷新页面后再看。"))
    _move(found, "object", by, reason=objection.strip())
    return _requested(application, on, by, found)
