"""Paths of 户与人; the page of one household stands in payments, on all that it shows."""

from django.urls import path

from apps.households import api, views
from apps.offices.api.paths import V1

urlpatterns = [
    path("households/", views.index, name="households"),
    path("households/<str:number>/ids/", views.ids, name="household-ids"),
    path(f"{V1}households/", api.Households.as_view(), name="api-households"),
    path(f"{V1}households/<code:number>/", api.OneHousehold.as_view(), name="api-household"),
    path(f"{V1}households/<code:number>/facts/", api.Facts.as_view(), name="api-facts"),
    path(f"{V1}households/<code:number>/accounts/", api.Accounts.as_view(), name="api-accounts"),
    path(f"{V1}households/<code:number>/id-numbers/", api.IdNumbers.as_view(), name="api-ids"),
    path(f"{V1}persons/<id:pk>/", api.OnePerson.as_view(), name="api-person"),
    path(f"{V1}search/", api.Search.as_view(), name="api-search"),
]
