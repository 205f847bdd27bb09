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

  CONSTRAINT authjs_authenticators_pkey PRIMARY KEY ("userId", "credentialID")
);
