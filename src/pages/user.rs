//! `/accounts/{a}/users/{m}`: one person of an account, in sections.

use askama::Template;
use http::Uri;

use super::{
    Badge, Control, Frame, Here, LinkPage, Remake,
    answer::{again, html, refusal_of, see, version_sent},
    assigned::{ThingsSection, Wanted},
    demotion::DemotionPage,
    forms::{self, AccessForm, AccessSent, Chosen, Halves, SubAccount, Tick, Version},
    newcomer::invited,
    shown::{control, failure, is_reader, member_state, name_or_email},
};
use crate::{
    access::act::BatchResult,
    access::catalogue::Entry,
    access::context::Cx,
    access::email_queue::Delivery,
    core::id::{AccountId, MemberId},
    core::lang::Lang,
    core::permission::Permission,
    core::refusal::{Failure, Refusal, Result, Rule},
    core::vocabulary::AccessStatus,
    http::extract::{Form, Params, Path},
    http::response::Response,
    identity::reset,
    people::assignment::{MemberPage, ResourceIds, member_page, put_resources},
    people::contact::edit,
    people::invitation::State,
    people::invitation_renewal::{cancel, renew},
    people::member::{Member, MemberPatch},
    people::member_access,
    people::preference::{self, Preferences},
    text::When,
};

/// The page of one person.
#[derive(Template)]
#[template(path = "user.html")]
pub struct UserPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The person's own path: `/accounts/{a}/users/{m}`.
    pub path: String,
    /// First and last name, or the address when there is none.
    pub name: String,
    /// The address.
    pub email: String,
    /// The version the reader saw; sent with every change.
    pub version: i64,
    /// Contact, invited, expired, active, suspended.
    pub state: Badge,
    /// Whether it is the reader.
    pub is_you: bool,
    /// When this person was added to the account.
    pub since: When,
    /// When they last used the account.
    pub last_seen: Option<When>,
    /// *Anagrafica*.
    pub contact: Halves,
    /// Editing the contact data and the preferences.
    pub edit_contact: Control,
    /// *Accesso*.
    pub access: AccessSection,
    /// *Invito*, while an invitation is open or expired.
    pub invitation: Option<InvitationSection>,
    /// *Password*.
    pub password: PasswordSection,
    /// *Preferenze email*.
    pub preferences: Vec<Tick>,
    /// *Pixel e app*, for a person with access.
    pub things: Option<ThingsSection>,
    /// *Revoca*.
    pub revoke: Control,
}

impl UserPage {
    /// Returns the path of an action on this person.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        format!("{}/{noun}", self.path)
    }
}

/// The section *Accesso*: role, state, and the actions on them.
pub struct AccessSection {
    /// The role's name; `None` for a contact.
    pub role: Option<&'static str>,
    /// What the role may do; empty without one.
    pub role_may: &'static str,
    /// The titles of the further permissions.
    pub held: Vec<String>,
    /// The form to change or give access.
    pub form: AccessForm,
    /// When it ends.
    pub until: Option<When>,
    /// Whether it has ended.
    pub ended: bool,
    /// Whether this person holds the seat of the host.
    pub held_for_host: bool,
    /// Changing the role, or giving access to a contact.
    pub edit: Control,
    /// Whether the person is suspended now.
    pub suspended: bool,
    /// Suspending, or reactivating.
    pub suspend: Control,
    /// Taking access away and keeping the contact.
    pub remove: Control,
}

/// The section *Invito*: the state of the link.
pub struct InvitationSection {
    /// Pending or expired.
    pub state: Badge,
    /// Whether it has expired.
    pub expired: bool,
    /// When the link expires or expired.
    pub valid_until: When,
    /// The state of the e-mail in words; empty when none was sent.
    pub email_state: String,
    /// *Genera link di invito*.
    pub renew: Control,
    /// Cancelling it.
    pub cancel: Control,
}

