"""Paths of 机构与岗位: the calendar, log-in and log-out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from apps.offices import views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(next_page="/login/"), name="logout"),
]
