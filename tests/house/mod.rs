//! The rooms of `src/`, their order, and which file names which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

use crate::syntax::{By, Named, Source, files};

/// The rooms from the top down. Rooms of one line do not name each other.
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
/// Files beside the rooms that belong to one.
const BESIDE: [(&str, &str); 1] = [("repeat", "router")];
/// What stands above all rooms: the list of them, and the programs for the command line.
const ABOVE: [&str; 2] = ["lib", "bin"];

/// The room with this module right below the crate.
fn room_of_module(module: &str) -> Option<&'static str> {
    let known = |name: &str| ORDER.iter().flat_map(|line| line.iter()).find(|room| **room == name).copied();
    known(module).or_else(|| BESIDE.iter().find(|(name, _)| *name == module).and_then(|(_, room)| known(room)))
}

fn rank(room: &str) -> usize {
    ORDER.iter().position(|line| line.contains(&room)).expect("a room of the order")
}

/// Whether code of the room `from` may name the room `to`.
fn may_name(from: &str, to: &str) -> bool {
    from == to || rank(from) < rank(to)
}

/// The module of a file, as names below the crate: `src/access/act/once.rs` is `access, act, once`.
fn module_of(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = path.with_extension("").iter().skip(1).map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| last == "mod") {
        names.pop();
    }
    names
}

/// All files of `src/` with what each names.
pub struct House {
    sources: Vec<Source>,
    paths: Vec<Vec<Named>>,
    /// The file of each module.
    modules: BTreeMap<Vec<String>, usize>,
    /// What the `use` declarations of each file bind.
    bound: Vec<BTreeMap<String, Named>>,
    /// The file of each exported macro, and of each macro that only the order of the text shows.
    exported: BTreeMap<String, usize>,
    shown: BTreeMap<String, usize>,
    /// `crate::…` in the templates: place and names.
    templates: Vec<(String, Vec<String>)>,
}

/// Names of the macros of a file.
#[derive(Default)]
struct Macros {
    exported: Vec<String>,
    shown: Vec<String>,
}

impl<'ast> Visit<'ast> for Macros {
    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if let Some(name) = &item.ident {
            let is_exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
            if is_exported { &mut self.exported } else { &mut self.shown }.push(name.to_string());
        }
        visit::visit_item_macro(self, item);
    }
}

/// The methods of a file that extend a type: its path, and their names.
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

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Led {
    /// To something of this file.
    To(usize),
    /// To another crate, a local name, or nowhere.
    Out,
}

impl House {
    /// The files as they are.
    pub fn of(sources: Vec<Source>, templates: &[(PathBuf, String)]) -> Self {
        let paths: Vec<Vec<Named>> = sources.iter().map(Source::paths).collect();
        let modules = sources.iter().enumerate().map(|(file, source)| (module_of(&source.path), file)).collect();
        let bound = paths.iter().map(|paths| paths.iter().filter_map(|named| Some((bound_name(named)?, named.clone()))).collect()).collect();
        let (mut exported, mut shown) = (BTreeMap::new(), BTreeMap::new());
        for (file, source) in sources.iter().enumerate() {
            let mut macros = Macros::default();
            macros.visit_file(&items_of(source));
            exported.extend(macros.exported.into_iter().map(|name| (name, file)));
            shown.extend(macros.shown.into_iter().map(|name| (name, file)));
        }
        let templates = templates.iter().flat_map(|(path, text)| in_template(path, text)).collect();
        Self { sources, paths, modules, bound, exported, shown, templates }
    }

    /// The files of this repository.
    pub fn read() -> Self {
        Self::of(Source::all("src"), &files("templates", &["html"]))
    }

