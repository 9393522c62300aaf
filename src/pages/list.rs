//! What every list page shows around its rows: title, search with filters, what it says without rows, links to its other pages.
//!
//! A list's page holds a [`List`] beside its rows, and its template extends `list.html` with the columns.

use super::{Choice, shown::address};

/// A list page without its rows.
pub struct List {
    /// Its own path, where the search form leads.
    pub path: String,
    /// The title.
    pub title: &'static str,
    /// The sentence below the title.
    pub lead: &'static str,
    /// The label of the link to add something; `None` for a reader who may not.
    pub add: Option<&'static str>,
    /// The search, for a list that has one.
    pub search: Option<Search>,
    /// The caption of the table.
    pub caption: &'static str,
    /// What it says when there is nothing to list: a title, which may be empty, and a sentence.
    pub none: (&'static str, &'static str),
    /// What it says when the search finds nothing.
    pub nothing_found: &'static str,
    /// Links to its other pages.
    pub paging: Paging,
}

/// The form to search a list.
pub struct Search {
    /// The label of its field.
    pub label: &'static str,
    /// What it shows while it is empty.
    pub hint: &'static str,
    /// The search as typed.
    pub typed: String,
    /// The filters beside it.
    pub filters: Vec<Filter>,
    /// A parameter that the search keeps; its value may be empty.
    pub kept: (&'static str, String),
}

/// A filter of a list, by its name and its label.
pub enum Filter {
    /// One of several choices, "all" first.
    Choice(&'static str, &'static str, Vec<Choice>),
    /// A day.
    Day(&'static str, &'static str, String),
}

/// Links to the other pages of a list.
pub struct Paging {
    /// The next page, when there is one.
    pub next: Option<String>,
    /// The first page, when this is a later one.
    pub first: Option<String>,
}

impl List {
    /// Returns whether a search or a filter is on.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.search.as_ref().is_some_and(|search| !search.typed.trim().is_empty() || search.filters.iter().any(Filter::is_on))
    }
}

impl Search {
    /// Returns a search by the starts of words.
    #[must_use]
    pub fn of(label: &'static str, typed: Option<String>, filters: Vec<Filter>) -> Self {
        Self { label, hint: "", typed: typed.unwrap_or_default(), filters, kept: ("", String::new()) }
    }
}

impl Filter {
    /// Returns the filter with these choices. The choice of all, which it puts before them, is chosen when none of them is.
    #[must_use]
    pub fn choice(key: &'static str, label: &'static str, all: &'static str, choices: Vec<Choice>) -> Self {
        let all = Choice { value: "", label: all, selected: !choices.iter().any(|choice| choice.selected) };
        Self::Choice(key, label, std::iter::once(all).chain(choices).collect())
    }

    fn is_on(&self) -> bool {
        match self {
            Self::Choice(_, _, choices) => choices.iter().any(|choice| choice.selected && !choice.value.is_empty()),
            Self::Day(_, _, day) => !day.is_empty(),
        }
    }
}

impl Paging {
    /// Returns the links of a page of the list at this path. They keep the query's search and filters.
    #[must_use]
    pub fn of(path: &str, query: Option<&str>, next_cursor: Option<&str>) -> Self {
        let mut kept: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default();
        let is_later = kept.iter().any(|(name, value)| name == "cursor" && !value.is_empty());
        kept.retain(|(name, _)| name != "cursor" && name != "done");
        let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Self {
            next: next_cursor.map(|cursor| address(path, &[kept.as_slice(), &[("cursor", cursor)]].concat())),
            first: is_later.then(|| address(path, &kept)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Paging;

    #[test]
    fn the_links_of_a_list_keep_its_search_and_lose_what_is_said_once() {
        let links = |query, cursor| {
            let paging = Paging::of("/x", query, cursor);
            (paging.first, paging.next)
        };
        let some = |text: &str| Some(text.to_owned());
        let searched = Some("search=a+b&role=&done=left&cursor=c");
        assert_eq!(links(searched, Some("d")), (some("/x?search=a%20b"), some("/x?search=a%20b&cursor=d")));
        assert_eq!(links(Some("cursor=&role=admin"), None), (None, None));
        assert_eq!(links(None, Some("d")), (None, some("/x?cursor=d")));
    }
}
