ALTER TABLE sessions
  ADD CONSTRAINT authjs_sessions_session_token_key UNIQUE ("sessionToken"),
  ADD CONSTRAINT authjs_sessions_user_id_fkey
    FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;

CREATE INDEX authjs_sessions_user_id_idx ON sessions ("userId");
CREATE INDEX authjs_sessions_expires_idx ON sessions (expires);
