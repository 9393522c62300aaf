//! Reads Rust files as tokens and syntax: which code only tests compile, and which paths the other code uses.

use std::ops::Range;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

/// Returns the folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files below `folder` with one of `extensions`, as path from the root and text, sorted by path.
pub fn files(folder: &str, extensions: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
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

/// A Rust file.
pub struct Source {
    /// Its path from the root.
    pub path: PathBuf,
    /// Its tokens.
    pub tokens: Vec<TokenTree>,
    only_tests: Vec<Range<usize>>,
}

impl Source {
    /// Reads `text`, which must be Rust.
    pub fn of(path: impl Into<PathBuf>, text: &str) -> Self {
        let path = path.into();
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file: syn::File = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut tests = TestCode(Vec::new());
        tests.visit_file(&file);
        Self { path, tokens: tokens.into_iter().collect(), only_tests: tests.0 }
    }

    /// Reads every Rust file below `folder`.
    pub fn all(folder: &str) -> Vec<Self> {
        files(folder, &["rs"]).into_iter().map(|(path, text)| Self::of(path, &text)).collect()
    }

    /// Returns whether only tests compile this code.
    pub fn is_test(&self, span: Span) -> bool {
        let start = span.byte_range().start;
        self.only_tests.iter().any(|range| range.contains(&start))
    }

    /// Returns `path:line`.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }

    /// Returns the paths that its code uses outside tests, in `use` declarations, expressions, types, attributes and the tokens of macros.
    pub fn paths(&self) -> Vec<UsedPath> {
        let mut walk = Walk { source: self, found: Vec::new() };
        walk.tokens(&self.tokens, Within::Code);
        walk.found
    }
}

/// The byte ranges of the code below `#[cfg(test)]`.
struct TestCode(Vec<Range<usize>>);

/// Returns whether the attributes say that only tests compile the item.
pub fn is_only_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => list.parse_args::<syn::Meta>().is_ok_and(|meta| needs_test(&meta)),
        _ => false,
    })
}

fn needs_test(meta: &syn::Meta) -> bool {
    match meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) if list.path.is_ident("all") => {
            list.parse_args_with(syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated).is_ok_and(|metas| metas.iter().any(needs_test))
        }
        _ => false,
    }
}

macro_rules! visits {
    ($($visit:ident($node:ty);)+) => {
        impl<'ast> Visit<'ast> for TestCode {
            fn visit_item(&mut self, item: &'ast syn::Item) {
                if is_only_for_tests(attributes(item)) {
                    self.0.push(item.span().byte_range());
                }
                visit::visit_item(self, item);
            }
            $(fn $visit(&mut self, node: &'ast $node) {
                if is_only_for_tests(&node.attrs) {
                    self.0.push(node.span().byte_range());
                }
                visit::$visit(self, node);
            })+
        }
    };
}
visits! {
    visit_impl_item_fn(syn::ImplItemFn);
    visit_impl_item_const(syn::ImplItemConst);
    visit_field(syn::Field);
    visit_variant(syn::Variant);
    visit_arm(syn::Arm);
    visit_local(syn::Local);
    visit_stmt_macro(syn::StmtMacro);
    visit_expr_block(syn::ExprBlock);
    visit_field_value(syn::FieldValue);
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// A path that code uses.
#[derive(Debug, Clone)]
pub struct UsedPath {
    /// Its segments. The first may be `crate`, `self` or `super`, and is empty for a path that begins with `::`. A glob ends with `*`.
    pub segments: Vec<String>,
    /// The line it begins in.
    pub line: usize,
    /// The kind of code that uses it.
    pub by: UsedBy,
}

/// The kind of code that uses a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsedBy {
    /// A `use` that binds it to this name.
    Use { name: String, is_public: bool },
    /// `path!`
    Macro,
    /// `.name(`
    Method,
    /// Anything else.
    Code,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    Rules,
    Attribute,
}

struct Walk<'a> {
    source: &'a Source,
    found: Vec<UsedPath>,
}

fn punct(token: Option<&TokenTree>) -> Option<char> {
    match token {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    }
}

fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

fn inside(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group.stream().into_iter().collect()),
        _ => None,
    }
}

/// Whether `::` stands at `at`.
fn colons(tokens: &[TokenTree], at: usize) -> bool {
    punct(tokens.get(at)) == Some(':') && punct(tokens.get(at + 1)) == Some(':')
}

