//! May this person do that, and why? An answer for apps, and the chain of reasons for people.
//!
//! Whether somebody may is read where every gate reads it, in `power`; the chain only says in words what that view joined: account state, switch,
//! access, suspension, expiry, role, grant, delegation, and for a pixel or app its visibility and assignment. Document 002: «possono
//! apportare modifiche ai propri pixel assegnati»: whoever changes pixels without managing them needs the assignment, and «ad alcune app»:
//! whoever does not manage apps sees those for everyone and the assigned ones.

use serde::{Deserialize, Serialize};
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    access::act::BatchResult,
    access::authority::AccessPath,
    access::catalogue::{self, Entry},
    access::context::Cx,
    codes,
    core::decode,
    core::id::{AccountId, MemberId},
    core::lang::Lang,
    core::permission::{Permission, Role, Via},
    core::refusal::{Refusal, Result, Rule, Wrong},
    core::vocabulary::AccessStatus,
    core::vocabulary::AccountStatus,
    sees_resource, sql,
    text::permission as permission_words,
};

/// Who, what, and on which pixel or app.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// The person, by their place in the account.
    pub member_id: String,
    /// `noun.verb`
    pub permission: String,
    /// A pixel or an app.
    pub resource_id: Option<String>,
}

/// A link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = Reason)]
pub enum Kind {
    /// The state of the account.
    Account,
    /// Whether the host has the permission in use.
    Switch,
    /// Contact, invited, or somebody with access.
    Access,
    /// Kept out for a while.
    Suspension,
    /// Access that ends by itself.
    Expiry,
    /// What the role brings.
    Role,
    /// What was granted beyond the role.
    Grant,
    /// What the host role brings, because the account delegates.
    Delegation,
    /// What the host role brings by itself.
    Host,
    /// Whether this kind of resource is changed by those who do not manage them all.
    ResourceKind,
    /// Who sees the pixel or app.
    Visibility,
    /// To whom the pixel or app is assigned.
    Assignment,
}
codes!(Kind);

/// One link of the chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Step {
    /// Which.
    pub kind: Kind,
    /// Whether it holds.
    pub holds: bool,
    /// In the reader's words.
    pub detail: String,
}

/// The short answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccessCheck {
    /// Whether the person may.
    pub allowed: bool,
    /// The first link in the way.
    pub reason: Option<Kind>,
}

/// Somebody who could change it.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Changer {
    /// Their place in the account, or at the host.
    pub member_id: String,
    /// Their name, or address.
    pub name: String,
    /// How they stand here.
    pub via: Via,
}

/// The answer as a page shows it.
pub struct ExplainedAccess {
    /// With who asks.
    pub done: BatchResult,
    /// What the person is called.
    pub name: String,
    /// What the permission is called.
    pub title: String,
    /// The answer.
    pub explanation: Explanation,
}

/// The whole answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Whether, and what is in the way.
    #[serde(flatten)]
    pub answer: AccessCheck,
    /// The chain of reasons.
    pub steps: Vec<Step>,
    /// Who could change the first link in the way: some of the account's own and some of its host's.
    pub who_can_change: Vec<Changer>,
}

#[derive(Deserialize)]
struct Subject {
    name: String,
    title_en: Option<String>,
    title_it: Option<String>,
    account_status: AccountStatus,
    access: AccessStatus,
    role: Option<Role>,
    expires_at: Option<i64>,
    #[serde(deserialize_with = "decode::flag")]
    by_role: bool,
    #[serde(deserialize_with = "decode::flag")]
    by_grant: bool,
    #[serde(deserialize_with = "decode::flag")]
    enabled: bool,
}

#[derive(Deserialize)]
struct HostWay {
    via: Via,
    role: Role,
    #[serde(deserialize_with = "decode::flag")]
    brings: bool,
}

#[derive(Deserialize)]
struct Power {
    via: Via,
    permission: String,
}

#[derive(Deserialize)]
struct Thing {
    #[serde(deserialize_with = "decode::flag")]
    standard_may_edit: bool,
    #[serde(deserialize_with = "decode::flag")]
    shown_to_all: bool,
    visibility: String,
    #[serde(deserialize_with = "decode::flag")]
    is_assigned: bool,
}

