//! Files, templates and documents: their length, and texts they must not hold.

use std::path::{Path, PathBuf};

use super::reading::lines;
use crate::syntax::files;

/// The most lines of a file. A longer file is split by noun.
const LONGEST_FILE: usize = 500;

/// The list of all scenarios, which has a line for each and is not read as a text.
const LIST: &str = "tests/scenarios/mod.rs";

fn too_long(files: &[(PathBuf, String)]) -> Vec<String> {
    let counted = files.iter().map(|(path, text)| (path, text.lines().count())).filter(|(path, count)| *count > LONGEST_FILE && *path != Path::new(LIST));
    counted.map(|(path, count)| format!("{}: {count}", path.display())).collect()
}

#[test]
fn files_stay_short_enough_to_read() {
    let all: Vec<_> = files("src", &["rs"]).into_iter().chain(files("tests", &["rs"])).collect();
    let long = too_long(&all);
    assert!(long.is_empty(), "split by noun: {long:?}");
}

#[test]
fn the_gate_of_long_files_can_refuse() {
    let file = |path: &str, count: usize| (PathBuf::from(path), "\n".repeat(count));
    assert_eq!(too_long(&[file("src/a.rs", LONGEST_FILE + 1), file("src/b.rs", LONGEST_FILE), file(LIST, LONGEST_FILE + 1)]), ["src/a.rs: 501"]);
}

#[test]
fn the_architecture_stays_short_enough_to_read() {
    let lines = include_str!("../../ARCHITECTURE.md").lines().count();
    assert!(lines <= 150, "ARCHITECTURE.md has {lines} lines, more than 150");
}

/// The lines with a word that puts work off.
fn put_off(files: &[(PathBuf, String)]) -> Vec<String> {
    let words = ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "XX".to_owned() + "X"];
    lines(files, |_, line| words.iter().any(|word| line.split(|sign: char| !sign.is_alphanumeric()).any(|part| part == word)))
}

#[test]
fn nothing_is_left_for_later_in_a_comment() {
    let mut all = files("src", &["rs", "sql"]);
    all.extend(files("tests", &["rs", "mjs"]));
    all.extend(files("migrations", &["sql"]));
    all.extend(files("templates", &["html"]));
    all.extend(files("assets", &["js", "css"]));
    all.retain(|(path, _)| !path.to_string_lossy().contains("pico"));
    let wrong = put_off(&all);
    assert!(wrong.is_empty(), "do it, or write an issue:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_what_is_put_off_can_refuse() {
    let file = |text: String| [(PathBuf::from("a.rs"), text)];
    let word = "TO".to_owned() + "DO";
    assert_eq!(put_off(&file(format!("a\n// {word}: b"))), [format!("a.rs:2: // {word}: b")]);
    assert_eq!(put_off(&file(format!("/* {word}*/"))).len(), 1);
    assert_eq!(put_off(&file(format!("{word}S methods"))).len(), 0);
}

/// The lines of templates that the content security policy forbids, or that write text unescaped.
fn inline(files: &[(PathBuf, String)]) -> Vec<String> {
    lines(files, |_, line| {
        let plain = line.to_lowercase().replace(' ', "");
        let attributes = line.to_lowercase();
        let handler = attributes
            .split(" on")
            .skip(1)
            .any(|rest| rest.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|sign| sign.is_ascii_lowercase())));
        ["<script>", "<style", "javascript:", "|safe"].iter().any(|part| plain.contains(part)) || attributes.contains(" style=") || handler
    })
}

#[test]
fn templates_carry_no_inline_script_or_style() {
    let wrong = inline(&files("templates", &["html"]));
    assert!(wrong.is_empty(), "the content security policy forbids it:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_inline_script_can_refuse() {
    let refused = |line: &str| !inline(&[(PathBuf::from("a.html"), line.to_owned())]).is_empty();
    for line in ["<script>", "<style media=\"all\">", "<p style='a'>", "<a onclick=\"b()\">", "<a onfocus=b>", "<a href=\"javascript:b\">", "{{ a | safe }}"] {
        assert!(refused(line), "{line}");
    }
    for line in ["<script src=\"/a.js\" defer></script>", "<p class=\"on\">on = off</p>", "<link rel=\"stylesheet\" href=\"/a.css\">"] {
        assert!(!refused(line), "{line}");
    }
}

/// Forms without a token. They need no session, and the same link or password sent again gets the first result (scenarios of each show that); or
/// they only read, or they end something that may have ended. The last two send a form again with the token it came with.
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

/// The forms whose token is missing, and those that have one although they are in the list of forms without.
fn sent_twice(templates: &[(PathBuf, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in templates {
        for form in text.split("<form").skip(1) {
            let (tag, rest) = form.split_once('>').expect("a whole tag");
            let action = tag.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            let is_apart = FORMS_WITHOUT_TOKEN.iter().any(|(file, known)| path == &Path::new("templates").join(file) && *known == action);
            if tag.contains("method=\"post\"") && rest.starts_with("{{ crate::pages::parts::once(frame) }}") == is_apart {
                wrong.push(format!("{}: {action}", path.display()));
            }
        }
    }
    wrong
}

#[test]
fn every_form_that_changes_something_is_done_once() {
    let wrong = sent_twice(&files("templates", &["html"]));
    assert!(
        wrong.is_empty(),
        "put {{{{ crate::pages::parts::once(frame) }}}} right after the tag of each form (design §6, \"A form is sent once\"): {wrong:#?}"
    );
}

#[test]
fn the_gate_of_forms_can_refuse() {
    let refused = |file: &str, text: &str| sent_twice(&[(Path::new("templates").join(file), text.to_owned())]);
    assert_eq!(refused("a.html", "<form\n method=\"post\" action=\"/a\"><p>"), ["templates/a.html: /a"]);
    assert_eq!(refused("a.html", "<form method=\"post\" action=\"/a\">{{ crate::pages::parts::once(frame) }}"), [""; 0]);
    assert_eq!(refused("setup.html", "<form method=\"post\" action=\"/setup\">"), [""; 0]);
    assert_eq!(refused("setup.html", "<form method=\"post\" action=\"/setup\">{{ crate::pages::parts::once(frame) }}"), ["templates/setup.html: /setup"]);
    assert_eq!(refused("a.html", "<form method=\"get\" action=\"/a\">"), [""; 0]);
}
