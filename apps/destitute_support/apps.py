"""特困人员救助供养."""

from django.apps import AppConfig


class DestituteSupportConfig(AppConfig):
    name = "apps.destitute_support"
    label = "destitute_support"
    verbose_name = "特困人员救助供养"
