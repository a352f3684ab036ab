"""Paths of 变更."""

from django.urls import path

from apps.changes import views
from apps.changes.api import views as api
from apps.offices.api.paths import V1

HOME = f"{V1}households/<code:number>/changes/"

urlpatterns = [
    path("households/<str:number>/change/", views.change, name="household-change"),
    path("households/<str:number>/changes/", views.of_household, name="household-changes"),
    path("changes/<int:pk>/", views.one, name="change"),
    path(f"{V1}change-kinds/", api.Kinds.as_view(), name="api-change-kinds"),
    path(HOME, api.HouseholdChanges.as_view(), name="api-household-changes"),
    *(
        path(f"{HOME}{code}/", view.as_view(), name=f"api-change-{code}")
        for code, view in api.KINDS.items()
    ),
    path(f"{V1}changes/", api.Changes.as_view(), name="api-changes"),
    path(f"{V1}changes/<id:pk>/", api.OneChange.as_view(), name="api-change"),
    *(
        path(f"{V1}changes/<id:pk>/{code}/", view.as_view(), name=f"api-change-{code}")
        for code, view in api.ACTS.items()
    ),
    path("duplicates/", views.duplicates, name="duplicates"),
]
