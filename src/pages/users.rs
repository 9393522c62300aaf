//! `/accounts/{a}/users` and `/accounts/{a}/users/new`.

use askama::Template;

use super::{
    Badge, Choice, Control, Frame, Here, Link, LinkPage, Paging, RoleChoice,
    answer::{again, html, refusal_of},
    assigned::tick,
    parts::Tick,
    role_choices,
    shown::{address, full_name, is_reader, member_state, name_or_email, role_filter},
};
use crate::{
    access::{Permission, Role},
    act::Done,
    ask::{Ask, sent},
    assignment::{self, Choosing, Something},
    cx::Cx,
    directory::{self, Filter},
    id::AccountId,
    invitation::State,
    member::{self, AccessStatus, Member, NewMember},
    refusal::{Fault, Refusal, Result},
    reply::Response,
    sub_account::NewAccess,
    text::{Lang, Text},
};

/// The people an account knows.
#[derive(Template)]
#[template(path = "users.html")]
pub struct UsersPage {
    /// What stands around it.
    pub frame: Frame,
    /// The list's own path: `/accounts/{a}/users`.
    pub path: String,
    /// Whether the account is the host.
    pub is_host: bool,
    /// Inviting somebody.
    pub invite: Control,
    /// The search as typed.
    pub search: String,
    /// The roles to choose from, "all" first.
    pub roles: Vec<Choice>,
    /// The states to choose from, "all" first.
    pub states: Vec<Choice>,
    /// Whether a search or a filter is on.
    pub filtered: bool,
    /// The people of this page.
    pub rows: Vec<UserRow>,
    /// Where the list goes on.
    pub paging: Paging,
}

/// One person in the list.
pub struct UserRow {
    /// First and last name; empty when not known yet.
    pub name: String,
    /// The address.
    pub email: String,
    /// The page of this person.
    pub href: String,
    /// The role's name; `None` without access.
    pub role: Option<&'static str>,
    /// Contact, invited, expired, active, suspended.
    pub state: Badge,
    /// Until when the invitation or the access lasts ("until 22 Nov 2026, …"); may be empty.
    pub note: String,
    /// Whether it is the reader.
    pub is_you: bool,
    /// Whether the reader may change something about them ("Edit" rather than "Details").
    pub editable: bool,
}

/// *Invite a new user*.
#[derive(Template)]
#[template(path = "user_new.html")]
pub struct NewUserPage {
    /// What stands around it.
    pub frame: Frame,
    /// The list's path, which is also where the form goes.
    pub path: String,
    /// The address as typed.
    pub email: String,
    /// First name as typed.
    pub first_name: String,
    /// Last name as typed.
    pub last_name: String,
    /// The three roles.
    pub roles: Vec<RoleChoice>,
    /// Pixels and apps to assign at once.
    pub things: Vec<Tick>,
    /// Whether there are more than these.
    pub has_more: bool,
    /// Whether a mail provider is configured.
    pub mails: bool,
}

impl UserRow {
    fn of(lang: Lang, done: &Done, path: &str, member: &Member) -> Self {
        let open = member.invitation.as_ref().filter(|invitation| member.access.status == AccessStatus::Invited && invitation.state == State::Pending);
        let ends = open.map(|invitation| invitation.expires_at).or(member.access.expires_at);
        let may = |permission| done.standing().is_ok_and(|standing| standing.may(permission));
        Self {
            name: full_name(member),
            email: member.email.clone(),
            href: format!("{path}/{}", member.id),
            role: member.access.role.map(|role| lang.text().words.role(role)),
            state: member_state(lang.text(), member),
            note: ends.map(|at| lang.until(&lang.when(at.0).shown)).unwrap_or_default(),
            is_you: is_reader(done, member),
            editable: may(Permission::MembersManage) || may(Permission::ContactsManage),
        }
    }
}

sent! {
    /// What the list is asked for.
    pub struct Wanted {
        search: String,
        role: String,
        state: String,
        cursor: String,
    }
}

const STATES: [AccessStatus; 4] = [AccessStatus::Active, AccessStatus::Invited, AccessStatus::Suspended, AccessStatus::None];

fn state_filter(text: &Text, chosen: Option<AccessStatus>) -> Vec<Choice> {
    let name = |state| match state {
        AccessStatus::None => text.words.contact,
        AccessStatus::Invited => text.words.invited,
        AccessStatus::Active => text.words.active,
        AccessStatus::Suspended => text.words.suspended,
    };
    let all = Choice { value: "", label: text.common.any, selected: chosen.is_none() };
    std::iter::once(all).chain(STATES.map(|state| Choice { value: state.code(), label: name(state), selected: chosen == Some(state) })).collect()
}

