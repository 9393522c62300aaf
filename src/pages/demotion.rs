//! What a person loses with a lesser role. The page asks for confirmation before the change.

use askama::Template;

use super::{Frame, Here, Link, forms::AccessSent, shown::name_or_email};
use crate::{
    access::act::BatchResult, access::catalogue::Entry, access::context::Cx, core::id::AccountId, core::permission::Role, core::refusal::Result,
    people::assignment::MemberPage, resources::assignment,
};

/// The page that asks for confirmation.
#[derive(Template)]
#[template(path = "demotion.html")]
pub struct DemotionPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The person, the role they have and the role they get.
    pub lead: String,
    /// What the person loses, by kind.
    pub dropped: Vec<(&'static str, Vec<String>)>,
    /// Whether the person loses nothing.
    pub nothing: bool,
    /// The path the form is posted to.
    pub action: String,
    /// The path of the person's page.
    pub back: String,
    /// The fields of the form that chose the role.
    pub fields: Vec<(&'static str, String)>,
}

impl DemotionPage {
    /// Returns the page for this choice.
    ///
    /// # Errors
    /// A fault when the batch does not hold the rows of the page.
    pub fn of(cx: &Cx, done: &BatchResult, account: &AccountId, whole: MemberPage, sent: AccessSent) -> Result<Self> {
        let (text, member) = (cx.lang.text(), whole.member);
        let words = |code: &str| Role::from_code(code).map(|role| text.words.role(role)).unwrap_or_default();
        let kept = sent.access().permissions;
        // An admin has every permission and stores no grants.
        let was_admin = sent.was == Role::Admin.code();
        let held = |entry: &Entry| if was_admin { entry.grantable && entry.enabled } else { member.access.permissions.iter().any(|key| key == entry.key) };
        let gone = |entry: &&Entry| held(entry) && !kept.iter().any(|key| key == entry.key);
        let grants = whole.catalogue.iter().filter(gone).map(|entry| entry.title.clone()).collect();
        let mut invited = if was_admin { whole.invited } else { Vec::new() };
        if invited.len() > assignment::CHOICES {
            invited.truncate(assignment::CHOICES);
            invited.push(text.demotion.more.to_owned());
        }
        let sleeps = sent.role == Role::ViewOnly.code();
        let things = whole.resources.chosen.into_iter().filter(|_| sleeps).map(|thing| thing.name).collect();
        let dropped = vec![(text.demotion.grants, grants), (text.demotion.invitations, invited), (text.demotion.things, things)];
        let back = format!("/accounts/{account}/users/{}", member.id);
        let mut frame = Frame::in_account(cx, done, Here::Users, text.demotion.title, &back)?.below_users().without_language_switch();
        frame.crumbs.push(Link::new(name_or_email(&member), back.clone()));
        let mut fields =
            vec![("version", sent.version), ("role", sent.role.clone()), ("expires_at", sent.expires_at), ("exact", sent.exact), ("was", sent.was.clone())];
        fields.push(("confirmed", "true".to_owned()));
        fields.extend(sent.permissions.into_iter().map(|key| ("permissions", key)));
        Ok(Self {
            frame,
            lead: cx.lang.demoted(&name_or_email(&member), words(&sent.was), words(&sent.role)),
            nothing: dropped.iter().all(|(_, lines): &(_, Vec<String>)| lines.is_empty()),
            dropped,
            action: format!("{back}/access"),
            back,
            fields,
        })
    }
}
