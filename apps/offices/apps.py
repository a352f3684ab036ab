"""机构与岗位."""

from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "apps.offices"
    label = "offices"
    verbose_name = "机构与岗位"
