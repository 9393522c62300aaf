//! Refusals and links: every rule has its name in schema, code and scenarios; every end of a link says which copies end with it.

use std::collections::BTreeSet;
use std::path::Path;

use portineria::core::refusal::Rule;

use super::reading::{every_run, is_sign, made_up, program, text_of, texts};
use crate::syntax::{Source, files};

/// Refusals that belong to later issues: nothing can provoke them yet. This list may only shrink.
const NOT_YET: [&str; 1] = ["not_configured"];

#[test]
fn every_column_of_the_refusal_table_is_a_rule() {
    let text = files("migrations", &["sql"]).into_iter().map(|(_, text)| text).collect::<String>();
    let mut columns: Vec<String> = text
        .lines()
        .filter(|line| line.contains("CONSTRAINT") && line.contains("IS NULL"))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            // The column's name stands before its type, in `CREATE TABLE` as in `ALTER TABLE`.
            let name = words.windows(2).find(|pair| pair[1] == "INTEGER").map(|pair| pair[0]).unwrap_or_default();
            assert!(line.contains(&format!("CONSTRAINT {name} ")) && line.contains(&format!("CHECK ({name} IS NULL)")), "three times the same name: {line}");
            name.to_owned()
        })
        .collect();
    assert!(columns.len() > 10);
    columns.retain(|name| Rule::from_code(name).is_none());
    assert!(columns.is_empty(), "no rule of src/core/refusal.rs: {columns:?}");
}

/// The texts in the code of these files.
fn said(sources: &[Source]) -> BTreeSet<String> {
    sources.iter().flat_map(texts).map(|(_, text)| text).collect()
}

/// Codes no scenario says, and codes of [`NOT_YET`] that one does.
fn unprovoked(said: &BTreeSet<String>) -> Vec<&'static str> {
    let codes = Rule::ALL.iter().map(|rule| rule.code()).filter(|code| !["internal", "replayed", "validation"].contains(code));
    codes.filter(|code| NOT_YET.contains(code) == said.contains(*code)).collect()
}

#[test]
fn every_refusal_is_provoked_by_a_scenario() {
    let missing = unprovoked(&said(&Source::all("tests/scenarios")));
    assert!(missing.is_empty(), "no scenario provokes these (or they left NOT_YET without leaving the list): {missing:?}");
}

#[test]
fn the_gate_of_provoked_refusals_can_refuse() {
    assert!(unprovoked(&said(&[made_up("// \"link_expired\"")])).contains(&"link_expired"));
    assert!(!unprovoked(&said(&[made_up("fn a() { b.refused(410, \"link_expired\") }")])).contains(&"link_expired"));
    assert!(unprovoked(&said(&[made_up("fn a() { b.refused(503, \"not_configured\") }")])).contains(&"not_configured"));
}

/// Whoever operates the deployment runs it, without a worker that could forget copies. It ends only links of its own kind (`origin`), and nothing
/// copies those to KV: only the acts that make a link do, in the worker.
const ENDS_WITHOUT_COPIES: &str = "src/identity/recovery.sql";

/// The statements of a file: the texts that stand in one expression, joined.
fn statements(source: &Source) -> Vec<String> {
    let mut statements = Vec::new();
    every_run(source, &mut |tokens| {
        let runs = tokens.split(|token| is_sign(Some(token), ';'));
        statements.extend(runs.map(|run| run.iter().filter_map(text_of).collect::<Vec<_>>().join(" ")));
    });
    statements
}

/// The ends of links in a statement; and those among them that do not return what their copies stand under.
fn ends(statement: &str) -> (usize, Vec<String>) {
    let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut count, mut wrong) = (0, Vec::new());
    for (table, kind) in [("invitation", "invitation"), ("password_reset", "reset")] {
        for (place, _) in statement.match_indices(&format!("UPDATE {table} SET state")) {
            // The next statement of the same chain begins with a verb of its own.
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
    assert!(wrong.is_empty(), "ends of links whose copies in KV nobody forgets:\n{}", wrong.join("\n"));
    assert!(counts.iter().sum::<usize>() > 10, "{counts:?} ends of links were found");
}

#[test]
fn the_gate_of_ended_links_can_refuse() {
    let refused = |text: &str| statements(&made_up(text)).iter().flat_map(|statement| ends(statement).1).collect::<Vec<_>>();
    let end = "UPDATE invitation\n   SET state = 'revoked' WHERE id = ?1";
    let whole = format!("{end} RETURNING 'invitation' AS kind, token_hash, mailed_token_hash");
    assert_eq!(refused(&format!("fn a() {{ b(sql!(\"{end}\", c)) }}")).len(), 1);
    assert_eq!(refused(&format!("const A: &str = \"{end}\";\nconst B: &str = \"{whole}\";")).len(), 1);
    assert_eq!(refused(&format!("fn a() {{ b([\"{end}\", \"{whole}\"]) }}")).len(), 1);
    assert_eq!(refused(&format!("fn a() {{ b(sql!(\"{whole}\", c)) }}")).len(), 0);
    assert_eq!(refused("a!(concat!(\"UPDATE password_reset SET state = \", b!(), \" RETURNING 'reset' AS kind, token_hash, mailed_token_hash\"));").len(), 0);
    assert_eq!(refused("a!(concat!(\"UPDATE password_reset SET state = \", b!()));").len(), 1);
}
