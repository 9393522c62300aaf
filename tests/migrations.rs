//! The migrations: each applies in its order and over rows, one that was released does not change, and none uses what D1 breaks on
//! (platform.md §3.4).

#![expect(clippy::expect_used, clippy::panic, reason = "a test that fails says so by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest as _, Sha256};

/// The migrations of every release, oldest first: name, and SHA-256 in hexadecimal.
///
/// A deployment remembers a migration by its name and never applies it again, so a released one must stay as it is: change the schema by a new
/// file. To make a release, add a line for each migration that is new in it (`sha256sum migrations/*.sql`), in the commit that writes the release
/// into CHANGELOG.md.
const RELEASED: [(&str, &str); 0] = [];

/// The files of a folder: name and text of each, in order.
fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.into_iter().map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read_to_string(&path).expect("text"))).collect()
}

/// Name and text of each migration, in order.
fn migrations() -> Vec<(String, String)> {
    files("migrations")
}

/// The statements of a migration without its comments.
fn statements(text: &str) -> Vec<String> {
    let bare: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    bare.join("\n").split(';').map(|statement| statement.trim().to_owned()).filter(|statement| !statement.is_empty()).collect()
}

fn database() -> Connection {
    let database = Connection::open_in_memory().expect("memory");
    database.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys");
    database
}

/// Applies a migration as wrangler does it locally: one statement after the other.
fn apply(database: &Connection, name: &str, text: &str) {
    for statement in statements(text) {
        database.execute_batch(&statement).unwrap_or_else(|error| panic!("{name}: {error}\n{statement}"));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn texts(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect("a statement");
    statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a text")).collect()
}

fn tables(database: &Connection) -> Vec<String> {
    texts(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
}

/// The rows of every table, sorted, each with the columns that the tables of `known` had; all columns where it has none.
fn rows(database: &Connection, known: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let read = |table: String| {
        let columns = known.get(&table).map_or_else(|| "*".to_owned(), |columns| columns.join(", "));
        let mut statement = database.prepare(&format!("SELECT {columns} FROM {table}")).unwrap_or_else(|error| panic!("{table}: {error}"));
        let count = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..count).map(|index| row.get::<_, Value>(index)).collect::<Result<Vec<_>, _>>();
        let mut rows: Vec<String> = statement.query_map([], row).expect("rows").map(|row| format!("{:?}", row.expect("a row"))).collect();
        rows.sort();
        (table, rows)
    };
    tables(database).into_iter().map(read).collect()
}

/// The columns of every table.
fn columns(database: &Connection) -> BTreeMap<String, Vec<String>> {
    let of = |table: String| {
        let columns = texts(database, &format!("SELECT name FROM pragma_table_xinfo('{table}')"));
        (table, columns)
    };
    tables(database).into_iter().map(of).collect()
}

/// Each migration meets what the ones before it made, with rows in every table (`tests/migrations/` has a file of rows for each migration),
/// and leaves those rows as they were.
#[test]
fn each_migration_applies_over_the_rows_of_those_before_it() {
    let database = database();
    let samples: BTreeMap<String, String> = files("tests/migrations").into_iter().collect();
    for (name, text) in migrations() {
        let (known, before) = (columns(&database), rows(&database, &BTreeMap::new()));
        apply(&database, &name, &text);
        let after = rows(&database, &known);
        for (table, rows) in &before {
            assert_eq!(after.get(table), Some(rows), "{name} changed what stood in {table}");
        }
        if let Some(sample) = samples.get(&name) {
            database.execute_batch(sample).unwrap_or_else(|error| panic!("tests/migrations/{name}: {error}"));
        }
        let empty: Vec<String> = rows(&database, &BTreeMap::new()).into_iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
        assert!(empty.iter().all(|table| table == "refusal"), "write rows for {empty:?} into tests/migrations/{name}");
    }
    let broken: i64 = database.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).expect("a count");
    assert_eq!(broken, 0);
    let names: Vec<String> = migrations().into_iter().map(|(name, _)| name).collect();
    assert!(samples.keys().all(|sample| names.contains(sample)), "tests/migrations has rows for a migration that is not there");
}

#[test]
fn a_released_migration_does_not_change() {
    let migrations = migrations();
    for (index, (name, hash)) in RELEASED.iter().enumerate() {
        let (found, text) = &migrations[index];
        assert_eq!(found, name, "a migration comes after all that were released");
        assert_eq!(&hex(&Sha256::digest(text)), hash, "{name} was released: change the schema by a new file");
    }
    let is_released = include_str!("../CHANGELOG.md").lines().any(|line| line.starts_with("## ") && line != "## Unreleased");
    assert_eq!(RELEASED.is_empty(), !is_released, "the first release begins the list");
}

#[test]
fn migrations_are_numbered_without_gap() {
    for (index, (name, _)) in migrations().iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", index + 1)), "{name}");
    }
    assert!(!migrations().is_empty());
}

