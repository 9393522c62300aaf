//! SQL is a literal: values are bound, and time, ids and randomness come from Rust.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::TokenTree;

use super::reading::{every_run, found, group_of, inside, is_sign, line, lines, made_up, name_of, program, sql_files, text_of, texts};
use crate::syntax::Source;

/// Writes a statement for a person to run by hand, with every value as a hexadecimal literal. The worker never runs it.
const BY_HAND: &str = "src/identity/recovery.rs";
/// Defines `Stmt`, and joins literals that the compiler knows into a statement.
const STMT: &str = "src/core/db.rs";

/// Macros that format values into a text.
const FORMATS: [&str; 5] = ["format", "format_args", "write", "writeln", "concat_string"];
/// Methods that add their argument to a text.
const ADDS: [&str; 3] = ["push_str", "insert_str", "write_str"];
/// Methods that make a new text from a literal.
const CHANGES: [&str; 9] = ["replace", "replacen", "concat", "join", "to_owned", "to_string", "into", "format", "repeat"];

/// Whether a text is SQL or a part of it.
fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split(|sign: char| !(sign.is_alphanumeric() || sign == '_')).filter(|word| !word.is_empty()).collect();
    let pairs = [["INSERT", "INTO"], ["DELETE", "FROM"], ["ORDER", "BY"], ["GROUP", "BY"]];
    words.iter().any(|word| ["SELECT", "UPDATE", "WHERE", "VALUES", "JOIN", "UNION", "RETURNING", "FROM"].contains(word))
        || words.windows(2).any(|two| pairs.iter().any(|pair| two == pair))
}

/// The names of the constants that hold SQL, and of the macros that do, with a `!`.
fn names(sources: &[Source]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources {
        every_run(source, &mut |tokens| {
            for (at, token) in tokens.iter().enumerate() {
                let word = name_of(Some(token));
                let (name, body) = match word.as_str() {
                    "const" | "static" if at == 0 || !is_sign(tokens.get(at - 1), '\'') => {
                        let end = tokens[at..].iter().position(|token| is_sign(Some(token), ';')).map_or(tokens.len(), |end| at + end);
                        (name_of(tokens.get(at + 1)), &tokens[at..end])
                    }
                    "macro_rules" => (name_of(tokens.get(at + 2)) + "!", &tokens[at..(at + 4).min(tokens.len())]),
                    _ => continue,
                };
                if name == "fn" {
                    continue;
                }
                if holds_sql(body, &BTreeSet::new()) {
                    names.insert(name);
                }
            }
        });
    }
    names
}

/// Whether any of the tokens is SQL, or a name that holds SQL.
fn holds_sql(tokens: &[TokenTree], names: &BTreeSet<String>) -> bool {
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => holds_sql(&inside(group), names),
        TokenTree::Ident(ident) => {
            let is_included = ident == "include_str" && group_of(tokens.get(at + 2)).is_some_and(|group| group.to_string().contains(".sql"));
            let mark = if is_sign(tokens.get(at + 1), '!') { "!" } else { "" };
            is_included || names.contains(&format!("{ident}{mark}"))
        }
        TokenTree::Literal(_) => text_of(token).is_some_and(|text| is_sql(&text) || names.iter().any(|name| text.contains(&format!("{{{name}}}")))),
        TokenTree::Punct(_) => false,
    })
}

