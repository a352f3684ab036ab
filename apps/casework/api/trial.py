"""试算接口: POST /api/v1/trials/ — any case, any month, any draft standard; nothing is written."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework.forms import draft_value, programme_choices
from apps.casework.programme import PROGRAMMES
from apps.casework.trial import HypotheticalHousehold, HypotheticalPerson, Trial, trial
from apps.households.kinds import COLUMNS, KINDS, RELATIONSHIPS, ZONES
from apps.households.models import Household
from apps.offices.api.asking import Day, MonthText, Number, Strict, many
from apps.offices.api.door import Door, call
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.offices.tokens import Scope
from apps.units.money import parse_yuan


class FactIn(Strict):
    """A hypothetical fact: the columns of a recorded one; amounts in yuan as text."""

    kind = serializers.ChoiceField(choices=list(KINDS))
    on = Day(required=False)
    until = Day(required=False)
    day = Day(required=False)
    code = serializers.CharField(required=False, max_length=32)
    part = serializers.CharField(required=False, max_length=8)
    detail = serializers.CharField(required=False, max_length=32)
    number = serializers.IntegerField(required=False, min_value=0, max_value=9999)
    amount = serializers.CharField(required=False, max_length=20)
    per = serializers.ChoiceField(choices=["month", "year"], required=False)
    flag = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The amount in fen under the name the action takes."""
        if "amount" in attrs:
            try:
                attrs["amount_fen"] = parse_yuan(attrs.pop("amount"))
            except ValueError as fault:
                raise serializers.ValidationError({"amount": str(fault)}) from None
        return {name: attrs[name] for name in ("kind", "on", *COLUMNS) if name in attrs}


class TriedPersonIn(Strict):
    """A hypothetical member."""

    born = Day()
    sex = serializers.ChoiceField(choices=["m", "f", ""], default="")
    relationship = serializers.ChoiceField(choices=list(RELATIONSHIPS), default="applicant")
    facts = many(FactIn, 100, required=False)


class TriedHouseholdIn(Strict):
    """A hypothetical household; the first member is the applicant."""

    zone = serializers.ChoiceField(choices=list(ZONES))
    members = many(TriedPersonIn, 20, allow_empty=False)
    facts = many(FactIn, 100, required=False)


class DraftIn(Strict):
    """A draft standard: its key, band and value as typed."""

    key = serializers.CharField(max_length=80)
    band = serializers.CharField(max_length=24, default="", allow_blank=True)
    value = serializers.CharField(max_length=20)
    since = MonthText(required=False)


