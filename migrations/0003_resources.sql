-- Pixels and apps: the catalogue of kinds, the resources of an account, and who they are assigned to.

-- The kinds of resource that the program knows.
CREATE TABLE IF NOT EXISTS resource_kind (
  code               TEXT PRIMARY KEY,
  standard_may_edit  INTEGER NOT NULL CHECK (standard_may_edit IN (0, 1)),  -- 1: who may edit only what is assigned to them may edit this kind
  shown_to_all       INTEGER NOT NULL CHECK (shown_to_all IN (0, 1))        -- 1: who may see resources sees each of this kind, whatever its visibility
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO resource_kind (code, standard_may_edit, shown_to_all) VALUES ('pixel', 1, 1), ('app', 0, 0);

-- A pixel or an app of an account.
CREATE TABLE IF NOT EXISTS resource (
  id           TEXT PRIMARY KEY,
  account_id   TEXT NOT NULL REFERENCES account (id),
  kind         TEXT NOT NULL REFERENCES resource_kind (code),
  external_id  TEXT NOT NULL,  -- the id in the other system, typed by the user
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL DEFAULT '',
  settings     TEXT NOT NULL DEFAULT '{}',  -- a JSON object, kept as given
  visibility   TEXT NOT NULL DEFAULT 'assigned' CHECK (visibility IN ('everyone', 'assigned', 'admins')),
  is_open      INTEGER NOT NULL DEFAULT 0,  -- 1: who may see resources sees this one. It follows kind and visibility, and lists start by it.
  status       TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
  -- The ids of the first 21 people it is assigned to, in order, a JSON list: a page of a list reads them without walking the assignments. The
  -- statement that changes an assignment writes it.
  first_people TEXT NOT NULL DEFAULT '[]',
  created_at   INTEGER NOT NULL,
  version      INTEGER NOT NULL DEFAULT 1,
  UNIQUE (account_id, kind, external_id)
) STRICT;
-- Each list of resources, whatever it is filtered by, starts where its page starts: for those who see all, and for those who see the open ones.
CREATE INDEX IF NOT EXISTS resource_by_name ON resource (account_id, name_key, id);
CREATE INDEX IF NOT EXISTS resource_by_kind ON resource (account_id, kind, name_key, id);
CREATE INDEX IF NOT EXISTS resource_open_by_name ON resource (account_id, name_key, id) WHERE is_open = 1;
CREATE INDEX IF NOT EXISTS resource_open_by_kind ON resource (account_id, kind, name_key, id) WHERE is_open = 1;
CREATE INDEX IF NOT EXISTS resource_by_status ON resource (account_id, status, name_key, id);
CREATE INDEX IF NOT EXISTS resource_by_kind_and_status ON resource (account_id, kind, status, name_key, id);
CREATE INDEX IF NOT EXISTS resource_open_by_status ON resource (account_id, status, name_key, id) WHERE is_open = 1;
CREATE INDEX IF NOT EXISTS resource_open_by_kind_and_status ON resource (account_id, kind, status, name_key, id) WHERE is_open = 1;

-- The resources that a member works with.
CREATE TABLE IF NOT EXISTS assignment (
  member_id    TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  resource_id  TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  PRIMARY KEY (member_id, resource_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS assignment_by_resource ON assignment (resource_id);
