-- The test databases that no process works on any more. Every process holds the lock with the
-- name of each of its databases while it lives; taking the lock here shows that it is gone, and
-- keeps the database ours until the connection ends.
SELECT SCHEMA_NAME
FROM information_schema.SCHEMATA
WHERE IF(SCHEMA_NAME LIKE 'authjs\_test\_%', GET_LOCK(SCHEMA_NAME, 0), 0) = 1