class TrialIn(Strict):
    """What is to be tried: a household by its number, a person of it, or hypothetical people."""

    programme = serializers.ChoiceField(choices=[])
    month = MonthText()
    household = serializers.CharField(required=False, max_length=24)
    person = Number(required=False, min_value=0)
    hypothetical = TriedHouseholdIn(required=False)
    facts = many(FactIn, 100, required=False)
    standards = many(DraftIn, 50, required=False)
    awards = serializers.ListField(
        child=serializers.CharField(max_length=32), required=False, max_length=30
    )
    basis = serializers.CharField(required=False, max_length=32, default="")

    def get_fields(self) -> dict[str, Any]:
        """The programmes are known only once every app has laid its cards down."""
        fields = super().get_fields()
        fields["programme"] = serializers.ChoiceField(choices=programme_choices())
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One subject, and awards that exist."""
        if sum(name in attrs for name in ("household", "person", "hypothetical")) == 0:
            raise serializers.ValidationError("请给出户编号、人员或假设的家庭。")
        unknown = [code for code in attrs.get("awards", ()) if code not in PROGRAMMES]
        if unknown:
            raise serializers.ValidationError(f"没有这些项目：{'、'.join(unknown)}。")
        return attrs


class StepOut(serializers.Serializer[Any]):
    """One step of the working."""

    words = serializers.CharField()
    fen = serializers.IntegerField()


class TestOut(serializers.Serializer[Any]):
    """One test of the decision; passed null: left to the officer."""

    code = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True)
    words = serializers.CharField()


class TrialOut(serializers.Serializer[Any]):
    """The answer: amount in fen, verdict, working, documents, tests."""

    programme = serializers.CharField()
    month = MonthText()
    fen = serializers.IntegerField()
    verdict = serializers.CharField(allow_null=True)
    why = serializers.CharField(allow_blank=True)
    working = StepOut(many=True)
    documents = serializers.ListField(child=serializers.CharField())
    findings = TestOut(many=True)
    refused_by = serializers.CharField(allow_null=True)


TRIAL = {
    "programme": "minimum_living",
    "month": "2024-08",
    "hypothetical": {
        "zone": "rural",
        "members": [
            {
                "born": "1980-01-01",
                "facts": [{"kind": "income", "code": "wage", "amount": "200.00", "per": "month"}],
            },
            {"born": "2012-01-01", "relationship": "child"},
        ],
        "facts": [{"kind": "property", "flag": True}],
    },
}
ANSWER = {
    "programme": "minimum_living",
    "month": "2024-08",
    "fen": 70000,
    "verdict": "payable",
    "why": "",
    "working": [{"words": "农村标准450元×2人－家庭月收入200元", "fen": 70000}],
    "documents": ["（示例文件）"],
    "findings": [{"code": "income", "passed": True, "words": "人均收入低于标准"}],
    "refused_by": None,
}


class TrialView(Door):
    """试算."""

    @once
    @call(
        "试算",
        Scope.CASES_READ,
        name="trials_create",
        tag="试算",
        takes=TrialIn,
        answer=TrialOut,
        say="任何家庭、任何月份、任何草拟标准；不登记任何内容。",
        example=TRIAL,
        told=ANSWER,
    )
    def post(self, request: Request) -> Response:
        """The amount and its working; nothing is written."""
        staff = self.staff
        asked = TrialIn(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        found = trial(
            programme=data["programme"],
            month=data["month"],
            household_id=_household(data, staff),
            person_id=data.get("person"),
            household=_hypothetical(data.get("hypothetical")),
            facts=data.get("facts", ()),
            standards=[
                draft_value(d["key"], d["band"], d["value"], d.get("since", data["month"]))
                for d in data.get("standards", ())
            ],
            awards=data.get("awards", ()),
            basis=data["basis"],
            by=staff,
        )
        return Response(TrialOut(_answer(found)).data)


def _household(data: dict[str, Any], staff: Staff) -> int | None:
    """The household that is named, seen by this post, and the home of the person named with it."""
    if "household" not in data:
        return None
    mine = Household.objects.visible_to(staff).filter(number=data["household"])
    if "person" in data and "hypothetical" not in data:
        mine = mine.filter(members__person_id=data["person"], members__voided_on=None)
    found = mine.values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("没有找到这一户，或不在您的管辖范围内。")
    return found


def _hypothetical(data: dict[str, Any] | None) -> HypotheticalHousehold | None:
    if data is None:
        return None
    members = tuple(
        HypotheticalPerson(
            born=one["born"],
            sex=one["sex"],
            relationship=one["relationship"],
            facts=tuple(one.get("facts", ())),
        )
        for one in data["members"]
    )
    return HypotheticalHousehold(data["zone"], members, tuple(data.get("facts", ())))


def _answer(found: Trial) -> dict[str, Any]:
    refused = found.refused_by
    return {
        "programme": found.programme,
        "month": found.month,
        "fen": found.fen,
        "verdict": found.verdict.name.lower() if found.verdict is not None else None,
        "why": found.why,
        "working": [{"words": words, "fen": fen} for words, fen in found.lines],
        "documents": found.documents,
        "findings": [test._asdict() for test in found.findings],
        "refused_by": refused.code if refused else None,
    }
