"""Paths of 文书. Other pages link to ``paper-new`` with the kind and the object's number."""

from django.urls import path

from apps.papers import views

urlpatterns = [
    path("papers/new/<slug:kind>/<int:pk>/", views.new, name="paper-new"),
    path("papers/route/", views.route, name="paper-route"),
    path("papers/<int:pk>/", views.paper, name="paper"),
    path("papers/<int:pk>/print/", views.print_out, name="paper-print"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify, name="paper-verify"),
]
