"""人员与查找的接口: persons, and the search."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.households.api.homes import READ, TAG
from apps.households.kinds import RELATIONSHIPS
from apps.households.models import Member, Person
from apps.households.search import search
from apps.offices.api.asking import Strict, read_query
from apps.offices.api.door import Door, call
from apps.offices.moves import NotFound
from apps.units.id_number import masked


class StayOut(serializers.Serializer[Any]):
    """Where somebody lives or lived."""

    household = serializers.CharField(help_text="户编号")
    relationship = serializers.CharField(help_text="与申请人关系")
    since = serializers.DateField(help_text="自何日起")
    until = serializers.DateField(allow_null=True, help_text="到何日止；null 仍在户")


class PersonOut(serializers.Serializer[Any]):
    """A person."""

    id = serializers.IntegerField(help_text="人员编号")
    name = serializers.CharField(help_text="姓名")
    sex = serializers.CharField(allow_blank=True, help_text="性别代码：m、f 或空")
    born = serializers.DateField(help_text="出生日期")
    id_number = serializers.CharField(allow_blank=True, help_text="证件号码（遮盖）")
    phone = serializers.CharField(allow_blank=True, help_text="电话（遮盖）")
    stays = StayOut(many=True, help_text="在辖区内住过的户")


class OnePerson(Door):
    """一个人."""

    @call("一个人", READ, name="persons_retrieve", tag=TAG, answer=PersonOut)
    def get(self, request: Request, pk: int) -> Response:
        """Somebody who lives or lived in the territory."""
        here = Member.objects.known_now().filter(
            household__division__startswith=self.staff.division
        )
        stays = list(
            here.filter(person=pk).select_related("person", "household").order_by("period")
        )
        if not stays:
            raise NotFound(gettext("没有找到这个人，或不在您的管辖范围内。"))
        return Response(PersonOut(_person(stays[0].person, stays)).data)


def _person(who: Person, stays: list[Member]) -> dict[str, Any]:
    return {
        "id": who.pk,
        **{name: getattr(who, name) for name in ("name", "sex", "born")},
        "id_number": masked(who.id_number) if who.id_number else "",
        "phone": masked(who.phone),
        "stays": [
            {
                "household": stay.household.number,
                "relationship": str(RELATIONSHIPS[stay.relationship]),
                "since": stay.period.lower,
                "until": stay.period.upper,
            }
            for stay in stays
        ],
    }


# ---- search ------------------------------------------------------------------------------------
class HitOut(serializers.Serializer[Any]):
    """One found."""

    person = serializers.IntegerField(source="person_id", help_text="人员编号")
    name = serializers.CharField(help_text="姓名")
    sex = serializers.CharField(help_text="性别")
    born_year = serializers.IntegerField(help_text="出生年份")
    id_number = serializers.CharField(help_text="证件号码（遮盖）")
    household = serializers.CharField(source="number", help_text="户编号")
    village = serializers.CharField(help_text="乡镇和村（社区）")
    relationship = serializers.CharField(help_text="与申请人关系")
    dead = serializers.BooleanField(help_text="已死亡")
    left = serializers.BooleanField(help_text="已离户")


class SearchOut(serializers.Serializer[Any]):
    """What a search found."""

    results = HitOut(many=True)
    more = serializers.BooleanField(help_text="不止这些，请再写详细些")
    words = serializers.CharField(help_text="按什么理解")


class SearchAsked(Strict):
    """What is looked for."""

    q = serializers.CharField(
        max_length=60, help_text="姓名、拼音或首字母、证件号码或其末尾、电话末尾、户编号"
    )


class Search(Door):
    """查找."""

    @call(
        "查找",
        READ,
        name="search",
        tag=TAG,
        answer=SearchOut,
        asks=[SearchAsked],
        say="最多五十条，最像的在前；与网页的查找同一规则。",
    )
    def get(self, request: Request) -> Response:
        """People of the territory that the text may mean."""
        found = search(read_query(SearchAsked, request.query_params)["q"], self.staff)
        said = {"results": found.hits, "more": found.more, "words": found.words}
        return Response(SearchOut(said).data)
