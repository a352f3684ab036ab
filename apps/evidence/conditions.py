"""认定事项: which findings of fact a programme asks of the officer beside incomes."""

from __future__ import annotations

import datetime as dt

from apps.casework.examine import examine
from apps.casework.models import OPEN_STATES, Application
from apps.households.kinds import KINDS
from apps.households.models import Fact, Member
from apps.standards.models import current_book
from apps.units.language import lazy as _

_CHILD = ("parent", "care_mode", "schooling", "illness", "disability")
_MEANS = (
    "disability",
    "illness",
    "schooling",
    "dependent_adult",
    "co_residence",
    "expenditure",
    "grade",
    "custody",
)
# The kinds of fact, by the programme whose conditions rest on them.
ASKED: dict[str, tuple[str, ...]] = {
    "minimum_living": _MEANS,
    "marginal_household": _MEANS,
    "rigid_expenditure_household": ("expenditure", *_MEANS[:5]),
    "destitute_basic": (
        "no_source_of_living",
        "no_able_obligor",
        "self_care",
        "care_mode",
        "disability",
        "schooling",
    ),
    "destitute_care": ("self_care",),
    "destitute_funeral": ("death",),
    "disability_living": ("disability", "other_benefit", "residence"),
    "disability_nursing": ("disability", "other_benefit", "residence"),
    "old_age_allowance": ("residence",),
    "elder_service_subsidy": ("self_care", "other_benefit", "residence"),
    "orphan_allowance": _CHILD,
    "unattended_child_allowance": _CHILD,
    "orphan_study_grant": ("schooling", "parent"),
    "temporary_relief": ("expenditure", "illness", "disability"),
}
# The tests of a decision that rest on a finding: test → the kind of fact that answers it.
ANSWERS = {
    "source_of_living": "no_source_of_living",
    "able_obligor": "no_able_obligor",
    "working_capacity": "disability",
    "certificate": "disability",
    "self_care": "self_care",
    "parents_test": "parent",
    "schooling": "schooling",
    "death": "death",
    "moved_out": "residence",
}
OF_HOUSEHOLD = tuple(code for code, kind in KINDS.items() if "person" not in kind.needs)
INDICATORS = {
    "eat": _("自主吃饭"),
    "dress": _("自主穿衣"),
    "bed": _("自主上下床"),
    "toilet": _("自主如厕"),
    "walk": _("室内自主行走"),
    "bathe": _("自主洗澡"),
}


def asked_of(programme: str) -> tuple[str, ...]:
    """The kinds a programme asks, in their order; none where its card was not thought of."""
    return ASKED.get(programme, ())


def unmet(application: Application, today: dt.date) -> dict[str, list[str]]:
    """What fails or is left to the officer in an open application, by the kind that answers it."""
    if application.state not in OPEN_STATES:
        return {}
    found: dict[str, list[str]] = {}
    for code, passed, words in examine(application, day=today, book=current_book()):
        kind = ANSWERS.get(code)
        if kind in asked_of(application.programme) and not passed:
            found.setdefault(kind, []).append(words)
    return found


def known(application: Application) -> list[Fact]:
    """What is on record of these kinds about the household and its people, the newest in front."""
    kinds = asked_of(application.programme)
    stays = Member.objects.known_now().filter(household_id=application.household_id)
    facts = Fact.objects.known_now().filter(kind__in=kinds)
    mine = facts.filter(person_id__in=stays.values("person_id")) | facts.filter(
        household_id=application.household_id
    )
    return list(mine.select_related("person", "recorded_by").order_by("-on", "-pk").distinct())
