"""重复人员: which of two files is kept, and which merge is undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.changes.forms.boxes import ChangeForm, chosen, line
from apps.households.duplicates import File, files_of, merges_of
from apps.households.models import Household, Member
from apps.offices.models import Staff
from apps.units.language import lazy as _


def homes_of(persons: list[int], on: dt.date) -> list[int]:
    """The households these people live in on the day."""
    stays = Member.objects.known_now().filter(person__in=persons, period__contains=on)
    return sorted(set(stays.values_list("household_id", flat=True)))


def inside(files: list[File], staff: Staff) -> bool:
    """Whether both files are of households inside the territory."""
    numbers = {file.number for file in files}
    return Household.objects.visible_to(staff).filter(number__in=numbers).count() == len(numbers)


class UniteForm(ChangeForm):
    """合并: two files, the one that is kept, and why they are one human being."""

    pair = forms.CharField(widget=forms.HiddenInput, max_length=40)
    keep = chosen(_("保留哪一份"))
    reason = line(_("认定为同一人的依据"), 200, hint=_("如“身份证号登记有误，已核对原件”"))

    def prepare(self) -> None:
        one, _, other = str(self["pair"].value() or "").partition("-")
        self.twins: list[File] = []
        if one.isdecimal() and other.isdecimal() and one != other:
            found = files_of({int(one), int(other)})
            self.twins = list(found.values()) if len(found) == 2 else []
        if not inside(self.twins, self.about.staff):
            self.twins = []
        field: Any = self.fields["keep"]
        words = [
            (
                str(one.person_id),
                gettext("{name} {id_number} {born} {village} {number}户 事实{facts}条").format(
                    name=one.name,
                    id_number=one.id_number,
                    born=one.born,
                    village=one.village,
                    number=one.number,
                    facts=one.facts,
                ),
            )
            for one in self.twins
        ]
        field.choices = [("", gettext("请选择")), *words]

    def clean(self) -> dict[str, Any]:
        """Both files are there to be seen, and the kept one lives in this household."""
        data = dict(super().clean() or {})
        if not self.twins:
            raise forms.ValidationError(
                gettext("没有找到这两份档案，或不在您的管辖范围内，请从重复人员进入。")
            )
        if "keep" not in data:
            return data
        kept = int(data["keep"])
        merged = next(one.person_id for one in self.twins if one.person_id != kept)
        data["persons"] = [kept, merged]
        data["homes"] = homes_of(data["persons"], self.about.today)
        return data


class PartForm(ChangeForm):
    """撤销合并: which, and why."""

    merge = chosen(_("撤销哪一次合并"))
    reason = line(_("撤销依据"), 200)

    def prepare(self) -> None:
        self.merges = merges_of([one.person_id for one in self.about.residents])
        field: Any = self.fields["merge"]
        field.choices = [
            ("", gettext("请选择")),
            *(
                (
                    str(one.pk),
                    gettext("{on} {name}并入{name2}").format(
                        on=one.on, name=one.merged.name, name2=one.kept.name
                    ),
                )
                for one in self.merges
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """Whose amounts it touches."""
        data = dict(super().clean() or {})
        made = next((one for one in self.merges if str(one.pk) == data.get("merge")), None)
        if made is not None:
            data["persons"] = [made.kept_id, made.merged_id]
            data["homes"] = [made.household_id] if made.household_id else []
        return data


class Apart(forms.Form):
    """不是同一人."""

    reason = line(_("不是同一人的依据"), 200)


class SentBack(forms.Form):
    """退回变更."""

    reason = line(_("退回理由"), 300)