    /// The whole path from the crate's root, for one that begins with `crate`, `self` or `super`.
    fn absolute(&self, file: usize, segments: &[String]) -> Option<Vec<String>> {
        let mut whole = match segments.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => module_of(&self.sources[file].path),
            _ => return None,
        };
        for name in segments {
            match name.as_str() {
                "crate" | "self" => {}
                "super" => {
                    whole.pop()?;
                }
                name => whole.push(name.to_owned()),
            }
        }
        Some(whole)
    }

    /// The file that defines what the whole path names, through every `use` that hands it on.
    fn defined(&self, whole: &[String], depth: usize) -> Led {
        let mut module = Vec::new();
        for (place, name) in whole.iter().enumerate() {
            let file = self.modules.get(&module).copied();
            module.push(name.clone());
            if self.modules.contains_key(&module) || module.len() == 1 && self.modules.keys().any(|known| known.starts_with(&module)) {
                continue;
            }
            if place == 0 {
                return self.exported.get(name).map_or(Led::Out, |file| Led::To(*file));
            }
            let Some(file) = file else { return Led::Out };
            return match self.bound[file].get(name) {
                Some(named) if depth < 8 => {
                    let path: Vec<String> = named.segments.iter().chain(&whole[place + 1..]).cloned().collect();
                    match self.led(file, &path, &named.by, depth + 1) {
                        Led::Out => Led::To(file),
                        led @ Led::To(_) => led,
                    }
                }
                _ => Led::To(file),
            };
        }
        self.modules.get(&module).map_or(Led::Out, |file| Led::To(*file))
    }

    /// Where a path of this file leads.
    fn led(&self, file: usize, segments: &[String], by: &By, depth: usize) -> Led {
        if let Some(whole) = self.absolute(file, segments) {
            return self.defined(&whole, depth);
        }
        let Some(first) = segments.first() else { return Led::Out };
        let mut child = module_of(&self.sources[file].path);
        child.push(first.clone());
        if segments.len() > 1 && self.modules.contains_key(&child) {
            child.extend(segments[1..].iter().cloned());
            return self.defined(&child, depth);
        }
        if *by == By::Macro && segments.len() == 1 && !self.bound[file].contains_key(first) {
            return self.shown.get(first).map_or(Led::Out, |file| Led::To(*file));
        }
        match self.bound[file].get(first) {
            Some(named) if depth < 8 && named.segments.first() != Some(first) => {
                let path: Vec<String> = named.segments.iter().chain(&segments[1..]).cloned().collect();
                self.led(file, &path, by, depth + 1)
            }
            _ => Led::Out,
        }
    }

    fn room(&self, file: usize) -> Option<&'static str> {
        module_of(&self.sources[file].path).first().and_then(|module| room_of_module(module))
    }

    fn is_above(&self, file: usize) -> bool {
        module_of(&self.sources[file].path).first().is_some_and(|module| ABOVE.contains(&module.as_str()))
    }

    /// What no rule can be said of: files outside the rooms, names at the crate's root that no room has.
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
                if let Some(whole) = self.absolute(file, &named.segments)
                    && whole.first().is_some_and(|first| room_of_module(first).is_none() && !self.exported.contains_key(first))
                {
                    unknown.push(format!("{}: crate::{} is in no room", source.place(named.line), whole.join("::")));
                }
            }
        }
        unknown
    }

    /// The room a whole path names.
    fn room_named(&self, whole: &[String]) -> Option<&'static str> {
        let first = whole.first()?;
        room_of_module(first).or_else(|| self.exported.get(first).and_then(|file| self.room(*file)))
    }

    /// Every path that names a room which the room of its file may not name: place, both rooms, the path.
    pub fn arrows_up(&self) -> BTreeSet<(String, String)> {
        let mut up = BTreeSet::new();
        for (file, source) in self.sources.iter().enumerate() {
            let Some(from) = self.room(file) else { continue };
            for named in &self.paths[file] {
                let Some(whole) = self.absolute(file, &named.segments) else { continue };
                if let Some(to) = self.room_named(&whole)
                    && !may_name(from, to)
                {
                    up.insert((format!("{from} -> {to}"), format!("{}: crate::{}", source.place(named.line), whole.join("::"))));
                }
            }
        }
        for (place, whole) in &self.templates {
            if let Some(to) = self.room_named(whole)
                && !may_name("pages", to)
            {
                up.insert((format!("pages -> {to}"), format!("{place}: crate::{}", whole.join("::"))));
            }
        }
        up
    }

    /// Calls of a method that only a room above gives to a type of a room below: such a call names the room above without its name.
    pub fn calls_up(&self) -> BTreeSet<(String, String)> {
        let mut given: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let mut extended = BTreeSet::new();
        for (file, source) in self.sources.iter().enumerate() {
            let Some(room) = self.room(file) else { continue };
            let mut extensions = Extensions::default();
            extensions.visit_file(&items_of(source));
            for (path, names) in extensions.0 {
                let is_of_another = matches!(self.led(file, &path, &By::Code, 0), Led::To(to) if self.room(to) != Some(room));
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
            for named in self.paths[file].iter().filter(|named| named.by == By::Method) {
                let name = &named.segments[0];
                if extended.contains(name) && given[name].iter().all(|to| !may_name(from, to)) {
                    let to = given[name].iter().copied().collect::<Vec<_>>().join(", ");
                    up.insert((format!("{from} -> {to}"), format!("{}: .{name}()", source.place(named.line))));
                }
            }
        }
        up
    }

    /// For each file the files of the same room it names, with a line that does. A parent that only hands its children on names none of them.
    fn within_rooms(&self) -> Vec<BTreeMap<usize, usize>> {
        let edges = |(file, paths): (usize, &Vec<Named>)| {
            let module = module_of(&self.sources[file].path);
            let mut edges = BTreeMap::new();
            for named in paths {
                if named.by == By::Method {
                    continue;
                }
                let Led::To(to) = self.led(file, &named.segments, &named.by, 0) else { continue };
                let is_child = module_of(&self.sources[to].path).starts_with(&module);
                let hands_on = matches!(named.by, By::Use { is_public: true, .. }) && is_child;
                if to != file && !hands_on && self.room(to) == self.room(file) && self.room(file).is_some() {
                    edges.entry(to).or_insert(named.line);
                }
            }
            edges
        };
        self.paths.iter().enumerate().map(edges).collect()
    }

    /// The circles between files of one room: the files, and the arrows between them.
    pub fn circles(&self) -> Vec<(Vec<String>, Vec<String>)> {
        let edges = self.within_rooms();
        let reached: Vec<BTreeSet<usize>> = (0..edges.len()).map(|file| reached_from(&edges, file)).collect();
        let mut done = BTreeSet::new();
        let mut circles = Vec::new();
        for file in 0..edges.len() {
            let circle: Vec<usize> = reached[file].iter().copied().filter(|other| reached[*other].contains(&file)).collect();
            if circle.len() < 2 || !done.insert(circle.clone()) {
                continue;
            }
            let name = |file: usize| self.sources[file].path.display().to_string();
            let arrows = circle.iter().flat_map(|from| {
                let inner = edges[*from].iter().filter(|(to, _)| circle.contains(to));
                inner.map(|(to, line)| format!("{} -> {}", self.sources[*from].place(*line), name(*to)))
            });
            circles.push((circle.iter().map(|file| name(*file)).collect(), arrows.collect()));
        }
        circles
    }
}

fn items_of(source: &Source) -> syn::File {
    syn::parse2(source.tokens.iter().cloned().collect()).expect("a file that was read before")
}

/// The name a `use` binds, where it binds one.
fn bound_name(named: &Named) -> Option<String> {
    match &named.by {
        By::Use { name, .. } if name != "_" && name != "*" => Some(name.clone()),
        _ => None,
    }
}

/// Every file one comes to from `file`.
fn reached_from(edges: &[BTreeMap<usize, usize>], file: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        open.extend(edges[file].keys().copied().filter(|to| reached.insert(*to)));
    }
    reached
}

/// The paths of a template that begin at the crate's root.
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
