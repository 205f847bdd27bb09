CREATE TABLE sessions
(
  `id` INT NOT NULL AUTO_INCREMENT,
  `userId` INT NOT NULL,
  `expires` DATETIME(3) NOT NULL,
  `sessionToken` VARCHAR(255) NOT NULL,

  PRIMARY KEY (`id`),
  UNIQUE KEY authjs_sessions_session_token_key (`sessionToken`),
  KEY authjs_sessions_user_id_idx (`userId`),
  KEY authjs_sessions_expires_idx (`expires`),
  CONSTRAINT authjs_sessions_user_id_fkey
    FOREIGN KEY (`userId`) REFERENCES users (`id`) ON DELETE CASCADE
)
ENGINE = InnoDB ROW_FORMAT = DYNAMIC
CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
COMMENT = 'made by authjs-migration';
