//! Turns results of the features into parts of a page: frames, badges, controls, messages. It decides nothing.

use http::Uri;

use super::{Badge, Choice, Control, CurrentAccount, FieldMessage, Frame, Here, LanguageSwitch, Link, Tone, Visitor, encode};
use crate::{
    access::act::BatchResult,
    access::authority::{Authority, Who},
    access::context::Cx,
    access::email_queue::Delivery,
    accounts::account::Account,
    core::capability::Capability,
    core::lang::Lang,
    core::permission::{Permission, Role, Via},
    core::refusal::{Refusal, Result, Rule},
    core::secret,
    core::vocabulary::{AccessStatus, AccountStatus},
    people::invitation::State,
    people::member::Member,
    text::{Text, refusals, refused},
};

impl Frame {
    /// Returns the frame for the signed-in reader. Its language switch leads to this path.
    ///
    /// # Errors
    /// A fault when the batch did not read the user.
    pub fn signed_in(cx: &Cx, done: &BatchResult, title: impl Into<String>, path: &str) -> Result<Self> {
        let who = done.who()?;
        let is_unconfirmed = who.email_verified_at.is_none() && cx.env.mailer.is_some();
        let once = secret::once_token(&cx.env.config.signing_key, &who.id)?;
        Ok(Self {
            visitor: Some(Visitor { is_unconfirmed, ..who.into() }),
            once,
            sent_once: cx.form_token().map(str::to_owned),
            ..Self::new(cx.lang, title, path)
        })
    }

    /// Returns the frame of a page in the account of the batch.
    ///
    /// # Errors
    /// A fault when the batch has no account.
    pub fn in_account(cx: &Cx, done: &BatchResult, here: Here, title: impl Into<String>, path: &str) -> Result<Self> {
        let mut frame = Self::signed_in(cx, done, title, path)?;
        let account = current(frame.text, done.authority()?, here);
        let first = match account.open.first() {
            Some(Here::Users) => "users",
            Some(Here::Resources) => "resources",
            Some(Here::Communications) => "communications",
            Some(Here::Audit) => "audit",
            Some(Here::Settings | Here::Host) | None => "settings",
        };
        frame.crumbs = vec![Link::new(frame.text.common.accounts, "/accounts"), Link::new(account.name.clone(), format!("/accounts/{}/{first}", account.id))];
        frame.account = Some(account);
        Ok(frame)
    }

    /// Returns the frame with a link to the account's users above the page.
    #[must_use]
    pub fn below_users(mut self) -> Self {
        let users = self.account.as_ref().map(|account| Link::new(self.text.common.users, format!("/accounts/{}/users", account.id)));
        self.crumbs.extend(users);
        self
    }

    /// Returns the frame with a link to the account's pixels and apps above the page.
    #[must_use]
    pub fn below_resources(mut self) -> Self {
        let list = self.account.as_ref().map(|account| Link::new(self.text.resources.title, format!("/accounts/{}/resources", account.id)));
        self.crumbs.extend(list);
        self
    }

    /// Returns the frame of a page at this URI: the language switch returns to it, and the sentence of `?done=` is shown once.
    #[must_use]
    pub fn at(mut self, uri: &Uri) -> Self {
        let pairs = || uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        self.notice = pairs().find_map(|pair| pair.strip_prefix("done=")).and_then(|key| self.text.notices.by_key(key));
        let kept: Vec<&str> = pairs().filter(|pair| !pair.starts_with("done=")).collect();
        let mark = if kept.is_empty() { "" } else { "?" };
        self.switch = LanguageSwitch::Path(format!("{}{mark}{}", uri.path(), kept.join("&")));
        self
    }

    /// Returns the frame without a language switch, for a page that would be lost by it.
    #[must_use]
    pub fn without_language_switch(mut self) -> Self {
        self.switch = LanguageSwitch::Absent;
        self
    }