/// `GET /accounts/{account}/users`
///
/// # Errors
/// The gate's, `cursor_not_valid`.
pub async fn get(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let wanted: Wanted = ask.wanted()?;
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let (role, access) = (Role::from_code(&wanted.role), STATES.into_iter().find(|state| state.code() == wanted.state));
    let filter = Filter { search: some(&wanted.search), access, role, limit: None, cursor: some(&wanted.cursor) };
    let (done, listed) = directory::list(&cx, &account, &filter).await?;
    let (text, path, standing) = (cx.lang.text(), format!("/accounts/{account}/users"), done.standing()?);
    let parameters = [("search", wanted.search.as_str()), ("role", wanted.role.as_str()), ("state", wanted.state.as_str())];
    let next = listed.next_cursor.as_deref().map(|cursor| address(&path, &[parameters.as_slice(), &[("cursor", cursor)]].concat()));
    html(&UsersPage {
        frame: Frame::in_account(&cx, &done, Here::Users, text.users.title, &path)?.at(ask.uri()),
        is_host: standing.account.is_host(),
        invite: if standing.may(Permission::MembersManage) { Control::Enabled } else { Control::Hidden },
        roles: role_filter(text, role),
        states: state_filter(text, access),
        filtered: filter.search.is_some() || role.is_some() || access.is_some(),
        rows: listed.data.iter().map(|member| UserRow::of(cx.lang, &done, &path, member)).collect(),
        paging: Paging { next, first: filter.cursor.map(|_| address(&path, &parameters)) },
        search: wanted.search,
        path,
    })
}

sent! {
    /// What the form sends.
    pub struct Sent {
        email: String,
        role: String,
        first_name: String,
        last_name: String,
        chosen: Vec<String>,
    }
}

impl Sent {
    fn page(self, cx: &Cx, account: &AccountId, frame: Frame, choosing: Choosing<Something>) -> NewUserPage {
        let ticked = |something: Something| {
            let checked = self.chosen.contains(&something.id);
            tick(cx.lang, something, checked)
        };
        NewUserPage {
            frame,
            has_more: choosing.has_more,
            things: choosing.offered.into_iter().map(ticked).collect(),
            path: format!("/accounts/{account}/users"),
            roles: role_choices(&cx.lang.text().words, Role::from_code(&self.role)),
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            mails: cx.world.mailer.is_some(),
        }
    }
}

async fn new_frame(cx: &Cx, account: &AccountId) -> Result<(Frame, Choosing<Something>)> {
    let (done, choosing) = assignment::for_newcomer(cx, account).await?;
    let frame = Frame::in_account(cx, &done, Here::Users, cx.lang.text().invite.title, &format!("/accounts/{account}/users/new"))?;
    Ok((frame.below_users(), choosing))
}

/// `GET /accounts/{account}/users/new`
///
/// # Errors
/// The gate's.
pub async fn get_new(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let (frame, choosing) = new_frame(&cx, &account).await?;
    html(&Sent { role: Role::Standard.code().to_owned(), ..Sent::default() }.page(&cx, &account, frame.at(ask.uri()), choosing))
}

/// `POST /accounts/{account}/users`: «Continua», to the link.
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post(cx: Cx, ask: Ask) -> Result<Response> {
    let account = ask.account()?;
    let sent: Sent = ask.form()?;
    let new = NewMember {
        email: sent.email.clone(),
        first_name: Some(sent.first_name.clone()),
        last_name: Some(sent.last_name.clone()),
        access: Some(NewAccess { role: Role::from_code(&sent.role), resource_ids: Some(sent.chosen.clone()), ..NewAccess::default() }),
        ..NewMember::default()
    };
    match member::create(&cx, &account, &new, "").await {
        Ok((done, member)) => invited(&cx, &account, &done, &member),
        Err(failure) => post_again(&cx, &account, sent, refusal_of(failure)?).await,
    }
}

/// The page of the link a new invitation brought.
///
/// # Errors
/// A fault when the member was not invited.
pub fn invited(cx: &Cx, account: &AccountId, done: &Done, member: &Member) -> Result<Response> {
    let made = member.invitation.clone().ok_or_else(|| Fault::new("an invitation without its link", ""))?;
    let frame = Frame::in_account(cx, done, Here::Users, "", &format!("/accounts/{account}/users"))?.below_users();
    let role = member.access.role.map(|role| cx.lang.text().words.role(role)).unwrap_or_default();
    let lead = cx.lang.invitation_for_role(&name_or_email(member), role);
    html(&LinkPage::invitation(cx, frame, lead, &member.email, made, &format!("/accounts/{account}/users")))
}

async fn post_again(cx: &Cx, account: &AccountId, sent: Sent, refusal: Refusal) -> Result<Response> {
    let (frame, choosing) = new_frame(cx, account).await?;
    let mut frame = frame.refusing(&refusal);
    if let Some(member) = &refusal.target_id {
        let label = cx.lang.details_of(&sent.email);
        frame.errors =
            frame.errors.into_iter().map(|error| error.leading_to(Link::new(label.clone(), format!("/accounts/{account}/users/{member}")))).collect();
    }
    again(&refusal, &sent.page(cx, account, frame, choosing))
}
