//! Refusals and links: every rule has the same name in schema, code and scenarios; every statement that ends a link returns the copies to delete.

use std::collections::BTreeSet;
use std::path::Path;

use portineria::core::refusal::Rule;

use super::reading::{every_run, is_sign, made_up, program, text_of, texts};
use crate::syntax::{Source, files};

/// Refusals of features that do not exist yet. This list may only shrink.
const NOT_YET: [&str; 1] = ["not_configured"];

#[test]
fn every_column_of_the_refusal_table_is_a_rule() {
    let text = files("migrations", &["sql"]).into_iter().map(|(_, text)| text).collect::<String>();
    let mut columns: Vec<String> = text
        .lines()
        .filter(|line| line.contains("CONSTRAINT") && line.contains("IS NULL"))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            // The name of a column is before its type, in `CREATE TABLE` and in `ALTER TABLE`.
            let name = words.windows(2).find(|pair| pair[1] == "INTEGER").map(|pair| pair[0]).unwrap_or_default();
            assert!(
                line.contains(&format!("CONSTRAINT {name} ")) && line.contains(&format!("CHECK ({name} IS NULL)")),
                "column, constraint and check must have the same name: {line}"
            );
            name.to_owned()
        })
        .collect();
    assert!(columns.len() > 10);
    columns.retain(|name| Rule::from_code(name).is_none());
    assert!(columns.is_empty(), "no rule of src/core/refusal.rs: {columns:?}");
}

/// The string literals in these files.
fn texts_of(sources: &[Source]) -> BTreeSet<String> {
    sources.iter().flat_map(texts).map(|(_, text)| text).collect()
}

/// Codes that no scenario names, and codes of [`NOT_YET`] that one does.
fn unprovoked(named: &BTreeSet<String>) -> Vec<&'static str> {
    let codes = Rule::ALL.iter().map(|rule| rule.code()).filter(|code| !["internal", "link_not_allowed", "replayed", "validation"].contains(code));
    codes.filter(|code| NOT_YET.contains(code) == named.contains(*code)).collect()
}

#[test]
fn every_refusal_is_provoked_by_a_scenario() {
    let missing = unprovoked(&texts_of(&Source::all("tests/scenarios")));
    assert!(missing.is_empty(), "no scenario provokes these (or they left NOT_YET without leaving the list): {missing:?}");
}

#[test]
fn the_gate_of_provoked_refusals_can_refuse() {
    assert!(unprovoked(&texts_of(&[made_up("// \"link_expired\"")])).contains(&"link_expired"));
    assert!(!unprovoked(&texts_of(&[made_up("fn a() { b.refused(410, \"link_expired\") }")])).contains(&"link_expired"));
    assert!(unprovoked(&texts_of(&[made_up("fn a() { b.refused(503, \"not_configured\") }")])).contains(&"not_configured"));
}

/// The operator runs it without a worker that could delete copies. It ends only links of its own kind (`origin`), which have no copies in KV:
/// only the acts in the worker that make a link write copies.
const ENDS_WITHOUT_COPIES: &str = "src/identity/recovery.sql";

/// The statements of a file: the string literals of each expression, joined.
fn statements(source: &Source) -> Vec<String> {
    let mut statements = Vec::new();
    every_run(source, &mut |tokens| {
        let runs = tokens.split(|token| is_sign(Some(token), ';'));
        statements.extend(runs.map(|run| run.iter().filter_map(text_of).collect::<Vec<_>>().join(" ")));
    });
    statements
}

/// The number of updates that end links in a statement, and those updates that do not return the keys of the copies.
fn ends(statement: &str) -> (usize, Vec<String>) {
    let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut count, mut wrong) = (0, Vec::new());
    for (table, kind) in [("invitation", "invitation"), ("password_reset", "reset")] {
        for (place, _) in statement.match_indices(&format!("UPDATE {table} SET state")) {
            // The next part of the statement begins with its own verb.
            let verbs = ["INSERT INTO", "UPDATE ", "DELETE FROM", ";"];
            let next = verbs.iter().filter_map(|verb| statement[place + 1..].find(verb)).min().map_or(statement.len(), |next| place + 1 + next);
            if !statement[place..next].contains(&format!("RETURNING '{kind}' AS kind, token_hash, mailed_token_hash")) {
                wrong.push(statement[place..next].to_owned());
            }
            count += 1;
        }
    }
    (count, wrong)
}

#[test]
fn every_end_of_a_link_returns_the_hashes_its_copies_stand_under() {
    let mut all: Vec<String> = program().iter().flat_map(statements).collect();
    all.extend(files("src", &["sql"]).into_iter().filter(|(path, _)| path != Path::new(ENDS_WITHOUT_COPIES)).map(|(_, text)| text));
    let (counts, wrong): (Vec<usize>, Vec<Vec<String>>) = all.iter().map(|statement| ends(statement)).unzip();
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "these updates end links and leave the copies in KV:\n{}", wrong.join("\n"));
    assert!(counts.iter().sum::<usize>() > 10, "found {counts:?} updates that end links");
}

#[test]
fn the_gate_of_ended_links_can_refuse() {
    let refused = |text: &str| statements(&made_up(text)).iter().flat_map(|statement| ends(statement).1).collect::<Vec<_>>();
    let end = "UPDATE invitation\n   SET state = 'revoked' WHERE id = ?1";
    let complete = format!("{end} RETURNING 'invitation' AS kind, token_hash, mailed_token_hash");
    assert_eq!(refused(&format!("fn a() {{ b(sql!(\"{end}\", c)) }}")).len(), 1);
    assert_eq!(refused(&format!("const A: &str = \"{end}\";\nconst B: &str = \"{complete}\";")).len(), 1);
    assert_eq!(refused(&format!("fn a() {{ b([\"{end}\", \"{complete}\"]) }}")).len(), 1);
    assert_eq!(refused(&format!("fn a() {{ b(sql!(\"{complete}\", c)) }}")).len(), 0);
    assert_eq!(refused("a!(concat!(\"UPDATE password_reset SET state = \", b!(), \" RETURNING 'reset' AS kind, token_hash, mailed_token_hash\"));").len(), 0);
    assert_eq!(refused("a!(concat!(\"UPDATE password_reset SET state = \", b!()));").len(), 1);
}
