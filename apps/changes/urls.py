"""Paths of 变更."""

from django.urls import path

from apps.changes import views

urlpatterns = [
    path("households/<str:number>/change/", views.change, name="household-change"),
    path("households/<str:number>/changes/", views.of_household, name="household-changes"),
    path("changes/<int:pk>/", views.one, name="change"),
    path("duplicates/", views.duplicates, name="duplicates"),
]
