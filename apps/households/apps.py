"""户与人."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class HouseholdsConfig(AppConfig):
    name = "apps.households"
    label = "households"
    verbose_name = _("户与人")
