//! The rooms of `src/`, their order, and the names that each file uses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

use crate::syntax::{Source, UsedBy, UsedPath, files};

/// The rooms from the top down. The rooms of one line do not use each other.
pub const ORDER: [&[&str]; 12] = [
    &["worker"],
    &["router"],
    &["api", "pages"],
    &["accounts"],
    &["people"],
    &["resources"],
    &["messages"],
    &["identity"],
    &["access"],
    &["http"],
    &["text"],
    &["core"],
];
/// Files above all rooms: the list of the rooms, and the command-line programs.
const ABOVE: [&str; 2] = ["lib", "bin"];

/// The room of this top-level module.
fn room_of_module(module: &str) -> Option<&'static str> {
    ORDER.iter().flat_map(|line| line.iter()).find(|room| **room == module).copied()
}

fn rank(room: &str) -> usize {
    ORDER.iter().position(|line| line.contains(&room)).expect("a room of the order")
}

/// Whether code in the room `from` may use the room `to`.
fn may_name(from: &str, to: &str) -> bool {
    from == to || rank(from) < rank(to)
}

/// The module path of a file below the crate: `src/access/act/once.rs` is `access, act, once`.
fn module_of(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = path.with_extension("").iter().skip(1).map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| last == "mod") {
        names.pop();
    }
    names
}

/// All files of `src/` with the paths that each uses.
pub struct Rooms {
    sources: Vec<Source>,
    paths: Vec<Vec<UsedPath>>,
    /// The file of each module.
    modules: BTreeMap<Vec<String>, usize>,
    /// The names that the `use` declarations of each file bind.
    bound: Vec<BTreeMap<String, UsedPath>>,
    /// The file of each exported macro.
    exported: BTreeMap<String, usize>,
    /// The file of each macro that is visible by the order of the text only.
    /// The file of each macro that is visible only below its definition.
    textual: BTreeMap<String, usize>,
    /// `crate::…` in the templates: line and path.
    templates: Vec<(String, Vec<String>)>,
}

/// The names of the macros of a file.
#[derive(Default)]
struct Macros {
    exported: Vec<String>,
    textual: Vec<String>,
}

impl<'ast> Visit<'ast> for Macros {
    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if let Some(name) = &item.ident {
            let is_exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
            if is_exported { &mut self.exported } else { &mut self.textual }.push(name.to_string());
        }
        visit::visit_item_macro(self, item);
    }
}

/// The inherent methods in a file: the path of the type, and their names.
#[derive(Default)]
struct Extensions(Vec<(Vec<String>, Vec<String>)>);

impl<'ast> Visit<'ast> for Extensions {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let (None, syn::Type::Path(path)) = (&item.trait_, &*item.self_ty) {
            let names = |item: &syn::ImplItem| match item {
                syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            };
            let path = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.0.push((path, item.items.iter().filter_map(names).collect()));
        }
    }
}

/// What a path refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Something in this file.
    File(usize),
    /// Another crate, a local name, or nothing.
    Outside,
}

impl Rooms {
    /// Returns the rooms with these files and templates.
    pub fn of(sources: Vec<Source>, templates: &[(PathBuf, String)]) -> Self {
        let paths: Vec<Vec<UsedPath>> = sources.iter().map(Source::paths).collect();
        let modules = sources.iter().enumerate().map(|(file, source)| (module_of(&source.path), file)).collect();
        let bound = paths.iter().map(|paths| paths.iter().filter_map(|named| Some((bound_name(named)?, named.clone()))).collect()).collect();
        let (mut exported, mut textual) = (BTreeMap::new(), BTreeMap::new());
        for (file, source) in sources.iter().enumerate() {
            let mut macros = Macros::default();
            macros.visit_file(&items_of(source));
            exported.extend(macros.exported.into_iter().map(|name| (name, file)));
            textual.extend(macros.textual.into_iter().map(|name| (name, file)));
        }
        let templates = templates.iter().flat_map(|(path, text)| in_template(path, text)).collect();
        Self { sources, paths, modules, bound, exported, textual, templates }
    }

    /// Returns the rooms of this repository.
    pub fn read() -> Self {
        Self::of(Source::all("src"), &files("templates", &["html"]))
    }

