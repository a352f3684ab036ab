"""临时救助、流浪乞讨人员救助."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class TemporaryReliefConfig(AppConfig):
    name = "apps.temporary_relief"
    label = "temporary_relief"
    verbose_name = _("临时救助与流浪救助")
    chapter = 6  # among the standards
