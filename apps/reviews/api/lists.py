"""待遇与动态管理的清单: awards, reviews, endings, custody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework.listing import heads_of
from apps.casework.models import Entitlement
from apps.casework.programme import PROGRAMMES
from apps.households.api.homes import home_of
from apps.offices.api.asking import body_of, judged, read, typed
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.reviews import actions, pages
from apps.reviews.api.things import AWARDS, CHECKS, READ, THING, WRITE, ThingOut, thing_told
from apps.reviews.forms import NewCustody
from apps.reviews.models import Custody, Review, Termination


class AwardRow(serializers.Serializer[Any]):
    """An award as a list shows it."""

    id = serializers.IntegerField(help_text="待遇编号")
    programme = serializers.CharField(help_text="项目代码")
    programme_words = serializers.CharField(help_text="项目")
    household = serializers.CharField(help_text="户编号")
    person = serializers.IntegerField(allow_null=True, help_text="人员编号；null 为全户")
    who = serializers.CharField(help_text="对象")
    first_month = serializers.CharField(allow_null=True, help_text="起始月；null 从未开始")
    ends_before = serializers.CharField(allow_null=True, help_text="自该月起终止；null 未终止")
    application = serializers.IntegerField(allow_null=True, help_text="申请编号")


class AwardsAsked(Paged):
    """Filters of the awards."""

    programme = serializers.RegexField(r"^[a-z_]{1,32}$", required=False, help_text="项目代码")
    household = serializers.RegexField(r"^[0-9A-Za-z-]{1,24}$", required=False, help_text="户编号")


def _awards(rows: list[Entitlement]) -> list[dict[str, Any]]:
    heads = heads_of({one.household_id for one in rows})
    return [
        {
            "id": one.pk,
            "programme": one.programme,
            "programme_words": str(PROGRAMMES[one.programme].name),
            "household": one.household.number,
            "person": one.person_id,
            "who": _who(one, heads),
            "first_month": _month(one.period.lower),
            "ends_before": _month(one.period.upper),
            "application": one.application_id,
        }
        for one in rows
    ]


def _who(one: Entitlement, heads: dict[int, str]) -> str:
    head = heads.get(one.household_id, "—")
    return one.person.name if one.person else gettext("{head}户").format(head=head)


def _month(day: dt.date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None


class Awards(Door):
    """待遇."""

    @call(
        "待遇清单",
        READ,
        name="awards_list",
        tag=AWARDS,
        answer=page_of(AwardRow, "AwardPage"),
        asks=[AwardsAsked],
        say="先确认的在前。",
    )
    def get(self, request: Request) -> Response:
        """Of the territory, in the order of their numbers."""
        asked = asked_of(request, AwardsAsked)
        lookups = {"programme": "programme", "household": "household__number"}
        rows = Entitlement.objects.visible_to(self.staff).select_related("household", "person")
        rows = rows.filter(**{lookups[name]: value for name, value in asked.filters.items()})
        page = paged(asked, rows, ("pk",), _awards)
        return Response(page | {"results": AwardRow(page["results"], many=True).data})


class WaitingRow(serializers.Serializer[Any]):
    """A review or an ending as a list shows it."""

    id = serializers.IntegerField(help_text="编号")
    award = serializers.IntegerField(help_text="待遇编号")
    programme = serializers.CharField(help_text="项目代码")
    household = serializers.CharField(help_text="户编号")
    who = serializers.CharField(help_text="对象")
    state = serializers.CharField(help_text="状态代码")
    state_words = serializers.CharField(help_text="状态")
    due = serializers.DateField(help_text="到期日（核查）或公示期满日（终止）")


def _waiting(rows: list[Any], due: str) -> list[dict[str, Any]]:
    heads = heads_of({one.entitlement.household_id for one in rows})
    return [
        {
            "id": one.pk,
            "award": one.entitlement_id,
            "programme": one.entitlement.programme,
            "household": one.entitlement.household.number,
            "who": _who(one.entitlement, heads),
            "state": one.state,
            "state_words": one.get_state_display(),
            "due": getattr(one, due),
        }
        for one in rows
    ]


def listed(model: Any, due: str, name: str, words: str) -> type[Door]:
    """The address of the list of reviews, or of endings."""

    class Asked(Paged):
        """By state."""

        state = serializers.ChoiceField(
            choices=model.State.choices, required=False, help_text="状态代码"
        )

    class Listed(Door):
        """A list."""

        @call(
            words,
            READ,
            name=f"{name}_list",
            tag=CHECKS,
            answer=page_of(WaitingRow, f"{name.title()}Page"),
            asks=[Asked],
            say="先到期的在前。",
        )
        def get(self, request: Request) -> Response:
            """What is due first in front."""
            asked = asked_of(request, Asked)
            rows = model.objects.visible_to(self.staff).filter(**asked.filters)
            rows = rows.select_related("entitlement__household", "entitlement__person")
            page = paged(asked, rows, (due, "pk"), lambda found: _waiting(found, due))
            return Response(page | {"results": WaitingRow(page["results"], many=True).data})

    return Listed


Reviews = listed(Review, "due_on", "reviews", "定期核查清单")
Terminations = listed(Termination, "notice_ends", "terminations", "拟终止清单")


class CustodyRow(serializers.ModelSerializer[Custody]):
    """A passbook or card in somebody's keeping."""

    household = serializers.CharField(source="household.number", help_text="户编号")
    holder = serializers.CharField(source="person.name", help_text="持有人")

    class Meta:
        model = Custody
        fields = ("id", "household", "holder", "what", "tail", "keeper", "keeper_is", "ended_on")


CustodyIn = body_of(NewCustody, "CustodyIn", "A passbook or card given into keeping.")


class Custodies(Door):
    """存折银行卡代管."""

    @call(
        "代管清单",
        READ,
        name="custody_list",
        tag=CHECKS,
        answer=page_of(CustodyRow, "CustodyPage"),
        asks=[Paged],
    )
    def get(self, request: Request) -> Response:
        """The newest in front."""
        rows = Custody.objects.visible_to(self.staff).select_related("household", "person")
        page = paged(
            asked_of(request), rows, ("-pk",), lambda found: CustodyRow(found, many=True).data
        )
        return Response(page)

    @once
    @call(
        "登记代管",
        WRITE,
        name="custody_create",
        tag=CHECKS,
        takes=CustodyIn,
        answer=ThingOut,
        status=201,
        example={
            "number": "430482001200000012",
            "name": "张三",
            "what": "card",
            "tail": "4321",
            "keeper": "李干部",
            "keeper_is": "村委会主任",
            "agreement": "村档案柜",
            "agreed_on": "2024-07-01",
        },
        told=THING,
    )
    def post(self, request: Request) -> Response:
        """One more, of a member of a household by name."""
        data = judged(NewCustody(typed(read(CustodyIn, request.data))))
        home, name = home_of(self.staff, data.pop("number").strip()), data.pop("name").strip()
        members = home.members.known_now().filter(person__name=name)
        person = members.values_list("person_id", flat=True).first()
        if person is None:
            raise NotFound(gettext("该户没有名叫“{name}”的成员，请核对。").format(name=name))
        today = timezone.localdate()
        made = actions.record_custody(
            household_id=home.pk, person_id=person, on=today, by=self.staff, **data
        )
        answer = thing_told(made.pk, pages.custody(self.staff, made.pk, today))
        answer.status_code = status.HTTP_201_CREATED
        return answer
