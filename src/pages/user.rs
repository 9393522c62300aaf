//! `/accounts/{a}/users/{m}`: one person of an account, in sections.

use askama::Template;

use super::{
    Badge, Control, Frame, Here, LinkPage, RoleChoice,
    answer::{again, html, refusal_of, see, seen_version},
    assigned::ThingsSection,
    contact::ContactData,
    role_choices,
    shown::{control, failure, is_reader, member_state, name_or_email},
    users::invited,
};
use crate::{
    access::{Level, Permission, Role},
    act::Done,
    ask::{Ask, sent},
    assignment::{self, Choosing, Something},
    cx::Cx,
    id::{AccountId, MemberId},
    invitation::{self, State},
    member::{AccessStatus, Member},
    refusal::{Failure, Result, Rule},
    reply::Response,
    reset,
    sub_account::{self, NewAccess},
    text::{Lang, When},
};

/// One person of an account.
#[derive(Template)]
#[template(path = "user.html")]
pub struct UserPage {
    /// What stands around it.
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
    /// When the account came to know this person.
    pub since: When,
    /// When they were last here.
    pub last_seen: Option<When>,
    /// *Anagrafica*.
    pub contact: ContactData,
    /// Editing it.
    pub edit_contact: Control,
    /// Why the address cannot be edited; `None` when it can.
    pub email_fixed: Option<&'static str>,
    /// *Accesso*.
    pub access: AccessSection,
    /// *Invito*, while one is open or has expired.
    pub invitation: Option<InvitationSection>,
    /// *Password*.
    pub password: PasswordSection,
    /// *Pixel e app*, of somebody with access.
    pub things: Option<ThingsSection>,
    /// *Revoca*.
    pub revoke: Control,
}

impl UserPage {
    /// The address of one thing that can be done with this person.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        format!("{}/{noun}", self.path)
    }
}

/// *Accesso*: role, state, and what may be done with them.
pub struct AccessSection {
    /// The role's name; `None` for a plain contact.
    pub role: Option<&'static str>,
    /// What the role may do; empty without one.
    pub role_may: &'static str,
    /// The three roles, for the form.
    pub roles: Vec<RoleChoice>,
    /// Until when, when it is limited.
    pub until: Option<When>,
    /// The same, as the form hands it back.
    pub expires_at: String,
    /// What is granted beyond the role, as the form hands it back: a change of role takes nothing else.
    pub permissions: String,
    /// Changing the role, or giving access to a plain contact.
    pub edit: Control,
    /// Whether the person is suspended now.
    pub suspended: bool,
    /// Suspending, or letting in again.
    pub suspend: Control,
    /// Taking access away and keeping the contact.
    pub remove: Control,
}

/// *Invito*: the state of the link.
pub struct InvitationSection {
    /// Pending or expired.
    pub state: Badge,
    /// Whether it has expired.
    pub expired: bool,
    /// How long the link works, or worked.
    pub valid_until: When,
    /// What became of the letter, in words; empty when none was sent.
    pub letter: String,
    /// *Genera link di invito*.
    pub renew: Control,
    /// Cancelling it.
    pub cancel: Control,
}

/// *Password*: who can change it.
pub enum PasswordSection {
    /// Nobody yet: there is no user.
    None,
    /// The reader, on their own page.
    Own,
    /// *Reimposta*; disabled with the sentence that only the person can do it.
    Reset(Control),
    /// Not the reader's matter.
    Hidden,
}

