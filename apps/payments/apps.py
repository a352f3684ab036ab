"""发放."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class PaymentsConfig(AppConfig):
    name = "apps.payments"
    label = "payments"
    verbose_name = _("发放")
