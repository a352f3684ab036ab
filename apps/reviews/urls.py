"""Paths of 动态管理: reviews, endings, custody, and pages on which one act is done."""

from django.urls import path

from apps.offices.api.paths import V1
from apps.reviews import views
from apps.reviews.api import lists, things

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
    path(f"{V1}awards/", lists.Awards.as_view(), name="api-awards"),
    path(f"{V1}reviews/", lists.Reviews.as_view(), name="api-reviews"),
    path(f"{V1}terminations/", lists.Terminations.as_view(), name="api-terminations"),
    path(f"{V1}custody/", lists.Custodies.as_view(), name="api-custodies"),
    *(
        route
        for thing in things.THINGS
        for one, act in (things.addresses(thing),)
        for route in (
            path(f"{V1}{thing.path}", one.as_view(), name=f"api-one-{thing.name}"),
            path(
                f"{V1}{thing.path}acts/<code:code>/",
                act.as_view(),
                name=f"api-act-{thing.name}",
            ),
        )
    ),
]
