//! `Db` on rusqlite, with D1's limits. What passes here should pass on D1.
//!
//! It also records which statements ran and how `SQLite` would scan the tables for them, the number of trips,
//! the number of steps, and a digest of the tables.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use portineria::core::db::{Batch, Db, DbError, Pending, Rows, Stmt, Value};
use rusqlite::backup::Backup;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, StatementStatus};
use serde_json::{Map, Value as Json, json};

use super::digest::{self, Digest, changed_between};

/// Tables that do not grow with people, accounts or time. A statement may scan them.
const CONSTANT_TABLES: [&str; 9] =
    ["refusal", "role_permission", "role_permission_off", "permission_set", "permission", "host_setting", "role", "category", "resource_kind"];
/// D1's limit of bytes for one string, blob or row.
const ROW_BYTES: i32 = 2_000_000;

/// The database of one world.
pub struct Sqlite {
    inner: Mutex<Inner>,
}

struct Inner {
    connection: Connection,
    explained: HashSet<String>,
    scans: BTreeSet<String>,
    trips: u64,
    steps: u64,
    costliest: (u64, String),
    wrote: bool,
    failures: Vec<DbError>,
    /// The error with which the reply of the next change is lost.
    losing: Option<DbError>,
    lost: u64,
    /// The last digest, and how many rows had ever been changed then.
    digest: (u64, Digest),
    /// Tables that a statement prepared since then may write. `SQLite` reports them when it compiles a statement.
    touched: Arc<Mutex<BTreeSet<String>>>,
    /// The actions in the audit log, with the number of row changes at that time.
    actions: (u64, Arc<Vec<String>>),
}

