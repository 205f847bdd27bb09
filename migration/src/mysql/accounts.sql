CREATE TABLE accounts
(
  `id` INT NOT NULL AUTO_INCREMENT,
  `userId` INT NOT NULL,
  `type` VARCHAR(255) NOT NULL,
  `provider` VARCHAR(255) NOT NULL,
  `providerAccountId` VARCHAR(255) NOT NULL,
  `refresh_token` MEDIUMTEXT,
  `access_token` MEDIUMTEXT,
  `expires_at` BIGINT,
  `id_token` MEDIUMTEXT,
  `scope` MEDIUMTEXT,
  `session_state` MEDIUMTEXT,
  `token_type` VARCHAR(255),

  PRIMARY KEY (`id`),
  UNIQUE KEY authjs_accounts_provider_account_key (`provider`, `providerAccountId`),
  KEY authjs_accounts_user_id_idx (`userId`),
  CONSTRAINT authjs_accounts_user_id_fkey
    FOREIGN KEY (`userId`) REFERENCES users (`id`) ON DELETE CASCADE
)
ENGINE = InnoDB ROW_FORMAT = DYNAMIC
CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
COMMENT = 'made by authjs-migration';
