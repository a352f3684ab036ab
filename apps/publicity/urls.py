"""Paths of 公示."""

from django.urls import path

from apps.offices.api.paths import V1
from apps.publicity import api, views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/new/", views.new, name="notice-new"),
    path("notices/lists/", views.lists, name="notice-lists"),
    path("notices/<int:pk>/", views.notice, name="public-notice"),
    path("notices/<int:pk>/photos/<int:photo>/", views.photo, name="notice-photo"),
    path(f"{V1}notices/", api.Notices.as_view(), name="api-notices"),
    path(f"{V1}notices/<id:pk>/", api.OneNotice.as_view(), name="api-notice"),
    *(
        path(f"{V1}notices/<id:pk>/{act}/", api.address(act).as_view(), name=f"api-notice-{act}")
        for act in api.ACTS
    ),
]
