//! Parts of pages. Each is a template of its own, so that the worker holds its code once, however many pages show it.

use askama::Template;

use super::{
    Choice, Control, Filter, Frame, List, Paging, RoleChoice,
    forms::{AccessForm, Halves, Kind, Tick},
};

macro_rules! parts {
    ($($(#[doc = $doc:literal])* $name:ident as $Name:ident from $path:literal { $($field:ident: $type:ty),* })+) => {$(
        $(#[doc = $doc])*
        #[derive(Template)]
        #[template(path = $path)]
        pub struct $Name<'a> { $($field: $type),* }

        /// The template of the part escapes its values, so the page does not escape the part again.
        impl askama::filters::HtmlSafe for $Name<'_> {}

        $(#[doc = $doc])*
        #[must_use]
        pub fn $name<'a>($($field: $type),*) -> $Name<'a> {
            $Name { $($field),* }
        }
    )+};
}

parts! {
    /// The hidden token of a form that changes something, so that the change is made once.
    once as Once from "parts/once.html" { frame: &'a Frame }
    /// Everything above the body of a page.
    top as Top from "parts/top.html" { frame: &'a Frame, kind: &'a str }
    /// The account's menu, the links to the pages above, and the messages above the content.
    side as Side from "parts/side.html" { frame: &'a Frame }
    /// The sentence after a change, and the errors of a form.
    notes as Notes from "parts/notes.html" { frame: &'a Frame }
    /// An input with its label, hint and error.
    input as Input from "parts/input.html" { frame: &'a Frame, key: &'a str, label: &'a str, value: &'a str, kind: Kind, autocomplete: &'a str, required: bool, hint: &'a str }
    /// A select.
    select as Select from "parts/select.html" { key: &'a str, label: &'a str, choices: &'a [Choice] }
    /// The three roles with their explanations.
    roles as Roles from "parts/roles.html" { frame: &'a Frame, legend: &'a str, choices: &'a [RoleChoice] }
    /// An action that asks for confirmation.
    confirm as Confirm from "parts/confirm.html" { frame: &'a Frame, control: &'a Control, id: &'a str, action: &'a str, version: String, label: &'a str, question: &'a str, submit: &'a str }
    /// An action without confirmation.
    press as Press from "parts/press.html" { frame: &'a Frame, control: &'a Control, id: &'a str, action: &'a str, version: String, label: &'a str, class: &'a str }
    /// A disabled action, with the reason.
    disabled as Disabled from "parts/disabled.html" { control: &'a Control, id: &'a str, label: &'a str }
    /// Checkboxes, with hidden fields for those that are chosen and not shown.
    ticks as Boxes from "parts/ticks.html" { key: &'a str, legend: &'a str, ticks: &'a [Tick], kept: &'a [String] }
    /// A search among the checkboxes.
    find as Find from "parts/find.html" { frame: &'a Frame, action: &'a str, key: &'a str, label: &'a str, value: &'a str, hint: &'a str }
    /// Address data to edit.
    contact as Contact from "parts/contact.html" { frame: &'a Frame, halves: &'a Halves }
    /// Address data to read.
    facts as Facts from "parts/facts.html" { frame: &'a Frame, halves: &'a Halves }
    /// *Preferenze email*.
    preferences as Preferences from "parts/preferences.html" { frame: &'a Frame, edits: bool, lead: &'a str, action: String, version: i64, ticks: &'a [Tick] }
    /// Role, further permissions and end of an access.
    access as Access from "parts/access.html" { frame: &'a Frame, form: &'a AccessForm }
    /// The settings of a pixel or an app.
    json as JsonField from "parts/json.html" { frame: &'a Frame, value: &'a str }
    /// Title and search of a list.
    list as ListTop from "parts/list.html" { frame: &'a Frame, list: &'a List }
    /// What a list says without rows.
    none as NoRows from "parts/none.html" { list: &'a List }
    /// Links to the other pages of a list.
    pager as Pager from "parts/pager.html" { frame: &'a Frame, paging: &'a Paging }
}
