"""户与人: households, persons, and everything known about them, with its two dates.

Each fact has the day it is true (``on``) and the day it was recorded (``recorded_on``).
A fact is corrected by adding another, or voided (登记有误) on a day; nothing is overwritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from apps.households.kinds import KINDS, RELATIONSHIPS, shape_constraints
from apps.offices.models import Staff
from apps.units.fields import FenField
from apps.units.language import lazy as _


class Known(models.QuerySet[Any]):
    """Rows that carry the day they were recorded and, perhaps, the day they were voided."""

    def known_on(self, day: dt.date) -> Self:
        """What the office knew at the end of ``day``."""
        return self.filter(recorded_on__lte=day).filter(
            Q(voided_on__isnull=True) | Q(voided_on__gt=day)
        )

    def known_now(self) -> Self:
        """What the office knows: everything recorded and not voided."""
        return self.filter(voided_on__isnull=True)


class Person(models.Model):
    """人员: one human being; the ID number is unique and checked before it gets here."""

    id_number = models.CharField("证件号码", max_length=18, null=True, unique=True)  # noqa: DJ001
    name = models.CharField("姓名", max_length=100)
    name_key = models.CharField("姓名比对键", max_length=100, db_index=True)
    pinyin = models.CharField("拼音", max_length=300, blank=True)
    initials = ArrayField(models.CharField(max_length=50), verbose_name="拼音首字母", default=list)
    sex = models.CharField(
        "性别", max_length=1, choices=[("m", _("男")), ("f", _("女")), ("", _("未知"))], blank=True
    )
    born = models.DateField("出生日期")
    phone = models.CharField("电话", max_length=30, blank=True)

    class Meta:
        verbose_name = _("人员")
        indexes = [
            models.Index(
                fields=["name_key"], name="person_name_prefix", opclasses=["varchar_pattern_ops"]
            ),
            GinIndex(fields=["initials"], name="person_initials"),
            models.Index(fields=["born"], name="person_born"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(condition=Q(sex__in=["m", "f", ""]), name="person_sex_is_known"),
        ]


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only households inside the person's territory (division prefix)."""
        return self.filter(division__startswith=staff.division)


class Household(models.Model):
    """户（家庭）: the unit all programmes share."""

    number = models.CharField("户编号", max_length=24, unique=True)
    division = models.CharField("村（社区）", max_length=12)
    address = models.CharField("住址", max_length=200, blank=True)
    since = models.DateField("建户日期")
    closed_on = models.DateField("销户日期", null=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("户")
        indexes = [
            models.Index(
                fields=["division"],
                name="household_division_prefix",
                opclasses=["varchar_pattern_ops"],
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(division__regex=r"^\d{12}$"), name="household_division_is_a_village"
            )
        ]


class Member(models.Model):
    """共同生活家庭成员: who lived in which household, from day to day, as known.

    A correction voids the old row and adds a new one. Nobody lives in two households at once:
    the database refuses it.
    """

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="memberships"
    )
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="members"
    )
    relationship = models.CharField("与申请人关系", max_length=12)
    period = DateRangeField("起止")
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_on = models.DateField("更正日期", null=True)

    objects = Known.as_manager()

    class Meta:
        verbose_name = _("家庭成员")
        constraints = [
            ExclusionConstraint(
                name="one_household_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(voided_on__isnull=True),
                violation_error_message=_("同一人同一时间只能在一个家庭中。"),
            ),
            models.CheckConstraint(
                condition=Q(relationship__in=list(RELATIONSHIPS)), name="member_relationship"
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="member_period_is_not_empty"
            ),
        ]