impl UserPage {
    fn of(cx: &Cx, done: &Done, account: &AccountId, member: &Member, choosing: Choosing<Something>) -> Result<Self> {
        let (text, path) = (cx.lang.text(), format!("/accounts/{account}/users/{}", member.id));
        let (name, is_you) = (name_or_email(member), is_reader(done, member));
        let can = |what: &str| control(member.capabilities.get(what), cx.lang);
        let has_access = member.access.status != AccessStatus::None;
        let password = match (can("reset_password"), is_you, member.access.status) {
            (_, true, _) => PasswordSection::Own,
            (_, _, AccessStatus::None | AccessStatus::Invited) => PasswordSection::None,
            (Control::Hidden, ..) => PasswordSection::Hidden,
            (control, ..) => PasswordSection::Reset(control),
        };
        Ok(Self {
            frame: Frame::in_account(cx, done, Here::Users, name.clone(), &path)?.below_users(),
            path,
            name,
            email: member.email.clone(),
            version: member.version,
            state: member_state(text, member),
            is_you,
            since: cx.lang.when(member.created_at.0),
            last_seen: member.access.last_seen_at.map(|at| cx.lang.when(at.0)),
            contact: ContactData::of(member),
            edit_contact: can("edit_contact"),
            email_fixed: has_access.then_some(text.contact.email_fixed),
            access: AccessSection::of(cx.lang, member),
            invitation: InvitationSection::of(cx.lang, member),
            password,
            things: ThingsSection::of(cx, done, member, choosing),
            revoke: can("revoke"),
        })
    }
}

impl AccessSection {
    fn of(lang: Lang, member: &Member) -> Self {
        let (words, access) = (&lang.text().words, &member.access);
        let can = |what: &str| control(member.capabilities.get(what), lang);
        let suspended = access.status == AccessStatus::Suspended;
        Self {
            role: access.role.map(|role| words.role(role)),
            role_may: access.role.map(|role| words.role_may(role)).unwrap_or_default(),
            roles: role_choices(words, access.role),
            until: access.expires_at.map(|at| lang.when(at.0)),
            expires_at: access.expires_at.map(|at| at.to_string()).unwrap_or_default(),
            permissions: access.permissions.join(" "),
            edit: can(if access.status == AccessStatus::None { "give_access" } else { "change_access" }),
            suspended,
            suspend: can(if suspended { "reactivate" } else { "suspend" }),
            // An open invitation has its own way to be taken back.
            remove: if access.status == AccessStatus::Invited { Control::Hidden } else { can("remove_access") },
        }
    }
}

