BEGIN;

COMMIT;

DELETE FROM accounts WHERE provider = ? AND `providerAccountId` = ? RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

DELETE FROM sessions WHERE `sessionToken` = ? RETURNING id, `userId`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

DELETE FROM sessions WHERE `userId` = ?;

DELETE FROM sessions WHERE `userId` = ? AND SHA2(CONVERT(`sessionToken` USING utf8mb4), 256) = ? RETURNING CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

DELETE FROM sessions WHERE `userId` = ? AND `sessionToken` <> ?;

DELETE FROM sessions WHERE `userId` = ? AND `sessionToken` = ? RETURNING CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

DELETE FROM users WHERE id = ? RETURNING id, name, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image;

DELETE FROM verification_token WHERE identifier = ? AND token = ? RETURNING CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END, expires > ?, (SELECT id FROM users WHERE email = ? ORDER BY id LIMIT 1);

DELETE FROM verification_token WHERE identifier = ? AND token = ? RETURNING identifier, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END, token;

DELETE sessions FROM (SELECT id FROM sessions WHERE sessions.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3)) ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED) AS doomed STRAIGHT_JOIN sessions USING (id) WHERE sessions.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3));

DELETE verification_token FROM (SELECT identifier, token FROM verification_token WHERE verification_token.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3) - INTERVAL 24 HOUR) ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED) AS doomed STRAIGHT_JOIN verification_token USING (identifier, token) WHERE verification_token.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3) - INTERVAL 24 HOUR);

