//! What no line of the program may do, whoever writes it. Each gate says what to do instead.

#![expect(clippy::expect_used, reason = "a test that fails says so by panicking")]

use std::path::{Path, PathBuf};

use portineria::core::refusal::Rule;

/// A file may have this many lines; past it, it splits by noun.
const LONGEST_FILE: usize = 500;

/// Refusals that belong to later issues: nothing can provoke them yet. This list may only shrink.
const NOT_YET: [&str; 1] = ["not_configured"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extensions: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
                let text = std::fs::read_to_string(&path).expect("text");
                found.push((path.strip_prefix(root()).expect("inside").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The program without its own tests.
fn program() -> Vec<(PathBuf, String)> {
    let bare = |text: String| text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    files("src", &["rs"]).into_iter().map(|(path, text)| (path, bare(text))).collect()
}

/// Lines of `files` that `is_wrong`, with their place.
fn lines<'a>(files: &'a [(PathBuf, String)], is_wrong: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let of = |(path, text): &'a (PathBuf, String)| {
        text.lines()
            .enumerate()
            .filter(|(_, line)| is_wrong(path, line))
            .map(|(number, line)| format!("{}:{}: {}", path.display(), number + 1, line.trim()))
            .collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[test]
fn only_the_edge_knows_cloudflare() {
    let wrong = lines(&program(), |path, line| {
        !path.starts_with("src/worker") && !is_comment(line) && (line.contains("worker::") || line.contains("extern crate worker"))
    });
    assert!(wrong.is_empty(), "add it to `Cx` with both implementations instead:\n{}", wrong.join("\n"));
}

#[test]
fn nothing_points_at_the_edge() {
    let wrong = lines(&program(), |path, line| {
        !path.starts_with("src/worker") && path != Path::new("src/lib.rs") && !is_comment(line) && line.contains("crate::worker")
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_ever_formatted_into_sql() {
    let verbs = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", " WHERE ", " VALUES"];
    let wrong = lines(&program(), |_, line| {
        !is_comment(line)
            && (line.contains("format!(") || line.contains("write!(") || line.contains("push_str("))
            && verbs.iter().any(|verb| line.contains(verb))
    });
    assert!(wrong.is_empty(), "bind it instead:\n{}", wrong.join("\n"));
}

#[test]
fn sql_quotes_no_name_and_asks_no_clock() {
    let wrong = lines(&program(), |_, line| {
        let upper = line.to_uppercase();
        !is_comment(line) && ["DATETIME('NOW'", "CURRENT_TIMESTAMP", "UNIXEPOCH(", "STRFTIME(", "LAST_INSERT_ROWID"].iter().any(|word| upper.contains(word))
            || !is_comment(line) && line.contains("RANDOM()")
    });
    assert!(wrong.is_empty(), "bind `cx.now`, ids and secrets instead:\n{}", wrong.join("\n"));
}

#[test]
fn the_trail_is_only_ever_added_to() {
    let mut all = program();
    all.extend(files("migrations", &["sql"]));
    let wrong = lines(&all, |_, line| {
        let upper = line.to_uppercase();
        upper.contains("UPDATE AUDIT_EVENT")
            || upper.contains("DELETE FROM AUDIT_EVENT")
            || upper.contains("REPLACE INTO AUDIT_EVENT")
            || upper.contains("DROP TABLE AUDIT_EVENT")
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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

#[test]
fn every_refusal_is_provoked_by_a_scenario() {
    let scenarios = files("tests/scenarios", &["rs"]).into_iter().map(|(_, text)| text).collect::<String>();
    let missing: Vec<&str> = Rule::ALL
        .iter()
        .map(|rule| rule.code())
        .filter(|code| !["internal", "replayed", "validation"].contains(code))
        .filter(|code| NOT_YET.contains(code) == scenarios.contains(&format!("\"{code}\"")))
        .collect();
    assert!(missing.is_empty(), "no scenario provokes these (or they left NOT_YET without leaving the list): {missing:?}");
}

#[test]
fn files_stay_short_enough_to_read() {
    let mut all = files("src", &["rs"]);
    all.extend(files("tests", &["rs"]));
    let long: Vec<String> = all
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        // The list of all scenarios is no text to be read, and grows by a line for each.
        .filter(|(path, count)| *count > LONGEST_FILE && *path != Path::new("tests/scenarios/mod.rs"))
        .map(|(path, count)| format!("{}: {count}", path.display()))
        .collect();
    assert!(long.is_empty(), "split by noun: {long:?}");
}

#[test]
fn the_architecture_stays_short_enough_to_read() {
    let lines = include_str!("../ARCHITECTURE.md").lines().count();
    assert!(lines <= 150, "ARCHITECTURE.md has {lines} lines, more than 150");
}

#[test]
fn nothing_is_left_for_later_in_a_comment() {
    let words = ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "XX".to_owned() + "X"];
    let mut all = files("src", &["rs"]);
    all.extend(files("tests", &["rs"]));
    all.extend(files("templates", &["html"]));
    all.extend(files("assets", &["js", "css"]));
    all.retain(|(path, _)| !path.ends_with("pico.css") && !path.to_string_lossy().contains("pico"));
    let wrong = lines(&all, |_, line| words.iter().any(|word| line.split(|sign: char| !sign.is_alphanumeric()).any(|part| part == word)));
    assert!(wrong.is_empty(), "do it, or write an issue:\n{}", wrong.join("\n"));
}

#[test]
fn templates_carry_no_inline_script_or_style() {
    let wrong = lines(&files("templates", &["html"]), |_, line| {
        line.contains("<script>")
            || line.contains("<style")
            || line.contains(" style=\"")
            || line.contains(" onclick=")
            || line.contains("javascript:")
            || line.contains("|safe")
    });
    assert!(wrong.is_empty(), "the content security policy forbids it:\n{}", wrong.join("\n"));
}

/// Forms that carry no token: nobody need be signed in for them, and the same link or password once more gets the first result (scenarios of each
/// say so); they only show, or they end what may have ended. The last two send again what came with a token.
const FORMS_WITHOUT_TOKEN: [(&str, &str); 15] = [
    ("sign_in.html", "/sign-in"),
    ("forgot.html", "/forgot-password"),
    ("reset.html", "/reset"),
    ("reset_preview.html", "/reset/confirm"),
    ("setup.html", "/setup"),
    ("verification.html", "/verification"),
    ("email_change.html", "/email-change"),
    ("invitation.html", "/invitation"),
    ("invitation_preview.html", "/invitation/accept"),
    ("invitation_preview.html", "/invitation/decline"),
    ("invitation_preview.html", "/sign-out"),
    ("parts/top.html", "/sign-out"),
    ("parts/top.html", "{{ action }}"),
    ("kept.html", "{{ action }}"),
    ("error.html", "{{ again.path }}"),
];

#[test]
fn every_form_that_changes_something_is_done_once() {
    let templates = files("templates", &["html"]);
    let mut wrong = Vec::new();
    for (path, text) in &templates {
        for form in text.split("<form ").skip(1) {
            let (tag, rest) = form.split_once('>').expect("a whole tag");
            let action = tag.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            let is_apart = FORMS_WITHOUT_TOKEN.iter().any(|(file, known)| path == &Path::new("templates").join(file) && *known == action);
            if tag.contains("method=\"post\"") && rest.starts_with("{{ crate::pages::parts::once(frame) }}") == is_apart {
                wrong.push(format!("{}: {action}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "put {{{{ crate::pages::parts::once(frame) }}}} right behind the tag of each form (design §6, \"A form is sent once\"): {wrong:#?}"
    );
}

#[test]
fn no_test_is_switched_off() {
    let switch = "#[ig".to_owned() + "nore";
    let mut all = files("src", &["rs"]);
    all.extend(files("tests", &["rs"]));
    let wrong = lines(&all, |_, line| line.trim_start().starts_with(&switch));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whoever operates the deployment runs it, without a worker that could forget copies. It ends only links of its own kind (`origin`), and nothing
/// copies those to KV: only the acts that make a link do, in the worker.
const ENDS_WITHOUT_COPIES: &str = "src/identity/recovery.sql";

#[test]
fn every_end_of_a_link_returns_the_hashes_its_copies_stand_under() {
    let mut ends = 0;
    let all = program().into_iter().chain(files("src", &["sql"]));
    for (path, text) in all.filter(|(path, _)| path != Path::new(ENDS_WITHOUT_COPIES)) {
        for table in ["invitation", "password_reset"] {
            let kind = if table == "invitation" { "invitation" } else { "reset" };
            for (place, _) in text.match_indices(&format!("UPDATE {table} SET state")) {
                let statement = text[place..].split(['`', ';']).next().unwrap_or_default();
                // The next statement of the same chain begins with a verb of its own.
                let end = ["INSERT INTO", "UPDATE ", "DELETE FROM"].iter().filter_map(|verb| statement[1..].find(verb)).min();
                let statement = &statement[..end.map_or(statement.len(), |end| end + 1)];
                assert!(
                    statement.contains(&format!("RETURNING '{kind}' AS kind, token_hash, mailed_token_hash")),
                    "{}: an end of a link whose copies in KV nobody forgets: {}",
                    path.display(),
                    statement.lines().next().unwrap_or_default()
                );
                ends += 1;
            }
        }
    }
    assert!(ends > 10, "{ends} ends of links were found");
}

#[test]
fn one_file_knows_the_keys_of_the_token_cache() {
    let wrong = lines(&program(), |path, line| {
        !["src/access/cached_link.rs", "src/core/ports.rs", "src/access/act.rs"].iter().any(|known| path == Path::new(known))
            && !path.starts_with("src/worker")
            && !is_comment(line)
            && line.contains(".tokens")
    });
    assert!(wrong.is_empty(), "copies are `access/cached_link.rs`'s:\n{}", wrong.join("\n"));
}
