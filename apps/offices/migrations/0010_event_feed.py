"""变更动态: every event carries the transaction that wrote it, so that a reader misses none.

A number is drawn before its transaction commits: event 6 can be seen while 5 is not yet. Read in
the order of (transaction, number), and only of transactions older than every one still running,
nothing can come in behind a reader (docs/decisions/0023-api.md).

Transactions are numbered by each cluster for itself: what a backup brings along is, in the cluster
it is restored to, older than anything that is written there (offices_events_came_along).
"""

from django.db import migrations

FORWARD = """
ALTER TABLE offices_event ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
-- Every transaction of this database before it has ended. Those of other databases of the cluster
-- hold nobody up; one of which nothing can be told (any more) is taken for our own.
CREATE FUNCTION offices_horizon() RETURNS xid8 LANGUAGE sql STABLE AS $$
    SELECT coalesce(min(x::text::bigint)::text::xid8, pg_snapshot_xmax(pg_current_snapshot()))
    FROM pg_snapshot_xip(pg_current_snapshot()) x
    WHERE NOT EXISTS (
        SELECT FROM pg_stat_activity a
        WHERE a.backend_xid = x::xid
          AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database()))
$$;
CREATE INDEX event_feed ON offices_event (xact, id);
CREATE FUNCTION offices_events_came_along() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ALTER TABLE offices_event DISABLE TRIGGER event_append_only;
    UPDATE offices_event SET xact = '3' WHERE xact <> '3';
    ALTER TABLE offices_event ENABLE TRIGGER event_append_only;
END $$;
"""
BACKWARD = """
DROP FUNCTION offices_events_came_along();
DROP INDEX event_feed;
DROP FUNCTION offices_horizon();
ALTER TABLE offices_event DROP COLUMN xact;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0009_token"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
