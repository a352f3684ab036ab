"""成批登记: rows of one table collected in memory and written by one COPY."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb


class Sheet:
    """Rows for one table; a column that is not named gets what the model gives a new object."""

    def __init__(self, model: type[models.Model], columns: str, at: dt.datetime) -> None:
        fields = {f.attname: f for f in model._meta.concrete_fields if not f.generated}
        named = columns.split()
        unknown = set(named) - set(fields)
        assert not unknown, (model, unknown)
        rest = [name for name in fields if name not in named and not _given(fields[name])]
        self.model = model
        self.columns = [fields[name].column for name in (*named, *rest)]
        self._tail = tuple(_default(fields[name], at) for name in rest)
        self._rows: list[Sequence[Any]] = []

    def add(self, *row: Any) -> None:
        """One row, in the order of the named columns."""
        self._rows.append(row)

    def __len__(self) -> int:
        return len(self._rows)

    def write(self) -> None:
        """COPY the rows, and number the next ones after them."""
        quoted = ", ".join(connection.ops.quote_name(str(name)) for name in self.columns)
        command = f"COPY {self.model._meta.db_table} ({quoted}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(command) as copy:
            for row in self._rows:
                copy.write_row((*row, *self._tail))
        self._rows = []
        number_on([self.model])


@contextmanager
def keys_at_the_end(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """Rows written meanwhile are held against the foreign keys table by table, not one by one.

    The keys of the tables are taken off and put on again; what does not fit is refused then
    (IntegrityError). They are put on again whatever happens meanwhile.
    """
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY oid",
            [names],
        )
        keys = cursor.fetchall()
        # What this transaction has written so far is held against its keys first.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table, name, _ in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        try:
            yield
        finally:
            # In a transaction that has failed nothing can be done, and all of it is undone anyway.
            if not connection.needs_rollback:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
                for table, name, as_it_was in keys:
                    cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {as_it_was}')


def _given(field: models.Field[Any, Any]) -> bool:
    """Whether the database gives out the value itself."""
    return isinstance(field, models.AutoField) or field.has_db_default()


def _default(field: models.Field[Any, Any], at: dt.datetime) -> Any:
    if getattr(field, "auto_now_add", False):
        return at
    value = field.get_default()
    return Jsonb(value) if isinstance(field, models.JSONField) and value is not None else value


def span(first: dt.date, end: dt.date | None = None) -> str:
    """A period as the database writes it: from a day up to, but without, another."""
    return f"[{first},{end or ''})"


def number_on(tables: Sequence[type[models.Model]]) -> None:
    """Let each table's numbers go on after its last row; those of an empty one begin at 1."""
    with connection.cursor() as cursor:
        for model in tables:
            pk = model._meta.pk
            if not isinstance(pk, models.AutoField):
                continue
            table, column = model._meta.db_table, pk.column
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"
                f" coalesce((SELECT max({column}) FROM {table}), 0) + 1, false)"
            )
