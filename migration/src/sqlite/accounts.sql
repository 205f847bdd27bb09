CREATE TABLE accounts
(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "userId" INTEGER NOT NULL,
  type VARCHAR(255) NOT NULL,
  provider VARCHAR(255) NOT NULL,
  "providerAccountId" VARCHAR(255) NOT NULL,
  refresh_token TEXT,
  access_token TEXT,
  expires_at BIGINT,
  id_token TEXT,
  scope TEXT,
  session_state TEXT,
  token_type TEXT,

  CONSTRAINT authjs_accounts_id_check CHECK (id BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT authjs_accounts_expires_at_check CHECK (typeof(expires_at) IN ('integer', 'null')),
  CONSTRAINT authjs_accounts_user_id_fkey
    FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX authjs_accounts_provider_account_key
  ON accounts (provider, "providerAccountId");
CREATE INDEX authjs_accounts_user_id_idx ON accounts ("userId");
