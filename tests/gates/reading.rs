//! What the gates read: the files of the program, their string literals, and every run of tokens.

use std::path::Path;

use proc_macro2::{Delimiter, Group, Span, TokenTree};

use crate::syntax::{Source, files};

/// Returns the files of the program. They include unit tests, which [`Source::is_test`] recognises.
pub fn program() -> Vec<Source> {
    Source::all("src")
}

/// Returns an invented file for the test of a gate.
pub fn made_up(text: &str) -> Source {
    Source::of("src/made_up.rs", text)
}

/// Returns everything that `wrong` finds in `sources`.
pub fn found(sources: &[Source], wrong: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    sources.iter().flat_map(wrong).collect()
}

/// Returns the lines for which `is_wrong` holds, with file and line number.
pub fn lines(files: &[(std::path::PathBuf, String)], is_wrong: impl Fn(&Path, &str) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in files {
        let numbered = text.lines().enumerate().filter(|(_, line)| is_wrong(path, line));
        wrong.extend(numbered.map(|(number, line)| format!("{}:{}: {}", path.display(), number + 1, line.trim())));
    }
    wrong
}

/// Returns the SQL files of the program and its schema.
pub fn sql_files() -> Vec<(std::path::PathBuf, String)> {
    files("src", &["sql"]).into_iter().chain(files("migrations", &["sql"])).collect()
}

/// Returns the text of a string literal.
pub fn text_of(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Literal(literal) => match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns whether the token is this punctuation sign.
pub fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// Returns the name of an identifier; empty for any other token.
pub fn name_of(token: Option<&TokenTree>) -> String {
    match token {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    }
}

/// Returns the group of a token.
pub fn group_of(token: Option<&TokenTree>) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) => Some(group),
        _ => None,
    }
}

/// Returns the tokens of a group.
pub fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// Returns the line of a token.
pub fn line(span: Span) -> usize {
    span.start().line
}

/// Calls `visit` with every run of tokens outside tests and doc comments, and with the runs inside groups.
pub fn every_run(source: &Source, visit: &mut impl FnMut(&[TokenTree])) {
    run(source, &source.tokens, visit);
}

fn run(source: &Source, tokens: &[TokenTree], visit: &mut impl FnMut(&[TokenTree])) {
    let code: Vec<TokenTree> = tokens.iter().filter(|token| !source.is_test(token.span())).cloned().collect();
    visit(&code);
    for token in &code {
        if let TokenTree::Group(group) = token
            && !(group.delimiter() == Delimiter::Bracket && name_of(group.stream().into_iter().next().as_ref()) == "doc")
        {
            run(source, &inside(group), visit);
        }
    }
}

/// Returns every string literal with its line, without doc comments.
pub fn texts(source: &Source) -> Vec<(usize, String)> {
    let mut texts = Vec::new();
    every_run(source, &mut |tokens| {
        texts.extend(tokens.iter().filter_map(|token| Some((line(token.span()), text_of(token)?))));
    });
    texts.sort();
    texts
}