impl InvitationSection {
    fn of(lang: Lang, member: &Member) -> Option<Self> {
        let invitation = member.invitation.as_ref().filter(|_| member.access.status == AccessStatus::Invited)?;
        let can = |what: &str| control(member.capabilities.get(what), lang);
        let text = &lang.text().user;
        let reason = failure(lang, &invitation.delivery);
        let letter = match (invitation.delivery.status.as_str(), reason.is_empty()) {
            ("queued", true) => text.letter_queued.to_owned(),
            ("queued", false) => lang.letter_waits(reason),
            ("sent", _) => text.letter_sent.to_owned(),
            ("failed", _) => lang.letter_failed(reason),
            _ => text.letter_not_sent.to_owned(),
        };
        Some(Self {
            state: member_state(lang.text(), member),
            expired: invitation.state != State::Pending,
            valid_until: lang.when(invitation.expires_at.0),
            letter,
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
/// The gate's, `not_found`.
pub async fn get(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let (done, member, choosing) = assignment::with_things(&cx, &account, &id).await?;
    let mut page = UserPage::of(&cx, &done, &account, &member, choosing)?;
    page.frame = page.frame.at(ask.uri());
    html(&page)
}

/// The page again, saying why a change was refused; `typed` puts back what was typed.
pub(super) async fn refused(cx: &Cx, account: &AccountId, id: &MemberId, failure: Failure, typed: &mut (dyn FnMut(&mut UserPage) + Send)) -> Result<Response> {
    let refusal = refusal_of(failure)?;
    let (done, member, choosing) = assignment::with_things(cx, account, id).await?;
    let mut page = UserPage::of(cx, &done, account, &member, choosing)?;
    page.frame = page.frame.refusing(&refusal);
    // After somebody else's change the page shows what is there now: what was typed would undo it unseen.
    if refusal.rule != Rule::StaleVersion {
        typed(&mut page);
    }
    again(&refusal, &page)
}

sent! {
    /// *Accesso*, as its form sends it: the role chosen, and the rest of the access as it was.
    pub struct AccessSent {
        version: String,
        role: String,
        permissions: String,
        expires_at: String,
    }
}

impl AccessSent {
    fn access(&self) -> NewAccess {
        let role = Role::from_code(&self.role);
        // Who may look only cannot keep more than looks: choosing the role says so.
        let fits =
            |key: &&str| role != Some(Role::ViewOnly) || Permission::ALL.iter().any(|permission| permission.key() == *key && permission.level() == Level::View);
        NewAccess {
            role,
            permissions: self.permissions.split_whitespace().filter(fits).map(str::to_owned).collect(),
            resource_ids: None,
            expires_at: Some(self.expires_at.clone()).filter(|at| !at.is_empty()),
        }
    }
}

/// `POST …/access`: «Salva modifica», or «Attiva Sub-account» and then its link.
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_access(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let sent: AccessSent = ask.form()?;
    match sub_account::put_access(&cx, &account, &id, &sent.access(), Some(seen_version(&sent.version))).await {
        Ok((done, member)) if member.invitation.as_ref().is_some_and(|invitation| invitation.link.is_some()) => invited(&cx, &account, &done, &member),
        Ok(_) => Ok(done_at(&account, &id, "role_changed")),
        Err(failure) => {
            let chosen = Role::from_code(&sent.role);
            refused(&cx, &account, &id, failure, &mut |page| {
                page.access.roles = role_choices(&page.frame.text.words, chosen);
            })
            .await
        }
    }
}

sent! {
    /// A change that is only pressed.
    pub struct Pressed {
        version: String,
        suspended: String,
    }
}

/// `POST …/suspension`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_suspension(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let pressed: Pressed = ask.form()?;
    let suspended = pressed.suspended == "true";
    match sub_account::suspend(&cx, &account, &id, suspended, Some(seen_version(&pressed.version))).await {
        Ok(_) => Ok(done_at(&account, &id, if suspended { "suspended" } else { "reactivated" })),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/access/removal`: sub-account off.
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_access_removal(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let pressed: Pressed = ask.form()?;
    match sub_account::delete_access(&cx, &account, &id, Some(seen_version(&pressed.version))).await {
        Ok(()) => Ok(done_at(&account, &id, "access_removed")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/revocation`: «Revoca».
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_revocation(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let pressed: Pressed = ask.form()?;
    match sub_account::revoke(&cx, &account, &id, Some(seen_version(&pressed.version))).await {
        Ok(()) => Ok(see(&format!("/accounts/{account}/users?done=revoked"))),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/invitation`: «Genera link di invito».
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_invitation(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let (done, made) = match invitation::renew(&cx, &account, &id).await {
        Ok(made) => made,
        Err(failure) => return refused(&cx, &account, &id, failure, &mut |_| {}).await,
    };
    let path = format!("/accounts/{account}/users/{id}");
    let frame = Frame::in_account(&cx, &done, Here::Users, "", &path)?.below_users();
    let lead = cx.lang.invitation_for(&made.email);
    html(&LinkPage::invitation(&cx, frame, lead, &made.email.clone(), made.into(), &path))
}

/// `POST …/invitation/cancel`
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_invitation_cancel(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let pressed: Pressed = ask.form()?;
    match invitation::cancel(&cx, &account, &id, Some(seen_version(&pressed.version))).await {
        Ok(_) => Ok(done_at(&account, &id, "invitation_cancelled")),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}

/// `POST …/password-reset`: «Reimposta».
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_password_reset(cx: Cx, ask: Ask) -> Result<Response> {
    let (account, id) = ask.member()?;
    let (done, made) = match reset::make(&cx, &account, &id).await {
        Ok(made) => made,
        Err(failure) => return refused(&cx, &account, &id, failure, &mut |_| {}).await,
    };
    let path = format!("/accounts/{account}/users/{id}");
    let frame = Frame::in_account(&cx, &done, Here::Users, "", &path)?.below_users();
    let lead = cx.lang.invitation_for(&made.email);
    html(&LinkPage::reset(&cx, frame, lead, made, &path))
}
