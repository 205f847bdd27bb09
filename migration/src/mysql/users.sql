CREATE TABLE users
(
  `id` INT NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(255),
  `email` VARCHAR(255),
  `emailVerified` DATETIME(3),
  `image` MEDIUMTEXT,

  PRIMARY KEY (`id`),
  UNIQUE KEY authjs_users_email_key (`email`)
)
ENGINE = InnoDB ROW_FORMAT = DYNAMIC
CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
COMMENT = 'made by authjs-migration';
