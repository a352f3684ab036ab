"""入户的页面: the visits of an application; the form of one visit, made for a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.evidence import actions
from apps.evidence.actions.surveys import STEPS, unfinished
from apps.evidence.forms import About, OpenSurvey, Reopen
from apps.evidence.models import INVESTIGATORS, Survey
from apps.evidence.on_record import of_survey
from apps.evidence.survey_form import SurveyForm
from apps.evidence.views.acting import Page, Way, about_application, head, in_hand, page
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import BOX, WHOLE, Record, Sight, chosen, clash, kept, left
from apps.units.language import lazy as _


def _open(about: About, _thing: None, data: dict[str, Any]) -> object:
    return actions.open_survey(
        about.pk,
        purpose=data["purpose"],
        first_id=int(data["first"]),
        second_id=int(data["second"]),
        on=about.on,
        by=about.staff,
    )


SIGNED = _("调查表已经有人签字，不能再改；要改的，先退回修改。")
WAYS = {"open": Way(OpenSurvey, _open, _("已登记入户调查，请打开调查表填写。"), open=in_hand)}


def _visits(about: About, _thing: None) -> dict[str, Any]:
    rows = Survey.objects.filter(application=about.application).select_related("first", "second")
    return {
        **head(about, "application-visits"),
        "visits": list(rows.order_by("-pk")),
        "open_form": OpenSurvey(about=about, initial={"first": str(about.staff.pk)}),
    }


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def of_application(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """入户调查: those of an application, and opening one for two investigators."""
    about = about_application(staff, pk)
    return page(request, about, None, Page(WAYS, _visits, "evidence/visits.html"))


# ---- one visit ---------------------------------------------------------------------------------


def _find(staff: Staff, pk: int) -> Survey:
    rows = Survey.objects.visible_to(staff).select_related(
        "application__household", "first", "second"
    )
    found: Survey | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份入户调查表，或不在您的管辖范围内。"))
    return found


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """入户调查表: filled in as a draft, photographs added, signed by each investigator."""
    survey = _find(staff, pk)
    about = about_application(staff, survey.application_id)
    if request.method != "POST":
        return _shown(request, about, survey)
    act = request.POST.get("act", "save")
    if act == "save":
        return _save(request, about, survey)
    do = ACTS.get(act)
    if do is None:
        return _shown(request, about, survey, (gettext("没有这种办理，请刷新页面。"),), 400)
    try:
        done = do(request, about, survey)
    except (NotAllowed, StaleState, ValueError) as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        typed = _why(request, about, survey) if act == "reopen" and status == 409 else None
        return _shown(request, about, _find(staff, pk), (str(refusal),), status, left=typed)
    messages.success(request, done)
    return redirect(request.path)


def _save(request: HttpRequest, about: About, survey: Survey) -> HttpResponse:
    """Save the draft; where somebody else has saved meanwhile, each box that differs is chosen."""
    form = SurveyForm(request.POST, survey=survey, about=about)
    now = of_survey(SurveyForm(survey=survey, about=about))
    if survey.state != Survey.State.DRAFT and BOX in request.POST:
        return _shown(request, about, survey, (SIGNED,), 409, left=_left(form, about, now))
    met = clash(form, now, by=about.staff, at=timezone.localtime())
    if met is not None:
        return _shown(request, about, survey, (), 409, _again(request, survey, about), met)
    typed = chosen(request.POST, now[WHOLE])
    form = SurveyForm(typed, survey=survey, about=about)
    if not form.is_valid():
        return _shown(request, about, survey, (), 400, form)
    # What was shown of the record is compared above: only what is saved from here on is a clash.
    seen = survey.version if BOX in request.POST else form.cleaned_data["seen_version"]
    try:
        actions.save_survey(survey.pk, form.content(), seen=seen, by=about.staff)
    except StaleState as stale:
        fresh = _find(about.staff, survey.pk)
        again = _again(request, fresh, about)
        return _shown(request, about, fresh, (str(stale),), 409, again)
    except (NotAllowed, ValueError) as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 400
        return _shown(request, about, survey, (str(refusal),), status, form)
    messages.success(request, gettext("已保存。"))
    return redirect(f"{request.path}?saved={survey.pk}")


def _left(form: SurveyForm, about: About, now: dict[str, Record]) -> Sight:
    """What was typed into a survey that is being signed, as far as it does not stand there."""
    found = left(form, now[WHOLE], by=about.staff, at=timezone.localtime())
    return found._replace(rows=tuple(row for row in found.rows if row.mine != row.theirs))


def _again(request: HttpRequest, now: Survey, about: About) -> SurveyForm:
    """The typed form set upon the newest version, so that saving it again is a choice."""
    data = request.POST.copy()
    data["seen_version"] = str(now.version)
    return SurveyForm(data, survey=now, about=about)


def _sign(request: HttpRequest, about: About, survey: Survey) -> str:
    seen = request.POST.get("seen_version", "")
    done = actions.sign_survey(
        survey.pk,
        name=request.POST.get("name", ""),
        seen=int(seen) if seen.isdecimal() else -1,
        on=about.on,
        by=about.staff,
    )
    last = done.state == Survey.State.COMPLETED
    return gettext("已签字，入户调查完成。") if last else gettext("已签字，待另一名调查人签字。")


def _reopen(request: HttpRequest, about: About, survey: Survey) -> str:
    actions.reopen_survey(survey.pk, by=about.staff, reason=request.POST.get("reason", ""))
    return gettext("已退回修改，需重新签字。")


def _why(request: HttpRequest, about: About, survey: Survey) -> Sight:
    """Why a survey was to be opened again, where somebody else has gone on with it."""
    now = Record({}, "evidence.survey", survey.pk)
    return left(Reopen(request.POST, about=about), now, by=about.staff, at=timezone.localtime())


def _photo(request: HttpRequest, about: About, survey: Survey) -> str:
    files = request.FILES.getlist("photo")
    if not files:
        raise actions.Refused(gettext("请先拍照或选择照片。"))
    for count, file in enumerate(files):
        try:
            _keep(file, about, survey)
        except ValueError as fault:
            kept = gettext("前{count}张已保存。").format(count=count) if count else ""
            raise actions.Refused(f"{kept}{fault}") from fault
    return gettext("已保存{count}张照片。").format(count=len(files))


def _keep(file: Any, about: About, survey: Survey) -> None:
    """One photograph of the visit."""
    paper = actions.Paper(
        "visit_photo",
        file.name or "",
        application_id=about.pk,
        survey_id=survey.pk,
        issued_on=survey.visited_on or about.on,
    )
    home = about.home.pk
    actions.file_document(paper, file.read(), household_id=home, on=about.on, by=about.staff)


def _finish(_request: HttpRequest, about: About, survey: Survey) -> str:
    if not actions.finish_step(survey.pk, on=about.on, by=about.staff):
        raise StaleState(gettext("申请的状态已经变化，不需要再办理这一步。"))
    return gettext("已办结入户调查这一步。")


ACTS = {"sign": _sign, "reopen": _reopen, "photo": _photo, "finish": _finish}


def _shown(
    request: HttpRequest,
    about: About,
    survey: Survey,
    problems: tuple[str, ...] = (),
    status: int = 200,
    form: SurveyForm | None = None,
    met: Sight | None = None,
    left: Sight | None = None,
) -> HttpResponse:
    staff = about.staff
    fresh = SurveyForm(survey=survey, about=about)
    pair = (survey.first_id, survey.second_id)
    mine = survey.first_signed_on if staff.pk == survey.first_id else survey.second_signed_on
    context = {
        **head(about, "application-visits"),
        "survey": survey,
        "form": form or fresh,
        "sight": met or kept(request.POST, of_survey(fresh), timezone.localtime()),
        "problems": problems,
        "left": left,
        "may_fill": survey.state == "draft" and staff.pk in (*pair, survey.prepared_by_id),
        "may_sign": survey.state != "completed" and staff.pk in pair and mine is None,
        "may_reopen": survey.state == "signing" and staff.pk in pair,
        "may_photograph": survey.state != "completed" and staff.role in INVESTIGATORS,
        "may_finish": survey.state == "completed"
        and (survey.purpose, survey.application.state) in STEPS,
        "lacking": unfinished(survey, about.on) if survey.state == "draft" else [],
        "photos": list(survey.photos.order_by("pk")),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "evidence/visit.html", context, status=status)
