CREATE TABLE authenticators
(
  "credentialID" TEXT NOT NULL,
  "userId" INTEGER NOT NULL,
  "providerAccountId" TEXT NOT NULL,
  "credentialPublicKey" TEXT NOT NULL,
  counter BIGINT NOT NULL,
  "credentialDeviceType" TEXT NOT NULL,
  "credentialBackedUp" BOOLEAN NOT NULL,
  transports TEXT,

  CONSTRAINT authjs_authenticators_pkey PRIMARY KEY ("userId", "credentialID"),
  CONSTRAINT authjs_authenticators_counter_check
    CHECK (typeof(counter) = 'integer' AND counter BETWEEN 0 AND 4294967295),
  CONSTRAINT authjs_authenticators_credential_backed_up_check
    CHECK (typeof("credentialBackedUp") = 'integer' AND "credentialBackedUp" IN (0, 1)),
  CONSTRAINT authjs_authenticators_user_id_fkey
    FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX authjs_authenticators_credential_id_key
  ON authenticators ("credentialID");
