CREATE INDEX authjs_verification_token_expires_idx ON verification_token (expires);