    /// Returns the frame with the errors of the refusal. The form keeps the token it was sent with ([`Cx::form_token`]).
    #[must_use]
    pub fn refusing(mut self, refusal: &Refusal) -> Self {
        if let Some(token) = self.sent_once.take() {
            self.once = token;
        }
        let errors = messages(refusal, self.lang);
        self.with_errors(errors)
    }
}

impl From<&Who> for Visitor {
    fn from(who: &Who) -> Self {
        Self { name: who.name(), email: who.email.clone(), is_unconfirmed: false }
    }
}

fn current(text: &Text, authority: &Authority, here: Here) -> CurrentAccount {
    let row = &authority.account;
    let mut open = Vec::new();
    if authority.may(Permission::MembersView) {
        open.push(Here::Users);
    }
    if authority.may(Permission::ResourcesView) {
        open.push(Here::Resources);
    }
    if authority.may(Permission::EmailsView) {
        open.push(Here::Communications);
    }
    // Everybody with authority in the account may see its row.
    open.push(Here::Settings);
    if authority.may(Permission::AuditView) {
        open.push(Here::Audit);
    }
    if row.is_host() && authority.may(Permission::HostManage) {
        open.push(Here::Host);
    }
    CurrentAccount {
        id: row.id.clone(),
        name: row.name.clone(),
        via_delegation: authority.strongest().is_some_and(|way| way.via == Via::Delegation),
        badges: account_badges(text, row.is_host(), row.status, row.delegated),
        open,
        here,
        others: authority.others.iter().map(|other| Link::new(other.name.clone(), format!("/accounts/{}", other.id))).collect(),
    }
}

/// Returns the badges of an account: host, managed or unmanaged, and its status.
#[must_use]
pub fn account_badges(text: &Text, is_host: bool, status: AccountStatus, delegated: bool) -> Vec<Badge> {
    let mut badges = vec![if is_host { Badge::new(text.words.host, Tone::Brass) } else { management(text, delegated) }];
    if status != AccountStatus::Active {
        badges.push(account_state(text, status));
    }
    badges
}

/// Returns the badge managed or unmanaged.
#[must_use]
pub fn management(text: &Text, delegated: bool) -> Badge {
    if delegated { Badge::new(text.words.managed, Tone::Good) } else { Badge::new(text.words.unmanaged, Tone::Calm) }
}

/// Returns the badge of an account's status.
#[must_use]
pub fn account_state(text: &Text, status: AccountStatus) -> Badge {
    match status {
        AccountStatus::Pending => Badge::new(text.words.pending, Tone::Wait),
        AccountStatus::Active => Badge::new(text.words.active, Tone::Good),
        AccountStatus::Deactivated => Badge::new(text.words.deactivated, Tone::Bad),
        AccountStatus::Deleted => Badge::new(text.words.deleted, Tone::Bad),
    }
}

/// Returns the reader's role and its source; empty for a reader who may only know that the account exists.
#[must_use]
pub fn role_and_via<C>(text: &Text, account: &Account<C>) -> String {
    match (account.role, account.via) {
        (Some(role), Some(Via::Delegation)) => format!("{}, {}", text.words.role(role), text.words.via_delegation),
        (Some(role), Some(Via::Member)) => text.words.role(role).to_owned(),
        _ => String::new(),
    }
}

/// Returns the badge of a member: contact, invited, expired, active, ended, suspended.
#[must_use]
pub fn member_state<C>(text: &Text, member: &Member<C>, now: i64) -> Badge {
    let is_open = member.invitation.as_ref().is_none_or(|invitation| invitation.state == State::Pending);
    match member.access.status {
        AccessStatus::None => Badge::new(text.words.contact, Tone::Calm),
        AccessStatus::Invited if is_open => Badge::new(text.words.invited, Tone::Wait),
        AccessStatus::Invited => Badge::new(text.words.expired, Tone::Bad),
        AccessStatus::Active if member.access.expires_at.is_some_and(|at| at.0 <= now) => Badge::new(text.words.ended, Tone::Bad),
        AccessStatus::Active => Badge::new(text.words.active, Tone::Good),
        AccessStatus::Suspended => Badge::new(text.words.suspended, Tone::Bad),
    }
}

