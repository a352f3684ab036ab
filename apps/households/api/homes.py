"""户与人的接口: households with their people, facts and accounts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.households.actions import reveal_ids
from apps.households.kinds import KINDS
from apps.households.listing import households
from apps.households.models import BankAccount, Fact, Household, Member
from apps.households.profile import Profile, profile
from apps.households.words import fact_words
from apps.offices.api.asking import Nothing, read
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, link, page_of, paged
from apps.offices.api.versions import told
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.once import once, unkept
from apps.offices.sight import Record
from apps.offices.tokens import Scope
from apps.units.id_number import masked

TAG = "家庭与人员"
READ = Scope.HOUSEHOLDS_READ
NUMBER = "430482001200000012"


def home_of(staff: Staff, number: str) -> Household:
    """A household inside the territory; NotFound otherwise, without saying which."""
    found = Household.objects.visible_to(staff).filter(number=number[:24]).first()
    if found is None or found.number != number:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    return found


def standing(home: Household, known: Profile) -> Record:
    """What an edit of a household has to have seen: who lives where, on what, and paid whereto."""
    people = [f"{m.person_id}" for m in known.members if not m.gone]
    boxes: dict[str, Any] = {
        "village": home.division,
        "address": home.address,
        "members": people,
        "facts": sum(fact.voided_on is None for fact in known.facts),
        "account": known.account.number if known.account else "",
        "closed_on": home.closed_on,
    }
    return Record(boxes, "households.", household=home.pk)


# ---- households --------------------------------------------------------------------------------
class HouseholdRow(serializers.Serializer[Any]):
    """A household as a list shows it."""

    number = serializers.CharField(help_text="户编号")
    name = serializers.CharField(allow_blank=True, help_text="申请人")
    members = serializers.IntegerField(help_text="现有人数")
    village = serializers.CharField(help_text="乡镇和村（社区）")
    address = serializers.CharField(allow_blank=True, help_text="住址")
    closed = serializers.BooleanField(help_text="已销户")


class HouseholdsAsked(Paged):
    """Filters of the households."""

    division = serializers.RegexField(r"^\d{1,12}$", required=False, help_text="区划代码（前缀）")


class Households(Door):
    """家庭."""

    @call(
        "家庭清单",
        READ,
        name="households_list",
        tag=TAG,
        answer=page_of(HouseholdRow, "HouseholdPage"),
        asks=[HouseholdsAsked],
        say="按村和户编号排列。登记新户见 POST /api/v1/registrations/。",
        told={
            "results": [
                {
                    "number": NUMBER,
                    "name": "张三",
                    "members": 3,
                    "village": "蒸阳街道禄福村",
                    "address": "三组12号",
                    "closed": False,
                }
            ],
            "next": None,
        },
    )
    def get(self, request: Request) -> Response:
        """Of the territory, in the order of village and number."""
        asked = asked_of(request, HouseholdsAsked)
        page = households(
            self.staff,
            division=asked.filters.get("division", ""),
            after=asked.after[0] if asked.after else "",
            limit=asked.limit,
        )
        following = link(asked, [page.after]) if page.after else None
        return Response(
            {"results": HouseholdRow(page.rows, many=True).data, "next": following},
        )


class AccountOut(serializers.Serializer[Any]):
    """Where money goes; of the number only its end."""

    payee = serializers.CharField(help_text="收款人")
    bank = serializers.CharField(help_text="开户行")
    number = serializers.CharField(help_text="账号（只显示末尾四位）")


class MemberOut(serializers.Serializer[Any]):
    """One who lives or lived in a household."""

    person = serializers.IntegerField(source="person_id", help_text="人员编号")
    name = serializers.CharField(help_text="姓名")
    relationship = serializers.CharField(help_text="与申请人关系")
    sex = serializers.CharField(help_text="性别")
    born = serializers.DateField(help_text="出生日期")
    age = serializers.IntegerField(help_text="年龄")
    id_number = serializers.CharField(help_text="证件号码（遮盖）")
    since = serializers.DateField(help_text="自何日起")
    until = serializers.DateField(allow_null=True, help_text="到何日止；null 仍在户")
    account = AccountOut(allow_null=True)


class HouseholdOut(serializers.Serializer[Any]):
    """A household with its people."""

    number = serializers.CharField(help_text="户编号")
    division = serializers.CharField(help_text="村（社区）代码")
    village = serializers.CharField(help_text="乡镇和村（社区）")
    address = serializers.CharField(allow_blank=True, help_text="住址")
    zone = serializers.CharField(allow_blank=True, help_text="城乡类别")
    phone = serializers.CharField(allow_blank=True, help_text="联系电话（遮盖）")
    since = serializers.DateField(help_text="建户日期")
    closed_on = serializers.DateField(allow_null=True, help_text="销户日期")
    account = AccountOut(allow_null=True, help_text="户账户")
    members = MemberOut(many=True)


def household_told(home: Household, known: Profile) -> dict[str, Any]:
    """A household as the API tells it."""
    found = {name: getattr(home, name) for name in ("number", "division", "since", "closed_on")}
    found |= {
        "village": known.village,
        "address": home.address,
        "zone": known.zone,
        "phone": masked(known.phone),
        "account": known.account,
        "members": known.members,
    }
    return dict(HouseholdOut(found).data)


HOME = {
    "number": NUMBER,
    "division": "430482001200",
    "village": "蒸阳街道禄福村",
    "address": "三组12号",
    "zone": "农村",
    "phone": "138****5678",
    "since": "2024-06-05",
    "closed_on": None,
    "account": {"payee": "张三", "bank": "农商银行", "number": "···4321"},
    "members": [
        {
            "person": 31,
            "name": "张三",
            "relationship": "申请人",
            "sex": "男",
            "born": "1980-05-05",
            "age": 44,
            "id_number": "430482********1234",
            "since": "2024-06-05",
            "until": None,
            "account": None,
        }
    ],
}


class OneHousehold(Door):
    """一户."""

    @call(
        "一户",
        READ,
        name="households_retrieve",
        tag=TAG,
        answer=HouseholdOut,
        say="答复头 ETag 是这一户的版本，办理变更时写在 If-Match 中。",
        told=HOME,
    )
    def get(self, request: Request, number: str) -> Response:
        """With all who live or lived there."""
        home = home_of(self.staff, number)
        known = profile(home, timezone.localdate())
        return told(household_told(home, known), standing(home, known))


class FactOut(serializers.Serializer[Any]):
    """One dated fact."""

    id = serializers.IntegerField(help_text="事实编号")
    person = serializers.IntegerField(allow_null=True, help_text="人员编号；null 为全户")
    kind = serializers.CharField(help_text="种类代码")
    kind_words = serializers.CharField(help_text="种类")
    code = serializers.CharField(allow_blank=True, help_text="类别代码")
    words = serializers.CharField(allow_blank=True, help_text="内容")
    amount_fen = serializers.IntegerField(allow_null=True, help_text="金额（分）")
    per = serializers.CharField(allow_blank=True, help_text="周期：month、year")
    on = serializers.DateField(help_text="发生日期")
    until = serializers.DateField(allow_null=True, help_text="截止日期")
    recorded_on = serializers.DateField(help_text="登记日期")
    voided_on = serializers.DateField(allow_null=True, help_text="作废日期")


class FactsAsked(Paged):
    """Filters of the facts."""

    kind = serializers.ChoiceField(choices=list(KINDS), required=False, help_text="种类代码")


def facts_told(rows: list[Fact]) -> list[dict[str, Any]]:
    """Facts as the API tells them."""
    plain = ("kind", "code", "amount_fen", "per", "on", "until", "recorded_on", "voided_on")
    return [
        {
            "id": fact.pk,
            "person": fact.person_id,
            "kind_words": str(KINDS[fact.kind].label),
            "words": fact_words(fact),
            **{name: getattr(fact, name) for name in plain},
        }
        for fact in rows
    ]


class Facts(Door):
    """一户的事实."""

    @call(
        "一户登记的事实",
        READ,
        name="households_facts",
        tag=TAG,
        answer=page_of(FactOut, "FactPage"),
        asks=[FactsAsked],
        say="收入、财产、残疾、监护等，含已作废的；新的在前。",
    )
    def get(self, request: Request, number: str) -> Response:
        """Of the household and of all who live or lived there, the newest in front."""
        home = home_of(self.staff, number)
        asked = asked_of(request, FactsAsked)
        people = Member.objects.known_now().filter(household=home).values("person")
        whole = Fact.objects.filter(household=home, person=None)
        rows = Fact.objects.filter(person__in=people) | whole
        answer = paged(asked, rows.filter(**asked.filters), ("-on", "-pk"), facts_told)
        return Response(answer | {"results": FactOut(answer["results"], many=True).data})


class AccountVersion(serializers.ModelSerializer[BankAccount]):
    """One version of where money goes."""

    number = serializers.SerializerMethodField(help_text="账号（只显示末尾四位）")

    class Meta:
        model = BankAccount
        fields = (
            "id",
            "person",
            "version",
            "payee_name",
            "payee_is",
            "bank",
            "number",
            "reason",
            "recorded_on",
        )

    def get_number(self, account: BankAccount) -> str:
        """Its end."""
        return f"···{account.number[-4:]}"


class Accounts(Door):
    """一户的收款账户."""

    @call(
        "一户的收款账户",
        READ,
        name="households_accounts",
        tag=TAG,
        answer=page_of(AccountVersion, "AccountPage"),
        asks=[Paged],
        say="户账户和各成员账户的全部版本，新的在前；每个对象的最新版本有效。更换用变更 account。",
    )
    def get(self, request: Request, number: str) -> Response:
        """Every version, the newest in front."""
        home = home_of(self.staff, number)
        people = Member.objects.known_now().filter(household=home).values("person")
        mine = BankAccount.objects.filter(person__in=people)
        rows = mine | BankAccount.objects.filter(household=home)
        asked = asked_of(request)
        said = paged(asked, rows, ("-pk",), lambda found: AccountVersion(found, many=True).data)
        return Response(said)


class WholeId(serializers.Serializer[Any]):
    """A whole ID number."""

    person = serializers.IntegerField(help_text="人员编号")
    id_number = serializers.CharField(help_text="完整证件号码")


class RevealIn(Nothing):
    """Nothing is asked: the look itself is put down."""


class WholeIds(serializers.Serializer[Any]):
    """The whole ID numbers of a household."""

    results = WholeId(many=True)


class IdNumbers(Door):
    """完整证件号码."""

    @once
    @call(
        "查看一户的完整证件号码",
        Scope.IDS_REVEAL,
        name="households_reveal",
        binding=True,
        tag=TAG,
        takes=RevealIn,
        answer=WholeIds,
        say="与网页的“显示证件号码”相同：只限有权岗位，每看一次记一条经办记录。",
        example={},
        told={"results": [{"person": 31, "id_number": "430482198005051234"}]},
    )
    def post(self, request: Request, number: str) -> Response:
        """The numbers, and a line in the record of who saw them."""
        read(RevealIn, request.data)
        home = home_of(self.staff, number)
        found = reveal_ids(home, by=self.staff, on=timezone.localdate())
        rows = [{"person": pk, "id_number": text} for pk, text in sorted(found.items())]
        return unkept(Response({"results": WholeId(rows, many=True).data}))
