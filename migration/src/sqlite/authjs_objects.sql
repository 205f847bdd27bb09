CREATE TABLE IF NOT EXISTS authjs_objects
(
  kind VARCHAR(63) NOT NULL,
  name VARCHAR(63) NOT NULL,
  made_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now')),

  PRIMARY KEY (kind, name)
);
