"""Paths of 保障标准."""

from django.urls import path

from apps.standards import views

urlpatterns = [
    path("standards/", views.index, name="standards"),
    path("standards/<str:key>/adopt/", views.adopt, name="standard-adopt"),
]
