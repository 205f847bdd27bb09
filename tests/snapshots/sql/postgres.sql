DELETE FROM accounts WHERE provider = $1 AND "providerAccountId" = $2 RETURNING id, "userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

DELETE FROM sessions WHERE "sessionToken" = $1 RETURNING id, "userId", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END;

DELETE FROM sessions WHERE "userId" = $1;

DELETE FROM sessions WHERE "userId" = $1 AND "sessionToken" <> $2;

DELETE FROM sessions WHERE "userId" = $1 AND "sessionToken" = $2 RETURNING CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END;

DELETE FROM sessions WHERE "userId" = $1 AND encode(sha256(convert_to("sessionToken", 'UTF8')), 'hex') = $2 RETURNING CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END;

DELETE FROM sessions WHERE id = ANY (ARRAY(SELECT id FROM sessions WHERE expires <= LEAST($1, now()) ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED)) AND expires <= LEAST($1, now());

DELETE FROM users WHERE id = $1 RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

DELETE FROM verification_token WHERE ctid = ANY (ARRAY(SELECT ctid FROM verification_token WHERE expires <= LEAST($1, now() - interval '24 hours') ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED)) AND expires <= LEAST($1, now() - interval '24 hours');

DELETE FROM verification_token WHERE identifier = $1 AND token = $2 RETURNING identifier, CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, token;

