"""Paths of 保障标准."""

from django.urls import path

from apps.offices.api.paths import V1
from apps.standards import api, views

urlpatterns = [
    path("standards/", views.index, name="standards"),
    path("standards/<str:key>/adopt/", views.adopt, name="standard-adopt"),
    path(f"{V1}standards/", api.Standards.as_view(), name="api-standards"),
    path(f"{V1}standards/<code:key>/", api.OneStandard.as_view(), name="api-standard"),
    path(
        f"{V1}standards/<code:key>/values/",
        api.StandardValues.as_view(),
        name="api-standard-values",
    ),
]
