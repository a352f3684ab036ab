"""Paths of 养老服务: the month, an elder's month, settlements."""

from django.urls import path

from apps.elderly_allowances import views

urlpatterns = [
    path("elder-services/", views.services, name="elder-services"),
    path("elder-services/<int:pk>/<str:code>/", views.elder, name="elder-service"),
    path("elder-services/providers/", views.providers, name="elder-providers"),
    path("elder-services/settlements/", views.settlements, name="elder-settlements"),
    path("elder-services/settlements/<int:pk>/", views.settlement, name="elder-settlement"),
    path("elder-services/settlements/<int:pk>/csv/", views.download, name="elder-settlement-csv"),
]
