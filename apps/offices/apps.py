"""机构与岗位."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class OfficesConfig(AppConfig):
    name = "apps.offices"
    label = "offices"
    verbose_name = _("机构与岗位")
