"""Paths of 名册."""

from django.urls import path

from apps.registers.views import children, index

urlpatterns = [
    path("registers/", index.index, name="registers"),
    path("registers/children/", children.children, name="child-files"),
    path("registers/children/csv/", children.export, name="child-files-csv"),
    path("registers/children/new/", children.new, name="child-file-new"),
    path("registers/children/<int:pk>/", children.child, name="child-file"),
]
