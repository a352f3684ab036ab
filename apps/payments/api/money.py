"""款项的接口: what a household was paid and why, and how the budget is used."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework.programme import PROGRAMMES
from apps.households.api.homes import home_of
from apps.offices.api.asking import MonthText, Strict, read_query
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.moves import NotAllowed
from apps.offices.perms import COUNTY_ROLES
from apps.offices.tokens import Scope
from apps.payments import household_page
from apps.payments.budgets.reading import states
from apps.payments.models import BankItem
from apps.units.months import month_code

PAYMENTS = "发放"
READ = Scope.PAYMENTS_READ


# ---- what a household was paid -----------------------------------------------------------------
class PaymentOut(serializers.Serializer[Any]):
    """What the bank was asked to pay, and what became of it."""

    id = serializers.IntegerField(source="pk", help_text="代发笔编号")
    run = serializers.IntegerField(source="batch.run_id", help_text="批次编号")
    run_month = serializers.SerializerMethodField(help_text="发放月份")
    programme = serializers.CharField(help_text="项目代码")
    programme_words = serializers.SerializerMethodField(help_text="项目")
    subject = serializers.IntegerField(help_text="对象：人员编号，或户内部编号的负数")
    name = serializers.CharField(source="holder_name", help_text="享受人")
    kind = serializers.CharField(help_text="类别代码")
    fen = serializers.IntegerField(help_text="金额（分）")
    first_month = MonthText(help_text="起始所属月")
    last_month = MonthText(help_text="截止所属月")
    payee = serializers.CharField(source="payee_name", help_text="收款人")
    bank = serializers.CharField(help_text="开户行")
    account = serializers.SerializerMethodField(help_text="账号（只显示末尾四位）")
    state = serializers.CharField(help_text="状态：pending、sent、unknown、paid、returned")
    state_words = serializers.CharField(source="get_state_display", help_text="状态")
    returned_why = serializers.CharField(allow_blank=True, help_text="退回原因")
    returned_on = serializers.DateField(allow_null=True, help_text="退回日期")

    def get_run_month(self, item: BankItem) -> str:
        """The month of its run."""
        return month_code(item.batch.run.month)

    def get_programme_words(self, item: BankItem) -> str:
        """The programme's name."""
        return _card(item.programme)

    def get_account(self, item: BankItem) -> str:
        """Its end."""
        return f"···{item.bank_number[-4:]}"


def _card(code: str) -> str:
    return str(PROGRAMMES[code].name) if code in PROGRAMMES else code


class PaymentsAsked(Paged):
    """Filters of the payments."""

    programme = serializers.RegexField(r"^[a-z_]{1,32}$", required=False, help_text="项目代码")
    state = serializers.ChoiceField(
        choices=BankItem.State.choices, required=False, help_text="状态代码"
    )


class HouseholdPayments(Door):
    """一户的发放."""

    @call(
        "一户的发放",
        READ,
        name="households_payments",
        tag=PAYMENTS,
        answer=page_of(PaymentOut, "PaymentPage"),
        asks=[PaymentsAsked],
        say="已审批批次中给这一户和其成员的每一笔，新的在前。",
        told={
            "results": [
                {
                    "id": 501,
                    "run": 3,
                    "run_month": "2024-07",
                    "programme": "minimum_living",
                    "programme_words": "最低生活保障",
                    "subject": -12,
                    "name": "张三",
                    "kind": "regular",
                    "fen": 45000,
                    "first_month": "2024-07",
                    "last_month": "2024-07",
                    "payee": "张三",
                    "bank": "农商银行",
                    "account": "···4321",
                    "state": "paid",
                    "state_words": "成功",
                    "returned_why": "",
                    "returned_on": None,
                }
            ],
            "next": None,
        },
    )
    def get(self, request: Request, number: str) -> Response:
        """Of the batches that stand, the newest in front."""
        home = home_of(self.staff, number)
        asked = asked_of(request, PaymentsAsked)
        rows = BankItem.objects.filter(household=home, **asked.filters)
        rows = rows.exclude(batch__state="void").select_related("batch__run")
        return Response(paged(asked, rows, ("-pk",), lambda some: PaymentOut(some, many=True).data))


