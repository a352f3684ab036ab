"""Paths of 案件: search, applications, trials, programmes."""

from django.urls import path, re_path

from apps.casework import api, registration_views, views, worklist_views

urlpatterns = [
    path("", worklist_views.home, name="home"),
    path("search/", views.find, name="search"),
    path("applications/", views.applications, name="applications"),
    path("applications/<int:pk>/", views.application, name="application"),
    re_path(
        r"^applications/(?P<pk>\d{1,18})/(?P<verb>confirm|reject)/$", views.decide, name="decide"
    ),
    path("apply/", registration_views.apply, name="apply"),
    path("apply/trial/", registration_views.apply_trial, name="apply-trial"),
    path("apply/person/<int:number>/", registration_views.apply_person, name="apply-person"),
    path("decisions/<int:pk>/notice/", registration_views.notice, name="notice"),
    path("households/<str:number>/trial/", views.household_trial, name="household-trial"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/<slug:code>/", views.programme, name="programme"),
    path("api/trial/", api.TrialView.as_view(), name="api-trial"),
]
