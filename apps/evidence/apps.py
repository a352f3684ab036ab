"""材料与核查."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class EvidenceConfig(AppConfig):
    name = "apps.evidence"
    label = "evidence"
    verbose_name = _("材料与核查")
