"""Paths of 户与人; the page of one household stands in payments, on all that it shows."""

from django.urls import path

from apps.households import views
from apps.households.api import homes, people
from apps.offices.api.paths import V1

urlpatterns = [
    path("households/", views.index, name="households"),
    path("households/<str:number>/ids/", views.ids, name="household-ids"),
    path(f"{V1}households/", homes.Households.as_view(), name="api-households"),
    path(f"{V1}households/<code:number>/", homes.OneHousehold.as_view(), name="api-household"),
    path(f"{V1}households/<code:number>/facts/", homes.Facts.as_view(), name="api-facts"),
    path(f"{V1}households/<code:number>/accounts/", homes.Accounts.as_view(), name="api-accounts"),
    path(f"{V1}households/<code:number>/id-numbers/", homes.IdNumbers.as_view(), name="api-ids"),
    path(f"{V1}persons/<id:pk>/", people.OnePerson.as_view(), name="api-person"),
    path(f"{V1}search/", people.Search.as_view(), name="api-search"),
]
