//! `/accounts/{a}/users/{m}/permissions`: what one person may do, and by role, grant or host. With `?permission=` and `&resource=`: why, or why not.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{Badge, Frame, Here, Link, Tone, answer::html};
use crate::{
    access::context::Cx,
    access::explanation::{self, ExplainedAccess, Held, Kind, Question},
    core::id::{AccountId, MemberId},
    core::permission::Permission,
    core::refusal::Result,
    http::extract::{Params, Path},
    http::response::Response,
    text::Text,
};

/// The page of what one person may do.
#[derive(Template)]
#[template(path = "permissions.html")]
pub struct PermissionsPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The heading with the person's name.
    pub heading: String,
    /// The pixel or app to ask about; empty for none.
    pub resource: String,
    /// Every permission.
    pub rows: Vec<PersonalPermission>,
}

impl PermissionsPage {
    /// Returns whether the person has any permission.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.rows.iter().any(|row| row.may.tone == Tone::Good)
    }
}

/// The page of why one person has a permission, or why not.
#[derive(Template)]
#[template(path = "explanation.html")]
pub struct ExplanationPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The title of the permission.
    pub permission: String,
    /// Yes or no.
    pub may: Badge,
    /// The steps of the explanation, and whether each holds.
    pub steps: Vec<(Badge, String)>,
    /// The people who can change it, and by which authority.
    pub changers: Vec<(String, &'static str)>,
}

/// A permission, and whether the person holds it.
pub struct PersonalPermission {
    /// `noun.verb`
    pub key: &'static str,
    /// Its title.
    pub title: String,
    /// What it allows.
    pub explanation: &'static str,
    /// Yes or no.
    pub may: Badge,
    /// Where it comes from, in words; empty when the person does not hold it.
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
        Self { key: held.entry.key, title: held.entry.title, explanation: held.entry.explanation, may: yes_or_no(text, held.holds), source: named.join(", ") }
    }
}

fn yes_or_no(text: &Text, holds: bool) -> Badge {
    if holds { Badge::new(text.permissions.yes, Tone::Good) } else { Badge::new(text.permissions.no, Tone::Calm) }
}

/// The parameters of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    permission: String,
    resource: String,
}

/// `GET /accounts/{account}/users/{member}/permissions`
///
/// # Errors
/// The errors of the gate.
pub async fn get(cx: Cx, uri: Uri, Path((account, member)): Path<(AccountId, MemberId)>, Params(query): Params<Parameters>) -> Result<Response> {
    if let Some(permission) = Permission::from_key(&query.permission) {
        return explained(&cx, &uri, &account, &member, permission, query.resource).await;
    }
    let (done, person, held) = explanation::effective(&cx, &account, &member).await?;
    let name = [person.first_name, person.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { person.email } else { name };
    let (text, path) = (cx.lang.text(), format!("/accounts/{account}/users/{member}"));
    let heading = cx.lang.permissions_of(&name);
    let mut frame = Frame::in_account(&cx, &done, Here::Users, heading.clone(), &path)?.below_users().at(&uri);
    frame.crumbs.push(Link::new(name, path));
    html(&PermissionsPage { frame, heading, resource: query.resource, rows: held.into_iter().map(|held| PersonalPermission::of(text, held)).collect() })
}

async fn explained(cx: &Cx, uri: &Uri, account: &AccountId, member: &MemberId, permission: Permission, resource: String) -> Result<Response> {
    let resource_id = Some(resource).filter(|id| !id.is_empty());
    let question = Question { member_id: member.to_string(), permission: permission.key().to_owned(), resource_id };
    let ExplainedAccess { result: done, name, title, explanation } = explanation::explain(cx, account, &question).await?;
    let (text, path) = (cx.lang.text(), format!("/accounts/{account}/users/{member}"));
    let mut frame = Frame::in_account(cx, &done, Here::Users, cx.lang.permissions_of(&name), &path)?.below_users().at(uri);
    frame.crumbs.extend([Link::new(name, path.clone()), Link::new(text.permissions.title, format!("{path}/permissions"))]);
    html(&ExplanationPage {
        frame,
        permission: title,
        may: yes_or_no(text, explanation.answer.allowed),
        steps: explanation.steps.into_iter().map(|step| (yes_or_no(text, step.holds), step.detail)).collect(),
        changers: explanation.who_can_change.into_iter().map(|changer| (changer.name, text.words.via(changer.via))).collect(),
    })
}
