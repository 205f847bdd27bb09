ALTER TABLE users
  ADD CONSTRAINT authjs_users_email_key UNIQUE (email);
