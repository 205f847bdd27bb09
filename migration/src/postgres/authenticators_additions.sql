ALTER TABLE authenticators
  ADD CONSTRAINT authjs_authenticators_credential_id_key UNIQUE ("credentialID"),
  ADD CONSTRAINT authjs_authenticators_user_id_fkey
    FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;