    /// The full path from the crate's root of a path that begins with `crate`, `self` or `super`.
    fn absolute(&self, file: usize, segments: &[String]) -> Option<Vec<String>> {
        let mut path = match segments.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => module_of(&self.sources[file].path),
            _ => return None,
        };
        for name in segments {
            match name.as_str() {
                "crate" | "self" => {}
                "super" => {
                    path.pop()?;
                }
                name => path.push(name.to_owned()),
            }
        }
        Some(path)
    }

    /// The file that defines the item of a full path. Follows every `use` that re-exports it.
    fn defined(&self, path: &[String], depth: usize) -> Target {
        let mut module = Vec::new();
        for (place, name) in path.iter().enumerate() {
            let file = self.modules.get(&module).copied();
            module.push(name.clone());
            if self.modules.contains_key(&module) || module.len() == 1 && self.modules.keys().any(|known| known.starts_with(&module)) {
                continue;
            }
            if place == 0 {
                return self.exported.get(name).map_or(Target::Outside, |file| Target::File(*file));
            }
            let Some(file) = file else { return Target::Outside };
            return match self.bound[file].get(name) {
                Some(named) if depth < 8 => {
                    let path: Vec<String> = named.segments.iter().chain(&path[place + 1..]).cloned().collect();
                    match self.resolve(file, &path, &named.by, depth + 1) {
                        Target::Outside => Target::File(file),
                        target @ Target::File(_) => target,
                    }
                }
                _ => Target::File(file),
            };
        }
        self.modules.get(&module).map_or(Target::Outside, |file| Target::File(*file))
    }

    /// What a path in this file refers to.
    fn resolve(&self, file: usize, segments: &[String], by: &UsedBy, depth: usize) -> Target {
        if let Some(path) = self.absolute(file, segments) {
            return self.defined(&path, depth);
        }
        let Some(first) = segments.first() else { return Target::Outside };
        let mut child = module_of(&self.sources[file].path);
        child.push(first.clone());
        if segments.len() > 1 && self.modules.contains_key(&child) {
            child.extend(segments[1..].iter().cloned());
            return self.defined(&child, depth);
        }
        if *by == UsedBy::Macro && segments.len() == 1 && !self.bound[file].contains_key(first) {
            return self.textual.get(first).map_or(Target::Outside, |file| Target::File(*file));
        }
        match self.bound[file].get(first) {
            Some(named) if depth < 8 && named.segments.first() != Some(first) => {
                let path: Vec<String> = named.segments.iter().chain(&segments[1..]).cloned().collect();
                self.resolve(file, &path, by, depth + 1)
            }
            _ => Target::Outside,
        }
    }

    fn room(&self, file: usize) -> Option<&'static str> {
        module_of(&self.sources[file].path).first().and_then(|module| room_of_module(module))
    }

    fn is_above(&self, file: usize) -> bool {
        module_of(&self.sources[file].path).first().is_some_and(|module| ABOVE.contains(&module.as_str()))
    }

    /// Returns what no rule covers: files in no room, and names at the crate's root that no room has.
    pub fn unknown(&self) -> Vec<String> {
        let mut unknown = Vec::new();
        for (file, source) in self.sources.iter().enumerate() {
            if self.is_above(file) {
                continue;
            }
            if self.room(file).is_none() {
                unknown.push(format!("{}: in no room", source.path.display()));
            }
            for named in &self.paths[file] {
                if let Some(path) = self.absolute(file, &named.segments)
                    && path.first().is_some_and(|first| room_of_module(first).is_none() && !self.exported.contains_key(first))
                {
                    unknown.push(format!("{}: crate::{} is in no room", source.place(named.line), path.join("::")));
                }
            }
        }
        unknown
    }

    /// The room that a full path names.
    fn room_named(&self, path: &[String]) -> Option<&'static str> {
        let first = path.first()?;
        room_of_module(first).or_else(|| self.exported.get(first).and_then(|file| self.room(*file)))
    }

    /// Returns every path to a room that the room of its file may not use: both rooms, the line and the path.
    pub fn uses_of_higher_rooms(&self) -> BTreeSet<(String, String)> {
        let mut up = BTreeSet::new();
        for (file, source) in self.sources.iter().enumerate() {
            let Some(from) = self.room(file) else { continue };
            for named in &self.paths[file] {
                let Some(path) = self.absolute(file, &named.segments) else { continue };
                if let Some(to) = self.room_named(&path)
                    && !may_name(from, to)
                {
                    up.insert((format!("{from} -> {to}"), format!("{}: crate::{}", source.place(named.line), path.join("::"))));
                }
            }
        }
        for (place, path) in &self.templates {
            if let Some(to) = self.room_named(path)
                && !may_name("pages", to)
            {
                up.insert((format!("pages -> {to}"), format!("{place}: crate::{}", path.join("::"))));
            }
        }
        up
    }

    /// Returns the calls of methods that only a higher room defines on a type of a lower room. Such a call uses the higher room without naming it.
    pub fn calls_to_higher_rooms(&self) -> BTreeSet<(String, String)> {
        let mut given: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let mut extended = BTreeSet::new();
        for (file, source) in self.sources.iter().enumerate() {
            let Some(room) = self.room(file) else { continue };
            let mut extensions = Extensions::default();
            extensions.visit_file(&items_of(source));
            for (path, names) in extensions.0 {
                let is_of_another = matches!(self.resolve(file, &path, &UsedBy::Code, 0), Target::File(to) if self.room(to) != Some(room));
                for name in names {
                    if is_of_another {
                        extended.insert(name.clone());
                    }
                    given.entry(name).or_default().insert(room);
                }
            }
        }
        let mut up = BTreeSet::new();
        for (file, source) in self.sources.iter().enumerate() {
            let Some(from) = self.room(file) else { continue };
            for named in self.paths[file].iter().filter(|named| named.by == UsedBy::Method) {
                let name = &named.segments[0];
                if extended.contains(name) && given[name].iter().all(|to| !may_name(from, to)) {
                    let to = given[name].iter().copied().collect::<Vec<_>>().join(", ");
                    up.insert((format!("{from} -> {to}"), format!("{}: .{name}()", source.place(named.line))));
                }
            }
        }
        up
    }

    /// For each file: the files of the same room that it uses, with a line that does. A parent that only re-exports its children does not use them.
    fn within_rooms(&self) -> Vec<BTreeMap<usize, usize>> {
        let edges = |(file, paths): (usize, &Vec<UsedPath>)| {
            let module = module_of(&self.sources[file].path);
            let mut edges = BTreeMap::new();
            for named in paths {
                if named.by == UsedBy::Method {
                    continue;
                }
                let Target::File(to) = self.resolve(file, &named.segments, &named.by, 0) else { continue };
                let is_child = module_of(&self.sources[to].path).starts_with(&module);
                let hands_on = matches!(named.by, UsedBy::Use { is_public: true, .. }) && is_child;
                if to != file && !hands_on && self.room(to) == self.room(file) && self.room(file).is_some() {
                    edges.entry(to).or_insert(named.line);
                }
            }
            edges
        };
        self.paths.iter().enumerate().map(edges).collect()
    }

    /// Returns the cycles between files of one room: the files, and the uses between them.
    pub fn cycles(&self) -> Vec<(Vec<String>, Vec<String>)> {
        let edges = self.within_rooms();
        let reached: Vec<BTreeSet<usize>> = (0..edges.len()).map(|file| reached_from(&edges, file)).collect();
        let mut done = BTreeSet::new();
        let mut cycles = Vec::new();
        for file in 0..edges.len() {
            let cycle: Vec<usize> = reached[file].iter().copied().filter(|other| reached[*other].contains(&file)).collect();
            if cycle.len() < 2 || !done.insert(cycle.clone()) {
                continue;
            }
            let name = |file: usize| self.sources[file].path.display().to_string();
            let arrows = cycle.iter().flat_map(|from| {
                let inner = edges[*from].iter().filter(|(to, _)| cycle.contains(to));
                inner.map(|(to, line)| format!("{} -> {}", self.sources[*from].place(*line), name(*to)))
            });
            cycles.push((cycle.iter().map(|file| name(*file)).collect(), arrows.collect()));
        }
        cycles
    }
}

fn items_of(source: &Source) -> syn::File {
    syn::parse2(source.tokens.iter().cloned().collect()).expect("a file that was parsed before")
}

/// The name a `use` binds, where it binds one.
fn bound_name(named: &UsedPath) -> Option<String> {
    match &named.by {
        UsedBy::Use { name, .. } if name != "_" && name != "*" => Some(name.clone()),
        _ => None,
    }
}

/// Every file that can be reached from `file`.
fn reached_from(edges: &[BTreeMap<usize, usize>], file: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        open.extend(edges[file].keys().copied().filter(|to| reached.insert(*to)));
    }
    reached
}

/// The paths in a template that begin with `crate::`.
fn in_template(path: &Path, text: &str) -> Vec<(String, Vec<String>)> {
    let of_line = |(number, line): (usize, &str)| {
        let of_path = |(start, _): (usize, &str)| {
            let path: String = line[start..].chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_' || *sign == ':').collect();
            path.split("::").skip(1).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        line.match_indices("crate::").map(of_path).map(|names| (format!("{}:{}", path.display(), number + 1), names)).collect::<Vec<_>>()
    };
    text.lines().enumerate().flat_map(of_line).collect()
}
