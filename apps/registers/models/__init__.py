"""名册: files of children in care of the township, stays at the station, low-income people."""

from apps.registers.models.children import (
    Carer,
    ChildFile,
    ChildReport,
    ChildVisit,
    Rating,
    Referral,
)
from apps.registers.models.low_income import AlertWork, Monitored
from apps.registers.models.stays import IdentityStep, ProneEntry, Stay, StayExtension

__all__ = [
    "AlertWork",
    "Carer",
    "ChildFile",
    "ChildReport",
    "ChildVisit",
    "IdentityStep",
    "Monitored",
    "ProneEntry",
    "Rating",
    "Referral",
    "Stay",
    "StayExtension",
]