/// The places where a text that is not a literal becomes SQL.
fn formatted(source: &Source, names: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    if [BY_HAND, STMT].iter().any(|known| source.path == Path::new(known)) {
        return wrong;
    }
    every_run(source, &mut |tokens| {
        for (at, token) in tokens.iter().enumerate() {
            let name = name_of(Some(token));
            let holds = |place: usize| tokens.get(place).is_some_and(|token| holds_sql(std::slice::from_ref(token), names));
            let is_macro = FORMATS.contains(&name.as_str()) && is_sign(tokens.get(at + 1), '!') && holds(at + 2);
            let is_method = at > 0 && is_sign(tokens.get(at - 1), '.');
            let adds = is_method && ADDS.contains(&name.as_str()) && holds(at + 1);
            // The text itself, or a name or macro that holds it: `"…".replace(…)`, `QUERY.replace(…)`, `query!().replace(…)`, `["…", x].concat()`.
            let on = at > 1
                && (holds(at - 2)
                    || at > 3
                        && group_of(tokens.get(at - 2)).is_some()
                        && is_sign(tokens.get(at - 3), '!')
                        && names.contains(&(name_of(tokens.get(at - 4)) + "!")));
            let on_included = at > 3 && group_of(tokens.get(at - 2)).is_some() && holds_sql(&tokens[at - 4..at - 1], names);
            let changes = is_method && CHANGES.contains(&name.as_str()) && group_of(tokens.get(at + 1)).is_some() && (on || on_included);
            let is_owned = name == "from" && at > 2 && ["String", "Cow"].contains(&name_of(tokens.get(at - 3)).as_str()) && holds(at + 1);
            let is_sum = is_sign(Some(token), '+') && (at > 0 && holds(at - 1) || holds(at + 1));
            // The constructors of `Stmt` take only literals.
            let is_stmt = name == "Stmt"
                && group_of(tokens.get(at + 1)).is_some_and(|group| {
                    let fields = inside(group);
                    name_of(fields.first()) == "sql" && [',', ':'].iter().any(|sign| is_sign(fields.get(1), *sign))
                });
            if is_macro || adds || changes || is_owned || is_sum || is_stmt {
                wrong.push(source.place(line(token.span())));
            }
        }
    });
    wrong.sort();
    wrong.dedup();
    wrong
}

