"""救助站的表单: one small form an act."""

from __future__ import annotations

from django import forms

from apps.households.kinds import ZONES
from apps.registers import station_words as words
from apps.registers.forms import Choices, choice, day, line, text

SEXES = (("m", "男"), ("f", "女"))


class Admit(forms.Form):
    """入站登记."""

    admitted_on = day("入站日期")
    brought_by = choice("来站方式", words.BROUGHT_BY.items())
    division = choice("发现地", ())
    place = line("发现地点", 200)
    name = line("自报姓名", 100, required=False, hint="无法说明的不填")
    sex = choice("性别", SEXES, required=False)
    age = forms.IntegerField(
        label="自报或估计年龄",
        min_value=0,
        max_value=120,
        error_messages={"required": "请填写年龄，不知道的估计填写。"},
    )
    group = choice("人员类别", words.GROUPS.items(), hint="老年人、未成年人、残疾人先救助后查明")
    tells = choice("本人陈述", words.TELLS.items())
    needs = text("救助需求", 300, hint="食宿、医疗、返乡等")
    health = text("健康情况", 300, required=False, hint="只有县级、乡镇经办和审核可见")

    def __init__(self, *args: object, townships: list[tuple[str, str]], **kwargs: object) -> None:
        """Offer the townships of the territory as places where somebody was found."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = self.fields["division"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", "请选择"), *townships]


class Search(forms.Form):
    """身份查询."""

    kind = choice("查询方式", words.SEARCHES.items())
    on = day("办理日期")
    note = text("说明", 300, required=False)


class Conclude(forms.Form):
    """登记查询结果."""

    result = choice("结果", words.RESULTS.items())
    on = day("结果日期")
    note = text("结果说明", 300)


class Identify(forms.Form):
    """查明身份."""

    name = line("姓名", 100)
    id_number = line("公民身份号码", 18)
    id_number.widget.attrs |= {"data-id-number": "", "maxlength": 200}  # a reader types it all


class Extend(forms.Form):
    """提出延长."""

    until = day("延长至")
    reason = text("延长理由", 300)


class Decide(forms.Form):
    """批准或不批准延长."""

    grant = choice("决定", (("yes", "批准"), ("no", "不批准")))
    reason = text("理由", 200, required=False, hint="不批准的须写明")

    def clean(self) -> dict[str, object]:
        """A refusal says why; the choice becomes true or false."""
        data = super().clean() or {}
        grant = data.get("grant") == "yes"
        if data.get("grant") == "no" and not data.get("reason"):
            self.add_error("reason", "不批准的请写明理由。")
        return {**data, "grant": grant}


class FileAbove(forms.Form):
    """报上级备案."""

    filing = line("备案记录", 100, hint="报送方式、对方签收情况")


class Leave(forms.Form):
    """离站."""

    leaving = choice("离站方式", words.LEAVINGS.items())
    on = day("离站日期")
    note = text("去向", 300, hint="接回人、护送到何处、转入的机构")


class Prone(forms.Form):
    """列入易走失人员库."""

    reason = choice("入库原因", words.PRONE.items())
    keeper = line("监护人或照料人", 100)
    phone = line("电话", 30)
    note = text("说明", 300, required=False)


class EndProne(forms.Form):
    """移出易走失人员库."""

    reason = choice("出库原因", words.PRONE_ENDS.items())


class Alone(forms.Form):
    """提出申请 for somebody who lives in no household: where they are put on record."""

    village = choice("建户的村（社区）", ())
    zone = choice("城乡类别", ZONES.items())

    def __init__(self, *args: object, villages: Choices, **kwargs: object) -> None:
        """Offer the villages of the place where the person was found."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = self.fields["village"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", "请选择"), *villages]