INSERT INTO accounts ("userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM users WHERE id = $1 FOR KEY SHARE RETURNING id, "userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

INSERT INTO authenticators ("credentialID", "userId", "providerAccountId", "credentialPublicKey", counter, "credentialDeviceType", "credentialBackedUp", transports) SELECT $2, id, $3, $4, $5, $6, $7, $8 FROM users WHERE id = $1 FOR KEY SHARE RETURNING "credentialID", "userId", "providerAccountId", "credentialPublicKey", counter, "credentialDeviceType", "credentialBackedUp", transports;

INSERT INTO sessions ("userId", expires, "sessionToken") SELECT id, $2, $3 FROM users WHERE id = $1 FOR KEY SHARE RETURNING id, "userId", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END;

INSERT INTO users (name, email, "emailVerified", image) VALUES ($1, $2, $3, $4) RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

INSERT INTO verification_token (identifier, expires, token) VALUES ($1, $2, $3) RETURNING identifier, CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, token;

SELECT "credentialID", "userId", "providerAccountId", "credentialPublicKey", counter, "credentialDeviceType", "credentialBackedUp", transports FROM authenticators WHERE "credentialID" = $1;

SELECT "credentialID", "userId", "providerAccountId", "credentialPublicKey", counter, "credentialDeviceType", "credentialBackedUp", transports FROM authenticators WHERE "userId" = $1;

SELECT "sessionToken", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END FROM sessions WHERE "userId" = $1 AND expires > $2;

SELECT 1 FROM accounts WHERE provider = $1 AND "providerAccountId" = $2 LIMIT 1;

SELECT coalesce(current_setting('authjs.mark', true), '');

SELECT encode(sha256(convert_to("sessionToken", 'UTF8')), 'hex'), CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END FROM sessions WHERE "userId" = $1 AND expires > $2;

SELECT id, "userId", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END FROM sessions WHERE "sessionToken" = $1;

SELECT id, "userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type FROM accounts WHERE "userId" = $1;

SELECT id, "userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type FROM accounts WHERE provider = $1 AND "providerAccountId" = $2 ORDER BY id LIMIT 1;

SELECT id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image FROM users WHERE email = $1 ORDER BY id LIMIT 1;

SELECT id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image FROM users WHERE id = $1;

SELECT now() = statement_timestamp();

SELECT s."sessionToken", false, s.id, s."userId", CASE WHEN s.expires IS NOT NULL THEN LEAST(GREATEST(s.expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, u.id, u.name, u.email, CASE WHEN u."emailVerified" IS NOT NULL THEN LEAST(GREATEST(u."emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, u.image FROM sessions s JOIN users u ON u.id = s."userId" WHERE s.expires > $2 AND s."sessionToken" = ANY($1) ORDER BY s.expires, s.id DESC;

SELECT s.id, s."userId", CASE WHEN s.expires IS NOT NULL THEN LEAST(GREATEST(s.expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, u.id, u.name, u.email, CASE WHEN u."emailVerified" IS NOT NULL THEN LEAST(GREATEST(u."emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, u.image, false FROM sessions s JOIN users u ON u.id = s."userId" WHERE s."sessionToken" = $1 AND s.expires > $2 ORDER BY s.expires DESC, s.id LIMIT 1;

SELECT set_config('authjs.mark', concat(pid, ' ', clock_timestamp(), ' ', random()), false), (extract(epoch FROM clock_timestamp() - backend_start) * 1000)::bigint FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid();

SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false), set_config('idle_in_transaction_session_timeout', $3, false), set_config('search_path', coalesce($4, current_setting('search_path')), false), set_config('client_min_messages', 'error', false);

SELECT u.id, u.name, u.email, CASE WHEN u."emailVerified" IS NOT NULL THEN LEAST(GREATEST(u."emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, u.image FROM accounts a JOIN users u ON u.id = a."userId" WHERE a.provider = $1 AND a."providerAccountId" = $2 ORDER BY a.id LIMIT 1;

UPDATE accounts SET refresh_token = CASE WHEN $4 THEN $5 ELSE refresh_token END, access_token = CASE WHEN $6 THEN $7 ELSE access_token END, expires_at = CASE WHEN $8 THEN $9 ELSE expires_at END, id_token = CASE WHEN $10 THEN $11 ELSE id_token END, scope = CASE WHEN $12 THEN $13 ELSE scope END, session_state = CASE WHEN $14 THEN $15 ELSE session_state END, token_type = CASE WHEN $16 THEN $17 ELSE token_type END WHERE id = (SELECT id FROM accounts WHERE provider = $1 AND "providerAccountId" = $2 ORDER BY id LIMIT 1) AND refresh_token IS NOT DISTINCT FROM $3 RETURNING id, "userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

UPDATE authenticators SET counter = $2 WHERE "credentialID" = $1 RETURNING "credentialID", "userId", "providerAccountId", "credentialPublicKey", counter, "credentialDeviceType", "credentialBackedUp", transports;

UPDATE sessions SET expires = $2 WHERE "sessionToken" = $1 RETURNING id, "userId", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END;

UPDATE sessions SET expires = GREATEST(expires, $3) WHERE "sessionToken" = $1 AND expires > $2 RETURNING id, "userId", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END;

UPDATE users SET email = $2 WHERE id = $1 RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

UPDATE users SET email = $2, "emailVerified" = $3 WHERE id = $1 RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

UPDATE users SET name = $2 WHERE id = $1 RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

UPDATE users SET name = $2, email = $3 WHERE id = $1 RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

UPDATE users SET name = $2, email = $3, "emailVerified" = $4 WHERE id = $1 RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

UPDATE users SET name = $2, email = $3, "emailVerified" = $4, image = $5 WHERE id = $1 RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image;

WITH ours AS (
    SELECT name, to_regclass(name)::oid AS oid
    FROM unnest(ARRAY['users', 'accounts', 'sessions', 'verification_token', 'authenticators'])
        AS name
), parents (oid) AS (
    SELECT p.oid FROM ours JOIN pg_catalog.pg_class p ON p.oid = ours.oid AND p.relkind <> 'p'
    WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhparent = p.oid)
)
SELECT 'server' AS what, '' AS "table", current_setting('server_version') AS name,
    '' AS columns, true AS verified
UNION ALL
SELECT 'search_path', '', current_setting('search_path'), '', true
UNION ALL
SELECT 'table', name, name, '', true FROM ours WHERE oid IS NOT NULL
UNION ALL
SELECT 'index', ours.name, c.relname::text,
    coalesce((SELECT string_agg(a.attname::text, ',' ORDER BY k.position)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE k.position <= i.indnkeyatts), ''),
    i.indisvalid AND i.indisready AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL
        AND c.oid = i.indexrelid AND ours.oid NOT IN (SELECT oid FROM parents)
FROM ours
JOIN pg_catalog.pg_index i ON i.indrelid = ours.oid AND i.indisunique
JOIN LATERAL (SELECT i.indexrelid AS oid
    UNION SELECT part.relid FROM pg_catalog.pg_partition_tree(i.indexrelid) part) every ON true
JOIN pg_catalog.pg_class c ON c.oid = every.oid
UNION ALL
SELECT 'exact', ours.name, a.attname::text, '', true
FROM ours
JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation AND c.collisdeterministic
WHERE CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
        IN ('pg_catalog.text'::regtype, 'pg_catalog.varchar'::regtype)
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_collation o ON o.oid = ANY(i.indcollation::oid[])
        WHERE i.indrelid = ours.oid AND i.indisunique AND NOT o.collisdeterministic)
UNION ALL
SELECT 'foreign', ours.name, k.conname::text, '',
    k.confdeltype = 'c' AND k.conrelid NOT IN (SELECT oid FROM parents)
        AND k.confrelid NOT IN (SELECT oid FROM parents)
        AND EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t
            WHERE t.tgconstraint = k.oid AND t.tgrelid = k.confrelid
                AND t.tgtype & 8 <> 0 AND t.tgenabled IN ('O', 'A'))
FROM ours
JOIN pg_catalog.pg_constraint k ON k.conrelid = ours.oid
WHERE k.contype = 'f' AND k.confrelid = to_regclass('users')::oid
    AND k.conkey = ARRAY[(SELECT a.attnum FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = ours.oid AND a.attname = 'userId')];

WITH person AS (INSERT INTO users (name, email, "emailVerified", image) VALUES ($1, $2, $3, $4) RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image), account AS (INSERT INTO accounts ("userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) SELECT id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM person RETURNING id, "userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type), session AS (INSERT INTO sessions ("userId", expires, "sessionToken") SELECT "userId", $15, $16 FROM account RETURNING id, "userId", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END) SELECT person.*, account.*, session.* FROM person, account, session;

WITH person AS (SELECT id FROM users WHERE id = $1 FOR KEY SHARE), present AS (SELECT id, "userId" FROM accounts WHERE provider = $3 AND "providerAccountId" = $4 ORDER BY id LIMIT 1 FOR UPDATE), updated AS (UPDATE accounts a SET type = $2, refresh_token = coalesce($5, a.refresh_token), access_token = $6, expires_at = $7, id_token = $8, scope = $9, session_state = $10, token_type = $11 FROM present, person WHERE a.id = present.id AND a."userId" = person.id RETURNING a.id, a."userId", a.type, a.provider, a."providerAccountId", a.refresh_token, a.access_token, a.expires_at, a.id_token, a.scope, a.session_state, a.token_type), inserted AS (INSERT INTO accounts AS a ("userId", type, provider, "providerAccountId", refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM person WHERE NOT EXISTS (SELECT 1 FROM present) ON CONFLICT (provider, "providerAccountId") DO UPDATE SET type = excluded.type, refresh_token = coalesce(excluded.refresh_token, a.refresh_token), access_token = excluded.access_token, expires_at = excluded.expires_at, id_token = excluded.id_token, scope = excluded.scope, session_state = excluded.session_state, token_type = excluded.token_type WHERE a."userId" = excluded."userId" RETURNING a.id, a."userId", a.type, a.provider, a."providerAccountId", a.refresh_token, a.access_token, a.expires_at, a.id_token, a.scope, a.session_state, a.token_type) SELECT EXISTS (SELECT 1 FROM person), EXISTS (SELECT 1 FROM present WHERE "userId" <> $1), done.id IS NOT NULL, done.* FROM (VALUES (1)) AS always LEFT JOIN (SELECT * FROM updated UNION ALL SELECT * FROM inserted) AS done ON true;

WITH taken AS (DELETE FROM verification_token WHERE identifier = $1 AND token = $2 RETURNING expires), live AS (SELECT 1 FROM taken WHERE expires > $3 LIMIT 1), present AS (SELECT u.id FROM users u, live WHERE u.email = $4 ORDER BY u.id LIMIT 1 FOR UPDATE OF u), found AS (UPDATE users u SET "emailVerified" = $3 FROM present WHERE u.id = present.id RETURNING u.id, u.name, u.email, CASE WHEN u."emailVerified" IS NOT NULL THEN LEAST(GREATEST(u."emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, u.image, false), created AS (INSERT INTO users (email, "emailVerified") SELECT $4, $3 FROM live WHERE NOT EXISTS (SELECT 1 FROM present) ON CONFLICT (email) DO UPDATE SET "emailVerified" = excluded."emailVerified" RETURNING id, name, email, CASE WHEN "emailVerified" IS NOT NULL THEN LEAST(GREATEST("emailVerified", '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END, image, xmax = 0), person (id, name, email, verified, image, is_new) AS (SELECT * FROM found UNION ALL SELECT * FROM created), session AS (INSERT INTO sessions ("userId", expires, "sessionToken") SELECT id, $5, $6 FROM person RETURNING id, "userId", CASE WHEN expires IS NOT NULL THEN LEAST(GREATEST(expires, '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END) SELECT EXISTS (SELECT 1 FROM taken), EXISTS (SELECT 1 FROM live), person.is_new, person.id, person.name, person.email, person.verified, person.image, session.* FROM (VALUES (1)) AS always LEFT JOIN (person CROSS JOIN session) ON true;

