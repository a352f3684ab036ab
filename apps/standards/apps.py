"""保障标准."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from apps.units.language import lazy as _


class StandardsConfig(AppConfig):
    name = "apps.standards"
    label = "standards"
    verbose_name = _("保障标准")

    def ready(self) -> None:
        """Let every app say what it cannot do without a standard."""
        autodiscover_modules("lacking")
