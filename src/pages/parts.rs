//! The parts pages are made of. Each is a template of its own, so that its code is in the worker once, however many pages show it.

use askama::Template;

use super::{
    Choice, Control, Frame, Paging, RoleChoice,
    forms::{AccessForm, Halves, Kind, Tick},
};

macro_rules! parts {
    ($($(#[doc = $doc:literal])* $name:ident as $Name:ident from $path:literal { $($field:ident: $type:ty),* })+) => {$(
        $(#[doc = $doc])*
        #[derive(Template)]
        #[template(path = $path)]
        pub struct $Name<'a> { $($field: $type),* }

        /// A template escapes what is in it, so the page around it does not escape it again.
        impl askama::filters::HtmlSafe for $Name<'_> {}

        $(#[doc = $doc])*
        #[must_use]
        pub fn $name<'a>($($field: $type),*) -> $Name<'a> {
            $Name { $($field),* }
        }
    )+};
}

parts! {
    /// What each form that changes something carries, so that it is done once.
    once as Once from "parts/once.html" { frame: &'a Frame }
    /// Everything above the body of a page.
    top as Top from "parts/top.html" { frame: &'a Frame, kind: &'a str }
    /// The account's menu, the way to the page, and what is said above its matter.
    side as Side from "parts/side.html" { frame: &'a Frame }
    /// What is said once after a change, and what was wrong with a form.
    notes as Notes from "parts/notes.html" { frame: &'a Frame }
    /// A labelled input with its hint and what was wrong with it.
    input as Input from "parts/input.html" { frame: &'a Frame, key: &'a str, label: &'a str, value: &'a str, kind: Kind, autocomplete: &'a str, required: bool, hint: &'a str }
    /// A choice among a few.
    select as Select from "parts/select.html" { key: &'a str, label: &'a str, choices: &'a [Choice] }
    /// The three roles with what they mean.
    roles as Roles from "parts/roles.html" { frame: &'a Frame, legend: &'a str, choices: &'a [RoleChoice] }
    /// One thing that is asked twice.
    confirm as Confirm from "parts/confirm.html" { frame: &'a Frame, control: &'a Control, id: &'a str, action: &'a str, version: String, label: &'a str, question: &'a str, submit: &'a str }
    /// One thing that is done at once.
    press as Press from "parts/press.html" { frame: &'a Frame, control: &'a Control, id: &'a str, action: &'a str, version: String, label: &'a str, class: &'a str }
    /// What one may not do, with the reason.
    disabled as Disabled from "parts/disabled.html" { control: &'a Control, id: &'a str, label: &'a str }
    /// Things to tick, with those that are chosen and not shown.
    ticks as Boxes from "parts/ticks.html" { key: &'a str, legend: &'a str, ticks: &'a [Tick], kept: &'a [String] }
    /// A search among what there is to choose from.
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
    /// The way to the other pages of a list.
    pager as Pager from "parts/pager.html" { frame: &'a Frame, paging: &'a Paging }
}
