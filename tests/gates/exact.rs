//! A test expects exactly one answer: one status and not one of several, and no expectation that depends on the answer.

use std::path::Path;

use proc_macro2::{Delimiter, TokenTree};

use super::reading::{every_run, found, group_of, inside, is_sign, line, made_up, name_of};
use crate::syntax::Source;

/// Files that check the answers to all requests, so they branch on the answer. (A golden file compares the permission table exactly.)
const CHECKS_OF_ALL: [&str; 3] = ["tests/support/invariants.rs", "tests/support/in_process.rs", "tests/scenarios/permissions.rs"];
/// Names of the parts of an answer that say its result.
const OF_AN_ANSWER: [&str; 2] = ["status", "code"];
/// Methods that expect something of an answer.
const EXPECTATIONS: [&str; 3] = ["is", "refused", "refused_field"];

/// Whether any of the words is in these tokens, at any depth.
fn holds(tokens: &[TokenTree], words: &[&str]) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Group(group) => holds(&inside(group), words),
        token => words.contains(&name_of(Some(token)).as_str()),
    })
}

/// Whether these tokens hold an expectation.
fn expects(tokens: &[TokenTree]) -> bool {
    tokens.iter().enumerate().any(|(at, token)| {
        let name = name_of(Some(token));
        let is_macro = name.starts_with("assert") && is_sign(tokens.get(at + 1), '!');
        let is_call = EXPECTATIONS.contains(&name.as_str()) && at > 0 && is_sign(tokens.get(at - 1), '.') && group_of(tokens.get(at + 1)).is_some();
        is_macro || is_call || group_of(Some(token)).is_some_and(|group| expects(&inside(group)))
    })
}

/// Whether a list, or a pair in it, holds a literal.
fn lists_values(list: &[TokenTree]) -> bool {
    list.iter().any(|token| matches!(token, TokenTree::Literal(_)) || group_of(Some(token)).is_some_and(|pair| lists_values(&inside(pair))))
}

/// The parts of a run between operators `||`. The `||` of a closure is not one.
fn alternatives(tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let is_or = |at: usize| {
        let is_operand = at > 0 && matches!(tokens.get(at - 1), Some(TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_)));
        is_operand
            && is_sign(tokens.get(at), '|')
            && is_sign(tokens.get(at + 1), '|')
            && !["move", "return", "else"].contains(&name_of(tokens.get(at - 1)).as_str())
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 0..tokens.len() {
        if is_or(at) {
            parts.push(&tokens[start..at]);
            start = at + 2;
        }
    }
    parts.push(&tokens[start..]);
    parts
}

/// Whether a run, or one inside it, joins statuses or codes with `||`.
fn chooses(tokens: &[TokenTree]) -> bool {
    let parts = alternatives(tokens);
    parts.len() > 1 && parts.iter().any(|part| holds(part, &OF_AN_ANSWER))
        || tokens.iter().filter_map(|token| group_of(Some(token))).any(|group| chooses(&inside(group)))
}

/// The expectations in a file that more than one answer meets.
fn loose(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    if CHECKS_OF_ALL.iter().any(|known| source.path == Path::new(known)) {
        return wrong;
    }
    every_run(source, &mut |tokens| {
        for (at, token) in tokens.iter().enumerate() {
            let name = name_of(Some(token));
            let group = |at: usize| group_of(tokens.get(at)).map(inside);
            let holds_status = |at: usize| group(at).is_some_and(|tokens| holds(&tokens, &OF_AN_ANSWER));
            // `[200, 404].contains(&reply.status)`, `(400..500).contains(&reply.status)`
            let is_list = name == "contains" && at > 1 && holds_status(at + 1) && group_of(tokens.get(at - 2)).is_some_and(|list| lists_values(&inside(list)));
            // `matches!(reply.status, 200 | 404)`
            let is_match =
                name == "matches" && holds_status(at + 2) && group(at + 2).is_some_and(|tokens| tokens.iter().any(|token| is_sign(Some(token), '|')));
            // `assert!(reply.status == 200 || …)`
            let is_or = name.starts_with("assert") && is_sign(tokens.get(at + 1), '!') && group(at + 2).is_some_and(|tokens| chooses(&tokens));
            // `if reply.status == 200 { assert!(…) }`
            let body =
                tokens[at..].iter().position(|token| group_of(Some(token)).is_some_and(|group| group.delimiter() == Delimiter::Brace)).map(|end| at + end);
            let is_if = name == "if"
                && body.is_some_and(|body| {
                    let otherwise = name_of(tokens.get(body + 1)) == "else" && group(body + 2).is_some_and(|tokens| expects(&tokens));
                    holds(&tokens[at..body], &OF_AN_ANSWER) && group(body).is_some_and(|tokens| expects(&tokens)) != otherwise
                });
            if is_list || is_match || is_or || is_if {
                wrong.push(source.place(line(token.span())));
            }
        }
    });
    wrong
}

#[test]
fn every_expectation_is_exact() {
    let wrong: Vec<String> = ["tests/scenarios", "tests/support", "tests/faults"].iter().flat_map(|folder| found(&Source::all(folder), loose)).collect();
    assert!(wrong.is_empty(), "expect one answer; of a race, count each outcome:\n{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_expectations_can_refuse() {
    let refused = |text: &str| loose(&made_up(&format!("fn a() {{\n{text}\n}}")));
    for text in [
        "assert!([200, 404].contains(&reply.status));",
        "assert!(replies.iter().all(|reply| [200, 409].contains(&reply.status)), \"a\");",
        "assert!((400..500).contains(&reply.status));",
        "assert!([(200, \"\"), (404, \"not_found\")].contains(&(reply.status, reply.code().as_str())));",
        "assert!(matches!(reply.status, 200 | 404));",
        "assert!(reply.status == 200 || reply.status == 404);",
        "assert!(replies.iter().all(|reply| reply.status == 200 || reply.code() == \"a\"));",
        "if reply.status == 200 { assert_eq!(a, b); }",
        "if reply.status == 200 { let b = c; } else { reply.refused(404, \"not_found\"); }",
        "if a.gets(b).code() == \"c\" { a.gets(d).is(200); }",
    ] {
        assert_eq!(refused(text), ["src/made_up.rs:2"], "{text}");
    }
    for text in [
        "reply.is(200);",
        "assert!([1, 2].contains(&count));",
        "assert!(a || b);",
        "assert!(run(|| reply.status) == 200);",
        "if reply.status == 200 { seen += 1; }",
        "if reply.status == 200 { a.is(201); } else { a.is(404); }",
        "if number == 3 { assert_eq!(reply.status, 200); }",
        "let found = all.iter().filter(|reply| [200, 404][at] == reply.status);",
    ] {
        assert_eq!(refused(text), [""; 0], "{text}");
    }
}
