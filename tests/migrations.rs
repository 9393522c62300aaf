//! The migrations: each applies in its order, on an empty database and over rows, and none uses what D1 breaks on (platform.md §3.4).

#![expect(clippy::expect_used, reason = "a test that fails says so by panicking")]

use std::path::Path;

use rusqlite::Connection;

/// Name and text of each, in order.
fn migrations() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("migrations").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read_to_string(&path).expect("text"))).collect()
}

/// The statements of a migration without its comments.
fn statements(text: &str) -> Vec<String> {
    let bare: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    bare.join("\n").split(';').map(|statement| statement.trim().to_owned()).filter(|statement| !statement.is_empty()).collect()
}

#[test]
fn each_migration_applies_in_its_order_on_an_empty_database() {
    let database = Connection::open_in_memory().expect("memory");
    database.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys");
    for (name, text) in migrations() {
        // As wrangler does it locally: one by one.
        for statement in statements(&text) {
            database.execute_batch(&statement).unwrap_or_else(|error| panic!("{name}: {error}\n{statement}"));
        }
    }
    let broken: i64 = database.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).expect("a count");
    assert_eq!(broken, 0);
}

#[test]
fn migrations_are_numbered_without_gap() {
    for (index, (name, _)) in migrations().iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", index + 1)) && Path::new(name).extension().is_some_and(|extension| extension == "sql"), "{name}");
    }
    assert!(!migrations().is_empty());
}

#[test]
fn a_migration_half_applied_can_be_applied_again() {
    for (name, text) in migrations() {
        for statement in statements(&text) {
            let upper = statement.to_uppercase();
            for made in ["CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX", "CREATE VIEW"] {
                assert!(!upper.starts_with(made) || upper.starts_with(&format!("{made} IF NOT EXISTS")), "{name}: {made} without IF NOT EXISTS");
            }
        }
    }
}

#[test]
fn migrations_use_nothing_that_the_remote_splitter_breaks_on() {
    for (name, text) in migrations() {
        assert!(!text.contains('\r'), "{name}: lines end with LF alone");
        assert!(
            text.is_ascii() || text.lines().all(|line| line.is_ascii() || line.trim_start().starts_with("--")),
            "{name}: only comments may be more than ASCII"
        );
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
    let database = Connection::open_in_memory().expect("memory");
    for (name, text) in migrations() {
        database.execute_batch(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let mut statement = database.prepare("SELECT code FROM resource_kind ORDER BY code").expect("a statement");
    let kept: Vec<String> = statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a code")).collect();
    let mut known: Vec<&str> = portineria::core::vocabulary::ResourceKind::ALL.iter().map(|kind| kind.code()).collect();
    known.sort_unstable();
    assert_eq!(kept, known);
}
