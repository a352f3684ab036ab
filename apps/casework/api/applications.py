"""申请的接口: the list, one application with its options, applying, and every step of the table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework import actions, listing
from apps.casework.models import Application
from apps.casework.pathway import history
from apps.casework.programme import PROGRAMMES
from apps.casework.register_forms import ApplyForm
from apps.casework.step_forms import form_for
from apps.casework.steps import DECIDING
from apps.casework.steps_api import ApplicationOut, StepIn, answer
from apps.households.api.homes import NUMBER, home_of
from apps.households.profile import profile
from apps.offices.api.asking import Day, body_of, judged, read, typed
from apps.offices.api.boxes import refuse_others
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope

TAG = "申请"
KIND = "casework.application"


def _find(staff: Staff, pk: int) -> Application:
    rows = Application.objects.visible_to(staff).select_related("household", "person")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份申请，或不在您的管辖范围内。"))
    return found


def standing(found: Application) -> Record:
    """What a step of an application has to have seen: where it stands, and the step before."""
    taken = history(found)
    last = taken[-1] if taken else None
    boxes = {
        "state": found.get_state_display(),
        "version": found.version,
        "last_step": f"{last.on} {last.code} {last.by.name}" if last else "",
    }
    return Record(boxes, KIND, found.pk)


# ---- the list ----------------------------------------------------------------------------------
class ApplicationRow(serializers.Serializer[Any]):
    """An application as a list shows it."""

    id = serializers.IntegerField(help_text="申请编号")
    programme = serializers.CharField(help_text="项目代码")
    programme_words = serializers.CharField(help_text="项目")
    household = serializers.CharField(help_text="户编号")
    person = serializers.IntegerField(allow_null=True, help_text="人员编号；null 为全户")
    who = serializers.CharField(help_text="对象")
    township = serializers.CharField(allow_blank=True, help_text="乡镇")
    state = serializers.CharField(help_text="状态代码")
    state_words = serializers.CharField(help_text="状态")
    applied_on = serializers.DateField(help_text="申请日期")
    version = serializers.IntegerField(help_text="版本（办理次数）")


class ApplicationsAsked(Paged):
    """Filters of the applications."""

    state = serializers.ChoiceField(
        choices=Application.State.choices, required=False, help_text="状态代码；不写为办理中的"
    )
    all = serializers.BooleanField(required=False, default=False, help_text="含已办结的")
    programme = serializers.RegexField(r"^[a-z_]{1,32}$", required=False, help_text="项目代码")
    division = serializers.RegexField(r"^\d{1,12}$", required=False, help_text="区划代码（前缀）")
    household = serializers.RegexField(r"^[0-9A-Za-z-]{1,24}$", required=False, help_text="户编号")
    applied_from = Day(required=False, help_text="申请日期不早于")
    applied_to = Day(required=False, help_text="申请日期不晚于")


APPLY_EXAMPLE = {"household": NUMBER, "programme": "minimum_living", "on": "2024-06-05"}
ApplyIn = body_of(
    ApplyForm,
    "ApplyIn",
    "An application of a known household or one of its members.",
    household=serializers.RegexField(r"^[0-9A-Za-z-]{1,24}$", help_text="户编号"),
    track=serializers.CharField(required=False, max_length=12, help_text="救助类型（办理程序）"),
)
APPLICATION = {
    "id": 88,
    "programme": "minimum_living",
    "track": "",
    "household": NUMBER,
    "person": None,
    "state": "submitted",
    "state_words": "已申请",
    "version": 0,
    "applied_on": "2024-06-05",
    "accepted_on": None,
    "origin": "applied",
    "back_entry": False,
    "delegated": False,
    "raised": [],
    "options": [
        {
            "code": "accept",
            "verb": "受理",
            "target": "accepted",
            "target_words": "已受理",
            "ready": False,
            "missing": [
                {
                    "need": "documents",
                    "words": "缺少户口簿",
                    "url": "/applications/88/documents/",
                }
            ],
            "why_not": "",
            "asks": ["on", "note"],
        }
    ],
    "steps": [],
    "clocks": [],
}


def _rows(found: list[Application]) -> list[dict[str, Any]]:
    plain = ("programme", "state", "applied_on", "version")
    return [
        {
            "id": row.application.pk,
            "programme_words": str(row.programme),
            "household": row.application.household.number,
            "person": row.application.person_id,
            "who": row.who,
            "township": row.township,
            "state_words": row.application.get_state_display(),
            **{name: getattr(row.application, name) for name in plain},
        }
        for row in listing.told(found, {})
    ]


class Applications(Door):
    """申请."""

    @call(
        "申请清单",
        Scope.CASES_READ,
        name="applications_list",
        tag=TAG,
        answer=page_of(ApplicationRow, "ApplicationPage"),
        asks=[ApplicationsAsked],
        say="早的在前；不写 state 和 all 时只列办理中的。",
        told={
            "results": [
                {
                    "id": 88,
                    "programme": "minimum_living",
                    "programme_words": "最低生活保障",
                    "household": NUMBER,
                    "person": None,
                    "who": "张三户",
                    "township": "蒸阳街道",
                    "state": "submitted",
                    "state_words": "已申请",
                    "applied_on": "2024-06-05",
                    "version": 0,
                }
            ],
            "next": None,
        },
    )
    def get(self, request: Request) -> Response:
        """Of the territory, the oldest in front."""
        asked = asked_of(request, ApplicationsAsked)
        wanted = asked.filters
        state = wanted.get("state", "all" if wanted["all"] else "")
        plain = {"programme": wanted.get("programme", ""), "division": wanted.get("division", "")}
        rows = listing.found(self.staff, listing.Wanted(state=state, **plain))
        lookups = {
            "household": "household__number",
            "applied_from": "applied_on__gte",
            "applied_to": "applied_on__lte",
        }
        rows = rows.filter(**{lookups[n]: v for n, v in wanted.items() if n in lookups})
        page = paged(asked, rows, ("applied_on", "pk"), _rows)
        return Response(page | {"results": ApplicationRow(page["results"], many=True).data})

    @once
    @call(
        "申请（已建户的家庭）",
        Scope.CASES_WRITE,
        name="applications_create",
        tag=TAG,
        takes=ApplyIn,
        answer=ApplicationOut,
        status=201,
        say="与网页“申请”同一表单。未建户的见 POST /api/v1/registrations/。",
        example=APPLY_EXAMPLE,
        told=APPLICATION,
    )
    def post(self, request: Request) -> Response:
        """A programme for the household, or for the member that is named."""
        given = read(ApplyIn, request.data)
        today = timezone.localdate()
        home = home_of(self.staff, given.pop("household"))
        known = profile(home, today)
        persons = [(one.person_id, one.name) for one in known.members if not one.gone]
        box = typed({"on": today, **given})
        data = judged(ApplyForm(box, persons=persons, today=today))
        made = actions.apply(
            data["programme"],
            household_id=home.pk,
            person_id=data["person"],
            on=data["on"],
            by=self.staff,
            basis=data["basis"],
            track=data["track"],
            found=data["found"],
        )
        found = _find(self.staff, made.pk)
        said = ApplicationOut(answer(found, self.staff, today)).data
        return told(said, standing(found), status.HTTP_201_CREATED)


# ---- one ---------------------------------------------------------------------------------------
class OneApplication(Door):
    """一份申请."""

    @call(
        "一份申请",
        Scope.CASES_READ,
        name="applications_retrieve",
        tag=TAG,
        answer=ApplicationOut,
        say=(
            "现在的状态、可走的每一步（options：缺什么、由谁办、要填什么）、已走的步骤和时限。"
            "答复头 ETag 是版本，办理下一步时写在 If-Match 中。"
        ),
        told=APPLICATION,
    )
    def get(self, request: Request, pk: int) -> Response:
        """Where it stands, every legal next step with what is missing, steps, clocks."""
        found = _find(self.staff, pk)
        said = ApplicationOut(answer(found, self.staff, timezone.localdate())).data
        return told(said, standing(found))


class ApplicationStep(Door):
    """One step of an application."""

    @once
    @call(
        "办理一步",
        Scope.CASES_WRITE,
        name="applications_step",
        tag=TAG,
        takes=StepIn,
        answer=ApplicationOut,
        seen=True,
        binding=DECIDING,
        say=(
            "受理、补正、核对、入户、公示、初审、确认、不予确认等，即申请的 options 所列的 code；"
            "只填该步的 asks 所列的项，多填的一项也拒绝。"
        ),
        example={"on": "2024-06-05", "note": "材料齐全"},
        told=APPLICATION,
    )
    def post(self, request: Request, pk: int, code: str) -> Response:
        """The step, and the application as it is afterwards.

        Asks what the page asks: a box that this step does not have is an error, not ignored.
        """
        today = timezone.localdate()
        given = read(StepIn, request.data)
        found = _find(self.staff, pk)
        one_editor(KIND, pk)
        found.refresh_from_db(fields=["version", "state"])
        must_match(request, standing(found), by=self.staff)
        box = typed({"on": today, **given, "seen": found.version})
        form = form_for(found, code, today, box)
        if form is None:
            raise NotFound(gettext("本项目的办理流程没有这一步。"))
        refuse_others(form, given, str(form.step.verb))
        judged(form)
        actions.take(pk, code, by=self.staff, **form.given())
        found = _find(self.staff, pk)
        said = ApplicationOut(answer(found, self.staff, today)).data
        return told(said, standing(found))


# ---- programmes --------------------------------------------------------------------------------
class ProgrammeOut(serializers.Serializer[Any]):
    """A programme."""

    code = serializers.CharField(help_text="代码")
    name = serializers.CharField(help_text="名称")
    subject = serializers.CharField(help_text="对象：household 户、person 人、either 均可")
    tracks = serializers.ListField(child=serializers.CharField(), help_text="办理类型代码")


class ProgrammesOut(serializers.Serializer[Any]):
    """All programmes."""

    results = ProgrammeOut(many=True)


class Programmes(Door):
    """救助项目."""

    @call(
        "救助项目",
        Scope.CASES_READ,
        name="programmes_list",
        tag=TAG,
        answer=ProgrammesOut,
    )
    def get(self, request: Request) -> Response:
        """Every programme there is, by its code."""
        rows = [
            {
                "code": card.code,
                "name": str(card.name),
                "subject": card.subject.name.lower(),
                "tracks": [track for track, _ in card.tracks],
            }
            for card in sorted(PROGRAMMES.values(), key=lambda one: one.code)
        ]
        return Response({"results": ProgrammeOut(rows, many=True).data})
