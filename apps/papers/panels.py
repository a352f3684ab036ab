"""文书 on the application's page: which papers of it can be printed now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from apps.casework.models import Application, Decision, StepTaken
from apps.casework.panels import panel
from apps.casework.steps import steps_of
from apps.offices.models import Staff
from apps.papers.kinds import KINDS


@panel("papers", "papers/panel.html", order=60, aside=True)
def papers(_staff: Staff, application: Application, _on: dt.date) -> dict[str, Any]:
    """Name and address of every paper that says something about the application by now."""
    wanted = [(slug, application.pk) for slug in _slugs(application)]
    decisions = Decision.objects.filter(application=application).order_by("pk")
    wanted += [("decision-notice", pk) for pk in decisions.values_list("pk", flat=True)]
    return {
        "papers": [
            (slug, KINDS[slug].name, reverse("paper-new", args=[slug, pk])) for slug, pk in wanted
        ]
    }


def _slugs(application: Application) -> list[str]:
    steps = steps_of(application)
    codes = {step.code for step in steps}
    needs = {need for step in steps for need in step.needs}
    corrections = StepTaken.objects.filter(application=application, code="request_correction")
    asked = {
        "application-form": True,
        "check-authorisation": "authorised" in needs,
        "correction-notice": corrections.exists(),
        "acceptance-notice": application.accepted_on is not None,
        "survey-form": "complete_survey" in codes,
        "approval-form": True,
    }
    return [slug for slug, wanted in asked.items() if wanted]
