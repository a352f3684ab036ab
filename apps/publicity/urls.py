"""Paths of 公示."""

from django.urls import path

from apps.publicity import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/new/", views.new, name="notice-new"),
    path("notices/lists/", views.lists, name="notice-lists"),
    path("notices/<int:pk>/", views.notice, name="public-notice"),
    path("notices/<int:pk>/photos/<int:photo>/", views.photo, name="notice-photo"),
]
