"""养老服务的办理: providers, orders and visits; what is owed to a provider for them."""

from apps.elderly_allowances.actions.delivering import (
    ORDERERS,
    RECORDERS,
    Refused,
    add_provider,
    cancel_order,
    place_order,
    record_visit,
    reverse_visit,
    set_price,
)
from apps.elderly_allowances.actions.settlements import (
    approve_settlement,
    prepare_settlement,
    return_settlement,
)

__all__ = [
    "ORDERERS",
    "RECORDERS",
    "Refused",
    "add_provider",
    "approve_settlement",
    "cancel_order",
    "place_order",
    "prepare_settlement",
    "record_visit",
    "return_settlement",
    "reverse_visit",
    "set_price",
]
