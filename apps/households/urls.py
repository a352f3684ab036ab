"""Paths of 户与人; the page of one household stands in payments, on all that it shows."""

from django.urls import path

from apps.households import views

urlpatterns = [
    path("households/", views.index, name="households"),
    path("households/<str:number>/ids/", views.ids, name="household-ids"),
]
