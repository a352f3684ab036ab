"""Paths of 机构与岗位: the calendar, one's own settings, help, log-in and log-out."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from apps.offices import views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("help/", views.usage, name="help"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="/login/"), name="logout"),
]
