-- expires: RFC 3339 text as sqlx writes it, in UTC, years 1970 to 9999, with a fraction of no, 3, 6 or
-- 9 digits, none of them a group of zeros at the end. Each instant then has one spelling, and the
-- order of the texts is the order of the instants. '+0 days' makes SQLite calculate the date, which
-- finds 31 February.
CREATE TABLE sessions
(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL,
  expires TEXT NOT NULL,
  "sessionToken" VARCHAR(255) NOT NULL,

  CONSTRAINT authjs_sessions_id_check CHECK (id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT authjs_sessions_expires_check CHECK (
    typeof(expires) = 'text'
    AND substr(expires, 1, 4) BETWEEN '1970' AND '9999'
    AND substr(expires, 1, 19)
      IS strftime('%Y-%m-%dT%H:%M:%S', substr(expires, 1, 19), '+0 days')
    AND CASE length(CAST(expires AS BLOB))
      WHEN 25 THEN substr(expires, 20) GLOB '+00:00'
      WHEN 29 THEN substr(expires, 20) GLOB '.[0-9][0-9][0-9]+00:00'
      WHEN 32 THEN substr(expires, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]+00:00'
      WHEN 35 THEN substr(expires, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]+00:00'
      ELSE 0
    END
    AND expires NOT GLOB '*.*000+00:00'
  ),
  CONSTRAINT authjs_sessions_user_id_fkey
    FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX authjs_sessions_session_token_key ON sessions ("sessionToken");
CREATE INDEX authjs_sessions_user_id_idx ON sessions ("userId");
CREATE INDEX authjs_sessions_expires_idx ON sessions (expires);
