"""办理接口: GET /api/applications/<pk>/ and POST /api/applications/<pk>/steps/<code>/."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.casework import actions
from apps.casework.models import Application
from apps.casework.step_forms import form_for
from apps.casework.steps import DECIDING
from apps.casework.steps_api import ApplicationOut, StepIn, answer
from apps.offices.access import staff_of
from apps.offices.doors.gate import need_fresh
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.offices.perms import refuse_outsiders


def _staff(request: Request) -> Staff:
    staff = staff_of(request)
    refuse_outsiders(staff)
    return staff


def _find(staff: Staff, pk: int) -> Application:
    rows = Application.objects.visible_to(staff).select_related("household", "person")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份申请，或不在您的管辖范围内。"))
    return found


class OneApplication(APIView):
    """一份申请."""

    @extend_schema(operation_id="applications_retrieve", responses=ApplicationOut)
    def get(self, request: Request, pk: int) -> Response:
        """Where it stands, every legal next step with what is missing, steps, clocks."""
        staff = _staff(request)
        return Response(ApplicationOut(answer(_find(staff, pk), staff, timezone.localdate())).data)


class ApplicationStep(APIView):
    """One step of an application."""

    @once
    @extend_schema(operation_id="applications_step", request=StepIn, responses=ApplicationOut)
    def post(self, request: Request, pk: int, code: str) -> Response:
        """The step, and the application as it is afterwards; refusals are 400, 403, 404 and 409.

        Asks what the page asks: a box that this step does not have is an error, not ignored.
        """
        staff, today = _staff(request), timezone.localdate()
        if code in DECIDING:
            need_fresh(request)
        given = StepIn(data=request.data)
        given.is_valid(raise_exception=True)
        found = _find(staff, pk)
        form = form_for(found, code, today, _as_typed(given.validated_data, today))
        if form is None:
            raise NotFound(gettext("本项目的办理流程没有这一步。"))
        _check(form, given.validated_data)
        actions.take(pk, code, by=staff, **form.given())
        return Response(ApplicationOut(answer(_find(staff, pk), staff, today)).data)


def _as_typed(data: dict[str, Any], today: Any) -> dict[str, str]:
    """What was sent, as the boxes of the page would send it."""
    typed = {name: str(value) for name, value in data.items() if value is not False}
    return {"on": str(today), **typed}


def _check(form: Any, data: dict[str, Any]) -> None:
    """ValidationError by field: what is wrong, and what this step does not ask."""
    wrong = {
        name: [gettext("“{verb}”不填这一项。").format(verb=form.step.verb)]
        for name in data
        if name not in form.fields
    }
    if not form.is_valid():
        wrong |= {name: list(words) for name, words in form.errors.items()}
    if wrong:
        raise serializers.ValidationError(wrong)
