"""最低生活保障."""

from django.apps import AppConfig


class MinimumLivingConfig(AppConfig):
    name = "apps.minimum_living"
    label = "minimum_living"
    verbose_name = "最低生活保障"
