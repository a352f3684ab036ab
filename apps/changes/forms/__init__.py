"""变更的表单, by kind."""

from __future__ import annotations

from apps.changes.forms.boxes import ChangeForm
from apps.changes.forms.own import (
    AccountForm,
    DeathForm,
    DisabilityForm,
    GuardianForm,
    IncomeForm,
    MoveForm,
    MoveOutForm,
    PropertyForm,
    SelfCareForm,
    ZoneForm,
)
from apps.changes.forms.together import HeadForm, JoinForm, LeaveForm, MergeForm, SplitForm
from apps.changes.forms.twice import PartForm, UniteForm

__all__ = ["FORMS", "ChangeForm"]

FORMS: dict[str, type[ChangeForm]] = {
    "join": JoinForm,
    "leave": LeaveForm,
    "death": DeathForm,
    "income": IncomeForm,
    "property": PropertyForm,
    "account": AccountForm,
    "move": MoveForm,
    "move_out": MoveOutForm,
    "zone": ZoneForm,
    "disability": DisabilityForm,
    "self_care": SelfCareForm,
    "split": SplitForm,
    "merge": MergeForm,
    "head": HeadForm,
    "guardian": GuardianForm,
    "unite": UniteForm,
    "part": PartForm,
}
