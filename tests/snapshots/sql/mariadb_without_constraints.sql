BEGIN;

COMMIT;

DELETE FROM accounts WHERE `userId` = ?;

DELETE FROM accounts WHERE provider = ? AND CAST(CONVERT(provider USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND `providerAccountId` = ? AND CAST(CONVERT(`providerAccountId` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type, EXISTS (SELECT 1 FROM users u WHERE u.id = accounts.`userId`);

DELETE FROM authenticators WHERE `userId` = ?;

DELETE FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) RETURNING id, `userId`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

DELETE FROM sessions WHERE `userId` = ?;

DELETE FROM sessions WHERE `userId` = ? AND NOT (`sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY));

DELETE FROM sessions WHERE `userId` = ? AND SHA2(CONVERT(`sessionToken` USING utf8mb4), 256) = ? RETURNING CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

DELETE FROM sessions WHERE `userId` = ? AND `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) RETURNING CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

DELETE FROM users WHERE id = ? RETURNING id, name, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image;

DELETE FROM verification_token WHERE identifier = ? AND CAST(CONVERT(identifier USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND token = ? AND CAST(CONVERT(token USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) RETURNING CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END, expires > ?, (SELECT id FROM users WHERE email = ? AND CAST(CONVERT(email USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) ORDER BY id LIMIT 1);

DELETE sessions FROM (SELECT id FROM sessions WHERE sessions.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3)) ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED) AS doomed STRAIGHT_JOIN sessions USING (id) WHERE sessions.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3));

DELETE verification_token FROM (SELECT identifier, token FROM verification_token WHERE verification_token.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3) - INTERVAL 24 HOUR) ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED) AS doomed STRAIGHT_JOIN verification_token USING (identifier, token) WHERE verification_token.expires <= LEAST(CAST(? AS DATETIME(3)), UTC_TIMESTAMP(3) - INTERVAL 24 HOUR);

INSERT INTO accounts (`userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type) VALUES ((SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type;

INSERT INTO authenticators (`credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports) VALUES (?, (SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE), ?, ?, ?, ?, ?, ?) RETURNING `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports;

INSERT INTO sessions (`userId`, expires, `sessionToken`) VALUES ((SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE), ?, ?) RETURNING id, `userId`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END;

INSERT INTO sessions (`userId`, expires, `sessionToken`) VALUES (?, ?, ?) RETURNING id, `userId`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END, (SELECT u.id FROM users u WHERE u.id = sessions.`userId`), (SELECT u.name FROM users u WHERE u.id = sessions.`userId`), (SELECT u.email FROM users u WHERE u.id = sessions.`userId`), (SELECT CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END FROM users u WHERE u.id = sessions.`userId`), (SELECT u.image FROM users u WHERE u.id = sessions.`userId`);

INSERT INTO users (name, email, `emailVerified`, image) VALUES (?, ?, ?, ?) RETURNING id, name, email, CASE WHEN `emailVerified` IS NOT NULL THEN GREATEST(`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, image;

INSERT INTO verification_token (identifier, expires, token) VALUES (?, ?, ?) RETURNING identifier, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END, token;

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

SELECT SHA2(CONVERT(`sessionToken` USING utf8mb4), 256), CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END FROM sessions WHERE `userId` = ? AND expires > ?;

SELECT VERSION();

SELECT `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, CAST(? AS SIGNED), `credentialDeviceType`, `credentialBackedUp`, transports, SHA2(JSON_ARRAY(`credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, CAST(? AS SIGNED), `credentialDeviceType`, `credentialBackedUp`, transports), 256) FROM authenticators WHERE `credentialID` = ? AND CAST(CONVERT(`credentialID` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `userId` FROM authenticators WHERE `credentialID` = ? AND CAST(CONVERT(`credentialID` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) o WHERE o.`userId` <> authenticators.`userId`) FOR UPDATE;

SELECT `credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, counter, `credentialDeviceType`, `credentialBackedUp`, transports FROM authenticators WHERE `credentialID` = ? AND CAST(CONVERT(`credentialID` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY);

SELECT `sessionToken`, CASE WHEN expires IS NOT NULL THEN GREATEST(expires, TIMESTAMP'1970-01-01 00:00:00') END FROM sessions WHERE `userId` = ? AND expires > ?;

SELECT count(DISTINCT `userId`) FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY);

SELECT count(DISTINCT `userId`) FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND expires > ?;

SELECT id FROM users WHERE id = ? FOR UPDATE;

SELECT id, `userId` FROM accounts WHERE provider = ? AND CAST(CONVERT(provider USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND `providerAccountId` = ? AND CAST(CONVERT(`providerAccountId` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) ORDER BY EXISTS (SELECT 1 FROM users u WHERE u.id = accounts.`userId`) DESC, id LIMIT 1 FOR UPDATE;

SELECT id, `userId`, ?, provider, `providerAccountId`, coalesce(?, refresh_token), ?, CAST(? AS SIGNED), ?, ?, ?, ?, SHA2(JSON_ARRAY(id, `userId`, ?, provider, `providerAccountId`, coalesce(?, refresh_token), ?, CAST(? AS SIGNED), ?, ?, ?, ?), 256) FROM accounts WHERE id = ? AND EXISTS (SELECT 1 FROM users WHERE users.id = accounts.`userId`) FOR UPDATE;

SELECT id, `userId`, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256) FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `sessionToken`, `userId`, expires FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) o WHERE o.`sessionToken` = ? AND CAST(CONVERT(o.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND o.`userId` <> sessions.`userId` AND (o.expires > ? OR NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `sessionToken`, `userId`, expires FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) l WHERE l.`sessionToken` = ? AND CAST(CONVERT(l.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND l.`userId` = sessions.`userId` AND l.expires > ?))) FOR UPDATE;

SELECT id, `userId`, CASE WHEN CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END, SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256) FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND expires > ? AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `sessionToken`, `userId`, expires FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) o WHERE o.`sessionToken` = ? AND CAST(CONVERT(o.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND o.expires > ? AND o.`userId` <> sessions.`userId`) FOR UPDATE;

SELECT id, `userId`, type, provider, `providerAccountId`, CASE WHEN ? THEN ? ELSE refresh_token END, CASE WHEN ? THEN ? ELSE access_token END, CAST(CASE WHEN ? THEN ? ELSE expires_at END AS SIGNED), CASE WHEN ? THEN ? ELSE id_token END, CASE WHEN ? THEN ? ELSE scope END, CASE WHEN ? THEN ? ELSE session_state END, CASE WHEN ? THEN ? ELSE token_type END, SHA2(JSON_ARRAY(id, `userId`, type, provider, `providerAccountId`, CASE WHEN ? THEN ? ELSE refresh_token END, CASE WHEN ? THEN ? ELSE access_token END, CAST(CASE WHEN ? THEN ? ELSE expires_at END AS SIGNED), CASE WHEN ? THEN ? ELSE id_token END, CASE WHEN ? THEN ? ELSE scope END, CASE WHEN ? THEN ? ELSE session_state END, CASE WHEN ? THEN ? ELSE token_type END), 256) FROM accounts WHERE id = (SELECT id FROM (SELECT id FROM accounts WHERE provider = ? AND CAST(CONVERT(provider USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND `providerAccountId` = ? AND CAST(CONVERT(`providerAccountId` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) ORDER BY EXISTS (SELECT 1 FROM users u WHERE u.id = accounts.`userId`) DESC, id LIMIT 1) AS lowest) AND refresh_token <=> ? AND CAST(CONVERT(refresh_token USING utf8mb4) AS BINARY) <=> CAST(CONVERT(? USING utf8mb4) AS BINARY) FOR UPDATE;

SELECT id, `userId`, type, provider, `providerAccountId`, refresh_token, access_token, expires_at, id_token, scope, session_state, token_type FROM accounts WHERE provider = ? AND CAST(CONVERT(provider USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND `providerAccountId` = ? AND CAST(CONVERT(`providerAccountId` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) ORDER BY EXISTS (SELECT 1 FROM users u WHERE u.id = accounts.`userId`) DESC, id LIMIT 1;

SELECT s.`sessionToken`, EXISTS (SELECT 1 FROM sessions o WHERE o.`sessionToken` = s.`sessionToken` AND CAST(CONVERT(o.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(s.`sessionToken` USING utf8mb4) AS BINARY) AND o.expires > ? AND o.`userId` <> s.`userId`), s.id, s.`userId`, CASE WHEN s.expires IS NOT NULL THEN GREATEST(s.expires, TIMESTAMP'1970-01-01 00:00:00') END, u.id, u.name, u.email, CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, u.image FROM JSON_TABLE(?, '$[*]' COLUMNS (token varchar(255) CHARACTER SET utf8mb4 PATH '$')) AS listed STRAIGHT_JOIN sessions s ON s.`sessionToken` = listed.token COLLATE utf8mb4_nopad_bin JOIN users u ON u.id = s.`userId` WHERE s.expires > ? ORDER BY s.expires, s.id DESC;

SELECT s.id, s.`userId`, CASE WHEN s.expires IS NOT NULL THEN GREATEST(s.expires, TIMESTAMP'1970-01-01 00:00:00') END, u.id, u.name, u.email, CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, u.image, EXISTS (SELECT 1 FROM sessions o WHERE o.`sessionToken` = s.`sessionToken` AND CAST(CONVERT(o.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(s.`sessionToken` USING utf8mb4) AS BINARY) AND o.expires > ? AND o.`userId` <> s.`userId`) FROM sessions s JOIN users u ON u.id = s.`userId` WHERE s.`sessionToken` = ? AND CAST(CONVERT(s.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND s.expires > ? ORDER BY s.expires DESC, s.id LIMIT 1;

SELECT u.id, u.name, u.email, CASE WHEN u.`emailVerified` IS NOT NULL THEN GREATEST(u.`emailVerified`, TIMESTAMP'1970-01-01 00:00:00') END, u.image FROM accounts a JOIN users u ON u.id = a.`userId` WHERE a.provider = ? AND CAST(CONVERT(a.provider USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND a.`providerAccountId` = ? AND CAST(CONVERT(a.`providerAccountId` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) ORDER BY a.id LIMIT 1;

SET SESSION sql_mode = concat(@@sql_mode, ',', ?), time_zone = '+00:00', autocommit = 1, lc_messages = 'en_US', foreign_key_checks = 1, unique_checks = 1, wait_timeout = GREATEST(@@wait_timeout, 600), idle_transaction_timeout = 10, innodb_lock_wait_timeout = ?, lock_wait_timeout = ?, max_statement_time = ?, tx_isolation = IF(@@log_bin AND @@binlog_format = 'STATEMENT', @@tx_isolation, 'READ-COMMITTED');

SET sql_mode=(SELECT CONCAT(@@sql_mode, ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION')),time_zone='+00:00',NAMES utf8mb4;

UPDATE accounts SET refresh_token = CASE WHEN ? THEN ? ELSE refresh_token END, access_token = CASE WHEN ? THEN ? ELSE access_token END, expires_at = CASE WHEN ? THEN ? ELSE expires_at END, id_token = CASE WHEN ? THEN ? ELSE id_token END, scope = CASE WHEN ? THEN ? ELSE scope END, session_state = CASE WHEN ? THEN ? ELSE session_state END, token_type = CASE WHEN ? THEN ? ELSE token_type END WHERE id = (SELECT id FROM (SELECT id FROM accounts WHERE provider = ? AND CAST(CONVERT(provider USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND `providerAccountId` = ? AND CAST(CONVERT(`providerAccountId` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) ORDER BY EXISTS (SELECT 1 FROM users u WHERE u.id = accounts.`userId`) DESC, id LIMIT 1) AS lowest) AND refresh_token <=> ? AND CAST(CONVERT(refresh_token USING utf8mb4) AS BINARY) <=> CAST(CONVERT(? USING utf8mb4) AS BINARY) AND FIND_IN_SET(SHA2(JSON_ARRAY(id, `userId`, type, provider, `providerAccountId`, CASE WHEN ? THEN ? ELSE refresh_token END, CASE WHEN ? THEN ? ELSE access_token END, CAST(CASE WHEN ? THEN ? ELSE expires_at END AS SIGNED), CASE WHEN ? THEN ? ELSE id_token END, CASE WHEN ? THEN ? ELSE scope END, CASE WHEN ? THEN ? ELSE session_state END, CASE WHEN ? THEN ? ELSE token_type END), 256), ?);

UPDATE accounts SET type = ?, refresh_token = coalesce(?, refresh_token), access_token = ?, expires_at = ?, id_token = ?, scope = ?, session_state = ?, token_type = ? WHERE id = ? AND EXISTS (SELECT 1 FROM users WHERE users.id = accounts.`userId`) AND FIND_IN_SET(SHA2(JSON_ARRAY(id, `userId`, ?, provider, `providerAccountId`, coalesce(?, refresh_token), ?, CAST(? AS SIGNED), ?, ?, ?, ?), 256), ?);

UPDATE authenticators SET counter = ? WHERE `credentialID` = ? AND CAST(CONVERT(`credentialID` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `userId` FROM authenticators WHERE `credentialID` = ? AND CAST(CONVERT(`credentialID` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) o WHERE o.`userId` <> authenticators.`userId`) AND FIND_IN_SET(SHA2(JSON_ARRAY(`credentialID`, `userId`, `providerAccountId`, `credentialPublicKey`, CAST(? AS SIGNED), `credentialDeviceType`, `credentialBackedUp`, transports), 256), ?);

UPDATE sessions SET expires = ? WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `sessionToken`, `userId`, expires FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) o WHERE o.`sessionToken` = ? AND CAST(CONVERT(o.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND o.`userId` <> sessions.`userId` AND (o.expires > ? OR NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `sessionToken`, `userId`, expires FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) l WHERE l.`sessionToken` = ? AND CAST(CONVERT(l.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND l.`userId` = sessions.`userId` AND l.expires > ?))) AND FIND_IN_SET(SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(? AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(? AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256), ?);

UPDATE sessions SET expires = GREATEST(expires, CAST(? AS DATETIME(3))) WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND expires > ? AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT `sessionToken`, `userId`, expires FROM sessions WHERE `sessionToken` = ? AND CAST(CONVERT(`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)) o WHERE o.`sessionToken` = ? AND CAST(CONVERT(o.`sessionToken` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY) AND o.expires > ? AND o.`userId` <> sessions.`userId`) AND FIND_IN_SET(SHA2(JSON_ARRAY(id, `userId`, CASE WHEN CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)) IS NOT NULL THEN GREATEST(CAST(GREATEST(expires, CAST(? AS DATETIME(3))) AS DATETIME(3)), TIMESTAMP'1970-01-01 00:00:00') END), 256), ?);

UPDATE users SET `emailVerified` = ? WHERE id = ? AND email = ? AND CAST(CONVERT(email USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY);