class Fact(models.Model):
    """事实: one dated fact about a person or a household; see kinds.py for what each says.

    ``on`` is the day it is true, ``recorded_on`` the day it was recorded, ``until`` its last
    day (or the expiry of a certificate), ``voided_on`` the day it was found to be an error.
    Amounts are net; gross and deduction are kept beside them where they were declared.
    """

    kind = models.CharField("种类", max_length=20)
    person = models.ForeignKey(
        Person, verbose_name="人员", null=True, on_delete=models.PROTECT, related_name="facts"
    )
    household = models.ForeignKey(
        Household, verbose_name="户", null=True, on_delete=models.PROTECT, related_name="facts"
    )
    on = models.DateField("发生日期")
    until = models.DateField("截止日期", null=True)
    code = models.CharField("类别", max_length=32, blank=True)
    part = models.CharField("部分", max_length=8, blank=True)
    detail = models.CharField("细目", max_length=32, blank=True)
    number = models.SmallIntegerField("数", null=True)
    amount_fen = FenField("金额（分）", null=True)
    gross_fen = FenField("总额（分）", null=True)
    deduction_fen = FenField("扣除（分）", null=True)
    per = models.CharField("周期", max_length=5, blank=True)
    flag = models.BooleanField("是否", null=True)
    day = models.DateField("相关日期", null=True)
    items = models.JSONField("明细", null=True)
    evidence = models.CharField("依据材料", max_length=200, blank=True)
    recorded_on = models.DateField("登记日期")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_on = models.DateField("作废日期", null=True)

    objects = Known.as_manager()

    class Meta:
        verbose_name = _("事实")
        indexes = [
            # Covering, in the order of "the newest of each person": a run reads no table at all.
            models.Index(
                fields=["kind", "person", "-on", "-id"],
                include=["code", "number", "flag", "until"],
                name="fact_of_person",
                condition=Q(voided_on__isnull=True),
            ),
            models.Index(
                fields=["kind", "household", "-on", "-id"],
                include=["code"],
                name="fact_of_household",
                condition=Q(household__isnull=False, voided_on__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="fact_kind_is_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(household__isnull=False),
                name="fact_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(per="", amount_fen__isnull=True)
                | Q(per__in=["month", "year"], amount_fen__gte=0),
                name="fact_amount_has_a_period",
            ),
            models.CheckConstraint(
                condition=Q(gross_fen__isnull=True, deduction_fen__isnull=True)
                | Q(amount_fen=models.F("gross_fen") - models.F("deduction_fen")),
                name="fact_net_is_gross_less_deduction",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("on")),
                name="fact_until_not_before_on",
            ),
            models.CheckConstraint(
                condition=Q(part__in=["", "father", "mother"]), name="fact_part"
            ),
            models.CheckConstraint(
                condition=Q(voided_on__isnull=True) | Q(voided_on__gte=models.F("recorded_on")),
                name="fact_void_after_record",
            ),
            *shape_constraints(),
        ]


class PersonMergeQuerySet(models.QuerySet["PersonMerge"]):
    def visible_to(self, staff: Staff) -> Self:
        """Merges of somebody who lives or lived inside the person's territory."""
        inside = Member.objects.known_now().filter(household__division__startswith=staff.division)
        return self.filter(kept__in=inside.values("person"))

    def standing(self) -> Self:
        """Those that have not been undone."""
        return self.filter(undone_on__isnull=True)


class PersonMerge(models.Model):
    """并档: two files were one human being; ``merged`` is read as ``kept`` from ``on`` on.

    The merged file stays as it is, with all its facts and payments. What it knew is recorded
    again for the kept one (``copied``: pairs of fact ids, from and to). Undone (拆档), the copies
    are voided and the merged one lives again where they lived (``household``, ``relationship``).
    """

    kept = models.ForeignKey(
        Person, verbose_name="保留", on_delete=models.PROTECT, related_name="merges"
    )
    merged = models.ForeignKey(
        Person, verbose_name="并入", on_delete=models.PROTECT, related_name="merged_into"
    )
    on = models.DateField("合并日期")
    reason = models.CharField("理由", max_length=200)
    household = models.ForeignKey(
        Household, verbose_name="原户", null=True, on_delete=models.PROTECT, related_name="+"
    )
    relationship = models.CharField("原关系", max_length=12, blank=True)
    copied = models.JSONField("转登事实", default=list)
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_on = models.DateField("拆分日期", null=True)

    objects = PersonMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("并档")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=models.F("merged")), name="merge_of_two_people"
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_on__isnull=True),
                name="merged_once",
                violation_error_message=_("该档案已经并入他人。"),
            ),
            models.CheckConstraint(
                condition=Q(undone_on__isnull=True) | Q(undone_on__gte=models.F("on")),
                name="merge_undone_after_it_was_made",
            ),
        ]


class DistinctPair(models.Model):
    """不是同一人: somebody has looked, and two files that look alike are two people."""

    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("核实日期")
    reason = models.CharField("依据", max_length=200)
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("不是同一人")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="pair_told_apart_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="pair_in_order"),
        ]


class BankAccount(models.Model):
    """收款账户: a version of where money of a person or a household goes; only ever added.

    The newest version of a subject holds. A person without one is paid to the household's.
    """

    person = models.ForeignKey(
        Person, verbose_name="人员", null=True, on_delete=models.PROTECT, related_name="accounts"
    )
    household = models.ForeignKey(
        Household, verbose_name="户", null=True, on_delete=models.PROTECT, related_name="accounts"
    )
    version = models.PositiveIntegerField("版本")
    payee_name = models.CharField("收款人", max_length=100)
    payee_id_number = models.CharField("收款人证件号码", max_length=18, blank=True)
    payee_is = models.CharField("收款人身份", max_length=12, default="self")
    bank = models.CharField("开户行", max_length=60)
    number = models.CharField("账号", max_length=40)
    reason = models.CharField("更换原因", max_length=100, blank=True)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("收款账户")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "household", "version"],
                name="account_version",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, household__isnull=False)
                | Q(person__isnull=False, household__isnull=True),
                name="account_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(payee_is__in=["self", "head", "guardian", "carer", "institution"]),
                name="account_payee_is",
            ),
        ]
