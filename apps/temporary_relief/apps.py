"""临时救助、流浪乞讨人员救助."""

from django.apps import AppConfig


class TemporaryReliefConfig(AppConfig):
    name = "apps.temporary_relief"
    label = "temporary_relief"
    verbose_name = "临时救助与流浪救助"
