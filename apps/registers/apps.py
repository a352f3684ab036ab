"""低收入人口库."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class RegistersConfig(AppConfig):
    name = "apps.registers"
    label = "registers"
    verbose_name = _("低收入人口库")