#[test]
fn nothing_is_ever_formatted_into_sql() {
    let sources = program();
    let names = names(&sources);
    assert!(names.len() > 20, "{names:?} hold SQL");
    let wrong = found(&sources, |source| formatted(source, &names));
    assert!(wrong.is_empty(), "bind it instead:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_formatted_sql_can_refuse() {
    let refused = |text: &str| {
        let sources = [made_up(text)];
        let names = names(&sources);
        found(&sources, |source| formatted(source, &names))
    };
    assert_eq!(
        refused("fn a(b: &str) {\n    c(format!(\n        \"SELECT d\n           FROM e\n          WHERE f = '{}'\",\n        b,\n    ));\n}"),
        ["src/made_up.rs:2"]
    );
    assert_eq!(refused("fn a(b: &mut String) { write!(b, \"{} WHERE c = 1\", d).ok(); }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a(b: &mut String) {\n    b.push_str(\n        \" ORDER BY c\",\n    );\n}"), ["src/made_up.rs:2"]);
    assert_eq!(refused("const Q: &str = \"SELECT 1 FROM a\";\nfn b(c: u8) { d(format!(\"{Q} LIMIT {c}\")) }"), ["src/made_up.rs:2"]);
    assert_eq!(refused("const Q: &str = \"SELECT 1 FROM a\";\nfn b(c: u8) { d(format!(\"{} {c}\", Q)) }"), ["src/made_up.rs:2"]);
    assert_eq!(refused("const Q: &str = include_str!(\"q.sql\");\nfn b(c: &str) { d(Q.replace(\"x\", c)) }"), ["src/made_up.rs:2"]);
    assert_eq!(refused("macro_rules! q { () => { \"SELECT 1 FROM a\" } }\nfn b(c: &str) { d(q!().replace(\"x\", c)) }"), ["src/made_up.rs:2"]);
    assert_eq!(refused("fn b(c: &str) { d(include_str!(\"q.sql\").replace(\"x\", c)) }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a(b: &str) { sql!(&[\"SELECT 1 WHERE c = \", b].concat()) }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a(b: &str) { c(String::from(\"DELETE FROM a WHERE \") + b) }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a(b: &str) { c(b.to_owned() + \"UPDATE a\") }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("fn a(sql: String) -> Stmt { c(Stmt { sql, binds: Vec::new() }) }"), ["src/made_up.rs:1"]);
    assert_eq!(
        refused("fn a() {\n    sql!(format!(\"SELECT {b}\"))\n}\n#[cfg(test)]\nmod tests {}\nfn c() { format!(\"SELECT {d}\") }"),
        ["src/made_up.rs:2", "src/made_up.rs:6"]
    );
    assert_eq!(refused("fn a(b: &str) { sql!(concat!(\"SELECT 1 FROM c WHERE d = ?1\", e!()), b) }\nfn f() { format!(\"DELETE {g}\") }"), [""; 0]);
    assert_eq!(refused("#[cfg(test)]\nfn a() { format!(\"SELECT {b}\") }"), [""; 0]);
}

/// Whether SQL reads time, randomness or the id of a row.
fn reads_clock_or_chance(text: &str) -> bool {
    let upper = text.to_uppercase();
    let words =
        ["DATETIME('NOW'", "CURRENT_TIMESTAMP", "CURRENT_TIME", "CURRENT_DATE", "UNIXEPOCH(", "STRFTIME(", "JULIANDAY(", "LAST_INSERT_ROWID", "RANDOMBLOB("];
    words.iter().any(|word| upper.contains(word)) || text.contains("RANDOM()") || text.contains("random()") && is_sql(text)
}

fn impure(source: &Source) -> Vec<String> {
    texts(source).into_iter().filter(|(_, text)| reads_clock_or_chance(text)).map(|(line, _)| source.place(line)).collect()
}

#[test]
fn sql_asks_no_clock_and_no_chance() {
    let mut wrong = found(&program(), impure);
    wrong.extend(lines(&sql_files(), |_, line| reads_clock_or_chance(line)));
    assert!(wrong.is_empty(), "bind `cx.now`, ids and secrets instead:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_clocks_in_sql_can_refuse() {
    assert_eq!(impure(&made_up("const A: &str = \"SELECT 1 WHERE b <\n  unixepoch()\";")), ["src/made_up.rs:1"]);
    assert_eq!(impure(&made_up("fn a() { sql!(concat!(\"SELECT \", \"strftime('%s')\")) }")), ["src/made_up.rs:1"]);
    assert_eq!(impure(&made_up("/// Not `unixepoch()`.\nfn a() {}")), [""; 0]);
}

/// Whether a text changes or deletes lines of the audit log.
fn changes_the_audit_log(text: &str) -> bool {
    let upper = text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    let verbs =
        ["UPDATE", "UPDATE OR IGNORE", "UPDATE OR REPLACE", "DELETE FROM", "REPLACE INTO", "INSERT OR REPLACE INTO", "DROP TABLE", "DROP TABLE IF EXISTS"];
    verbs.iter().any(|verb| upper.contains(&format!("{verb} AUDIT_EVENT")) || upper.contains(&format!("{verb} \"AUDIT_EVENT")))
}

fn changed(source: &Source) -> Vec<String> {
    texts(source).into_iter().filter(|(_, text)| changes_the_audit_log(text)).map(|(line, _)| source.place(line)).collect()
}

#[test]
fn the_trail_is_only_ever_added_to() {
    let mut wrong = found(&program(), changed);
    wrong.extend(sql_files().iter().filter(|(_, text)| changes_the_audit_log(text)).map(|(path, _)| path.display().to_string()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_the_trail_can_refuse() {
    assert_eq!(changed(&made_up("const A: &str = \"UPDATE\n   audit_event SET at = 1\";")), ["src/made_up.rs:1"]);
    assert_eq!(changed(&made_up("const A: &str = \"DELETE FROM audit_event\";")), ["src/made_up.rs:1"]);
    assert_eq!(changed(&made_up("const A: &str = \"INSERT INTO audit_event\";")), [""; 0]);
}
