ALTER TABLE accounts
  ADD CONSTRAINT authjs_accounts_provider_account_key UNIQUE (provider, "providerAccountId"),
  ADD CONSTRAINT authjs_accounts_user_id_fkey
    FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;

CREATE INDEX authjs_accounts_user_id_idx ON accounts ("userId");
