"""Paths of 案件: search, applications, trials, programmes."""

from django.urls import path

from apps.casework import registration_views
from apps.casework.api import applications as applying
from apps.casework.api import registering, trial, work
from apps.casework.views import applications, complaints, desk, events, pages, registers, worklist
from apps.offices.api.paths import V1

urlpatterns = [
    path("", worklist.home, name="home"),
    path("worklist/preview/<str:number>/", desk.preview, name="preview"),
    path("worklist/views/", desk.views_of, name="saved-views"),
    path("search/", pages.find, name="search"),
    path("applications/", applications.applications, name="applications"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/steps/<slug:code>/", applications.step, name="step"),
    path("applications/<int:pk>/complaints/", complaints.of_application, name="complaints"),
    path("complaints/", complaints.everywhere, name="all-complaints"),
    path("complaints/export/", complaints.export, name="complaints-csv"),
    path("relatives/", registers.relatives, name="relatives"),
    path("sampling/", registers.sampling, name="sampling"),
    path("sampling/<int:pk>/", registers.draw, name="draw"),
    path("households/<str:number>/apply/", registers.apply_known, name="apply-known"),
    path(
        "households/<str:number>/relatives/",
        registers.relatives_of_home,
        name="relatives-of-home",
    ),
    path("households/<str:number>/events/", events.of_household, name="household-events"),
    path("apply/", registration_views.apply, name="apply"),
    path("apply/trial/", registration_views.apply_trial, name="apply-trial"),
    path("apply/draft/", registration_views.apply_draft, name="apply-draft"),
    path("apply/person/<int:number>/", registration_views.apply_person, name="apply-person"),
    path("households/<str:number>/trial/", pages.household_trial, name="household-trial"),
    path("programmes/", pages.programmes, name="programmes"),
    path("programmes/<slug:code>/", pages.programme, name="programme"),
    path(f"{V1}work/", work.Work.as_view(), name="api-work"),
    path(f"{V1}work/tasks/", work.Tasks.as_view(), name="api-tasks"),
    path(f"{V1}programmes/", applying.Programmes.as_view(), name="api-programmes"),
    path(f"{V1}registrations/", registering.Registrations.as_view(), name="api-registrations"),
    path(f"{V1}trials/", trial.TrialView.as_view(), name="api-trial"),
    path(f"{V1}applications/", applying.Applications.as_view(), name="api-applications"),
    path(f"{V1}applications/<id:pk>/", applying.OneApplication.as_view(), name="api-application"),
    path(
        f"{V1}applications/<id:pk>/steps/<code:code>/",
        applying.ApplicationStep.as_view(),
        name="api-step",
    ),
]