INSERT INTO accounts (`userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) VALUES ((SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

INSERT INTO accounts (id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) VALUES ((SELECT id FROM (SELECT id FROM accounts WHERE provider = ? AND `providerAccountId` = ? LIMIT 1) AS present), (SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE type = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), VALUES(type), accounts.type), access_token = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), VALUES(access_token), accounts.access_token), expires_at = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), VALUES(expires_at), accounts.expires_at), id_token = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), VALUES(id_token), accounts.id_token), scope = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), VALUES(scope), accounts.scope), session_state = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), VALUES(session_state), accounts.session_state), token_type = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), VALUES(token_type), accounts.token_type), refresh_token = IF(accounts.`userId` = VALUES(`userId`) AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) AND CAST(accounts.`providerAccountId` AS BINARY) = CAST(VALUES(`providerAccountId`) AS BINARY), coalesce(VALUES(refresh_token), accounts.refresh_token), accounts.refresh_token) RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

INSERT INTO authenticators (`credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports) VALUES (?, (SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE), ?, ?, ?, ?, ?, ?) RETURNING `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports;

INSERT INTO sessions (`userId`, expires, `sessionToken`) VALUES ((SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE), ?, ?) RETURNING id, `userId`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

INSERT INTO sessions (`userId`, expires, `sessionToken`) VALUES (?, ?, ?) RETURNING id, `userId`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END, (SELECT u.id FROM users u WHERE u.id = sessions.`userId`), (SELECT u.name FROM users u WHERE u.id = sessions.`userId`), (SELECT u.email FROM users u WHERE u.id = sessions.`userId`), (SELECT CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END FROM users u WHERE u.id = sessions.`userId`), (SELECT u.image FROM users u WHERE u.id = sessions.`userId`);

INSERT INTO users (email, `emailVerified`) VALUES (?, ?) RETURNING id, name, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image;

INSERT INTO users (name, email, `emailVerified`, image) VALUES (?, ?, ?, ?) RETURNING id, name, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image;

INSERT INTO verification_token (identifier, expires, token) VALUES (?, ?, ?) RETURNING identifier, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END, token;

ROLLBACK;

SELECT 'server' AS what, '' AS table_name, VERSION() AS name, '' AS columns, 1 AS verified
UNION ALL
SELECT 'table', IF(@@lower_case_table_names = 0, t.TABLE_NAME, LOWER(t.TABLE_NAME)), '',
    coalesce(t.ENGINE, ''), 1
FROM information_schema.TABLES t
WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
    AND t.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
UNION ALL
SELECT 'collation', IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME)),
    c.COLUMN_NAME, c.COLLATION_NAME, 1
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE() AND c.COLLATION_NAME IS NOT NULL
    AND c.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
UNION ALL
SELECT 'digits', IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME)),
    c.COLUMN_NAME, CAST(c.DATETIME_PRECISION AS CHAR), 1
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE() AND c.DATETIME_PRECISION < 3
    AND c.COLUMN_NAME IN ('expires', 'emailVerified')
    AND c.TABLE_NAME IN ('users', 'sessions', 'verification_token')
UNION ALL
SELECT 'required', IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME)), '', '', 1
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE() AND c.COLUMN_NAME = 'userId' AND c.IS_NULLABLE = 'NO'
    AND c.TABLE_NAME IN ('accounts', 'sessions', 'authenticators')
UNION ALL
SELECT 'index', IF(@@lower_case_table_names = 0, s.TABLE_NAME, LOWER(s.TABLE_NAME)),
    s.INDEX_NAME, coalesce(GROUP_CONCAT(s.COLUMN_NAME ORDER BY s.SEQ_IN_INDEX SEPARATOR ','), ''),
    MIN(s.COLUMN_NAME IS NOT NULL AND s.SUB_PART IS NULL)
FROM information_schema.STATISTICS s
WHERE s.TABLE_SCHEMA = DATABASE() AND s.NON_UNIQUE = 0
    AND s.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
GROUP BY s.TABLE_NAME, s.INDEX_NAME
UNION ALL
SELECT 'foreign', IF(@@lower_case_table_names = 0, r.TABLE_NAME, LOWER(r.TABLE_NAME)),
    r.CONSTRAINT_NAME, '', r.DELETE_RULE = 'CASCADE' AND @@foreign_key_checks = 1
FROM information_schema.REFERENTIAL_CONSTRAINTS r
JOIN information_schema.KEY_COLUMN_USAGE k
    ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME
    AND k.TABLE_NAME = r.TABLE_NAME
WHERE r.CONSTRAINT_SCHEMA = DATABASE() AND r.UNIQUE_CONSTRAINT_SCHEMA = DATABASE()
    AND r.REFERENCED_TABLE_NAME = 'users'
    AND r.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
    AND k.TABLE_SCHEMA = DATABASE()
GROUP BY r.TABLE_NAME, r.CONSTRAINT_NAME, r.DELETE_RULE
HAVING COUNT(*) = 1 AND MIN(k.COLUMN_NAME) = 'userId' AND MIN(k.REFERENCED_COLUMN_NAME) = 'id';

SELECT 1 FROM accounts WHERE provider = ? AND `providerAccountId` = ? LIMIT 1;

SELECT @@in_transaction = 0;

SELECT EXISTS (SELECT 1 FROM accounts WHERE provider = ? AND `providerAccountId` = ? AND `userId` <> ?), EXISTS (SELECT 1 FROM users WHERE id = ?);

SELECT SHA2(CONVERT(`sessionToken` USING utf8mb4), 256), CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END FROM sessions WHERE `userId` = ? AND expires > ?;

SELECT VERSION();

SELECT `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, CAST(? AS SIGNED), `credentialDeviceType`, `credentialBackedUp`, transports, SHA2(JSON_ARRAY(`credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, CAST(? AS SIGNED), `credentialDeviceType`, `credentialBackedUp`, transports), 256) FROM authenticators WHERE `credentialID` = ? FOR UPDATE;

SELECT `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports FROM authenticators WHERE `credentialID` = ?;

SELECT `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports FROM authenticators WHERE `userId` = ?;

SELECT `sessionToken`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END FROM sessions WHERE `userId` = ? AND expires > ?;

SELECT id, ?, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, ?, SHA2(JSON_ARRAY(id, ?, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, ?), 256) FROM users WHERE id = ? FOR UPDATE;

SELECT id, ?, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, image, SHA2(JSON_ARRAY(id, ?, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, image), 256) FROM users WHERE id = ? FOR UPDATE;

SELECT id, ?, ?, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image, SHA2(JSON_ARRAY(id, ?, ?, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image), 256) FROM users WHERE id = ? FOR UPDATE;

SELECT id, ?, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image, SHA2(JSON_ARRAY(id, ?, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image), 256) FROM users WHERE id = ? FOR UPDATE;

SELECT id, `userId`, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256) FROM sessions WHERE `sessionToken` = ? FOR UPDATE;

SELECT id, `userId`, CASE WHEN CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256) FROM sessions WHERE `sessionToken` = ? AND expires > ? FOR UPDATE;

SELECT id, `userId`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END FROM sessions WHERE `sessionToken` = ?;

SELECT id, `userId`, type, provider, `providerAccountId`, CASE WHEN ? THEN ? ELSE refresh_token END, CASE WHEN ? THEN ? ELSE access_token END, CAST(CASE WHEN ? THEN ? ELSE expires_at END AS SIGNED), CASE WHEN ? THEN ? ELSE id_token END, CASE WHEN ? THEN ? ELSE scope END, CASE WHEN ? THEN ? ELSE session_state END, CASE WHEN ? THEN ? ELSE token_type END, SHA2(JSON_ARRAY(id, `userId`, type, provider, `providerAccountId`, CASE WHEN ? THEN ? ELSE refresh_token END, CASE WHEN ? THEN ? ELSE access_token END, CAST(CASE WHEN ? THEN ? ELSE expires_at END AS SIGNED), CASE WHEN ? THEN ? ELSE id_token END, CASE WHEN ? THEN ? ELSE scope END, CASE WHEN ? THEN ? ELSE session_state END, CASE WHEN ? THEN ? ELSE token_type END), 256) FROM accounts WHERE id = (SELECT id FROM (SELECT id FROM accounts WHERE provider = ? AND `providerAccountId` = ? ORDER BY id LIMIT 1) AS lowest) AND refresh_token <=> ? FOR UPDATE;

SELECT id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type FROM accounts WHERE `userId` = ?;

SELECT id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type FROM accounts WHERE provider = ? AND `providerAccountId` = ? ORDER BY id LIMIT 1;

SELECT id, name, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, image, SHA2(JSON_ARRAY(id, name, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, image), 256) FROM users WHERE id = ? FOR UPDATE;

SELECT id, name, ?, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image, SHA2(JSON_ARRAY(id, name, ?, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image), 256) FROM users WHERE id = ? FOR UPDATE;

SELECT id, name, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image FROM users WHERE email = ? ORDER BY id LIMIT 1;

SELECT id, name, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image FROM users WHERE id = ?;

SELECT s.`sessionToken`, false, s.id, s.`userId`, CASE WHEN s.expires IS NOT NULL THEN GREATEST(s.expires, TIMESTAMP'1970-01-01 00:00:00') END, u.id, u.name, u.email, CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, u.image FROM JSON_TABLE(?, '$[*]' COLUMNS (token varchar(255) CHARACTER SET utf8mb4 PATH '$')) AS listed STRAIGHT_JOIN sessions s ON s.`sessionToken` = listed.token COLLATE utf8mb4_nopad_bin JOIN users u ON u.id = s.`userId` WHERE s.expires > ? ORDER BY s.expires, s.id DESC;

SELECT s.id, s.`userId`, CASE WHEN s.expires IS NOT NULL THEN GREATEST(s.expires, TIMESTAMP'1970-01-01 00:00:00') END, u.id, u.name, u.email, CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, u.image, false FROM sessions s JOIN users u ON u.id = s.`userId` WHERE s.`sessionToken` = ? AND s.expires > ? ORDER BY s.expires DESC, s.id LIMIT 1;

SELECT u.id, u.name, u.email, CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, u.image FROM accounts a JOIN users u ON u.id = a.`userId` WHERE a.provider = ? AND a.`providerAccountId` = ? ORDER BY a.id LIMIT 1;

SET SESSION sql_mode = concat(@@sql_mode, ',', ?), time_zone = '+00:00', autocommit = 1, lc_messages = 'en_US', foreign_key_checks = 1, unique_checks = 1, wait_timeout = GREATEST(@@wait_timeout, 600), idle_transaction_timeout = 10, innodb_lock_wait_timeout = ?, lock_wait_timeout = ?, max_statement_time = ?, tx_isolation = IF(@@log_bin AND @@binlog_format = 'STATEMENT', @@tx_isolation, 'READ-COMMITTED');

SET sql_mode=(SELECT CONCAT(@@sql_mode, ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION')),time_zone='+00:00',NAMES utf8mb4;

UPDATE accounts SET refresh_token = CASE WHEN ? THEN ? ELSE refresh_token END, access_token = CASE WHEN ? THEN ? ELSE access_token END, expires_at = CASE WHEN ? THEN ? ELSE expires_at END, id_token = CASE WHEN ? THEN ? ELSE id_token END, scope = CASE WHEN ? THEN ? ELSE scope END, session_state = CASE WHEN ? THEN ? ELSE session_state END, token_type = CASE WHEN ? THEN ? ELSE token_type END WHERE id = (SELECT id FROM (SELECT id FROM accounts WHERE provider = ? AND `providerAccountId` = ? ORDER BY id LIMIT 1) AS lowest) AND refresh_token <=> ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, `userId`, type, provider, `providerAccountId`, CASE WHEN ? THEN ? ELSE refresh_token END, CASE WHEN ? THEN ? ELSE access_token END, CAST(CASE WHEN ? THEN ? ELSE expires_at END AS SIGNED), CASE WHEN ? THEN ? ELSE id_token END, CASE WHEN ? THEN ? ELSE scope END, CASE WHEN ? THEN ? ELSE session_state END, CASE WHEN ? THEN ? ELSE token_type END), 256), ?);

UPDATE authenticators SET counter = ? WHERE `credentialID` = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(`credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, CAST(? AS SIGNED), `credentialDeviceType`, `credentialBackedUp`, transports), 256), ?);

UPDATE sessions SET expires = ? WHERE `sessionToken` = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256), ?);

UPDATE sessions SET expires = GREATEST(expires, CAST(? AS DATETIME(3))) WHERE `sessionToken` = ? AND expires > ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256), ?);

UPDATE users SET `emailVerified` = ? WHERE id = ? AND email = ?;

UPDATE users SET email = ? WHERE id = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, name, ?, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image), 256), ?);

UPDATE users SET email = ?, `emailVerified` = ? WHERE id = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, name, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, image), 256), ?);

UPDATE users SET name = ? WHERE id = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, ?, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image), 256), ?);

UPDATE users SET name = ?, email = ? WHERE id = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, ?, ?, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image), 256), ?);

UPDATE users SET name = ?, email = ?, `emailVerified` = ? WHERE id = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, ?, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, image), 256), ?);

UPDATE users SET name = ?, email = ?, `emailVerified` = ?, image = ? WHERE id = ? AND FIND_IN_SET(SHA2(JSON_ARRAY(id, ?, ?, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, ?), 256), ?);

