"""残疾人两项补贴."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class DisabilitySubsidiesConfig(AppConfig):
    name = "apps.disability_subsidies"
    label = "disability_subsidies"
    verbose_name = _("残疾人两项补贴")
    chapter = 3  # among the standards