class WhyAsked(Strict):
    """Which amount is to be explained."""

    programme = serializers.RegexField(r"^[a-z_]{1,32}$", help_text="项目代码")
    subject = serializers.IntegerField(
        min_value=-(10**18), max_value=10**18, help_text="对象，如发放和明细所列"
    )
    month = MonthText(help_text="所属月份，如 2024-07")


class WorkingOut(serializers.Serializer[Any]):
    """One step of the working."""

    words = serializers.CharField(help_text="算式")
    fen = serializers.IntegerField(help_text="金额（分）")


class ExplainedOut(serializers.Serializer[Any]):
    """One amount said aloud."""

    title = serializers.CharField(allow_blank=True, help_text="另加的待遇是谁的")
    fen = serializers.IntegerField(help_text="金额（分）")
    working = serializers.ListField(child=WorkingOut(), help_text="算法")
    documents = serializers.ListField(child=serializers.CharField(), help_text="依据的文件")
    basis = serializers.CharField(help_text="结论、批次和规则")


class WhyOut(serializers.Serializer[Any]):
    """Why an amount is what it is."""

    fen = serializers.IntegerField(help_text="合计（分）")
    explained = serializers.ListField(child=ExplainedOut())


class Why(Door):
    """为什么."""

    @call(
        "为什么是这个金额",
        READ,
        name="households_why",
        tag=PAYMENTS,
        answer=WhyOut,
        asks=[WhyAsked],
        say="一项待遇一个月的算法，与网页的“为什么”同一内容。",
    )
    def get(self, request: Request, number: str) -> Response:
        """The working of one award in one month."""
        home = home_of(self.staff, number)
        asked = read_query(WhyAsked, request.query_params)
        found = household_page.why(
            home, asked["programme"], asked["subject"], asked["month"], timezone.localdate()
        )
        rows = [
            {
                "title": str(one.title),
                "fen": one.fen,
                "working": [{"words": str(words), "fen": fen} for words, fen in one.lines],
                "documents": [str(words) for words in one.documents],
                "basis": str(one.basis),
            }
            for one in found["explained"]
        ]
        return Response({"fen": found["whole_fen"], "explained": rows})


# ---- budgets -----------------------------------------------------------------------------------
class BudgetOut(serializers.Serializer[Any]):
    """One 科目 from one source, or over all of them."""

    code = serializers.CharField(help_text="科目代码")
    name = serializers.CharField(help_text="科目")
    source: Any = serializers.CharField(help_text="来源代码；all 为合计")
    source_name = serializers.CharField(help_text="来源")
    planned_fen = serializers.IntegerField(
        source="planned", allow_null=True, help_text="预算（分）；null 未下达"
    )
    issued_fen = serializers.IntegerField(source="issued", help_text="已发放（分）")
    left_fen = serializers.IntegerField(source="left", allow_null=True, help_text="结余（分）")
    example = serializers.BooleanField(help_text="含示例值")


class BudgetsOut(serializers.Serializer[Any]):
    """The budget of a year as it has been used."""

    year = serializers.IntegerField(help_text="年度")
    results = BudgetOut(many=True)


class BudgetsAsked(Strict):
    """Which year."""

    year = serializers.IntegerField(
        required=False, min_value=2000, max_value=2100, help_text="年度；不写为今年"
    )


class Budgets(Door):
    """预算执行."""

    def gate(self) -> None:
        """The budget is the county's."""
        super().gate()
        if self.staff.role not in COUNTY_ROLES:
            raise NotAllowed(gettext("预算由县级岗位查看。"))

    @call(
        "预算执行",
        READ,
        name="budgets_list",
        tag="预算",
        answer=BudgetsOut,
        asks=[BudgetsAsked],
        say="各科目各来源的预算、已发放和结余。",
    )
    def get(self, request: Request) -> Response:
        """By 科目 its total and its sources."""
        asked = read_query(BudgetsAsked, request.query_params)
        year = asked.get("year", timezone.localdate().year)
        return Response({"year": year, "results": BudgetOut(states(year), many=True).data})
