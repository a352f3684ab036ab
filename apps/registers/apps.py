"""低收入人口库."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "apps.registers"
    label = "registers"
    verbose_name = "低收入人口库"
