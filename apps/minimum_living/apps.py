"""最低生活保障."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class MinimumLivingConfig(AppConfig):
    name = "apps.minimum_living"
    label = "minimum_living"
    verbose_name = _("最低生活保障")
    chapter = 1  # among the standards