#[test]
fn a_migration_half_applied_can_be_applied_again() {
    let database = database();
    for (name, text) in migrations() {
        apply(&database, &name, &text);
        let before = rows(&database, &BTreeMap::new());
        for statement in statements(&text) {
            // A column cannot be added twice: whoever repairs a half applied file leaves such a statement out by hand.
            if !statement.to_uppercase().starts_with("ALTER TABLE") {
                database.execute_batch(&statement).unwrap_or_else(|error| panic!("{name}, a second time: {error}\n{statement}"));
            }
        }
        assert_eq!(rows(&database, &BTreeMap::new()), before, "{name}, a second time");
    }
}

#[test]
fn migrations_use_nothing_that_the_remote_splitter_breaks_on() {
    for (name, text) in migrations() {
        assert!(!text.contains('\r'), "{name}: lines end with LF alone");
        for line in text.lines() {
            let (code, comment) = line.split_once("--").unwrap_or((line, ""));
            assert!(code.is_ascii(), "{name}: only comments may be more than ASCII: {line}");
            assert!(!comment.contains(';'), "{name}: a semicolon in a comment may end a statement: {line}");
        }
        let code = statements(&text).join(";\n");
        assert!(!code.contains('"'), "{name}: a name in double quotes is a string when it is misspelt");
        let upper = code.to_uppercase();
        for word in ["TRIGGER", "PRAGMA", "BEGIN", "COMMIT", "ATTACH", "VACUUM", "DATETIME('NOW')", "CURRENT_TIMESTAMP", "AUTOINCREMENT"] {
            assert!(!upper.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn every_table_is_strict() {
    for (name, text) in migrations() {
        for statement in statements(&text) {
            if statement.to_uppercase().starts_with("CREATE TABLE") {
                let tail = statement.rsplit(')').next().unwrap_or_default().to_uppercase();
                assert!(tail.contains("STRICT"), "{name}: {}", statement.lines().next().unwrap_or_default());
            }
        }
    }
}

#[test]
fn a_later_migration_leaves_earlier_rows_alone() {
    // From the second on, a migration meets rows: it may not empty a table or add what old rows cannot have.
    for (name, text) in migrations() {
        for statement in statements(&text) {
            let upper = statement.to_uppercase();
            assert!(!upper.starts_with("DROP TABLE") && !upper.starts_with("DELETE FROM"), "{name}: {statement}");
            assert!(!(upper.starts_with("ALTER TABLE") && upper.contains("NOT NULL") && !upper.contains("DEFAULT")), "{name}: NOT NULL without DEFAULT");
        }
    }
}

#[test]
fn the_catalogue_has_the_kinds_the_program_knows() {
    let database = database();
    for (name, text) in migrations() {
        apply(&database, &name, &text);
    }
    let kept = texts(&database, "SELECT code FROM resource_kind ORDER BY code");
    let mut known: Vec<&str> = portineria::core::vocabulary::ResourceKind::ALL.iter().map(|kind| kind.code()).collect();
    known.sort_unstable();
    assert_eq!(kept, known);
}