/// The section *Password*: who can change it.
pub enum PasswordSection {
    /// Nobody: the person has no user yet.
    None,
    /// The reader, on their own page.
    Own,
    /// *Reimposta*, disabled when only the person can do it; and the state of the last e-mail in words.
    Reset(Control, Option<String>),
    /// Nobody who reads this page.
    Hidden,
}

impl UserPage {
    fn of(cx: &Cx, done: &BatchResult, account: &AccountId, whole: MemberPage, search: String) -> Result<Self> {
        let MemberPage { member, resources: things, catalogue, reset, .. } = whole;
        let (text, path) = (cx.lang.text(), format!("/accounts/{account}/users/{}", member.id));
        let (name, is_you) = (name_or_email(&member), is_reader(done, &member));
        let can = |what: &str| control(member.capabilities.get(what), cx.lang);
        let password = match (can("reset_password"), is_you, member.access.status) {
            (_, true, _) => PasswordSection::Own,
            (_, _, AccessStatus::None | AccessStatus::Invited) => PasswordSection::None,
            (Control::Hidden, ..) => PasswordSection::Hidden,
            (control, ..) => PasswordSection::Reset(control, reset.map(|delivery| delivery_in_words(cx.lang, &delivery))),
        };
        Ok(Self {
            frame: Frame::in_account(cx, done, Here::Users, name.clone(), &path)?.below_users(),
            path,
            name,
            email: member.email.clone(),
            version: member.version,
            state: member_state(text, &member, cx.now),
            is_you,
            since: cx.lang.when(member.created_at.0),
            last_seen: member.access.last_seen_at.map(|at| cx.lang.when(at.0)),
            contact: forms::of_member(cx.lang, &member),
            edit_contact: can("edit"),
            access: AccessSection::of(cx.lang, &member, &catalogue, cx.now),
            invitation: InvitationSection::of(cx.lang, &member, cx.now),
            password,
            preferences: forms::category_ticks(cx.lang, &|category| member.email_preferences.contains(&category)),
            things: ThingsSection::of(cx, done, &member, things, search),
            revoke: can("revoke"),
        })
    }
}

impl UserPage {
    /// Returns whether the reader searched for pixels or apps to assign.
    #[must_use]
    pub fn looks_for_things(&self) -> bool {
        self.things.as_ref().is_some_and(|things| !things.search.is_empty())
    }
}

impl AccessSection {
    fn of(lang: Lang, member: &Member, catalogue: &[Entry], now: i64) -> Self {
        let (words, access) = (&lang.text().words, &member.access);
        let can = |what: &str| control(member.capabilities.get(what), lang);
        let suspended = access.status == AccessStatus::Suspended;
        let form = AccessForm::of(lang, access.role, &access.permissions, access.expires_at, catalogue);
        Self {
            role: access.role.map(|role| words.role(role)),
            role_may: access.role.map(|role| words.role_may(role)).unwrap_or_default(),
            held: form.grants.iter().filter(|tick| tick.checked).map(|tick| tick.label.clone()).collect(),
            form,
            until: access.expires_at.map(|at| lang.when(at.0)),
            held_for_host: access.held_for_host,
            ended: access.expires_at.is_some_and(|at| at.0 <= now),
            edit: can(if access.status == AccessStatus::None { "invite" } else { "change_access" }),
            suspended,
            suspend: can(if suspended { "reactivate" } else { "suspend" }),
            // An open invitation is cancelled in its own section.
            remove: if access.status == AccessStatus::Invited { Control::Hidden } else { can("remove_access") },
        }
    }
}

/// Returns the state of an e-mail in words.
fn delivery_in_words(lang: Lang, delivery: &Delivery) -> String {
    let (text, reason) = (&lang.text().user, failure(lang, delivery.failure.as_deref()));
    match (delivery.status.as_str(), reason.is_empty()) {
        ("queued", true) => text.email_queued.to_owned(),
        ("queued", false) => lang.email_waits(reason),
        ("sent", _) => text.email_sent.to_owned(),
        ("failed", _) => lang.email_failed(reason),
        _ => text.email_not_sent.to_owned(),
    }
}

