DELETE FROM accounts WHERE provider = $1 AND `providerAccountId` = $2 RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

DELETE FROM sessions WHERE `sessionToken` = $1 RETURNING id, `userId`, expires;

DELETE FROM sessions WHERE `userId` = $1;

DELETE FROM sessions WHERE `userId` = $1 AND `sessionToken` <> $2;

DELETE FROM sessions WHERE `userId` = $1 AND `sessionToken` = $2 RETURNING expires;

DELETE FROM users WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

DELETE FROM verification_token WHERE identifier = $1 AND token = $2 RETURNING expires, (expires > $3 OR expires NOT GLOB '????-??-??T??:??:??*+00:00'), (SELECT id FROM users WHERE email = $4 ORDER BY id LIMIT 1);

DELETE FROM verification_token WHERE identifier = $1 AND token = $2 RETURNING identifier, expires, token;

INSERT INTO accounts (`userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM users WHERE id = $1 ON CONFLICT (provider, `providerAccountId`) DO UPDATE SET type = excluded.type, refresh_token = coalesce(excluded.refresh_token, accounts.refresh_token), access_token = excluded.access_token, expires_at = excluded.expires_at, id_token = excluded.id_token, scope = excluded.scope, session_state = excluded.session_state, token_type = excluded.token_type WHERE accounts.`userId` = excluded.`userId` RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

INSERT INTO accounts (`userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM users WHERE id = $1 RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

INSERT INTO authenticators (`credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports) SELECT $2, id, $3, $4, $5, $6, $7, $8 FROM users WHERE id = $1 RETURNING `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports;

INSERT INTO sessions (`userId`, expires, `sessionToken`) SELECT id, $2, $3 FROM users WHERE id = $1 RETURNING id, `userId`, expires;

INSERT INTO users (email, `emailVerified`) VALUES ($1, $2) RETURNING id, name, email, `emailVerified`, image;

INSERT INTO users (name, email, `emailVerified`, image) VALUES ($1, $2, $3, $4) RETURNING id, name, email, `emailVerified`, image;

INSERT INTO verification_token (identifier, expires, token) VALUES ($1, $2, $3) RETURNING identifier, expires, token;

SELECT 1 FROM accounts WHERE provider = $1 AND `providerAccountId` = $2 LIMIT 1;

SELECT EXISTS (SELECT 1 FROM accounts WHERE provider = $2 AND `providerAccountId` = $3 AND `userId` <> $1), EXISTS (SELECT 1 FROM users WHERE id = $1);

SELECT `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports FROM authenticators WHERE `credentialID` = $1;

SELECT `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports FROM authenticators WHERE `userId` = $1;

SELECT `sessionToken` FROM sessions WHERE `userId` = $1;

SELECT `sessionToken`, expires FROM sessions WHERE `userId` = $1 AND (expires > $2 OR expires NOT GLOB '????-??-??T??:??:??*+00:00');

SELECT id, `userId`, expires FROM sessions WHERE `sessionToken` = $1;

SELECT id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type FROM accounts WHERE `userId` = $1;

SELECT id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type FROM accounts WHERE provider = $1 AND `providerAccountId` = $2 ORDER BY id LIMIT 1;

SELECT id, name, email, `emailVerified`, image FROM users WHERE email = $1 ORDER BY id LIMIT 1;

SELECT id, name, email, `emailVerified`, image FROM users WHERE id = $1;

SELECT s.`sessionToken`, false, s.id, s.`userId`, s.expires, u.id, u.name, u.email, u.`emailVerified`, u.image FROM sessions s JOIN users u ON u.id = s.`userId` WHERE (s.expires > $2 OR s.expires NOT GLOB '????-??-??T??:??:??*+00:00') AND s.`sessionToken` IN (SELECT value FROM json_each($1)) ORDER BY s.expires, s.id DESC;

SELECT s.id, s.`userId`, s.expires, u.id, u.name, u.email, u.`emailVerified`, u.image, false FROM sessions s JOIN users u ON u.id = s.`userId` WHERE s.`sessionToken` = $1 AND (s.expires > $2 OR s.expires NOT GLOB '????-??-??T??:??:??*+00:00') ORDER BY s.expires DESC, s.id LIMIT 1;

SELECT u.id, u.name, u.email, u.`emailVerified`, u.image FROM accounts a JOIN users u ON u.id = a.`userId` WHERE a.provider = $1 AND a.`providerAccountId` = $2 ORDER BY a.id LIMIT 1;

UPDATE accounts SET refresh_token = CASE WHEN $4 THEN $5 ELSE refresh_token END, access_token = CASE WHEN $6 THEN $7 ELSE access_token END, expires_at = CASE WHEN $8 THEN $9 ELSE expires_at END, id_token = CASE WHEN $10 THEN $11 ELSE id_token END, scope = CASE WHEN $12 THEN $13 ELSE scope END, session_state = CASE WHEN $14 THEN $15 ELSE session_state END, token_type = CASE WHEN $16 THEN $17 ELSE token_type END WHERE id = (SELECT id FROM accounts WHERE provider = $1 AND `providerAccountId` = $2 ORDER BY id LIMIT 1) AND refresh_token IS $3 RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

UPDATE authenticators SET counter = $2 WHERE `credentialID` = $1 RETURNING `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports;

UPDATE sessions SET expires = $2 WHERE `sessionToken` = $1 RETURNING id, `userId`, expires;

UPDATE sessions SET expires = CASE WHEN expires GLOB '????-??-??T??:??:??*+00:00' THEN max(expires, $3) ELSE expires END WHERE `sessionToken` = $1 AND (expires > $2 OR expires NOT GLOB '????-??-??T??:??:??*+00:00') RETURNING id, `userId`, expires;

UPDATE users SET `emailVerified` = $2 WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

UPDATE users SET email = $2 WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

UPDATE users SET email = $2, `emailVerified` = $3 WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

UPDATE users SET name = $2 WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

UPDATE users SET name = $2, email = $3 WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

UPDATE users SET name = $2, email = $3, `emailVerified` = $4 WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

UPDATE users SET name = $2, email = $3, `emailVerified` = $4, image = $5 WHERE id = $1 RETURNING id, name, email, `emailVerified`, image;

WITH doomed AS MATERIALIZED (SELECT id FROM sessions WHERE expires <= min($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')) AND expires GLOB '????-??-??T??:??:??*+00:00' ORDER BY expires LIMIT $2) DELETE FROM sessions WHERE (id) IN (SELECT id FROM doomed) AND expires <= min($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')) AND expires GLOB '????-??-??T??:??:??*+00:00';

WITH doomed AS MATERIALIZED (SELECT identifier, token FROM verification_token WHERE expires <= min($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-24 hours')) AND expires GLOB '????-??-??T??:??:??*+00:00' ORDER BY expires LIMIT $2) DELETE FROM verification_token WHERE (identifier, token) IN (SELECT identifier, token FROM doomed) AND expires <= min($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-24 hours')) AND expires GLOB '????-??-??T??:??:??*+00:00';

WITH ours (name, sql) AS (
    SELECT lower(name), sql FROM sqlite_master
    WHERE type = 'table'
        AND lower(name) IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
)
SELECT 'server' AS what, '' AS `table`, sqlite_version() AS name, '' AS columns, 1 AS verified
UNION ALL
SELECT 'table', name, name, '', 1 FROM ours
UNION ALL
SELECT 'index', ours.name, l.name,
    (SELECT group_concat(coalesce(i.name, ''), ',') FROM pragma_index_info(l.name) i),
    l.partial = 0 AND lower(ours.sql) NOT LIKE '%on conflict %'
        AND NOT EXISTS (SELECT 1 FROM pragma_index_info(l.name) i WHERE i.name IS NULL)
FROM ours JOIN pragma_index_list(ours.name) l
WHERE l.`unique` = 1
UNION ALL
SELECT 'exact', ours.name, c.name, '', 1
FROM ours JOIN pragma_table_info(ours.name) c
WHERE instr(lower(ours.sql), 'collate') = 0
    AND instr(upper(c.type), 'INT') = 0
    AND (c.type = '' OR instr(upper(c.type), 'CHAR') + instr(upper(c.type), 'CLOB')
        + instr(upper(c.type), 'TEXT') + instr(upper(c.type), 'BLOB') > 0)
    AND NOT EXISTS (SELECT 1 FROM pragma_index_list(ours.name) l
        JOIN pragma_index_xinfo(l.name) x
        WHERE x.key = 1 AND lower(x.name) = lower(c.name) AND upper(x.coll) <> 'BINARY')
UNION ALL
SELECT 'foreign', ours.name, '', '',
    f.on_delete = 'CASCADE' AND (SELECT foreign_keys FROM pragma_foreign_keys) = 1
FROM ours JOIN pragma_foreign_key_list(ours.name) f
WHERE lower(f.`table`) = 'users' AND lower(f.`from`) = 'userid'
    AND coalesce(lower(f.`to`), 'id') = 'id'
    AND (SELECT count(*) FROM pragma_foreign_key_list(ours.name) g WHERE g.id = f.id) = 1;

