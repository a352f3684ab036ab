"""动态管理."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from apps.units.language import lazy as _


class ReviewsConfig(AppConfig):
    name = "apps.reviews"
    label = "reviews"
    verbose_name = _("动态管理")

    def ready(self) -> None:
        """Let programmes say which decisions about their awards may be proposed."""
        autodiscover_modules("actions")
