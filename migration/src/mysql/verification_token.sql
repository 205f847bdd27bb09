CREATE TABLE verification_token
(
  `identifier` VARCHAR(255) NOT NULL,
  `expires` DATETIME(3) NOT NULL,
  `token` VARCHAR(255) NOT NULL,

  PRIMARY KEY (`identifier`, `token`),
  KEY authjs_verification_token_expires_idx (`expires`)
)
ENGINE = InnoDB ROW_FORMAT = DYNAMIC
CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
COMMENT = 'made by authjs-migration';
