//! A digest of the tables: one number for each table and account, which changes when any of their rows does.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::sqlite::names;

/// Tables that a refused request may still write: failures are counted, to limit guesses.
const COUNTERS: [&str; 1] = ["attempt"];

/// One number for the rows of each table and account.
pub type Digest = BTreeMap<String, Arc<BTreeMap<String, u64>>>;

/// Returns the tables and accounts that differ between two digests.
pub fn changed_between(before: &Digest, after: &Digest) -> Vec<Share> {
    let mut changed = Vec::new();
    for (table, now) in after {
        let known = before.get(table).cloned().unwrap_or_default();
        if Arc::ptr_eq(&known, now) {
            continue;
        }
        let differing = now.iter().filter(|(account, number)| known.get(*account) != Some(number)).map(|(account, _)| account);
        let gone = known.keys().filter(|account| !now.contains_key(*account));
        changed.extend(differing.chain(gone).map(|account| Share { table: table.clone(), account: account.clone() }));
    }
    changed
}

/// The rows of one table that belong to one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    /// The table.
    pub table: String,
    /// The account's id; empty for rows of no account.
    pub account: String,
}

/// Returns the digest of every table.
pub fn of(connection: &Connection) -> Digest {
    let tables = names(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'd1_%'");
    let digested = tables.into_iter().filter(|table| !COUNTERS.contains(&table.as_str()));
    digested.map(|table| (table.clone(), Arc::new(shares_of(connection, &table)))).collect()
}

/// Returns one number for the rows of each account in a table: its own rows and those of its members. (An assignment, a grant and a preference belong
/// to a member.) The order of the rows does not matter.
pub fn shares_of(connection: &Connection, table: &str) -> BTreeMap<String, u64> {
    let mut columns = names(connection, &format!("SELECT name FROM pragma_table_info('{table}')"));
    columns.retain(|column| column != "last_seen_at");
    let has = |name: &str| columns.iter().any(|column| column == name);
    let account = match table {
        "account" => "id",
        _ if has("account_id") && has("member_id") => "coalesce(account_id, (SELECT m.account_id FROM member m WHERE m.id = member_id))",
        _ if has("account_id") => "account_id",
        _ if has("member_id") => "(SELECT m.account_id FROM member m WHERE m.id = member_id)",
        _ => "NULL",
    };
    let sql = format!("SELECT {account}, {} FROM \"{table}\"", columns.join(", "));
    let mut statement = connection.prepare(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut shares: BTreeMap<String, u64> = BTreeMap::new();
    let mut rows = statement.raw_query();
    let mut bytes = Vec::new();
    while let Some(row) = rows.next().expect("rows") {
        bytes.clear();
        for index in 1..=columns.len() {
            append(row.get_ref(index).expect("a column"), &mut bytes);
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let account = row.get_ref(0).expect("a column").as_str_or_null().expect("an id").unwrap_or_default();
        if let Some(share) = shares.get_mut(account) {
            *share = share.wrapping_add(hasher.finish());
        } else {
            shares.insert(account.to_owned(), hasher.finish());
        }
    }
    shares
}

/// Writes a value as bytes that no other value has.
fn append(value: ValueRef<'_>, bytes: &mut Vec<u8>) {
    let (kind, content): (u8, &[u8]) = match &value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => (1, &number.to_le_bytes()),
        ValueRef::Real(number) => (2, &number.to_le_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(blob) => (4, blob),
    };
    bytes.push(kind);
    bytes.extend_from_slice(&content.len().to_le_bytes());
    bytes.extend_from_slice(content);
}
