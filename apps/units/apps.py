"""度量: registers the fields and template filters with Django."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """度量."""

    name = "apps.units"
    label = "units"
    verbose_name = "度量"