impl InvitationSection {
    fn of(lang: Lang, member: &Member, now: i64) -> Option<Self> {
        let invitation = member.invitation.as_ref().filter(|_| member.access.status == AccessStatus::Invited)?;
        let can = |what: &str| control(member.capabilities.get(what), lang);
        Some(Self {
            state: member_state(lang.text(), member, now),
            expired: invitation.state != State::Pending,
            valid_until: lang.when(invitation.expires_at.0),
            email_state: delivery_in_words(lang, &invitation.delivery),
            renew: can("renew_invitation"),
            cancel: can("cancel_invitation"),
        })
    }
}

pub(super) fn done_at(account: &AccountId, id: &MemberId, key: &str) -> Response {
    see(&format!("/accounts/{account}/users/{id}?done={key}"))
}

/// `GET /accounts/{account}/users/{member}`
///
/// # Errors
/// The errors of the gate, `not_found`.
pub async fn get(cx: Cx, uri: Uri, Path((account, id)): Path<(AccountId, MemberId)>, Params(wanted): Params<Wanted>) -> Result<Response> {
    let (done, whole) = member_page(&cx, &account, &id, &wanted.things).await?;
    let mut page = UserPage::of(&cx, &done, &account, whole, wanted.things)?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// Shows the page again with the refusal; `typed` puts back the typed values.
pub(super) async fn refused(cx: &Cx, account: &AccountId, id: &MemberId, failure: Failure, typed: &mut (dyn FnMut(&mut UserPage) + Send)) -> Result<Response> {
    let refusal = refusal_of(failure)?;
    let (done, whole) = member_page(cx, account, id, "").await?;
    let mut page = UserPage::of(cx, &done, account, whole, String::new())?;
    page.frame = page.frame.refusing(&refusal);
    // After another person's change the page shows the stored values: the typed ones would undo that change without the reader seeing it.
    if refusal.rule != Rule::StaleVersion {
        typed(&mut page);
    }
    again(&refusal, &page)
}

/// `POST …/access`: «Salva modifica», or «Attiva Sub-account», which shows the link. A lesser role needs a confirmation first.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_access(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, Form(sent): Form<AccessSent>) -> Result<Response> {
    if sent.demotes() && sent.confirmed.is_empty() {
        let (done, whole) = member_page(&cx, &account, &id, "").await?;
        if !done.authority()?.may(Permission::MembersManage) {
            return Err(Refusal::not_allowed(Permission::MembersManage).into());
        }
        return html(&DemotionPage::of(&cx, &done, &account, whole, sent)?);
    }
    match member_access::put_access(&cx, &account, &id, &sent.access(), Some(version_sent(&sent.version))).await {
        Ok((done, member)) if member.invitation.as_ref().is_some_and(|invitation| invitation.is_new) => {
            invited(&cx, &account, &done, &member, None, &format!("/accounts/{account}/users"))
        }
        Ok(_) => Ok(done_at(&account, &id, "role_changed")),
        Err(failure) => {
            refused(&cx, &account, &id, failure, &mut |page| {
                page.access.form.typed(page.frame.lang, &sent);
                if let Some(things) = page.things.as_mut().filter(|_| page.access.role.is_none()) {
                    things.typed(&sent.chosen);
                }
            })
            .await
        }
    }
}

