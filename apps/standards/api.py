"""保障标准的接口: what holds, since when, by which document; and entering a new value."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import MONTH, Day, Strict, judged, read, read_query, typed
from apps.offices.api.door import Door, call
from apps.offices.api.resources import ForAll
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope
from apps.standards import actions, pages
from apps.standards.forms import AdoptForm
from apps.standards.loading import Entry, catalogue
from apps.standards.perms import may_adopt
from apps.units.months import month_code

TAG = "标准"
KIND = "standards.standard"


class ValueOut(serializers.Serializer[Any]):
    """One dated value of one band."""

    band = serializers.CharField(allow_blank=True, help_text="档次代码；空为不分档")
    band_words = serializers.CharField(allow_blank=True, help_text="档次")
    value = serializers.CharField(allow_blank=True, help_text="值，如登记时所写；空为未配置")
    words = serializers.CharField(allow_blank=True, help_text="值和单位")
    since = serializers.CharField(help_text="自何月起")
    last = serializers.CharField(allow_null=True, help_text="至何月止；null 一直适用")
    state = serializers.CharField(help_text="past 以前、now 现行、future 将来")
    document = serializers.CharField(allow_blank=True, help_text="文号")
    source: Any = serializers.CharField(allow_blank=True, help_text="来源")
    example = serializers.BooleanField(help_text="示例值（没有正式文件）")
    recorded_on = serializers.DateField(help_text="登记日期")


class StandardOut(serializers.Serializer[Any]):
    """One standard with its values in force."""

    key = serializers.CharField(help_text="标准代码")
    label: Any = serializers.CharField(help_text="名称")
    unit = serializers.CharField(help_text="单位")
    values = ValueOut(many=True, help_text="各档各期的值")


class StandardsOut(serializers.Serializer[Any]):
    """All standards."""

    results = StandardOut(many=True)


class StandardsAsked(Strict):
    """As known when, and of which programme."""

    known = Day(required=False, help_text="按某日所知；不写为现在")
    programme = serializers.RegexField(r"^[a-z_]{1,32}$", required=False, help_text="代码的前段")


STANDARD = {
    "key": "minimum_living.standard",
    "label": "低保标准",
    "unit": "元/月",
    "values": [
        {
            "band": "rural",
            "band_words": "农村",
            "value": "450.00",
            "words": "450.00元/月",
            "since": "2024-01",
            "last": None,
            "state": "now",
            "document": "",
            "source": "示例",
            "example": True,
            "recorded_on": "2024-01-02",
        }
    ],
}


def _told(group: pages.Group) -> dict[str, Any]:
    plain = ("band", "words", "state", "document", "source", "example", "recorded_on")
    return {
        "key": group.key,
        "label": str(group.label),
        "unit": str(group.unit),
        "values": [
            {
                **{name: getattr(row, name) for name in plain},
                "band_words": str(row.band_name),
                "value": row.typed,
                "since": month_code(row.since),
                "last": month_code(row.last) if row.last else None,
            }
            for row in group.rows
        ],
    }


def find(key: str) -> tuple[Entry, pages.Group]:
    """A standard of the catalogue; NotFound otherwise."""
    entry, group = catalogue().get(key), pages.one(key, timezone.localdate())
    if entry is None or group is None:
        raise NotFound(gettext("没有这项标准。"))
    return entry, group


def standing(entry: Entry, group: pages.Group) -> Record:
    """What whoever enters a value has to have seen: every value in force."""
    boxes: dict[str, Any] = {}
    newest = 0
    for month, record in pages.on_record(entry, group, pages.bands_of(entry, group)).items():
        newest = record.pk
        boxes |= {f"{month}.{name}": value for name, value in record.boxes.items()}
    return Record(boxes, KIND, newest)


class Standards(ForAll):
    """标准."""

    @call(
        "标准清单",
        Scope.STANDARDS_READ,
        name="standards_list",
        tag=TAG,
        answer=StandardsOut,
        asks=[StandardsAsked],
        say="全部标准、比例、限额和开关，附文号；示例值有标记。",
        told={"results": [STANDARD]},
    )
    def get(self, request: Request) -> Response:
        """In the order of the page."""
        asked = read_query(StandardsAsked, request.query_params)
        start = f"{asked['programme']}." if "programme" in asked else ""
        rows = [
            _told(group)
            for chapter in pages.chapters(timezone.localdate(), asked.get("known"))
            for group in chapter.groups
            if group.key.startswith(start)
        ]
        return Response({"results": StandardOut(rows, many=True).data})


class OneStandard(ForAll):
    """一项标准."""

    @call(
        "一项标准",
        Scope.STANDARDS_READ,
        name="standards_retrieve",
        tag=TAG,
        answer=StandardOut,
        told=STANDARD,
    )
    def get(self, request: Request, key: str) -> Response:
        """With its values in force."""
        entry, group = find(key)
        return told(StandardOut(_told(group)).data, standing(entry, group))


class BandIn(Strict):
    """The new value of one band."""

    band = serializers.RegexField(
        r"^[0-9A-Za-z_-]{0,24}$", allow_blank=True, default="", help_text="档次代码；不分档的不写"
    )
    value = serializers.CharField(
        max_length=20, allow_blank=True, help_text="值，如 650.00、0.30、true；空为未配置"
    )


class AdoptIn(Strict):
    """A new value, from a month on, by its document."""

    from_month = serializers.RegexField(MONTH, help_text="自何月起")
    last_month = serializers.RegexField(MONTH, required=False, help_text="至何月止")
    mends = serializers.BooleanField(required=False, help_text="更正同一个月份已登记的值")
    document = serializers.CharField(
        required=False, max_length=120, allow_blank=True, help_text="文号"
    )
    source: Any = serializers.CharField(
        required=False, max_length=300, allow_blank=True, help_text="来源"
    )
    example = serializers.BooleanField(required=False, help_text="示例值（没有正式文件）")
    values = serializers.ListField(
        child=BandIn(), min_length=1, max_length=60, help_text="各档的值；没写的档为未配置"
    )


class StandardValues(Door):
    """登记标准."""

    def gate(self) -> None:
        """The county's supervisor alone."""
        if not may_adopt(self.staff):
            raise NotAllowed(gettext("标准由县级审核登记。"))

    @once
    @call(
        "登记标准",
        Scope.STANDARDS_WRITE,
        name="standards_adopt",
        tag=TAG,
        takes=AdoptIn,
        answer=StandardOut,
        status=201,
        seen=True,
        say="自某月起的新值；计算过的月份由下一批次自动补算差额。没有正式文件的须标为示例值。",
        example={
            "from_month": "2025-01",
            "source": "测算示例",
            "example": True,
            "values": [{"band": "rural", "value": "470.00"}],
        },
        told=STANDARD,
    )
    def post(self, request: Request, key: str) -> Response:
        """The standard as it is afterwards."""
        given, today = read(AdoptIn, request.data), timezone.localdate()
        entry, group = find(key)
        bands = pages.bands_of(entry, group)
        one_editor(KIND, sum(map(ord, key)))
        must_match(request, standing(entry, find(key)[1]), by=self.staff)
        boxes = {}
        for place, one in enumerate(given.pop("values")):
            if one["band"] not in bands:
                words = [gettext("没有这一档。")]
                raise serializers.ValidationError({f"values.{place}.band": words})
            boxes[f"value_{bands.index(one['band'])}"] = one["value"]
        form = AdoptForm(
            typed(given | boxes), entry=entry, bands=bands, entered=pages.entered_of(entry)
        )
        data = judged(form)
        asked = ("from_month", "last_month", "mends", "value", "document", "source", "example")
        actions.enter(key, recorded_on=today, by=self.staff, **{name: data[name] for name in asked})
        entry, group = find(key)
        said = StandardOut(_told(group)).data
        return told(said, standing(entry, group), status.HTTP_201_CREATED)
