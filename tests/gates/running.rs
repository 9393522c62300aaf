//! Every test runs.

use std::path::PathBuf;

use proc_macro2::TokenTree;

use super::reading::{found, group_of, inside, is_sign, line, lines, made_up, name_of};
use crate::syntax::{Source, files};

/// Calls `visit` with every run of tokens, also those of tests.
fn every_token(tokens: &[TokenTree], visit: &mut impl FnMut(&[TokenTree])) {
    visit(tokens);
    for token in tokens {
        if let TokenTree::Group(group) = token {
            every_token(&inside(group), visit);
        }
    }
}

/// Whether the word is among the tokens, at any depth.
fn holds(tokens: &[TokenTree], word: &str) -> bool {
    let mut is_there = false;
    every_token(tokens, &mut |tokens| is_there |= tokens.iter().any(|token| name_of(Some(token)) == word));
    is_there
}

/// The attributes that switch a test off: `ignore` in any form, a condition on a test, or a condition other than `test` on a module of tests.
fn switched_off(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    every_token(&source.tokens, &mut |tokens| {
        for (at, token) in tokens.iter().enumerate() {
            let Some(group) = group_of(Some(token)).filter(|_| at > 0 && is_sign(tokens.get(at - 1), '#')) else { continue };
            let attribute = inside(group);
            let name = name_of(attribute.first());
            let condition = group_of(attribute.get(1)).map(|group| group.stream().to_string()).unwrap_or_default();
            // The other attributes of the same item.
            let siblings = tokens[at + 1..].chunks(2).take_while(|pair| is_sign(pair.first(), '#')).filter_map(|pair| group_of(pair.get(1)));
            let is_on_test = siblings.into_iter().any(|group| name_of(inside(group).first()) == "test");
            let is_odd = name == "cfg" && holds(&attribute, "test") && !["test", "not (test)"].contains(&condition.as_str());
            if name == "ignore" || name == "cfg_attr" && holds(&attribute, "ignore") || is_odd || name.starts_with("cfg") && is_on_test {
                wrong.push(source.place(line(token.span())));
            }
        }
    });
    wrong
}

/// The lines of JavaScript that switch a test off, or all other tests.
fn skipped(files: &[(PathBuf, String)]) -> Vec<String> {
    let words = ["skip", "todo", "only"];
    lines(files, |_, line| {
        // The steps of the journey after a failed one may be skipped: the run has failed already.
        let is_after_failure = line.trim() == r#"if (broken) return t.skip("an earlier step failed");"#;
        !is_after_failure && words.iter().any(|word| [format!(".{word}("), format!("{word}: ")].iter().any(|use_of| line.contains(use_of)))
    })
}

fn javascript() -> Vec<(PathBuf, String)> {
    files("tests", &["mjs"])
}

#[test]
fn no_test_is_switched_off() {
    let mut wrong = found(&Source::all("src"), switched_off);
    wrong.extend(found(&Source::all("tests"), switched_off));
    wrong.extend(skipped(&javascript()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_gate_of_tests_switched_off_can_refuse() {
    let refused = |text| switched_off(&made_up(text));
    assert_eq!(refused("#[test]\n#[ignore]\nfn a() {}"), ["src/made_up.rs:2"]);
    assert_eq!(refused("#[test]\n#[ignore = \"slow\"]\nfn a() {}"), ["src/made_up.rs:2"]);
    assert_eq!(refused("#[cfg_attr(\n  all(),\n  ignore)]\n#[test]\nfn a() {}"), ["src/made_up.rs:1"]);
    assert_eq!(refused("#[cfg(feature = \"slow\")]\n#[test]\nfn a() {}"), ["src/made_up.rs:1"]);
    assert_eq!(refused("#[cfg(all(test, unix))]\nmod tests {}"), ["src/made_up.rs:1"]);
    assert_eq!(refused("#[cfg(test)]\nmod tests {\n  #[test]\n  #[ignore]\n  fn a() {}\n}"), ["src/made_up.rs:4"]);
    assert_eq!(refused("a! { #[test] #[ignore] fn b() {} }"), ["src/made_up.rs:1"]);
    assert_eq!(refused("#[cfg(test)]\nmod tests {\n  /// Those we ignore.\n  #[test]\n  fn a() { ignore() }\n}"), [""; 0]);
    let skips = |line: &str| skipped(&[(PathBuf::from("a.mjs"), line.to_owned())]).len();
    for line in ["test.skip(\"a\", b)", "test(\"a\", { skip: true }, b)", "  t.todo()", "describe.only(\"a\")"] {
        assert_eq!(skips(line), 1, "{line}");
    }
    assert_eq!(skips("test(\"nothing is skipped\", b)"), 0);
}
