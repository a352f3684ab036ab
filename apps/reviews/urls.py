"""Paths of 动态管理: reviews, endings, custody, and pages on which one act is done."""

from django.urls import path

from apps.reviews import views

urlpatterns = [
    path("rechecks/", views.reviews, name="reviews"),
    path("rechecks/<int:pk>/", views.review, name="review"),
    path("awards/<int:pk>/", views.award, name="award"),
    path("awards/<int:pk>/screen/", views.screen, name="screen"),
    path("applications/<int:pk>/clocks/", views.application_clocks, name="application-clocks"),
    path("terminations/", views.terminations, name="terminations"),
    path("terminations/<int:pk>/", views.termination, name="termination"),
    path("life/certify/", views.certify, name="certify"),
    path("life/<int:pk>/", views.life, name="life"),
    path("certificates/<int:pk>/remind/", views.remind, name="remind"),
    path("decisions/<int:pk>/serve/", views.serve, name="serve"),
    path("custody/", views.custody, name="custody"),
    path("custody/<int:pk>/", views.custody_one, name="custody-one"),
]
