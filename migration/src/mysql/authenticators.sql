CREATE TABLE authenticators
(
  `credentialID` VARCHAR(255) NOT NULL,
  `userId` INT NOT NULL,
  `providerAccountId` VARCHAR(255) NOT NULL,
  `credentialPublicKey` MEDIUMTEXT NOT NULL,
  `counter` BIGINT NOT NULL,
  `credentialDeviceType` VARCHAR(255) NOT NULL,
  `credentialBackedUp` BOOLEAN NOT NULL,
  `transports` MEDIUMTEXT,

  PRIMARY KEY (`userId`, `credentialID`),
  UNIQUE KEY authjs_authenticators_credential_id_key (`credentialID`),
  CONSTRAINT authjs_authenticators_user_id_fkey
    FOREIGN KEY (`userId`) REFERENCES users (`id`) ON DELETE CASCADE
)
ENGINE = InnoDB ROW_FORMAT = DYNAMIC
CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
COMMENT = 'made by authjs-migration';
