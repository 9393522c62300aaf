//! `/accounts/{a}/audit`.

use super::{Frame, Paging};
use crate::text::When;
use askama::Template;

/// What happened in an account.
#[derive(Template)]
#[template(path = "audit.html")]
pub struct AuditPage {
    /// What stands around it.
    pub frame: Frame,
    /// The lines of this page, newest first.
    pub rows: Vec<AuditRow>,
    /// Where the log goes on.
    pub paging: Paging,
}

/// One line of the log.
pub struct AuditRow {
    /// When.
    pub at: When,
    /// Who.
    pub who: String,
    /// In which capacity ("by delegation").
    pub via: &'static str,
    /// What was done.
    pub what: String,
    /// On whom or on what.
    pub target: String,
    /// What it was and what it became, field by field.
    pub changes: Vec<Change>,
}

/// One field of a change; an absent value is empty.
pub struct Change {
    /// The field's name.
    pub field: String,
    /// What it was.
    pub before: String,
    /// What it became.
    pub after: String,
}
