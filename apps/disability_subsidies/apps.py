"""残疾人两项补贴."""

from django.apps import AppConfig


class DisabilitySubsidiesConfig(AppConfig):
    name = "apps.disability_subsidies"
    label = "disability_subsidies"
    verbose_name = "残疾人两项补贴"
