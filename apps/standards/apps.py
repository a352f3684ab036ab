"""保障标准."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class StandardsConfig(AppConfig):
    name = "apps.standards"
    label = "standards"
    verbose_name = "保障标准"

    def ready(self) -> None:
        """Let every app say what it cannot do without a standard."""
        autodiscover_modules("lacking")
