//! A refusal or a fault, as a page.

use super::{Frame, Link, kept::Kept};
use askama::Template;

/// What went wrong and what to do next; never what broke inside.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What stands around it.
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// The refusal's title.
    pub heading: String,
    /// Its sentence.
    pub detail: String,
    /// Where to go next; the first is the way most people want.
    pub next: Vec<Link>,
    /// The form that could not be taken, to be sent again: it is done once.
    pub again: Option<Kept>,
    /// The request's number.
    pub request_id: String,
}
