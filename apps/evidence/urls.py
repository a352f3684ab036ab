"""Paths of 材料、核对、入户、采信、评议."""

from django.urls import path

from apps.evidence import api
from apps.evidence.views import checks, conditions, documents, visits, weighing
from apps.offices.api.paths import V1

ASKED = f"{V1}applications/<id:pk>/"

urlpatterns = [
    path(
        "applications/<int:pk>/documents/", documents.of_application, name="application-documents"
    ),
    path("households/<str:number>/documents/", documents.of_household, name="household-documents"),
    path("evidence/documents/<int:pk>/", documents.file, name="document-file"),
    path("applications/<int:pk>/check/", checks.of_application, name="application-check"),
    path("checks/<int:pk>/", checks.one, name="check"),
    path("applications/<int:pk>/visits/", visits.of_application, name="application-visits"),
    path("visits/<int:pk>/", visits.one, name="visit"),
    path("applications/<int:pk>/compare/", weighing.compare, name="application-compare"),
    path("households/<str:number>/compare/", weighing.at_home, name="household-compare"),
    path("applications/<int:pk>/conditions/", conditions.conditions, name="application-conditions"),
    path("applications/<int:pk>/assessment/", weighing.assessment, name="application-assessment"),
    path(f"{ASKED}documents/", api.Papers.as_view(), name="api-papers"),
    path(f"{ASKED}checks/", api.Checks.as_view(), name="api-checks"),
    path(f"{ASKED}visits/", api.Visits.as_view(), name="api-visits"),
    path(f"{V1}checks/<id:pk>/", api.OneCheck.as_view(), name="api-check"),
    *(
        path(f"{V1}checks/<id:pk>/{act}/", api.address(act).as_view(), name=f"api-check-{act}")
        for act in api.CHECK_ACTS
    ),
]
