"""保障标准."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "apps.standards"
    label = "standards"
    verbose_name = "保障标准"
