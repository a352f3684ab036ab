"""审计留痕: what writes the trail, what it leaves out, and what keeps it as it was written.

One function writes it, by statement triggers on every table (``offices_trail_attach``, called at
the end of every migrate): a new table has the trail as soon as it is there. See
docs/decisions/0021-audit.md.
"""

from django.db import migrations

FORWARD = """
-- What has no trail, and why. Whatever else has a table, has one (tests/trail/test_attached.py).
CREATE FUNCTION offices_trail_exempt() RETURNS TABLE (name text, why text) LANGUAGE sql STABLE AS $$
    VALUES ('offices_trail', '留痕本身，只由触发器写入，由封存链证明'),
           ('offices_traillink', '留痕的封存链，由链值和日根证明'),
           ('offices_trailroot', '留痕的日根，库外文件和凭据上另有一份'),
           ('offices_trailera', '留痕的纪元，换服务器时加一行'),
           ('offices_outbox', '任务队列，只含编号；任务做的事各自留痕'),
           ('offices_idemkey', '接口的幂等号和答复；所办的事各自留痕'),
           ('offices_touch', '答案留存的触碰记录，由留痕的表推得出'),
           ('offices_keptanswer', '答案留存，随时可以重新算出'),
           ('payments_progress', '计算的进度和心跳，不是记录'),
           ('offices_sitting', '登录的起止和最近操作；登录本身记入经办记录'),
           ('offices_attempt', '登录的尝试，未登录时写入；只增不改，由自己的触发器守卫'),
           ('django_session', '会话；登录本身记入经办记录'),
           ('django_migrations', '程序升级的记录，由迁移程序写入'),
           ('django_content_type', '由迁移程序写入，不含数据'),
           ('auth_permission', '由迁移程序写入，不含数据')
$$;
-- A statement of more rows than this leaves one row with their number and digest. Dues always do:
-- each can be computed again from what they were computed from, and a month writes them in a dozen
-- statements, most of them of a few hundred for months that are over.
CREATE FUNCTION offices_trail_limit(relation text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE relation WHEN 'payments_due' THEN 0 ELSE 300 END
$$;

-- The tables that a month writes by the ten thousand. Their digest takes whose a row is,
-- for when and how much, in the database's own bytes: a third of the cost of all columns as text in
-- the order of the key. The rest is held elsewhere: the facts of a due by ./run reprove, payee and
-- account of an item by the digest of its batch, which is a row of the trail.
CREATE FUNCTION offices_trail_digest() RETURNS TABLE (name text, digested text, ordered text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('payments_due',
            'int8send(subject) || int8send(entitlement_id) || date_send(month) || int8send(fen)',
            'subject, entitlement_id, month'),
           ('payments_paymentline',
            'int8send(subject) || int8send(entitlement_id) || date_send(month) || int8send(fen)'
            ' || int8send(offset_fen) || textsend(kind)',
            'subject, entitlement_id, month, kind COLLATE "C"'),
           ('payments_bankitem',
            'int8send(id) || int8send(fen) || textsend(bank_number) || textsend(state)', 'id')
$$;

-- Transactions are numbered by each cluster for itself. A database that was carried to another
-- one goes on in a new era, so that (era, change_set) only ever grows.
CREATE TABLE offices_trailera (
    era integer PRIMARY KEY,
    cluster bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION offices_trail_era() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    here bigint;
    known record;
BEGIN
    SELECT system_identifier INTO here FROM pg_control_system();
    SELECT era, cluster INTO known FROM public.offices_trailera ORDER BY era DESC LIMIT 1;
    IF known.cluster IS DISTINCT FROM here THEN
        PERFORM pg_advisory_xact_lock(20484, 0);  -- one of those who find it out writes it
        SELECT era, cluster INTO known FROM public.offices_trailera ORDER BY era DESC LIMIT 1;
        IF known.cluster IS DISTINCT FROM here THEN
            INSERT INTO public.offices_trailera (era, cluster)
            VALUES (coalesce(known.era, 0) + 1, here) RETURNING era INTO known.era;
        END IF;
    END IF;
    RETURN known.era;
END $$;
-- The number of the newest link, outside of any transaction: a chain that lost its end is shorter.
CREATE SEQUENCE offices_traillink_sealed MINVALUE 0 START 0;

CREATE FUNCTION offices_trail_key(j jsonb, keys text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN cardinality(keys) = 1 THEN j ->> keys[1]
           ELSE (SELECT string_agg(j ->> k, '|' ORDER BY n)
                 FROM unnest(keys) WITH ORDINALITY u (k, n)) END
$$;
-- A password's hash is told to nobody; that it was changed is.
CREATE FUNCTION offices_trail_hide(j jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN j ? 'password' THEN jsonb_set(j, '{password}', '"***"') ELSE j END
$$;

-- Arguments: the columns of the primary key, the same as an ORDER BY, columns that are left out
-- (generated ones; the moment of a log-in, which is an event), and what stands for a row in a
-- digest and between rows: its columns in the order of their names, without arrays, joined by the
-- character 31, rows by a line feed; or what offices_trail_digest says of its table, in that order.
CREATE FUNCTION offices_trail_write() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
DECLARE
    keys text[] := string_to_array(TG_ARGV[0], ',');
    hidden text[] := string_to_array(TG_ARGV[2], ',');
    most integer := public.offices_trail_limit(TG_TABLE_NAME);
    now_era integer := nullif(current_setting('civil.era', true), '')::integer;
    xid bigint;
    actor bigint := nullif(current_setting('civil.actor', true), '')::bigint;
    account text := coalesce(current_setting('civil.login', true), '');
    came text := nullif(current_setting('civil.request', true), '');
    n bigint;
    was jsonb;
    becomes jsonb;
    nobody boolean;
    digest constant text := 'SELECT jsonb_build_object(''sha256'', encode(sha256(
        string_agg(%s, %s ORDER BY %s)), ''hex'')), count(*) FROM %s r';
BEGIN
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' THEN
        SELECT count(*) INTO n FROM (SELECT FROM come LIMIT most + 1) q;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT count(*) INTO n FROM (SELECT FROM gone LIMIT most + 1) q;
    ELSE
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %I.%I LIMIT 1) q',
                       TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO n;
    END IF;
    IF n = 0 THEN
        RETURN NULL;
    END IF;
    IF now_era IS NULL THEN
        now_era := public.offices_trail_era();
        PERFORM set_config('civil.era', now_era::text, false);
    END IF;
    xid := pg_current_xact_id()::text::bigint;
    -- Neither page nor task nor command: somebody at the database itself.
    came := left(coalesce(came, 'sql ' || session_user || ' '
                          || current_setting('application_name')), 200);

    IF n > most OR TG_OP = 'TRUNCATE' THEN
        IF TG_OP IN ('UPDATE', 'DELETE') THEN
            EXECUTE format(digest, TG_ARGV[3], TG_ARGV[4], TG_ARGV[1], 'gone') INTO was, n;
        ELSIF TG_OP = 'TRUNCATE' THEN
            EXECUTE format(digest, TG_ARGV[3], TG_ARGV[4], TG_ARGV[1],
                           format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME)) INTO was, n;
        END IF;
        IF TG_OP IN ('INSERT', 'UPDATE') THEN
            EXECUTE format(digest, TG_ARGV[3], TG_ARGV[4], TG_ARGV[1], 'come') INTO becomes, n;
        END IF;
        IF TG_OP = 'UPDATE' THEN  -- what was changed is told by the first of them
            EXECUTE format('SELECT $1 || jsonb_build_object(''first'', jsonb_object_agg(k, a -> k)),
                                   $2 || jsonb_build_object(''first'', jsonb_object_agg(k, b -> k))
                FROM (SELECT to_jsonb(r) - $3 AS a FROM gone r ORDER BY %1$s LIMIT 1) x,
                     (SELECT to_jsonb(r) - $3 AS b FROM come r ORDER BY %1$s LIMIT 1) y,
                     jsonb_object_keys(a) k WHERE a -> k IS DISTINCT FROM b -> k', TG_ARGV[1])
                INTO was, becomes USING was, becomes, hidden;
        END IF;
        INSERT INTO public.offices_trail (at, era, change_set, relation, key, op, rows, before,
                                          after, actor_id, login, request)
        VALUES (clock_timestamp(), now_era, xid, TG_TABLE_NAME, '', left(TG_OP, 1), n, was,
                becomes, actor, account, came);
        nobody := actor IS NULL AND account = '';
    ELSIF TG_OP = 'INSERT' THEN
        WITH put AS (
            INSERT INTO public.offices_trail (at, era, change_set, relation, key, op, household_id,
                                              after, actor_id, login, request)
            SELECT clock_timestamp(), now_era, xid, TG_TABLE_NAME,
                   public.offices_trail_key(j, keys), 'I',
                   CASE TG_TABLE_NAME WHEN 'households_household' THEN (j ->> 'id')::bigint
                                      ELSE (j ->> 'household_id')::bigint END,
                   public.offices_trail_hide(j - hidden),
                   -- A log-in, and a look that is put down, say in their own row whose they are.
                   coalesce(actor, CASE TG_TABLE_NAME WHEN 'offices_event'
                                        THEN (j ->> 'by_id')::bigint END),
                   account, came
            FROM (SELECT to_jsonb(c) AS j FROM come c) q
            ORDER BY 5
            RETURNING actor_id, login
        ) SELECT bool_or(actor_id IS NULL AND login = '') INTO nobody FROM put;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.offices_trail (at, era, change_set, relation, key, op, household_id,
                                          before, actor_id, login, request)
        SELECT clock_timestamp(), now_era, xid, TG_TABLE_NAME,
               public.offices_trail_key(j, keys), 'D',
               CASE TG_TABLE_NAME WHEN 'households_household' THEN (j ->> 'id')::bigint
                                  ELSE (j ->> 'household_id')::bigint END,
               public.offices_trail_hide(j - hidden), actor, account, came
        FROM (SELECT to_jsonb(g) AS j FROM gone g) q
        ORDER BY 5;
        nobody := actor IS NULL AND account = '';
    ELSE
        WITH put AS (
            INSERT INTO public.offices_trail (at, era, change_set, relation, key, op, household_id,
                                              before, after, actor_id, login, request)
            SELECT clock_timestamp(), now_era, xid, TG_TABLE_NAME, p.key,
                   CASE WHEN a IS NULL THEN 'I' WHEN b IS NULL THEN 'D' ELSE 'U' END,
                   CASE TG_TABLE_NAME
                        WHEN 'households_household' THEN (coalesce(b, a) ->> 'id')::bigint
                        ELSE (coalesce(b, a) ->> 'household_id')::bigint END,
                   CASE WHEN a IS NOT NULL THEN public.offices_trail_hide(d.was) END,
                   CASE WHEN b IS NOT NULL THEN public.offices_trail_hide(d.becomes) END,
                   actor,
                   -- The hash of a password may be renewed while its owner logs in.
                   coalesce(nullif(account, ''), CASE TG_TABLE_NAME WHEN 'auth_user'
                                                      THEN b ->> 'username' END, ''),
                   came
            FROM (
                SELECT coalesce(g.key, c.key) AS key, g.j AS a, c.j AS b
                FROM (SELECT public.offices_trail_key(to_jsonb(g), keys) AS key,
                             to_jsonb(g) - hidden AS j FROM gone g) g
                FULL JOIN (SELECT public.offices_trail_key(to_jsonb(c), keys) AS key,
                                  to_jsonb(c) - hidden AS j FROM come c) c USING (key)
            ) p CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(k, p.a -> k) AS was, jsonb_object_agg(k, p.b -> k) AS becomes
                FROM jsonb_object_keys(coalesce(p.b, p.a)) k
                WHERE p.a -> k IS DISTINCT FROM p.b -> k
            ) d
            WHERE d.was IS NOT NULL
            ORDER BY 5
            RETURNING actor_id, login
        ) SELECT bool_or(actor_id IS NULL AND login = '') INTO nobody FROM put;
    END IF;
    IF nobody AND current_setting('civil.web', true) = 'on' THEN
        RAISE EXCEPTION '% 的写入没有经办人，不予办理', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

-- Attached wherever it is missing; may be called at any time.
CREATE PROCEDURE offices_trail_attach() LANGUAGE plpgsql AS $$
DECLARE
    one record;
    said text;
BEGIN
    FOR one IN
        SELECT c.oid::regclass AS name, o.digested AS own_digest, o.ordered AS own_order,
               (SELECT string_agg(a.attname, ',' ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY u (k, n)
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.k) AS keys,
               (SELECT string_agg(quote_ident(a.attname)
                           || CASE WHEN a.attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END,
                           ', ' ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY u (k, n)
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.k) AS ordered,
               (SELECT coalesce(string_agg(a.attname, ','), '') FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND (a.attgenerated <> '' OR c.relname = 'auth_user' AND a.attname = 'last_login')
               ) AS hidden,
               (SELECT 'convert_to(concat_ws(chr(31), ' || string_agg(CASE
                           WHEN a.attnotnull THEN quote_ident(a.attname)
                           ELSE format('coalesce(%I::text, chr(26))', a.attname) END,
                           ', ' ORDER BY a.attname) || '), ''UTF8'')'
                FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.attgenerated = '' AND y.typcategory <> 'A'
               ) AS digested
        FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        LEFT JOIN offices_trail_digest() o ON o.name = c.relname
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM offices_trail_exempt() e WHERE e.name = c.relname)
          AND NOT EXISTS (SELECT FROM pg_trigger t
                          WHERE t.tgrelid = c.oid AND t.tgname = 'trail_insert')
        ORDER BY 1
    LOOP
        IF one.keys IS NULL THEN
            RAISE EXCEPTION '表 % 没有主键，无法留痕', one.name;
        END IF;
        said := format('FOR EACH STATEMENT EXECUTE FUNCTION offices_trail_write(%L, %L, %L, %L, %L)',
                       one.keys, coalesce(one.own_order, one.ordered), one.hidden,
                       coalesce(one.own_digest, one.digested),
                       CASE WHEN one.own_digest IS NULL
                            THEN 'convert_to(chr(10), ''UTF8'')' ELSE '''''::bytea' END);
        EXECUTE format('CREATE TRIGGER trail_insert AFTER INSERT ON %s
            REFERENCING NEW TABLE AS come %s', one.name, said);
        EXECUTE format('CREATE TRIGGER trail_update AFTER UPDATE ON %s
            REFERENCING OLD TABLE AS gone NEW TABLE AS come %s', one.name, said);
        EXECUTE format('CREATE TRIGGER trail_delete AFTER DELETE ON %s
            REFERENCING OLD TABLE AS gone %s', one.name, said);
        EXECUTE format('CREATE TRIGGER trail_truncate BEFORE TRUNCATE ON %s %s', one.name, said);
    END LOOP;
END $$;
CREATE PROCEDURE offices_trail_detach() LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger
               WHERE tgfoid = 'offices_trail_write'::regproc LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.name);
    END LOOP;
END $$;

-- What the chain says of a row: one text whatever the session's zone and formats are.
CREATE FUNCTION offices_trail_leaf(t offices_trail) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        t.id, to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), t.era,
        t.change_set, t.relation, t.key, t.op, t.rows, t.household_id, t.before, t.after,
        t.actor_id, t.login, t.request)::text, 'UTF8'))
$$;
CREATE FUNCTION offices_trail_hash(past bytea, l offices_traillink) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(coalesce(past, ''::bytea) || convert_to(jsonb_build_array(
        l.number, l.era, l.begins, l.until_era, l.until, l.count, l.total,
        to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8')
        || l.leaves)
$$;

CREATE FUNCTION offices_trail_by_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% 只由触发器写入', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER trail_by_trigger BEFORE INSERT ON offices_trail
    FOR EACH STATEMENT EXECUTE FUNCTION offices_trail_by_trigger();
CREATE TRIGGER trail_append_only BEFORE UPDATE OR DELETE ON offices_trail
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON offices_trail
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_link_append_only BEFORE UPDATE OR DELETE ON offices_traillink
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_link_no_truncate BEFORE TRUNCATE ON offices_traillink
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_root_append_only BEFORE UPDATE OR DELETE ON offices_trailroot
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_root_no_truncate BEFORE TRUNCATE ON offices_trailroot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_era_append_only BEFORE UPDATE OR DELETE ON offices_trailera
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE INDEX trail_at ON offices_trail USING brin (at);
ALTER TABLE offices_traillink ALTER leaves SET STORAGE EXTERNAL;  -- digests do not compress
SELECT offices_trail_era();
"""
BACKWARD = """
CALL offices_trail_detach();
DROP TRIGGER trail_by_trigger ON offices_trail;
DROP TRIGGER trail_append_only ON offices_trail;
DROP TRIGGER trail_no_truncate ON offices_trail;
DROP TRIGGER trail_link_append_only ON offices_traillink;
DROP TRIGGER trail_link_no_truncate ON offices_traillink;
DROP TRIGGER trail_root_append_only ON offices_trailroot;
DROP TRIGGER trail_root_no_truncate ON offices_trailroot;
DROP INDEX trail_at;
DROP FUNCTION offices_trail_by_trigger();
DROP FUNCTION offices_trail_hash(bytea, offices_traillink);
DROP FUNCTION offices_trail_leaf(offices_trail);
DROP PROCEDURE offices_trail_detach();
DROP PROCEDURE offices_trail_attach();
DROP FUNCTION offices_trail_write();
DROP FUNCTION offices_trail_hide(jsonb);
DROP FUNCTION offices_trail_key(jsonb, text[]);
DROP SEQUENCE offices_traillink_sealed;
DROP FUNCTION offices_trail_era();
DROP TABLE offices_trailera;
DROP FUNCTION offices_trail_digest();
DROP FUNCTION offices_trail_limit(text);
DROP FUNCTION offices_trail_exempt();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0012_trail"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
