"""Paths of 发放: runs and what belongs to them, and the household page that rests on them."""

from django.urls import path, re_path

from apps.offices.doors.middleware import polled
from apps.payments import api, list_views, views
from apps.payments.banking import views as banking
from apps.payments.budgets import views as budgeting
from apps.payments.closing import views as closing
from apps.payments.holding import views as holding
from apps.payments.recoveries import views as recovering
from apps.payments.results import views as answers
from apps.payments.review import views as reviewing
from apps.payments.simulation import views as simulating

ACTS = "compute|stop|check|approve|send|return|cancel"
RUN = r"payruns/(?P<pk>\d{1,18})"

urlpatterns = [
    path("payruns/", views.runs, name="runs"),
    path("payruns/new/", views.new_run, name="run-new"),
    path("payruns/<int:pk>/", views.run, name="run"),
    path("payruns/<int:pk>/progress/", views.progress, name="run-progress"),
    path("payruns/<int:pk>/lines/", list_views.lines, name="run-lines"),
    path("payruns/<int:pk>/held/", list_views.held, name="run-held"),
    path("payruns/<int:pk>/changes/", list_views.changed, name="run-changes"),
    path("payruns/<int:pk>/overpaid/", list_views.overpaid, name="run-overpaid"),
    re_path(rf"^{RUN}/bankfile\.(?P<ending>[a-z]+)$", banking.export, name="bank-file"),
    path("bankfiles/<int:pk>/", banking.page, name="bankfile"),
    path("bankreturns/", answers.page, name="bankreturns"),
    path("bankreturns/<int:pk>/", answers.one, name="bankreturn"),
    path("bankreturns/disputes/<int:pk>/", answers.decide, name="dispute-decide"),
    path("payruns/<int:pk>/doubts/", reviewing.doubted, name="run-doubts"),
    path("payruns/<int:pk>/doubts.csv", reviewing.export, name="run-doubts-sheet"),
    path("payruns/<int:pk>/doubts/pass/", reviewing.answer, name="run-doubts-pass"),
    path("payruns/<int:pk>/held.csv", reviewing.export_held, name="run-held-sheet"),
    path("review-rules/", reviewing.rules, name="review-rules"),
    path("staff-accounts/", reviewing.accounts, name="staff-accounts"),
    path("payruns/<int:pk>/hold/", holding.hold, name="run-hold"),
    path("payruns/<int:pk>/release/<int:hold_id>/", holding.release, name="run-release"),
    path("payruns/<int:pk>/close/", closing.page, name="run-close"),
    re_path(rf"^{RUN}/(?P<step>{ACTS})/$", views.act, name="run-act"),
    path("payruns/<int:pk>/budget/", budgeting.run, name="run-budget"),
    path("budgets/", budgeting.page, name="budgets"),
    re_path(
        r"^budgets/(?P<year>\d{4})\.(?P<ending>csv|xlsx)$", budgeting.export, name="budget-sheet"
    ),
    path("standards/simulate/", simulating.page, name="simulate"),
    path("standards/simulate.xlsx", simulating.export, name="simulate-sheet"),
    path("recoveries/", recovering.listed, name="recoveries"),
    path("recoveries/<int:pk>/", recovering.one, name="recovery"),
    path("households/<str:number>/", views.household, name="household"),
    path("households/<str:number>/why/", views.household_why, name="household-why"),
    path("households/<str:number>/ahead/", views.household_ahead, name="household-ahead"),
    path("api/runs/", api.Runs.as_view(), name="api-runs"),
    path("api/runs/<int:pk>/", api.OneRun.as_view(), name="api-run"),
    path("api/runs/<int:pk>/progress/", polled(api.RunProgress.as_view()), name="api-run-progress"),
    re_path(
        rf"^api/runs/(?P<pk>\d{{1,18}})/(?P<step>{ACTS}|close)/$",
        api.RunAct.as_view(),
        name="api-run-act",
    ),
]
