//! The page of a refusal or a fault.

use super::{Frame, Link, carried_form::CarriedForm};
use askama::Template;

/// What went wrong and what to do next. It shows no internal error text.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// The refusal's title.
    pub heading: String,
    /// Its sentence.
    pub detail: String,
    /// Where to go next, the likeliest first.
    pub next: Vec<Link>,
    /// The form that failed, to be sent again with its token, so that it is done once.
    pub again: Option<CarriedForm>,
    /// The request id.
    pub request_id: String,
}