impl Walk<'_> {
    fn tokens(&mut self, tokens: &[TokenTree], within: Within) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if self.source.is_test(token.span()) {
                at += 1;
                continue;
            }
            at = match token {
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_attribute = group.delimiter() == Delimiter::Bracket
                        && (at > 0 && punct(tokens.get(at - 1)) == Some('#')
                            || at > 1 && punct(tokens.get(at - 1)) == Some('!') && punct(tokens.get(at - 2)) == Some('#'));
                    match within {
                        _ if is_attribute && ident(inner.first()).as_deref() == Some("doc") => {}
                        Within::Code if is_attribute => self.tokens(&inner, Within::Attribute),
                        within => self.tokens(&inner, within),
                    }
                    at + 1
                }
                TokenTree::Ident(name) if name == "macro_rules" && punct(tokens.get(at + 1)) == Some('!') => {
                    if let Some(TokenTree::Group(rules)) = tokens.get(at + 3) {
                        self.tokens(&rules.stream().into_iter().collect::<Vec<_>>(), Within::Rules);
                    }
                    at + 4
                }
                TokenTree::Ident(name) if name == "use" && punct(tokens.get(at + 1)) != Some('<') => {
                    let end = (at..tokens.len()).find(|at| punct(tokens.get(*at)) == Some(';')).unwrap_or(tokens.len());
                    let is_public =
                        at > 0 && (ident(tokens.get(at - 1)).as_deref() == Some("pub") || inside(tokens.get(at - 1), Delimiter::Parenthesis).is_some());
                    self.tree(&tokens[at + 1..end], &[], is_public, within);
                    end
                }
                // `pub(super)` sets the visibility and uses no path.
                TokenTree::Ident(name) if name == "pub" && inside(tokens.get(at + 1), Delimiter::Parenthesis).is_some() => at + 2,
                TokenTree::Ident(_) => self.path(tokens, at, within),
                TokenTree::Literal(literal) if within == Within::Attribute => {
                    self.literal(literal);
                    at + 1
                }
                _ => at + 1,
            };
        }
    }

    /// Reads the path that begins at `at` and returns where it ends.
    fn path(&mut self, tokens: &[TokenTree], at: usize, within: Within) -> usize {
        let before = |by: usize| at.checked_sub(by).and_then(|at| tokens.get(at));
        let is_range = matches!(before(2), Some(TokenTree::Punct(punct)) if punct.as_char() == '.' && punct.spacing() == Spacing::Joint);
        let is_field = punct(before(1)) == Some('.') && !is_range;
        let is_lifetime = punct(before(1)) == Some('\'');
        let is_rest = at > 1 && colons(tokens, at - 2);
        let is_declared =
            ident(before(1)).is_some_and(|word| ["fn", "mod", "struct", "enum", "trait", "type", "const", "static", "let"].contains(&word.as_str()));
        let is_of_crate = is_rest
            && match before(3) {
                Some(TokenTree::Ident(word)) => ["as", "else", "if", "in", "match", "return"].iter().any(|keyword| word == keyword),
                token => punct(token) != Some('>'),
            };
        let mut segments: Vec<String> = is_of_crate.then(String::new).into_iter().chain(ident(tokens.get(at))).collect();
        let mut end = at + 1;
        while colons(tokens, end)
            && let Some(name) = ident(tokens.get(end + 2))
        {
            segments.push(name);
            end += 3;
        }
        let is_macro = punct(tokens.get(end)) == Some('!') && punct(tokens.get(end + 1)) != Some('=');
        let by = match (is_field, is_macro) {
            (true, _) if inside(tokens.get(end), Delimiter::Parenthesis).is_some() || colons(tokens, end) => UsedBy::Method,
            (true, _) => return end,
            (false, true) => UsedBy::Macro,
            (false, false) => UsedBy::Code,
        };
        if !is_lifetime && (!is_rest || is_of_crate) && !is_declared {
            self.add(segments, tokens[at].span(), by, within);
        }
        end
    }

    /// Reads the tree of a `use` below `prefix`.
    fn tree(&mut self, tokens: &[TokenTree], prefix: &[String], is_public: bool, within: Within) {
        let mut segments = prefix.to_vec();
        let mut at = usize::from(punct(tokens.first()) == Some('$'));
        if colons(tokens, at) {
            segments.push(String::new());
            at += 2;
        }
        let Some(span) = tokens.first().map(TokenTree::span) else { return };
        loop {
            if let Some(inner) = inside(tokens.get(at), Delimiter::Brace) {
                for tree in inner.split(|token| punct(Some(token)) == Some(',')) {
                    self.tree(tree, &segments, is_public, within);
                }
                return;
            }
            match ident(tokens.get(at)) {
                Some(name) => segments.push(name),
                None if punct(tokens.get(at)) == Some('*') => segments.push("*".to_owned()),
                None => return,
            }
            at += 1;
            if colons(tokens, at) {
                at += 2;
                continue;
            }
            if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
                segments.pop();
            }
            let is_renamed = ident(tokens.get(at)).as_deref() == Some("as");
            let name = if is_renamed { ident(tokens.get(at + 1)) } else { segments.last().cloned() }.unwrap_or_default();
            self.add(segments, span, UsedBy::Use { name, is_public }, within);
            return;
        }
    }

    /// Reads a path written as text in an attribute, as in `#[serde(default = "crate::usual")]`.
    fn literal(&mut self, literal: &proc_macro2::Literal) {
        let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) else { return };
        if let Ok(path) = text.parse::<syn::Path>()
            && path.segments.len() > 1
        {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.add(segments, literal.span(), UsedBy::Code, Within::Attribute);
        }
    }

    fn add(&mut self, segments: Vec<String>, span: Span, by: UsedBy, within: Within) {
        // In the body of a `macro_rules!`, `super` means the module that uses the macro.
        if within != Within::Rules || segments.first().is_some_and(|first| first != "super") {
            self.found.push(UsedPath { segments, line: span.start().line, by });
        }
    }
}
