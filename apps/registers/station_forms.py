"""救助站的表单: one small form an act."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext

from apps.households.kinds import ZONES
from apps.registers import station_words as words
from apps.registers.forms import Choices, choice, day, line, text
from apps.units.language import lazy as _

SEXES = (("m", _("男")), ("f", _("女")))


class Admit(forms.Form):
    """入站登记."""

    admitted_on = day(_("入站日期"))
    brought_by = choice(_("来站方式"), words.BROUGHT_BY.items())
    division = choice(_("发现地"), ())
    place = line(_("发现地点"), 200)
    name = line(_("自报姓名"), 100, required=False, hint=_("无法说明的不填"))
    sex = choice(_("性别"), SEXES, required=False)
    age = forms.IntegerField(
        label=_("自报或估计年龄"),
        min_value=0,
        max_value=120,
        error_messages={"required": _("请填写年龄，不知道的估计填写。")},
    )
    group = choice(
        _("人员类别"), words.GROUPS.items(), hint=_("老年人、未成年人、残疾人先救助后查明")
    )
    tells = choice(_("本人陈述"), words.TELLS.items())
    needs = text(_("救助需求"), 300, hint=_("食宿、医疗、返乡等"))
    health = text(_("健康情况"), 300, required=False, hint=_("只有县级、乡镇经办和审核可见"))

    def __init__(self, *args: object, townships: list[tuple[str, str]], **kwargs: object) -> None:
        """Offer the townships of the territory as places where somebody was found."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = self.fields["division"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", gettext("请选择")), *townships]


class Search(forms.Form):
    """身份查询."""

    kind = choice(_("查询方式"), words.SEARCHES.items())
    on = day(_("办理日期"))
    note = text(_("说明"), 300, required=False)


class Conclude(forms.Form):
    """登记查询结果."""

    result = choice(_("结果"), words.RESULTS.items())
    on = day(_("结果日期"))
    note = text(_("结果说明"), 300)


class Identify(forms.Form):
    """查明身份."""

    name = line(_("姓名"), 100)
    id_number = line(_("公民身份号码"), 18)
    id_number.widget.attrs |= {"data-id-number": "", "maxlength": 200}  # a reader types it all


class Extend(forms.Form):
    """提出延长."""

    until = day(_("延长至"))
    reason = text(_("延长理由"), 300)


class Decide(forms.Form):
    """批准或不批准延长."""

    grant = choice(_("决定"), (("yes", _("批准")), ("no", _("不批准"))))
    reason = text(_("理由"), 200, required=False, hint=_("不批准的须写明"))

    def clean(self) -> dict[str, object]:
        """A refusal says why; the choice becomes true or false."""
        data = super().clean() or {}
        grant = data.get("grant") == "yes"
        if data.get("grant") == "no" and not data.get("reason"):
            self.add_error("reason", gettext("不批准的请写明理由。"))
        return {**data, "grant": grant}


class FileAbove(forms.Form):
    """报上级备案."""

    filing = line(_("备案记录"), 100, hint=_("报送方式、对方签收情况"))


class Leave(forms.Form):
    """离站."""

    leaving = choice(_("离站方式"), words.LEAVINGS.items())
    on = day(_("离站日期"))
    note = text(_("去向"), 300, hint=_("接回人、护送到何处、转入的机构"))


class Prone(forms.Form):
    """列入易走失人员库."""

    reason = choice(_("入库原因"), words.PRONE.items())
    keeper = line(_("监护人或照料人"), 100)
    phone = line(_("电话"), 30)
    note = text(_("说明"), 300, required=False)


class EndProne(forms.Form):
    """移出易走失人员库."""

    reason = choice(_("出库原因"), words.PRONE_ENDS.items())


class Alone(forms.Form):
    """提出申请 for somebody who lives in no household: where they are put on record."""

    village = choice(_("建户的村（社区）"), ())
    zone = choice(_("城乡类别"), ZONES.items())

    def __init__(self, *args: object, villages: Choices, **kwargs: object) -> None:
        """Offer the villages of the place where the person was found."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = self.fields["village"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", gettext("请选择")), *villages]
