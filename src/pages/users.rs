//! `/accounts/{a}/users`: the members of an account.

use askama::Template;
use http::Uri;

use super::{
    Badge, Choice, Frame, Here,
    answer::html,
    list::{self, List, Paging, Search},
    shown::{full_name, is_reader, member_state, role_filter},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::capability::Allowed,
    core::id::AccountId,
    core::lang::Lang,
    core::permission::Permission,
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
    /// What is around the rows. It leads to inviting a user or adding a contact.
    pub list: List,
    /// The members on this page.
    pub rows: Vec<UserRow>,
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

const STATES: [AccessStatus; 4] = [AccessStatus::Active, AccessStatus::Invited, AccessStatus::Suspended, AccessStatus::None];

fn states(text: &Text, chosen: Option<AccessStatus>) -> Vec<Choice> {
    let name = |state| match state {
        AccessStatus::None => text.words.contact,
        AccessStatus::Invited => text.words.invited,
        AccessStatus::Active => text.words.active,
        AccessStatus::Suspended => text.words.suspended,
    };
    STATES.map(|state| Choice { value: state.code(), label: name(state), selected: chosen == Some(state) }).into()
}

/// `GET /accounts/{account}/users`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(filter): Params<Filter>) -> Result<Response> {
    let (done, listed) = member_list::list(&cx, &account, &filter).await?;
    let (text, path, authority) = (cx.lang.text(), format!("/accounts/{account}/users"), done.authority()?);
    let (words, invites) = (&text.users, authority.may(Permission::MembersManage));
    let adds = invites || authority.may(Permission::ContactsManage);
    let filters = vec![
        list::Filter::Choice("role", words.role, role_filter(text, filter.role)),
        list::Filter::choice("access", words.state, text.common.any, states(text, filter.access)),
    ];
    html(&UsersPage {
        frame: Frame::in_account(&cx, &done, Here::Users, words.title, &path)?.at(&uri),
        rows: listed.data.iter().map(|member| UserRow::of(cx.lang, &done, member, cx.now)).collect(),
        list: List {
            paging: Paging::of(&path, uri.query(), listed.next_cursor.as_deref()),
            path,
            title: words.title,
            lead: if authority.account.is_host() { words.lead_host } else { words.lead },
            add: adds.then_some(if invites { text.invite.title } else { text.invite.title_contact }),
            search: Some(Search { hint: words.choose_hint, ..Search::of(words.choose, filter.search, filters) }),
            caption: words.caption,
            none: (words.empty_title, if adds { words.empty } else { words.empty_for_readers }),
            nothing_found: words.nothing_found,
        },
    })
}
