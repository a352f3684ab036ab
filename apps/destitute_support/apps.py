"""特困人员救助供养."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class DestituteSupportConfig(AppConfig):
    name = "apps.destitute_support"
    label = "destitute_support"
    verbose_name = _("特困人员救助供养")
    chapter = 2  # among the standards
