"""认定的页面: what the officer has to find beside incomes, kind by kind."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.evidence import actions
from apps.evidence.condition_forms import Condition, condition
from apps.evidence.conditions import asked_of, known, unmet
from apps.evidence.forms import About
from apps.evidence.on_record import finding_of, of_conditions
from apps.evidence.views.acting import Page, Way, about_application, head, in_hand, page
from apps.households.kinds import KINDS, Kind
from apps.households.models import Fact
from apps.households.words import fact_words
from apps.offices.models import Staff
from apps.offices.perms import for_casework


class Asked(NamedTuple):
    """One kind of finding: what is on record of it, its empty form, and why it is wanted now."""

    kind: Kind
    found: list[tuple[Fact, str]]
    fresh: Condition
    wanted: list[str]


def _way(kind: str) -> Way:
    """Recording one kind of finding."""

    class Typed(condition(kind)):  # type: ignore[misc]
        """The form of the kind with its columns beside the cleaned data."""

        def clean(self) -> dict[str, Any]:
            data = super().clean() or self.cleaned_data
            return data if self.errors else {"columns": self.columns()}

    def find(about: About, _thing: None, data: dict[str, Any]) -> object:
        columns = data["columns"]
        return actions.find_condition(
            about.pk, kind, recorded_on=about.on, by=about.staff, **columns
        )

    done = gettext("已登记{label}。").format(label=KINDS[kind].label)
    return Way(Typed, find, done, subject=lambda typed: finding_of(kind, typed), open=in_hand)


def _conditions(about: About, _thing: None) -> dict[str, Any]:
    assert about.application is not None
    found = known(about.application)
    wanted = unmet(about.application, about.on)
    asked = [
        Asked(
            KINDS[kind],
            [(fact, fact_words(fact)) for fact in found if fact.kind == kind],
            condition(kind)(about=about),
            wanted.get(kind, []),
        )
        for kind in asked_of(about.application.programme)
    ]
    groups = (
        (gettext("待认定"), [one for one in asked if one.wanted]),
        (gettext("已登记"), [one for one in asked if one.found and not one.wanted]),
        (gettext("没有登记"), [one for one in asked if not (one.found or one.wanted)]),
    )
    return {
        **head(about, "application-conditions"),
        "groups": [
            (label, kinds, [one.fresh.kind for one in kinds]) for label, kinds in groups if kinds
        ],
    }


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def conditions(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """认定: 无生活来源、义务人、父母状况、自理能力 and whatever else the programme asks."""
    about = about_application(staff, pk)
    assert about.application is not None
    ways = {kind: _way(kind) for kind in asked_of(about.application.programme)}
    template = "evidence/conditions.html"
    return page(request, about, None, Page(ways, _conditions, template, of_conditions))
