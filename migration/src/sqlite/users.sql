-- "emailVerified": RFC 3339 text as sqlx writes it, in UTC, years 1970 to 9999, with a fraction of no, 3, 6 or
-- 9 digits, none of them a group of zeros at the end. Each instant then has one spelling, and the
-- order of the texts is the order of the instants. '+0 days' makes SQLite calculate the date, which
-- finds 31 February.
CREATE TABLE users
(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(255),
  email VARCHAR(255),
  "emailVerified" TEXT,
  image TEXT,

  CONSTRAINT authjs_users_id_check CHECK (id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT authjs_users_email_verified_check CHECK (
    "emailVerified" IS NULL OR (
      typeof("emailVerified") = 'text'
      AND substr("emailVerified", 1, 4) BETWEEN '1970' AND '9999'
      AND substr("emailVerified", 1, 19)
        IS strftime('%Y-%m-%dT%H:%M:%S', substr("emailVerified", 1, 19), '+0 days')
      AND CASE length(CAST("emailVerified" AS BLOB))
        WHEN 25 THEN substr("emailVerified", 20) GLOB '+00:00'
        WHEN 29 THEN substr("emailVerified", 20) GLOB '.[0-9][0-9][0-9]+00:00'
        WHEN 32 THEN substr("emailVerified", 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]+00:00'
        WHEN 35 THEN substr("emailVerified", 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]+00:00'
        ELSE 0
      END
      AND "emailVerified" NOT GLOB '*.*000+00:00'
    )
  )
);

CREATE UNIQUE INDEX authjs_users_email_key ON users (email);
