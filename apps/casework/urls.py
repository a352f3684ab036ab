"""Paths of 案件: search, applications, trials, programmes."""

from django.urls import path, re_path

from apps.casework import api, views

urlpatterns = [
    path("search/", views.find, name="search"),
    path("applications/", views.applications, name="applications"),
    path("applications/<int:pk>/", views.application, name="application"),
    re_path(
        r"^applications/(?P<pk>\d{1,18})/(?P<verb>confirm|reject)/$", views.decide, name="decide"
    ),
    path("households/<str:number>/trial/", views.household_trial, name="household-trial"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/<slug:code>/", views.programme, name="programme"),
    path("api/trial/", api.TrialView.as_view(), name="api-trial"),
]
