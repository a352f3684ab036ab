"""Paths of 机构与岗位: the calendar, one's own settings, help; and of log-in (doors)."""

from django.urls import include, path

from apps.offices import views
from apps.offices.doors.middleware import first_of_all

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("profile/", views.profile, name="profile"),
    path("language/", first_of_all(views.language), name="language"),
    path("help/", views.usage, name="help"),
    path("", include("apps.offices.doors.urls")),
]
