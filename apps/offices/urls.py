"""Paths of 机构与岗位: the calendar, one's own settings, help, log-in and log-out, the trail."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from apps.offices import views
from apps.offices.trail import views as trail

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("help/", views.usage, name="help"),
    path("audit/", trail.trail, name="audit"),
    path("audit/csv/", trail.export, name="audit-csv"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="/login/"), name="logout"),
]