/// The account ?1 and the person ?2: a member of it or, as far as they have access there, of its host.
macro_rules! person {
    () => {
        "account a CROSS JOIN member m ON m.id = ?2 AND (m.account_id = a.id OR m.account_id = a.parent_id AND m.access <> 'none')"
    };
}
/// The user that the person is.
macro_rules! user {
    () => {
        concat!("(SELECT m.user_id FROM ", person!(), " WHERE a.id = ?1)")
    };
}
const SUBJECT: &str = concat!(
    "SELECT coalesce(nullif(trim(coalesce(m.first_name, '') || ' ' || coalesce(m.last_name, '')), ''), m.email) AS name, p.title_en, p.title_it, a.status AS account_status, m.access, CASE WHEN m.account_id = a.id THEN nullif(m.role, 'none') END AS role, m.expires_at, p.enabled,
         EXISTS (SELECT 1 FROM held_by_role r WHERE r.via = 'member' AND r.role = m.role AND r.permission = p.key) AS by_role,
         EXISTS (SELECT 1 FROM member_permission g JOIN role_permission r ON r.via = 'grant' AND r.role = g.permission AND r.permission = p.key
                  WHERE g.member_id = m.id) AS by_grant
    FROM ",
    person!(),
    " JOIN permission p ON p.key = ?3 WHERE a.id = ?1"
);
const HOST_WAYS: &str = concat!(
    "SELECT s.via, s.role, EXISTS (SELECT 1 FROM role_permission r WHERE r.via = s.via AND r.role = s.role AND r.permission = ?3) AS brings
    FROM presence s WHERE s.account_id = ?1 AND s.user_id = ",
    user!(),
    " AND s.via <> 'member' AND s.ends_at > ?4 ORDER BY s.via"
);
const POWERS: &str = concat!(
    "SELECT w.via, w.permission FROM power w WHERE w.account_id = ?1 AND w.user_id = ",
    user!(),
    " AND w.permission IN (?3, 'resources.manage') AND w.ends_at > ?4"
);
/// The resource ?5, where the asker sees it, and whether it is assigned to the person ?4.
const THING: &str = concat!(
    "SELECT k.standard_may_edit, k.shown_to_all, r.visibility, EXISTS (
         SELECT 1 FROM member p CROSS JOIN assignment s ON s.member_id IN (p.id, (SELECT o.id FROM member o WHERE o.user_id = p.user_id AND o.account_id = ?1))
          WHERE p.id = ?4 AND s.resource_id = r.id) AS is_assigned
       FROM resource r JOIN resource_kind k ON k.code = r.kind WHERE r.id = ?5 AND r.account_id = ?1 AND ",
    sees_resource!()
);
/// Somebody with a role that brings what is wanted.
macro_rules! changer {
    () => {
        "m.id AS member_id, coalesce(nullif(trim(coalesce(m.first_name, '') || ' ' || coalesce(m.last_name, '')), ''), m.email) AS name, r.via
           FROM wanted t CROSS JOIN role_permission r ON r.permission = t.permission CROSS JOIN member m"
    };
}
/// And who holds it.
macro_rules! can_change {
    () => {
        "m.access = 'active' AND m.role = r.role AND EXISTS (
           SELECT 1 FROM power w WHERE w.user_id = m.user_id AND w.account_id = ?1 AND w.via = r.via AND w.permission = t.permission
              AND w.ends_at > ?4)"
    };
}
/// Some who could change the first link in the way: whoever starts and restores accounts, switches permissions, or else manages the account's
/// users. Its own first, then those of its host.
const WHO_CAN_CHANGE: &str = concat!(
    "WITH wanted AS MATERIALIZED (
       SELECT coalesce(a.parent_id, a.id) AS host, CASE
         WHEN EXISTS (SELECT 1 FROM power w WHERE w.account_id = ?1 AND w.permission = ?3 AND w.ends_at > ?4 AND w.user_id = ",
    user!(),
    ") THEN 'members.manage'
         WHEN a.status = 'pending' THEN 'accounts.create' WHEN a.status = 'deactivated' THEN 'account.deactivate' WHEN a.status = 'deleted' THEN 'account.restore'
         WHEN NOT p.enabled THEN 'host.manage' ELSE 'members.manage' END AS permission
       FROM account a JOIN permission p ON p.key = ?3 WHERE a.id = ?1)
    SELECT * FROM (SELECT ",
    changer!(),
    " WHERE r.via = 'member' AND m.account_id = ?1 AND ",
    can_change!(),
    " LIMIT 5)
    UNION ALL SELECT * FROM (SELECT ",
    changer!(),
    " WHERE r.via IN ('delegation', 'host') AND m.account_id = t.host AND ",
    can_change!(),
    " LIMIT 5)"
);

/// Whether somebody of the account, or of its host, may do something there, and why. Who sees the account's people may ask about each of them;
/// anybody about themselves.
///
/// # Errors
/// `validation` for a permission nobody knows, `not_found` for a member that is not here and a resource that is not the caller's to see, and the gate's.
pub async fn explain(cx: &Cx, account: &AccountId, question: &Question) -> Result<ExplainedAccess> {
    let token = cx.signed_in()?;
    let permission = Permission::from_key(&question.permission).ok_or_else(|| Refusal::field("/permission", Wrong::Unknown))?;
    let (member, key) = (MemberId::parse(&question.member_id).ok_or(Rule::NotFound)?, permission.key());
    let done = cx
        .view_row(account)
        .read(sql!(SUBJECT, account, &member, key))
        .read(sql!(HOST_WAYS, account, &member, key, cx.now))
        .read(sql!(POWERS, account, &member, key, cx.now))
        .read(sql!(THING, account, token, cx.now, &member, question.resource_id.as_deref()))
        .read(sql!(WHO_CAN_CHANGE, account, &member, key, cx.now))
        .run()
        .await?;
    may_ask(&done, &member)?;
    let thing = match &question.resource_id {
        None => None,
        Some(_) => Some(done.one::<Thing>(3)?),
    };
    let found = Found { permission, subject: done.one(0)?, host_ways: done.rows(1)?, powers: done.rows(2)?, thing, now: cx.now };
    let steps = found.steps(cx.lang);
    let explanation = Explanation { answer: found.answer(&steps), steps, who_can_change: done.rows(4)? };
    let own = if cx.lang == Lang::It { found.subject.title_it } else { found.subject.title_en };
    let title = own.unwrap_or_else(|| permission_words::words(permission, cx.lang).0.to_owned());
    Ok(ExplainedAccess { done, name: found.subject.name, title, explanation })
}

/// About oneself always; about others, whoever sees the account's people.
fn may_ask(done: &BatchResult, member: &MemberId) -> Result<()> {
    let authority = done.authority()?;
    let is_oneself = authority.ways.iter().any(|way| way.via == Via::Member && way.member_id == member.as_str());
    if is_oneself || authority.may(Permission::MembersView) {
        return Ok(());
    }
    let is_stopped = !authority.ways.iter().any(AccessPath::is_in_force);
    Err(if is_stopped { Rule::AccountDeactivated.into() } else { Refusal::not_allowed(Permission::MembersView).into() })
}

/// A permission as one person holds it.
pub struct Held {
    /// What it is.
    pub entry: Entry,
    /// Whether the person holds it now.
    pub holds: bool,
    /// What brings it: role, grant, the host role.
    pub from: Vec<Kind>,
}

/// Whose permissions.
#[derive(Deserialize)]
pub struct Person {
    /// The address.
    pub email: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
}

#[derive(Deserialize)]
struct Source {
    via: String,
    permission: String,
}

const SOURCES: &str =
    "SELECT r.via, r.permission FROM member m JOIN held_by_role r ON r.via = 'member' AND r.role = m.role WHERE m.id = ?2 AND m.account_id = ?1
    UNION ALL
    SELECT r.via, r.permission FROM member m JOIN member_permission g ON g.member_id = m.id JOIN role_permission r ON r.via = 'grant' AND r.role = g.permission
     WHERE m.id = ?2 AND m.account_id = ?1";
const ALL_POWERS: &str = "SELECT w.via, w.permission FROM power w
   WHERE w.account_id = ?1 AND w.user_id = (SELECT user_id FROM member WHERE id = ?2 AND account_id = ?1) AND w.ends_at > ?3";

/// Every permission there is, as this person holds it or not.
///
/// # Errors
/// `not_found` for a member that is not here, and the gate's.
pub async fn effective(cx: &Cx, account: &AccountId, member: &MemberId) -> Result<(BatchResult, Person, Vec<Held>)> {
    let done = cx
        .view_row(account)
        .read(sql!("SELECT email, first_name, last_name FROM member WHERE id = ?1 AND account_id = ?2", member, account))
        .read(catalogue::read_all())
        .read(sql!(SOURCES, account, member))
        .read(sql!(ALL_POWERS, account, member, cx.now))
        .run()
        .await?;
    may_ask(&done, member)?;
    let (person, sources, powers) = (done.one(0)?, done.rows::<Source>(2)?, done.rows::<Power>(3)?);
    let from = |via: &str, key: &str| sources.iter().any(|source| source.via == via && source.permission == key);
    let held = catalogue::entries(&done, 1, cx.lang)?
        .into_iter()
        .map(|entry| {
            let at_host = powers.iter().any(|power| power.permission == entry.key && power.via != Via::Member);
            let sources = [(Kind::Role, from("member", entry.key)), (Kind::Grant, from("grant", entry.key)), (Kind::Host, at_host)];
            let holds = powers.iter().any(|power| power.permission == entry.key);
            Held { entry, holds, from: sources.into_iter().filter_map(|(kind, is_one)| is_one.then_some(kind)).collect() }
        })
        .collect();
    Ok((done, person, held))
}

/// The refusal with what the caller has instead, and administrators of the account in its address who could help. The second trip of a refused
/// request (design §2), whether it looked or changed.
pub async fn told_whom_to_ask(cx: &Cx, refusal: Refusal, path: &str) -> Refusal {
    #[derive(Deserialize)]
    struct Admin {
        user_id: String,
        name: String,
    }
    let named = path.split('/').skip_while(|step| *step != "accounts").nth(1).and_then(AccountId::parse);
    let (Some(account), Some(permission)) = (named, refusal.permission) else { return refusal };
    let admins = sql!(
        "SELECT u.id AS user_id, trim(u.first_name || ' ' || u.last_name) AS name FROM lasting_admin m JOIN user u ON u.id = m.user_id
          WHERE m.account_id = ?1
            AND EXISTS (SELECT 1 FROM power w WHERE w.user_id = u.id AND w.account_id = ?1 AND w.permission = ?2 AND w.ends_at > ?3) LIMIT 3",
        &account,
        permission.key(),
        cx.now
    );
    let Ok(done) = cx.view_row(&account).read(admins).run().await else { return refusal };
    let (Ok(authority), Ok(who)) = (done.authority(), done.who()) else { return refusal };
    let found: Vec<Admin> = done.rows(0).unwrap_or_default();
    let known = found.into_iter().filter(|admin| authority.may(Permission::MembersView) && admin.user_id != who.id);
    Refusal { role: authority.strongest().map(|way| way.role), ask: known.map(|admin| admin.name).collect(), ..refusal }
}

/// What the batch found.
struct Found {
    permission: Permission,
    subject: Subject,
    host_ways: Vec<HostWay>,
    powers: Vec<Power>,
    thing: Option<Thing>,
    now: i64,
}

impl Found {
    fn holds(&self, permission: Permission) -> bool {
        self.powers.iter().any(|power| power.permission == permission.key())
    }

    /// Whether every pixel and app is within reach: for those who manage them and, to be seen, for those who see them by delegation.
    fn reaches_all(&self) -> bool {
        let by_delegation = |power: &Power| power.via == Via::Delegation && power.permission == Permission::ResourcesView.key();
        self.holds(Permission::ResourcesManage) || self.permission == Permission::ResourcesView && self.powers.iter().any(by_delegation)
    }

    fn answer(&self, steps: &[Step]) -> AccessCheck {
        let is_in_reach = !steps.iter().any(|step| matches!(step.kind, Kind::ResourceKind | Kind::Visibility | Kind::Assignment) && !step.holds);
        let allowed = self.holds(self.permission) && is_in_reach;
        // A grant that is not there is in nobody's way: what lacks is the role. Nor is a host role one does not need.
        let is_in_the_way = |kind: Kind| match kind {
            Kind::ResourceKind | Kind::Visibility | Kind::Assignment => true,
            _ if self.holds(self.permission) => false,
            Kind::Grant => false,
            Kind::Delegation | Kind::Host => self.subject.role.is_none(),
            Kind::Role => !self.subject.by_grant,
            _ => true,
        };
        let in_the_way = steps.iter().find(|step| !step.holds && is_in_the_way(step.kind));
        AccessCheck { allowed, reason: in_the_way.filter(|_| !allowed).map(|step| step.kind) }
    }

    fn steps(&self, lang: Lang) -> Vec<Step> {
        let (text, subject) = (&lang.text().explanation, &self.subject);
        let mut steps = Vec::new();
        let mut step = |kind: Kind, holds: bool, detail: &str| steps.push(Step { kind, holds, detail: detail.to_owned() });
        let account = match subject.account_status {
            AccountStatus::Active => text.account_active,
            AccountStatus::Pending => text.account_pending,
            AccountStatus::Deactivated => text.account_deactivated,
            AccountStatus::Deleted => text.account_deleted,
        };
        step(Kind::Account, subject.account_status == AccountStatus::Active, account);
        if self.permission.is_grantable() {
            step(Kind::Switch, subject.enabled, if subject.enabled { text.switched_on } else { text.switched_off });
        }
        let has_access = matches!(subject.access, AccessStatus::Active | AccessStatus::Suspended);
        let access = match subject.access {
            AccessStatus::None => text.access_none,
            AccessStatus::Invited => text.access_invited,
            AccessStatus::Active | AccessStatus::Suspended => text.access_active,
        };
        step(Kind::Access, has_access, access);
        if has_access {
            let is_out = subject.access == AccessStatus::Suspended;
            step(Kind::Suspension, !is_out, if is_out { text.suspended } else { text.not_suspended });
        }
        if let Some(at) = subject.expires_at {
            let when = lang.when(at).shown;
            step(Kind::Expiry, at > self.now, &if at > self.now { lang.access_ends(&when) } else { lang.access_ended(&when) });
        }
        if let Some(role) = subject.role {
            let name = lang.text().words.role(role);
            step(Kind::Role, subject.by_role, &if subject.by_role { lang.role_brings(name) } else { lang.role_lacks(name) });
            if self.permission.is_grantable() && !subject.by_role {
                step(Kind::Grant, subject.by_grant, if subject.by_grant { text.granted } else { text.not_granted });
            }
        }
        for way in &self.host_ways {
            let name = lang.text().words.role(way.role);
            let (kind, detail) = match (way.via, way.brings) {
                (Via::Delegation, true) => (Kind::Delegation, lang.delegation_brings(name)),
                (Via::Delegation, false) => (Kind::Delegation, lang.delegation_lacks(name)),
                (_, true) => (Kind::Host, lang.host_brings(name)),
                (_, false) => (Kind::Host, lang.host_lacks(name)),
            };
            step(kind, way.brings, &detail);
        }
        steps.extend(self.reach(lang));
        steps
    }

    /// What a pixel or an app asks besides.
    fn reach(&self, lang: Lang) -> Vec<Step> {
        let (text, Some(thing)) = (&lang.text().explanation, &self.thing) else { return Vec::new() };
        let step = |kind: Kind, holds: bool, detail: &str| Step { kind, holds, detail: detail.to_owned() };
        let assignment = |is_assigned: bool| step(Kind::Assignment, is_assigned, if is_assigned { text.assigned } else { text.not_assigned });
        match (self.permission, thing.visibility.as_str()) {
            (Permission::ResourcesEdit, _) if self.reaches_all() => vec![step(Kind::Assignment, true, text.manages_all)],
            (Permission::ResourcesEdit, _) if !thing.standard_may_edit => vec![step(Kind::ResourceKind, false, text.kind_reserved)],
            (Permission::ResourcesEdit, _) => vec![assignment(thing.is_assigned)],
            (Permission::ResourcesView, _) if thing.shown_to_all => vec![step(Kind::Visibility, true, text.visible_to_everyone)],
            (Permission::ResourcesView, _) if self.reaches_all() => vec![step(Kind::Visibility, true, text.manages_all)],
            (Permission::ResourcesView, "everyone") => vec![step(Kind::Visibility, true, text.visible_to_everyone)],
            (Permission::ResourcesView, "assigned") => vec![step(Kind::Visibility, thing.is_assigned, text.visible_to_assigned), assignment(thing.is_assigned)],
            (Permission::ResourcesView, _) => vec![step(Kind::Visibility, false, text.visible_to_admins)],
            _ => Vec::new(),
        }
    }
}
