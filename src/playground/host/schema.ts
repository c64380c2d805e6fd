/**
 * The tables of the host. Each entry of {@link MIGRATIONS} brings the schema one version further and is never changed
 * once it has been released. Times are ISO 8601 in UTC, truth values 0 and 1, ids as GitHub's: numeric and stable.
 */
const FIRST = `
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE users (
  id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE COLLATE NOCASE, type TEXT NOT NULL, createdAt TEXT NOT NULL
);
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY, kind TEXT NOT NULL, userId INTEGER NOT NULL REFERENCES users(id),
  repositoryId INTEGER, permissions TEXT, runId INTEGER, createdAt TEXT NOT NULL
);

CREATE TABLE repositories (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ownerId INTEGER NOT NULL REFERENCES users(id),
  name TEXT NOT NULL COLLATE NOCASE, description TEXT, private INTEGER NOT NULL DEFAULT 0,
  defaultBranch TEXT NOT NULL DEFAULT 'main', isTemplate INTEGER NOT NULL DEFAULT 0,
  parentId INTEGER REFERENCES repositories(id), templateId INTEGER REFERENCES repositories(id),
  hasIssues INTEGER NOT NULL DEFAULT 1, actionsEnabled INTEGER NOT NULL DEFAULT 1,
  schedulesEnabled INTEGER NOT NULL DEFAULT 1, actionsMayCreatePulls INTEGER NOT NULL DEFAULT 0,
  defaultWorkflowPermissions TEXT NOT NULL DEFAULT 'read',
  createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL, pushedAt TEXT NOT NULL, UNIQUE (ownerId, name)
);
CREATE TABLE collaborators (
  repositoryId INTEGER NOT NULL REFERENCES repositories(id), userId INTEGER NOT NULL REFERENCES users(id),
  role TEXT NOT NULL, PRIMARY KEY (repositoryId, userId)
);

CREATE TABLE issues (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repositoryId INTEGER NOT NULL REFERENCES repositories(id),
  number INTEGER NOT NULL, isPull INTEGER NOT NULL, title TEXT NOT NULL, body TEXT,
  authorId INTEGER NOT NULL REFERENCES users(id), state TEXT NOT NULL DEFAULT 'open', stateReason TEXT,
  createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL, closedAt TEXT, closedById INTEGER REFERENCES users(id),
  UNIQUE (repositoryId, number)
);
CREATE TABLE pulls (
  id INTEGER PRIMARY KEY REFERENCES issues(id), baseRef TEXT NOT NULL, baseSha TEXT NOT NULL,
  headRepositoryId INTEGER NOT NULL REFERENCES repositories(id), headRef TEXT NOT NULL, headSha TEXT NOT NULL,
  draft INTEGER NOT NULL DEFAULT 0, testMergeSha TEXT, mergedAt TEXT, mergedById INTEGER REFERENCES users(id),
  mergeCommitSha TEXT
);
CREATE INDEX pullsByHead ON pulls (headRepositoryId, headRef);
CREATE TABLE comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, issueId INTEGER NOT NULL REFERENCES issues(id),
  authorId INTEGER NOT NULL REFERENCES users(id), body TEXT NOT NULL, createdAt TEXT NOT NULL,
  updatedAt TEXT NOT NULL, editedAt TEXT
);
CREATE INDEX commentsByIssue ON comments (issueId);
CREATE TABLE reactions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, subjectId INTEGER NOT NULL,
  userId INTEGER NOT NULL REFERENCES users(id), content TEXT NOT NULL, createdAt TEXT NOT NULL,
  UNIQUE (subject, subjectId, userId, content)
);
CREATE TABLE labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repositoryId INTEGER NOT NULL REFERENCES repositories(id),
  name TEXT NOT NULL COLLATE NOCASE, color TEXT NOT NULL, description TEXT, UNIQUE (repositoryId, name)
);
CREATE TABLE issueLabels (
  issueId INTEGER NOT NULL REFERENCES issues(id), labelId INTEGER NOT NULL REFERENCES labels(id) ON DELETE CASCADE,
  PRIMARY KEY (issueId, labelId)
);

CREATE TABLE statuses (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repositoryId INTEGER NOT NULL REFERENCES repositories(id),
  sha TEXT NOT NULL, context TEXT NOT NULL, state TEXT NOT NULL, description TEXT, targetUrl TEXT,
  creatorId INTEGER NOT NULL REFERENCES users(id), integrationId INTEGER, createdAt TEXT NOT NULL
);
CREATE INDEX statusesByCommit ON statuses (repositoryId, sha, context);

CREATE TABLE rulesets (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repositoryId INTEGER NOT NULL REFERENCES repositories(id),
  name TEXT NOT NULL, enforcement TEXT NOT NULL, target TEXT NOT NULL, conditions TEXT NOT NULL,
  rules TEXT NOT NULL, bypassActors TEXT NOT NULL, createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL
);
CREATE TABLE protections (
  repositoryId INTEGER NOT NULL REFERENCES repositories(id), branch TEXT NOT NULL, settings TEXT NOT NULL,
  PRIMARY KEY (repositoryId, branch)
);

CREATE TABLE environments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repositoryId INTEGER NOT NULL REFERENCES repositories(id),
  name TEXT NOT NULL COLLATE NOCASE, branchPolicy TEXT NOT NULL, createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL,
  UNIQUE (repositoryId, name)
);
CREATE TABLE environmentBranches (
  id INTEGER PRIMARY KEY AUTOINCREMENT, environmentId INTEGER NOT NULL REFERENCES environments(id) ON DELETE CASCADE,
  name TEXT NOT NULL, UNIQUE (environmentId, name)
);
CREATE TABLE actionsValues (
  kind TEXT NOT NULL, repositoryId INTEGER NOT NULL REFERENCES repositories(id), environmentId INTEGER NOT NULL,
  name TEXT NOT NULL, value TEXT NOT NULL, createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL,
  PRIMARY KEY (kind, repositoryId, environmentId, name)
);

CREATE TABLE pages (
  repositoryId INTEGER PRIMARY KEY REFERENCES repositories(id), buildType TEXT NOT NULL, folder TEXT, sha TEXT,
  runId INTEGER, updatedAt TEXT NOT NULL
);
`;

/** Keys that accounts publish. */
const SECOND = `
CREATE TABLE sshKeys (
  id INTEGER PRIMARY KEY AUTOINCREMENT, userId INTEGER NOT NULL REFERENCES users(id), purpose TEXT NOT NULL,
  title TEXT NOT NULL, key TEXT NOT NULL, createdAt TEXT NOT NULL, UNIQUE (purpose, key)
);
`;

export const MIGRATIONS: readonly string[] = [FIRST, SECOND];
