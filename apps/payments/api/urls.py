"""Paths of the API of 发放."""

from django.urls import path

from apps.offices.api.paths import V1
from apps.offices.doors.middleware import polled
from apps.payments.api import answers, lists, money, recoveries, runs

RUN = f"{V1}runs/<id:pk>/"
HOME = f"{V1}households/<code:number>/"
FILE = f"{V1}bank-results/<id:pk>/"
DISPUTE = f"{V1}disputes/<id:pk>/"

urlpatterns = [
    path(f"{V1}runs/", runs.Runs.as_view(), name="api-runs"),
    path(RUN, runs.OneRun.as_view(), name="api-run"),
    path(f"{RUN}progress/", polled(runs.RunProgress.as_view()), name="api-run-progress"),
    path(f"{RUN}lines/", lists.Lines.as_view(), name="api-run-lines"),
    path(f"{RUN}held/", lists.HeldList.as_view(), name="api-run-held"),
    path(f"{RUN}doubts/", lists.Doubts.as_view(), name="api-run-doubts"),
    path(f"{RUN}doubts/pass/", lists.Passing.as_view(), name="api-run-pass"),
    path(f"{RUN}holds/", lists.Holding.as_view(), name="api-run-hold"),
    path(f"{RUN}holds/<id:hold_id>/release/", lists.Releasing.as_view(), name="api-run-release"),
    *(
        path(f"{RUN}{step}/", runs.address(step).as_view(), name=f"api-run-{step}")
        for step in runs.ACTS
    ),
    path(f"{HOME}payments/", money.HouseholdPayments.as_view(), name="api-payments"),
    path(f"{HOME}why/", money.Why.as_view(), name="api-why"),
    path(f"{V1}recoveries/", recoveries.Recoveries.as_view(), name="api-recoveries"),
    path(f"{V1}recoveries/<id:pk>/", recoveries.OneRecovery.as_view(), name="api-recovery"),
    *(
        path(
            f"{V1}recoveries/<id:pk>/{act}/",
            recoveries.address(act).as_view(),
            name=f"api-recovery-{act}",
        )
        for act in recoveries.RECOVERY_ACTS
    ),
    path(f"{V1}budgets/", money.Budgets.as_view(), name="api-budgets"),
    path(f"{V1}bank-results/", answers.Files.as_view(), name="api-bank-results"),
    path(FILE, answers.OneFile.as_view(), name="api-bank-result"),
    path(f"{FILE}commit/", answers.Commit.as_view(), name="api-bank-commit"),
    path(f"{FILE}drop/", answers.Drop.as_view(), name="api-bank-drop"),
    path(f"{V1}disputes/", answers.Disputes.as_view(), name="api-disputes"),
    path(DISPUTE, answers.OneDispute.as_view(), name="api-dispute"),
    path(f"{DISPUTE}decide/", answers.Deciding.as_view(), name="api-dispute-decide"),
]
