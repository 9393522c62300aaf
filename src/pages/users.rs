//! `/accounts/{a}/users`: the members of an account.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Control, Frame, Here, Paging,
    answer::html,
    shown::{address, full_name, is_reader, member_state, role_filter},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::capability::Allowed,
    core::id::AccountId,
    core::lang::Lang,
    core::permission::{Permission, Role},
    core::refusal::Result,
    core::vocabulary::AccessStatus,
    http::extract::{Params, Path},
    http::response::Response,
    people::invitation::State,
    people::member::Member,
    people::member_list::{self, Filter},
    text::Text,
};

/// The list of the members of an account.
#[derive(Template)]
#[template(path = "users.html")]
pub struct UsersPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The list's own path: `/accounts/{a}/users`.
    pub path: String,
    /// Whether the account is the host.
    pub is_host: bool,
    /// The link to invite a user or add a contact.
    pub invite: Control,
    /// The label of that link.
    pub add: &'static str,
    /// The search as typed.
    pub search: String,
    /// The roles to choose from, "all" first.
    pub roles: Vec<Choice>,
    /// The states to choose from, "all" first.
    pub states: Vec<Choice>,
    /// Whether a search or a filter is on.
    pub filtered: bool,
    /// The members on this page.
    pub rows: Vec<UserRow>,
    /// Links to the other pages of the list.
    pub paging: Paging,
}

/// One member in the list.
pub struct UserRow {
    /// First and last name; empty when they are not known yet.
    pub name: String,
    /// The address.
    pub email: String,
    /// The page of this person, relative to the list.
    pub href: String,
    /// The role's name; `None` without access.
    pub role: Option<&'static str>,
    /// Contact, invited, expired, active, suspended.
    pub state: Badge,
    /// When the invitation or the access ends ("until 22 Nov 2026, …"); may be empty.
    pub note: String,
    /// Whether this member holds the seat of the host.
    pub held_for_host: bool,
    /// Whether it is the reader.
    pub is_you: bool,
    /// Whether the reader may change something about them ("Edit" rather than "Details").
    pub editable: bool,
}

impl UserRow {
    fn of(lang: Lang, done: &BatchResult, member: &Member<Allowed>, now: i64) -> Self {
        let open = member.invitation.as_ref().filter(|invitation| member.access.status == AccessStatus::Invited && invitation.state == State::Pending);
        let ends = open.map(|invitation| invitation.expires_at).or(member.access.expires_at);
        let may = |permission| done.authority().is_ok_and(|authority| authority.may(permission));
        Self {
            name: full_name(member),
            email: member.email.clone(),
            href: format!("users/{}", member.id),
            role: member.access.role.map(|role| lang.text().words.role(role)),
            state: member_state(lang.text(), member, now),
            note: ends.map(|at| lang.until(&lang.when(at.0).shown)).unwrap_or_default(),
            held_for_host: member.access.held_for_host,
            is_you: is_reader(done, member),
            editable: may(Permission::MembersManage) || may(Permission::ContactsManage),
        }
    }
}

/// The parameters of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    search: String,
    role: String,
    state: String,
    cursor: String,
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
/// The errors of the gate, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(query): Params<Parameters>) -> Result<Response> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let (role, access) = (Role::from_code(&query.role), STATES.into_iter().find(|state| state.code() == query.state));
    let filter = Filter { search: some(&query.search), access, role, limit: None, cursor: some(&query.cursor) };
    let (done, listed) = member_list::list(&cx, &account, &filter).await?;
    let (text, path, authority) = (cx.lang.text(), format!("/accounts/{account}/users"), done.authority()?);
    let parameters = [("search", query.search.as_str()), ("role", query.role.as_str()), ("state", query.state.as_str())];
    let next = listed.next_cursor.as_deref().map(|cursor| address(&path, &[parameters.as_slice(), &[("cursor", cursor)]].concat()));
    let invites = authority.may(Permission::MembersManage);
    html(&UsersPage {
        frame: Frame::in_account(&cx, &done, Here::Users, text.users.title, &path)?.at(&uri),
        is_host: authority.account.is_host(),
        invite: if invites || authority.may(Permission::ContactsManage) { Control::Enabled } else { Control::Hidden },
        add: if invites { text.invite.title } else { text.invite.title_contact },
        roles: role_filter(text, role),
        states: state_filter(text, access),
        filtered: filter.search.is_some() || role.is_some() || access.is_some(),
        rows: listed.data.iter().map(|member| UserRow::of(cx.lang, &done, member, cx.now)).collect(),
        paging: Paging { next, first: filter.cursor.map(|_| address(&path, &parameters)) },
        search: query.search,
        path,
    })
}