/// `POST …/suspension`: the tick of «Attiva Sub-account». Off suspends the access, on reactivates it with role and permissions as before.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_suspension(
    cx: Cx,
    Path((account, id)): Path<(AccountId, MemberId)>,
    Form((version, SubAccount { sub_account })): Form<(Version, SubAccount)>,
) -> Result<Response> {
    let suspended = sub_account.is_empty();
    match member_access::suspend(&cx, &account, &id, suspended, version.seen()).await {
        Ok(_) => Ok(done_at(&account, &id, if suspended { "suspended" } else { "reactivated" })),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/access/removal`: takes the access away and keeps the contact.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_access_removal(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, Form(version): Form<Version>) -> Result<Response> {
    match member_access::delete_access(&cx, &account, &id, version.seen()).await {
        Ok(()) => Ok(done_at(&account, &id, "access_removed")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/revocation`: «Revoca».
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_revocation(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, Form(version): Form<Version>) -> Result<Response> {
    match member_access::revoke(&cx, &account, &id, version.seen()).await {
        Ok(()) => Ok(see(&format!("/accounts/{account}/users?done=revoked"))),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/invitation`: «Genera link di invito».
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_invitation(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>) -> Result<Response> {
    let (done, made) = match renew(&cx, &account, &id).await {
        Ok(made) => made,
        Err(failure) => return refused(&cx, &account, &id, failure, &mut |_| {}).await,
    };
    let path = format!("/accounts/{account}/users/{id}");
    let frame = Frame::in_account(&cx, &done, Here::Users, "", &path)?.below_users();
    let lead = cx.lang.invitation_for(&made.email);
    let remake = Remake::of_member(&account, id.as_str(), "invitation");
    html(&LinkPage::invitation(&cx, frame, lead, &made.email.clone(), made.into(), &path, remake))
}

/// `POST …/invitation/cancel`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_invitation_cancel(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, Form(version): Form<Version>) -> Result<Response> {
    match cancel(&cx, &account, &id, version.seen()).await {
        Ok(_) => Ok(done_at(&account, &id, "invitation_cancelled")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/password-reset`: «Reimposta».
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_password_reset(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>) -> Result<Response> {
    let (done, made) = match reset::make(&cx, &account, &id).await {
        Ok(made) => made,
        Err(failure) => return refused(&cx, &account, &id, failure, &mut |_| {}).await,
    };
    let path = format!("/accounts/{account}/users/{id}");
    let frame = Frame::in_account(&cx, &done, Here::Users, "", &path)?.below_users();
    let lead = cx.lang.invitation_for(&made.email);
    let remake = Remake::of_member(&account, id.as_str(), "password-reset");
    html(&LinkPage::reset(&cx, frame, lead, made, &path, remake))
}

/// `POST …/contact`: «Salva modifica». Where the address of an invited person changes, it shows the new link.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_contact(cx: Cx, Path((account, id)): Path<(AccountId, MemberId)>, Form((version, sent)): Form<(Version, MemberPatch)>) -> Result<Response> {
    match edit(&cx, &account, &id, &sent, version.seen()).await {
        Ok((done, member)) if member.invitation.as_ref().is_some_and(|invitation| invitation.is_new) => {
            let moved = cx.lang.text().contact.invitation_moved.to_owned();
            invited(&cx, &account, &done, &member, Some(moved), &format!("/accounts/{account}/users/{id}"))
        }
        Ok(_) => Ok(done_at(&account, &id, "contact_saved")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |page| forms::typed(&mut page.contact, &|key| sent.get(key))).await,
    }
}

/// `POST …/users/{member}/email-preferences`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_email_preferences(
    cx: Cx,
    Path((account, id)): Path<(AccountId, MemberId)>,
    Form((version, sent)): Form<(Version, Preferences)>,
) -> Result<Response> {
    let sent = forms::ticked(sent);
    match preference::put_of_member(&cx, &account, &id, &sent, version.seen()).await {
        Ok(_) => Ok(done_at(&account, &id, "preferences_saved")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |page| page.preferences = forms::preference_ticks(page.frame.lang, &sent)).await,
    }
}

/// `POST …/users/{member}/resources`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_resources(
    cx: Cx,
    Path((account, id)): Path<(AccountId, MemberId)>,
    Form((version, Chosen { chosen })): Form<(Version, Chosen)>,
) -> Result<Response> {
    match put_resources(&cx, &account, &id, &ResourceIds { resource_ids: Some(chosen.clone()) }, version.seen()).await {
        Ok(_) => Ok(done_at(&account, &id, "assigned")),
        Err(failure) => {
            refused(&cx, &account, &id, failure, &mut |page| {
                if let Some(things) = &mut page.things {
                    things.typed(&chosen);
                }
            })
            .await
        }
    }
}
