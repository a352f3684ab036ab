"""答案留存: what was changed since an answer was found (offices_touch), and the answers kept.

``offices_touch`` says of every write to a watched table whose it was: one row for each household
and person of a statement, one without either (everybody) when they are many. Whether somebody who
found an answer in a snapshot has seen it is told by its transaction, never by a clock.
"""

from django.db import migrations

FORWARD = """
CREATE TABLE offices_touch (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    household_id bigint,
    person_id bigint,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX touch_xid ON offices_touch (xid);
CREATE INDEX touch_at ON offices_touch (at);

-- Unlogged: an answer lost in a crash is found again. ``cluster``: transactions are numbered by
-- each cluster for itself, so an answer carried to another one means nothing there.
CREATE UNLOGGED TABLE offices_keptanswer (
    key text PRIMARY KEY,
    cluster bigint NOT NULL,
    snapshot pg_snapshot NOT NULL,
    rows text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

-- The arguments: how the household and the person of a row r of the table are found.
CREATE FUNCTION offices_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'WITH r AS (%s), t AS (
             SELECT DISTINCT %s AS household_id, %s AS person_id FROM r LIMIT 301
         ), n AS (SELECT count(*) AS all FROM t)
         INSERT INTO offices_touch (household_id, person_id)
         SELECT household_id, person_id FROM t, n
         WHERE n.all <= 300 AND (household_id IS NOT NULL OR person_id IS NOT NULL)
         UNION ALL SELECT NULL, NULL FROM n WHERE n.all > 300',
        CASE TG_OP WHEN 'INSERT' THEN 'SELECT * FROM come'
                   WHEN 'DELETE' THEN 'SELECT * FROM gone'
                   ELSE 'SELECT * FROM come UNION ALL SELECT * FROM gone' END,
        TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END $$;

CREATE PROCEDURE offices_watch(watched regclass, household text, person text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER touched_by_insert AFTER INSERT ON %s
        REFERENCING NEW TABLE AS come
        FOR EACH STATEMENT EXECUTE FUNCTION offices_touched(%L, %L)', watched, household, person);
    EXECUTE format('CREATE TRIGGER touched_by_update AFTER UPDATE ON %s
        REFERENCING OLD TABLE AS gone NEW TABLE AS come
        FOR EACH STATEMENT EXECUTE FUNCTION offices_touched(%L, %L)', watched, household, person);
    EXECUTE format('CREATE TRIGGER touched_by_delete AFTER DELETE ON %s
        REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION offices_touched(%L, %L)', watched, household, person);
END $$;
CREATE PROCEDURE offices_unwatch(watched regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER touched_by_insert ON %s', watched);
    EXECUTE format('DROP TRIGGER touched_by_update ON %s', watched);
    EXECUTE format('DROP TRIGGER touched_by_delete ON %s', watched);
END $$;
"""
BACKWARD = """
DROP PROCEDURE offices_unwatch(regclass);
DROP PROCEDURE offices_watch(regclass, text, text);
DROP FUNCTION offices_touched();
DROP TABLE offices_keptanswer;
DROP TABLE offices_touch;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0004_language"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
