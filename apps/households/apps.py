"""户与人."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "apps.households"
    label = "households"
    verbose_name = "户与人"
