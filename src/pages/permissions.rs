//! `/accounts/{a}/users/{m}/permissions`: what one person may do, in words, and where it comes from.

use askama::Template;

use super::{Badge, Frame, Here, Link, Tone, answer::html};
use crate::{
    ask::Ask,
    cx::Cx,
    explanation::{self, Held, Kind},
    refusal::Result,
    reply::Response,
    text::Text,
};

/// What one person may do.
#[derive(Template)]
#[template(path = "permissions.html")]
pub struct PermissionsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whose they are.
    pub heading: String,
    /// Every permission there is.
    pub rows: Vec<PersonalPermission>,
}

impl PermissionsPage {
    /// Whether the person may anything at all.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.rows.iter().any(|row| row.may.tone == Tone::Good)
    }
}

/// A permission, as the person holds it or not.
pub struct PersonalPermission {
    /// What it is called.
    pub title: String,
    /// What it lets do.
    pub explanation: &'static str,
    /// Yes or no.
    pub may: Badge,
    /// Where it comes from, in words; empty from nowhere.
    pub source: String,
}

impl PersonalPermission {
    fn of(text: &Text, held: Held) -> Self {
        let words = &text.permissions;
        let word = |kind: &Kind| match kind {
            Kind::Role => words.by_role,
            Kind::Grant => words.by_grant,
            _ => words.by_host,
        };
        let named: Vec<&str> = held.from.iter().map(word).chain((!held.entry.enabled).then_some(words.off)).collect();
        Self {
            title: held.entry.title,
            explanation: held.entry.explanation,
            may: if held.holds { Badge::new(words.yes, Tone::Good) } else { Badge::new(words.no, Tone::Calm) },
            source: named.join(", "),
        }
    }
}

/// `GET /accounts/{account}/users/{member}/permissions`
///
/// # Errors
/// The gate's.
pub async fn get(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, member) = ask.member()?;
    let (done, person, held) = explanation::effective(&cx, &account, &member).await?;
    let name = [person.first_name, person.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { person.email } else { name };
    let (text, path) = (cx.lang.text(), format!("/accounts/{account}/users/{member}"));
    let heading = cx.lang.permissions_of(&name);
    let mut frame = Frame::in_account(&cx, &done, Here::Users, heading.clone(), &path)?.below_users().at(ask.uri());
    frame.crumbs.push(Link::new(name, path));
    html(&PermissionsPage { frame, heading, rows: held.into_iter().map(|held| PersonalPermission::of(text, held)).collect() })
}
