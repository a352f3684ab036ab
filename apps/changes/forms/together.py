"""谁与谁共同生活: 增减员、分户、并户、户主变更."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.registration_forms import COUNTED_BY
from apps.casework.standing import Standing, standing
from apps.changes.about import Resident, residents
from apps.changes.forms.boxes import ChangeForm, chosen, day, line
from apps.changes.forms.boxes import id_number as id_box
from apps.changes.splitting import asked_for, said
from apps.households.kinds import RELATIONSHIPS, ZONES
from apps.households.models import Household
from apps.units.id_number import BadIdNumber, check_id
from apps.units.language import lazy as _
from apps.units.names import clean_name, compare_key

BESIDE_THE_HEAD = {code: name for code, name in RELATIONSHIPS.items() if code != "applicant"}
# What the old head is to the new one, by what the new one was to the old.
TURNED = {
    "spouse": "spouse",
    "child": "parent",
    "parent": "child",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
    "sibling": "sibling",
}


class JoinForm(ChangeForm):
    """成员增加: who comes, and in what relationship."""

    id_number = id_box(_("身份证号"), required=False, hint=_("没有的（如新生儿）填出生日期"))
    name = line(_("姓名"), 100)
    sex = chosen(_("性别"), [("m", _("男")), ("f", _("女"))], required=False)
    born = day(_("出生日期"), required=False)
    relationship = chosen(_("与户主关系"), BESIDE_THE_HEAD.items())
    counted_by = chosen(
        _("计入认定"), COUNTED_BY.items(), required=False, help_text=_("配偶、未成年子女不必选")
    )
    on = day(_("共同生活起始日"))

    def prepare(self) -> None:
        self.standing = Standing(None, None, "")

    def clean_name(self) -> str:
        """A name that hides nothing."""
        try:
            return clean_name(self.cleaned_data["name"])
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None

    def clean_id_number(self) -> str:
        """The number checked; whoever it belongs to lives nowhere else."""
        text = self.cleaned_data["id_number"]
        if not text.strip():
            return ""
        try:
            card = check_id(text, self.about.today)
        except BadIdNumber as fault:
            raise forms.ValidationError(str(fault)) from None
        self.standing = standing(card, self.about.staff, self.about.today)
        if self.standing.problem:
            raise forms.ValidationError(self.standing.problem)
        self.cleaned_data["card"] = card
        return card.number

    def clean(self) -> dict[str, Any]:
        """Sex and birth as the number says them; the person on record, if there is one."""
        data = dict(super().clean() or {})
        card, known = data.pop("card", None), self.standing.person
        if card is not None:
            data["born"], data["sex"] = card.born, card.sex
        elif not data.get("born") and not {"born", "id_number"} & set(self.errors):
            self.add_error("born", gettext("没有身份证号的，请填写出生日期。"))
        if data.get("born") and data["born"] > self.about.today:
            self.add_error("born", gettext("出生日期晚于今天，请核对。"))
        if known and data.get("name") and compare_key(data["name"]) != known.name_key:
            self.add_error("name", gettext("该身份证号登记的姓名与此不同，请对照证件核对。"))
        data["person_id"] = known.pk if known else None
        return data


class LeaveForm(ChangeForm):
    """成员减少: who goes."""

    person = chosen(_("离开人员"))
    on = day(_("离开日期"))

    def prepare(self) -> None:
        self._people("person")


class _EachMember(ChangeForm):
    """A box for each of some people: what they are to somebody."""

    def _boxes(self, people: Any, choices: dict[str, str], **more: Any) -> None:
        for one in people:
            self.fields[f"member_{one.person_id}"] = chosen(one.name, choices.items(), **more)

    def each(self) -> dict[int, str]:
        """Person id → code, of the boxes that say something."""
        return {
            int(name.removeprefix("member_")): code
            for name, code in self.cleaned_data.items()
            if name.startswith("member_") and code
        }


ASKS = (("no", _("不申请（新户不困难）")),)


class SplitForm(_EachMember):
    """分户: who goes, and what they are to the head of the new household."""

    zone = chosen(_("新户城乡类别"), ZONES.items())
    address = line(_("新户住址"), 200, required=False)
    on = day(_("分户日期"))
    asks = chosen(_("新户申请"), ASKS, required=False, none=_("同时提出申请"))

    def prepare(self) -> None:
        asks = self.fields.pop("asks")
        words = {**RELATIONSHIPS, "applicant": gettext("新户户主")}
        for one in self.about.living:
            self.fields[f"member_{one.person_id}"] = chosen(
                gettext("{words}：在新户是").format(words=one.words),
                words.items(),
                required=False,
                none=gettext("留在本户"),
            )
        if names := said(asked_for(self.about.home, self.about.today)):
            asks.help_text = gettext("原户在享{names}，新户须自己申请").format(names=names)
            self.fields["asks"] = asks

    def clean(self) -> dict[str, Any]:
        """Somebody goes, with one head; somebody stays, the old head among them."""
        data = dict(super().clean() or {})
        gone = self.each()
        if not gone:
            raise forms.ValidationError(gettext("请至少为一名分出的成员选择其在新户的关系。"))
        if list(gone.values()).count("applicant") != 1:
            raise forms.ValidationError(gettext("分出的成员中须有且只有一名新户户主。"))
        head = next((r for r in self.about.residents if r.relationship == "applicant"), None)
        if head and not head.dead and head.person_id in gone:
            raise forms.ValidationError(gettext("现户主分出前，请先办理户主变更。"))
        return {"asks": "", **data, "gone": gone}


class MergeForm(_EachMember):
    """并户: the household that comes, and what each of its people is to the head of this one."""

    other = line(_("并入的户编号"), 24)
    on = day(_("并户日期"))

    def prepare(self) -> None:
        self.coming: tuple[Resident, ...] = ()
        self.home: Household | None = None
        number = str(self["other"].value() or "").strip()
        if not number:
            return
        mine = Household.objects.visible_to(self.about.staff).filter(number=number)
        self.home = mine.exclude(pk=self.about.home.pk).first()
        if self.home is not None:
            self.coming = residents(self.home, self.about.today)
            living = [one for one in self.coming if not one.dead]
            self._boxes(living, BESIDE_THE_HEAD)

    def clean_other(self) -> Household:
        """Another household inside the territory, with people in it."""
        if self.home is None:
            raise forms.ValidationError(
                gettext("没有找到另一户，或不在您的管辖范围内，请核对户编号。")
            )
        if not self.coming:
            raise forms.ValidationError(gettext("该户没有成员，不需要并户。"))
        return self.home

    def clean(self) -> dict[str, Any]:
        """Who has died there does not come along."""
        data = dict(super().clean() or {})
        data["dead"] = [one.person_id for one in self.coming if one.dead]
        return data


class HeadForm(_EachMember):
    """户主变更: the new head, and what everybody else is to them."""

    head = chosen(_("新户主"))
    on = day(_("变更日期"))

    def prepare(self) -> None:
        self._people("head")
        asked = str(self["head"].value() or "")
        turned = self._turned(asked)
        for one in self.about.residents:
            if str(one.person_id) != asked:
                self.fields[f"member_{one.person_id}"] = chosen(
                    gettext("{name}：与新户主关系").format(name=one.name),
                    BESIDE_THE_HEAD.items(),
                    initial=turned.get(one.person_id, ""),
                    required=False,
                )

    def _turned(self, asked: str) -> dict[int, str]:
        """What each is to the new head, where it follows from what the new head was."""
        new = next((r for r in self.about.residents if str(r.person_id) == asked), None)
        if new is None:
            return {}
        found: dict[int, str] = {}
        for one in self.about.residents:
            if one.relationship == "applicant":
                found[one.person_id] = TURNED.get(new.relationship, "other")
            elif new.relationship == "spouse" and one.relationship == "child":
                found[one.person_id] = "child"
            elif new.relationship == "child" and one.relationship == "spouse":
                found[one.person_id] = "parent"
            elif new.relationship == one.relationship == "child":
                found[one.person_id] = "sibling"
        return found

    def clean(self) -> dict[str, Any]:
        """Everybody stands in a relationship to the new head."""
        data = dict(super().clean() or {})
        if not data.get("head"):
            return data
        head, turned = int(data["head"]), self._turned(data["head"])
        named = {head: "applicant"}
        for one in self.about.residents:
            if one.person_id == head:
                continue
            code = data.get(f"member_{one.person_id}") or turned.get(one.person_id, "")
            if not code:
                self.add_error(f"member_{one.person_id}", gettext("请选择与新户主的关系。"))
            named[one.person_id] = code
        data["relationships"] = named
        return data