/// Returns first and last name; empty when they are not known yet.
#[must_use]
pub fn full_name<C>(member: &Member<C>) -> String {
    [&member.contact.first_name, &member.contact.last_name].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Returns first and last name, or the address.
#[must_use]
pub fn name_or_email<C>(member: &Member<C>) -> String {
    Some(full_name(member)).filter(|name| !name.is_empty()).unwrap_or_else(|| member.email.clone())
}

/// Returns whether the member is the reader.
#[must_use]
pub fn is_reader<C>(done: &BatchResult, member: &Member<C>) -> bool {
    done.authority().is_ok_and(|authority| authority.paths.iter().any(|path| path.via == Via::Member && path.member_id == member.id))
}

/// Returns a capability as a control: hidden when the reader may not know of the action or it makes no sense now, otherwise disabled with the reason.
#[must_use]
pub fn control(capability: Option<&Capability>, lang: Lang) -> Control {
    let Some(capability) = capability else { return Control::Hidden };
    match capability.reason.and_then(Rule::from_code) {
        None if capability.allowed => Control::Enabled,
        None
        | Some(
            Rule::NotAllowed
            | Rule::NotActive
            | Rule::NoAccess
            | Rule::NotInvited
            | Rule::AlreadyMember
            | Rule::NotFound
            | Rule::AccountNotPending
            | Rule::AccountNotDeleted
            | Rule::AccountNotDeactivated
            | Rule::AccountDeactivated
            | Rule::AccountDeleted
            | Rule::NotForTheHost
            | Rule::UseLeave,
        ) => Control::Hidden,
        Some(rule) => Control::Disabled(refusals::words(rule, lang).detail.to_owned()),
    }
}

/// Returns why an e-mail was not sent: our own reasons in words, the provider's as it gave them.
#[must_use]
pub fn failure(lang: Lang, reason: Option<&str>) -> &str {
    match reason.unwrap_or_default() {
        "limit" => lang.text().user.email_over_limit,
        "superseded" => lang.text().user.email_superseded,
        "stopped" => lang.text().user.email_stopped,
        "no_recipient" => lang.text().communications.no_recipient,
        reason => reason,
    }
}

/// The state of an e-mail, with the address it goes to.
pub enum EmailState {
    /// It waits to be sent.
    Queued(String),
    /// The provider accepted it.
    Sent(String),
    /// It was not sent, for this reason.
    Failed(String, String),
    /// No provider is configured.
    NoProvider,
}

/// Returns the state of an e-mail to this address.
#[must_use]
pub fn email_state(lang: Lang, delivery: &Delivery, email: &str) -> EmailState {
    match delivery.status.as_str() {
        "queued" => EmailState::Queued(email.to_owned()),
        "sent" => EmailState::Sent(email.to_owned()),
        "failed" => EmailState::Failed(email.to_owned(), failure(lang, delivery.failure.as_deref()).to_owned()),
        _ => EmailState::NoProvider,
    }
}

/// The fields of our forms, as they appear in the JSON pointers of errors.
const FIELDS: [&str; 37] = [
    "token",
    "audiences",
    "members",
    "category",
    "subject",
    "text",
    "tax_id",
    "expires_at",
    "permissions",
    "invitation_hours",
    "reset_minutes",
    "title_en",
    "title_it",
    "email",
    "first_name",
    "last_name",
    "company",
    "phone",
    "address_1",
    "address_2",
    "city",
    "province",
    "postcode",
    "country",
    "role",
    "name",
    "managed",
    "admin_email",
    "host_name",
    "password",
    "current_password",
    "new_password",
    "new_password_again",
    "language",
    "kind",
    "external_id",
    "settings",
];

/// Returns the errors of a form: one for each field, or the sentence of the rule.
#[must_use]
pub fn messages(refusal: &Refusal, lang: Lang) -> Vec<FieldMessage> {
    if refusal.errors.is_empty() {
        let field = match refusal.rule {
            Rule::PermissionNotForRole | Rule::PermissionSwitchedOff => Some("permissions"),
            Rule::EmailColumnMissing => Some("members"),
            _ => None,
        };
        if refusal.rule == Rule::SeveralContacts {
            return vec![FieldMessage::form(lang.text().invite.several_contacts.to_owned())];
        }
        return vec![FieldMessage { field, ..FieldMessage::form(format!("{}. {}", refused::title(refusal, lang), refused::detail(refusal, lang))) }];
    }
    // An error in an entry of a list is shown at the list.
    let named = |pointer: &str| pointer.rsplit('/').find_map(|part| FIELDS.into_iter().find(|field| part == *field));
    refusal.errors.iter().map(|error| FieldMessage { field: named(&error.pointer), ..FieldMessage::form(refusals::wrong(error.code, lang)) }).collect()
}

/// Returns title and sentence of a rule as one message.
#[must_use]
pub fn rule_words(rule: Rule, lang: Lang) -> String {
    let words = refusals::words(rule, lang);
    format!("{}. {}", words.title, words.detail)
}

/// Returns the three roles to filter by, "all" first.
#[must_use]
pub fn role_filter(text: &Text, chosen: Option<Role>) -> Vec<Choice> {
    let all = Choice { value: "", label: text.common.any, selected: chosen.is_none() };
    let roles =
        [Role::Admin, Role::Standard, Role::ViewOnly].map(|role| Choice { value: role.code(), label: text.words.role(role), selected: chosen == Some(role) });
    std::iter::once(all).chain(roles).collect()
}

/// Returns `path?…` with the parameters that are not empty.
#[must_use]
pub fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        let mark = if out.contains('?') { '&' } else { '?' };
        out.push(mark);
        out.push_str(name);
        out.push('=');
        out.push_str(&encode(value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Capability, Control, Frame, address, control, messages};
    use crate::{
        core::lang::Lang,
        core::refusal::{Refusal, Rule, Wrong},
        pages::LanguageSwitch,
    };

    fn uri(path: &str, query: &str) -> http::Uri {
        format!("{path}?{query}").parse().unwrap()
    }

    #[test]
    fn a_notice_is_said_once_and_not_carried_on() {
        let frame = Frame::new(Lang::En, "Users", "/").at(&uri("/accounts/7/users", "search=a&done=revoked"));
        assert_eq!(frame.notice, Some(frame.text.notices.revoked));
        assert!(matches!(&frame.switch, LanguageSwitch::Path(path) if path == "/accounts/7/users?search=a"));
        assert!(Frame::new(Lang::En, "Users", "/").at(&uri("/x", "done=forged")).notice.is_none());
    }

    #[test]
    fn what_one_may_not_do_is_hidden_and_what_cannot_be_done_now_says_why() {
        let unless = |rule| control(Some(&Capability::unless(&[(true, rule)])), Lang::En);
        assert_eq!(control(Some(&Capability::unless(&[])), Lang::En), Control::Enabled);
        assert_eq!(unless(Rule::NotAllowed), Control::Hidden);
        assert!(matches!(unless(Rule::AccountKeepsAnAdmin), Control::Disabled(why) if why.contains("administrator")));
    }

    #[test]
    fn a_wrong_field_is_named_as_the_form_names_it() {
        let wrong = messages(&Refusal::field("/access/role", Wrong::Required), Lang::En);
        assert_eq!(wrong.first().and_then(|message| message.field), Some("role"));
        assert_eq!(address("/x", &[("search", "a b"), ("role", ""), ("cursor", "c")]), "/x?search=a%20b&cursor=c");
    }
}
