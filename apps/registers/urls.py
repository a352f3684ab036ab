"""Paths of 名册."""

from django.urls import path

from apps.offices.api.paths import V1
from apps.registers import api
from apps.registers.views import children, index, low_income, stays

urlpatterns = [
    path("registers/", index.index, name="registers"),
    path("registers/children/", children.children, name="child-files"),
    path("registers/children/csv/", children.export, name="child-files-csv"),
    path("registers/children/new/", children.new, name="child-file-new"),
    path("registers/children/<int:pk>/", children.child, name="child-file"),
    path("registers/stays/", stays.stays, name="stays"),
    path("registers/stays/csv/", stays.export, name="stays-csv"),
    path("registers/stays/new/", stays.admit, name="stay-new"),
    path("registers/stays/<int:pk>/", stays.stay, name="stay"),
    path("registers/prone/", stays.prone, name="prone"),
    path("registers/low-income/", low_income.people, name="low-income"),
    path("registers/low-income/csv/", low_income.export, name="low-income-csv"),
    path("registers/alerts/", low_income.alerts, name="alerts"),
    path("registers/monitored/", low_income.monitored, name="monitored"),
    path(f"{V1}alerts/", api.Alerts.as_view(), name="api-alerts"),
    path(f"{V1}alerts/<code:key>/", api.OneAlert.as_view(), name="api-alert"),
    path(f"{V1}alerts/<code:key>/work/", api.Working.as_view(), name="api-alert-work"),
]
