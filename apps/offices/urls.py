"""Paths of 机构与岗位: calendar, one's own settings, help, the trail; and of log-in (doors)."""

from django.urls import include, path

from apps.offices import views
from apps.offices.api import resources
from apps.offices.api.paths import V1
from apps.offices.doors.middleware import first_of_all
from apps.offices.trail import views as trail

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("profile/", views.profile, name="profile"),
    path("profile/tokens/", views.new_token, name="token-new"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke_token, name="token-revoke"),
    path("language/", first_of_all(views.language), name="language"),
    path("help/", views.usage, name="help"),
    path(f"{V1}me/", resources.Me.as_view(), name="api-me"),
    path(f"{V1}divisions/", resources.Divisions.as_view(), name="api-divisions"),
    path(f"{V1}divisions/<code:code>/", resources.OneDivision.as_view(), name="api-division"),
    path(f"{V1}events/", resources.Feed.as_view(), name="api-events"),
    path("audit/", trail.trail, name="audit"),
    path("audit/csv/", trail.export, name="audit-csv"),
    path("", include("apps.offices.doors.urls")),
]