impl Sqlite {
    /// Returns a fresh database with every migration applied in order, as `wrangler d1 migrations apply` does it.
    pub fn fresh() -> Self {
        // The migrations run once in a test run: every world begins with a copy.
        static MIGRATED: Mutex<Option<Connection>> = Mutex::new(None);
        let mut migrated = MIGRATED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let migrated = migrated.get_or_insert_with(|| {
            let connection = limited();
            for (name, sql) in migrations() {
                connection.execute_batch(&sql).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            connection
        });
        let mut connection = limited();
        Backup::new(migrated, &mut connection).and_then(|backup| backup.step(-1)).expect("a copy");
        Self::over(connection)
    }

    /// Returns a database over this connection (for the tests of migrations).
    pub fn over(mut connection: Connection) -> Self {
        let touched: Arc<Mutex<BTreeSet<String>>> = Arc::default();
        let tables = touched.clone();
        let authorize = move |asked: AuthContext<'_>| {
            if let AuthAction::Insert { table_name } | AuthAction::Update { table_name, .. } | AuthAction::Delete { table_name } = asked.action {
                let mut tables = tables.lock().expect("tables");
                if !tables.contains(table_name) {
                    tables.insert(table_name.to_owned());
                }
            }
            Authorization::Allow
        };
        connection.authorizer(Some(authorize)).expect("an authorizer");
        let inner = Inner {
            connection,
            explained: HashSet::new(),
            scans: BTreeSet::new(),
            trips: 0,
            steps: 0,
            costliest: (0, String::new()),
            wrote: false,
            failures: Vec::new(),
            losing: None,
            lost: 0,
            digest: (0, Digest::new()),
            touched,
            actions: (u64::MAX, Arc::default()),
        };
        Self { inner: Mutex::new(inner) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Returns the number of round trips so far.
    pub fn trips(&self) -> u64 {
        self.inner().trips
    }

    /// Returns the number of virtual machine steps so far. It grows with the rows that statements scan.
    pub fn steps(&self) -> u64 {
        self.inner().steps
    }

    /// Returns the statement that took the most steps since the last call.
    pub fn costliest(&self) -> String {
        let (steps, sql) = std::mem::take(&mut self.inner().costliest);
        format!("{steps} steps: {sql}")
    }

    /// Returns whether any statement since the last call could have written.
    pub fn wrote(&self) -> bool {
        std::mem::take(&mut self.inner().wrote)
    }

    /// Makes the next batch fail with this error. Several calls apply to as many batches, in order.
    pub fn fails_with(&self, error: DbError) {
        self.inner().failures.push(error);
    }

    /// Sets the error with which the reply of the next change is lost after its commit; `None` for no loss. Returns the value before.
    pub fn loses_reply(&self, error: Option<DbError>) -> Option<DbError> {
        std::mem::replace(&mut self.inner().losing, error)
    }

    /// Returns the number of lost replies so far.
    pub fn lost(&self) -> u64 {
        self.inner().lost
    }

    /// Returns the statements that scan a growing table from end to end, with their plan.
    pub fn scans(&self) -> Vec<String> {
        self.inner().scans.iter().cloned().collect()
    }

    /// Returns the rows of a query.
    pub fn select(&self, sql: &str) -> Vec<Json> {
        let inner = self.inner();
        let mut statement = inner.connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows(&mut statement).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Returns the rows of a query with bound texts, as many as it has parameters. A text that is a number is bound as a number.
    pub fn select_by(&self, sql: &str, binds: &[&str]) -> Vec<Json> {
        let inner = self.inner();
        let mut statement = inner.connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        for (index, bind) in binds.iter().enumerate().take(statement.parameter_count()) {
            let bound = match bind.parse::<i64>() {
                Ok(number) => statement.raw_bind_parameter(index + 1, number),
                Err(_) => statement.raw_bind_parameter(index + 1, *bind),
            };
            bound.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        rows(&mut statement).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Runs SQL outside D1's limits, to fill the tables.
    pub fn fill(&self, sql: &str) {
        self.inner().connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Returns the digest of the tables, without the counters of failures and the time of the last visit.
    pub fn digest(&self) -> Digest {
        let mut inner = self.inner();
        let changes = inner.connection.total_changes();
        if inner.digest.1.is_empty() {
            inner.digest.1 = digest::of(&inner.connection);
        } else if inner.digest.0 != changes {
            let touched = std::mem::take(&mut *inner.touched.lock().expect("tables"));
            let kept: Vec<String> = touched.into_iter().filter(|table| inner.digest.1.contains_key(table)).collect();
            for table in kept {
                let shares = Arc::new(digest::shares_of(&inner.connection, &table));
                inner.digest.1.insert(table, shares);
            }
        }
        inner.digest.0 = changes;
        inner.digest.1.clone()
    }

    /// Checks that the digest, of which only what statements said to touch was ever made anew, is that of the tables as they are.
    pub fn digest_is_true(&self) {
        let known = self.digest();
        let inner = self.inner();
        let wrong = changed_between(&known, &digest::of(&inner.connection));
        assert!(wrong.is_empty(), "changed by no statement that said so: {wrong:?}");
    }

    /// The actions of the trail, in order.
    pub fn actions(&self) -> Arc<Vec<String>> {
        let mut inner = self.inner();
        let changes = inner.connection.total_changes();
        if inner.actions.0 != changes {
            let mut statement = inner.connection.prepare("SELECT action FROM audit_event ORDER BY at, id").expect("the trail");
            let actions = rows(&mut statement).expect("lines").iter().map(|line| line["action"].as_str().unwrap_or_default().to_owned()).collect();
            drop(statement);
            inner.actions = (changes, Arc::new(actions));
        }
        inner.actions.1.clone()
    }

    /// Every text the tables hold, on a line each behind its table.
    pub fn texts(&self) -> String {
        let inner = self.inner();
        let mut texts = String::new();
        for table in names(&inner.connection, "SELECT name FROM sqlite_master WHERE type = 'table'") {
            let mut statement = inner.connection.prepare(&format!("SELECT * FROM \"{table}\"")).expect("a table");
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().expect("rows") {
                for index in 0..columns {
                    if let ValueRef::Text(text) = row.get_ref(index).expect("a column") {
                        texts.extend([table.as_str(), " ", &String::from_utf8_lossy(text), "\n"]);
                    }
                }
            }
        }
        texts
    }

    /// Returns the content of all tables as text, to search it for secrets.
    pub fn dump(&self) -> String {
        let inner = self.inner();
        let tables = names(&inner.connection, "SELECT name FROM sqlite_master WHERE type = 'table'");
        let mut text = String::new();
        for table in tables {
            let mut statement = inner.connection.prepare(&format!("SELECT * FROM \"{table}\"")).expect("a table");
            for row in rows(&mut statement).expect("rows") {
                writeln!(text, "{table} {row}").expect("text");
            }
        }
        text
    }
}

impl Db for Sqlite {
    fn batch(&self, statements: Vec<Stmt>) -> Pending<'_, Result<Batch, DbError>> {
        let answer = self.inner().run(&statements);
        Box::pin(std::future::ready(answer))
    }
}

impl Inner {
    fn run(&mut self, statements: &[Stmt]) -> Result<Batch, DbError> {
        self.trips += 1;
        if !self.failures.is_empty() {
            return Err(self.failures.remove(0));
        }
        if statements.is_empty() {
            return Err(DbError::Other("D1: an empty batch".into()));
        }
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| DbError::classify(&text(&error)))?;
        let mut batch = Batch::default();
        for statement in statements {
            match self.one(statement) {
                Ok(rows) => {
                    batch.rows_read += rows.len() as u64;
                    batch.results.push(Rows(Json::Array(rows).to_string()));
                }
                Err(message) => {
                    self.connection.execute_batch("ROLLBACK").expect("a rollback");
                    return Err(DbError::classify(&message));
                }
            }
        }
        if let Err(error) = self.connection.execute_batch("COMMIT") {
            self.connection.execute_batch("ROLLBACK").expect("a rollback");
            return Err(DbError::classify(&text(&error)));
        }
        if statements.iter().any(is_change)
            && let Some(error) = self.losing.take()
        {
            self.lost += 1;
            return Err(error);
        }
        Ok(batch)
    }

    fn one(&mut self, stmt: &Stmt) -> Result<Vec<Json>, String> {
        let first = stmt.sql.trim_start().split([' ', '\n', '(']).next().unwrap_or_default().to_uppercase();
        if !["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first.as_str()) {
            return Err(format!("not authorized: {first}"));
        }
        if !self.explained.contains(&*stmt.sql) {
            self.explain(&stmt.sql).map_err(|error| format!("{}: {}", text(&error), stmt.sql))?;
            self.explained.insert(stmt.sql.to_string());
        }
        let mut statement = self.connection.prepare(&stmt.sql).map_err(|error| format!("{}: {}", text(&error), stmt.sql))?;
        if statement.parameter_count() != stmt.binds.len() {
            return Err(format!("Wrong number of parameter bindings for SQL query: {} for {}: {}", stmt.binds.len(), statement.parameter_count(), stmt.sql));
        }
        for (index, value) in stmt.binds.iter().enumerate() {
            let bound = match value {
                Value::Null => statement.raw_bind_parameter(index + 1, rusqlite::types::Null),
                Value::Int(number) => statement.raw_bind_parameter(index + 1, double(*number)),
                Value::Text(text) => statement.raw_bind_parameter(index + 1, text.as_str()),
            };
            bound.map_err(|error| text(&error))?;
        }
        self.wrote |= !statement.readonly();
        let answer = rows(&mut statement).map_err(|error| text(&error));
        let steps = u64::try_from(statement.get_status(StatementStatus::VmStep)).unwrap_or(0);
        self.steps += steps;
        if steps > self.costliest.0 {
            self.costliest = (steps, stmt.sql.to_string());
        }
        answer
    }

    /// Runs `EXPLAIN QUERY PLAN` and records every `SCAN` of a table that grows. The schema is the same in every scenario, so the
    /// plan of each statement is read once in a run.
    fn explain(&mut self, sql: &str) -> rusqlite::Result<()> {
        static PLANS: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());
        let known = PLANS.lock().expect("plans").get(sql).cloned();
        let scans = if let Some(scans) = known {
            scans
        } else {
            let scans = self.scans_of(sql)?;
            PLANS.lock().expect("plans").insert(sql.to_owned(), scans.clone());
            scans
        };
        self.scans.extend(scans);
        Ok(())
    }

    /// Returns the scans of growing tables in the plan of a statement.
    fn scans_of(&self, sql: &str) -> rusqlite::Result<Vec<String>> {
        let growing: Vec<String> = names(&self.connection, "SELECT name FROM sqlite_master WHERE type = 'table'")
            .into_iter()
            .filter(|table| !CONSTANT_TABLES.contains(&table.as_str()))
            .collect();
        // An alias in the plan may come from a view.
        let mut written = names(&self.connection, "SELECT sql AS name FROM sqlite_master WHERE type = 'view'").join("\n");
        written.push_str(sql);
        let words: Vec<&str> = written.split(|sign: char| !(sign.is_alphanumeric() || sign == '_')).filter(|word| !word.is_empty()).collect();
        let mut statement = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let plan: Vec<String> = rows(&mut statement)?.iter().filter_map(|row| row["detail"].as_str().map(str::to_owned)).collect();
        let scans = plan.iter().filter(|line| {
            let name = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            name.is_some_and(|name| growing.iter().any(|table| stands_for(&words, table, name)))
        });
        Ok(scans.map(|line| format!("{line}\n    {}\n    in: {sql}", plan.join("\n    "))).collect())
    }
}

/// Returns whether a statement changes data that people see. Refusals, counts of attempts and times of visits are no such data.
fn is_change(statement: &Stmt) -> bool {
    let words: Vec<&str> = statement.sql.split([' ', '\n', '(']).filter(|word| !word.is_empty()).take(4).collect();
    match words.as_slice() {
        ["INSERT", "INTO", table, ..] | ["DELETE", "FROM", table, ..] | ["INSERT", "OR", _, table] => !["refusal", "attempt"].contains(table),
        ["UPDATE", _, "SET", "last_seen_at"] => false,
        ["UPDATE", table, ..] => *table != "attempt",
        ["WITH", ..] => !statement.sql.contains("UPDATE attempt") && ["INSERT ", "UPDATE ", "DELETE "].iter().any(|word| statement.sql.contains(word)),
        _ => words.first() == Some(&"INSERT"),
    }
}

/// Returns whether `name` in a plan is this table or its alias in the statement.
fn stands_for(words: &[&str], table: &str, name: &str) -> bool {
    name == table
        || words.windows(2).any(|pair| pair == [table, name])
        || words.windows(3).any(|three| three[0] == table && three[1].eq_ignore_ascii_case("AS") && three[2] == name)
}

/// Returns an empty database in memory with D1's limits.
pub fn limited() -> Connection {
    let connection = Connection::open_in_memory().expect("memory");
    connection.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys");
    let limits = [
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_LENGTH, ROW_BYTES),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
        (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
    ];
    for (limit, value) in limits {
        connection.set_limit(limit, value).expect("a limit");
    }
    connection
}

/// Returns name and text of each migration, in order.
pub fn migrations() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("migrations").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.into_iter().map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read_to_string(&path).expect("text"))).collect()
}

/// Returns the names that a statement selects.
pub fn names(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("names");
    rows(&mut statement).expect("names").iter().filter_map(|row| row["name"].as_str().map(str::to_owned)).collect()
}

fn rows(statement: &mut rusqlite::Statement<'_>) -> rusqlite::Result<Vec<Json>> {
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.raw_query();
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        let mut object = Map::new();
        for (index, name) in columns.iter().enumerate() {
            object.insert(name.clone(), json_of(row.get_ref(index)?));
        }
        list.push(Json::Object(object));
    }
    Ok(list)
}

/// Every JavaScript number arrives at D1 as a double.
#[expect(clippy::cast_precision_loss, reason = "what is past 2^53 is lost there too")]
fn double(number: i64) -> f64 {
    number as f64
}

/// Converts a value as the room `worker` does: a whole number is an integer, whatever its column.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within 2^53")]
fn json_of(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => json!(number as i64),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => json!(bytes),
    }
}

/// Returns the message alone, as D1 passes it on.
fn text(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}
