"""登记的接口: a family with all it declares and applies for, judged by the page's own forms."""

from __future__ import annotations

import re
from typing import Any, cast

from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework.models import Application
from apps.casework.registration import check_may_register, register
from apps.casework.registration_forms import ROWS, HouseholdForm, MemberForm
from apps.casework.registration_page import Page
from apps.households.api.homes import HOME, HouseholdOut, household_told, standing
from apps.households.profile import profile
from apps.offices.api.asking import body_of, faults_of, many, read, typed
from apps.offices.api.door import Door, call
from apps.offices.api.versions import told
from apps.offices.once import once
from apps.offices.page_token import new_token
from apps.offices.tokens import Scope

MemberIn = body_of(MemberForm, "MemberIn", "One member, as a row of the page of registration.")
RegistrationIn = body_of(
    HouseholdForm,
    "RegistrationIn",
    "A family as one page of registration declares it.",
    track=serializers.CharField(required=False, max_length=12, help_text="救助类型（办理程序）"),
    members=many(MemberIn, ROWS, allow_empty=False, help_text="家庭成员，申请人一名"),
)
FAMILY = {
    "village": "430482001200",
    "address": "三组12号",
    "zone": "rural",
    "phone": "13800005678",
    "property": "within",
    "programmes": ["minimum_living"],
    "bank": "农商银行",
    "account": "6217000000004321",
    "stands_as": "head",
    "members": [
        {
            "id_number": "430482198005051234",
            "name": "张三",
            "relationship": "applicant",
            "wage": "300.00",
        },
        {"name": "张小三", "relationship": "child", "sex": "m", "born": "2015-03-02"},
    ],
}


class RegisteredOut(serializers.Serializer[Any]):
    """The household and the applications that were made."""

    household = HouseholdOut()
    applications = serializers.ListField(
        child=serializers.IntegerField(), help_text="所提申请的编号"
    )


class Registrations(Door):
    """登记与申请."""

    @once
    @call(
        "登记与申请",
        Scope.HOUSEHOLDS_WRITE,
        name="registrations_create",
        tag="家庭与人员",
        takes=RegistrationIn,
        answer=RegisteredOut,
        status=201,
        say="一户连同成员、申报的事实、收款账户和申请一次登记，全部成功或全部不登记。",
        example=FAMILY,
        told={"household": HOME, "applications": [88]},
    )
    def post(self, request: Request) -> Response:
        """All of it or nothing; the faults name the member they are about."""
        given = read(RegistrationIn, request.data)
        check_may_register(self.staff)
        today = timezone.localdate()
        members = given.pop("members")
        boxes = typed(given)
        for number, one in enumerate(members, 1):
            boxes.update(cast("Any", typed(one, prefix=f"m{number}")))
        page = Page(boxes, staff=self.staff, on=today)
        if not page.is_valid():
            raise serializers.ValidationError(_faults(page))
        home = register(page.family(), token=new_token(), on=today, by=self.staff)
        known = profile(home, today)
        made = Application.objects.visible_to(self.staff).filter(household=home).order_by("pk")
        said = {
            "household": household_told(home, known),
            "applications": list(made.values_list("pk", flat=True)),
        }
        return told(said, standing(home, known), status.HTTP_201_CREATED)


def _faults(page: Page) -> dict[str, list[str]]:
    """What is wrong, by field; of a member as members.<place>.<field>, counted from 0."""
    found = faults_of(page.form)
    for row in page.rows:
        place = row.number - 1
        found |= {f"members.{place}.{name}": words for name, words in faults_of(row).items()}
    for fault in page.own:
        row_of = re.fullmatch(r"id_m(\d+)-(\w+)", fault.target)
        name = f"members.{int(row_of[1]) - 1}.{row_of[2]}" if row_of else "programmes"
        found.setdefault(name, []).append(fault.words)
    return found
