-- The test databases that no process works on any more. Every process holds an advisory lock
-- on each of its databases while it lives; taking the lock here shows that it is gone, and
-- keeps the database ours until the connection ends.
SELECT datname
FROM (
    SELECT datname FROM pg_database WHERE datname LIKE 'authjs\_test\_%' OFFSET 0
) AS databases
WHERE pg_try_advisory_lock(20200101, hashtext(datname))
