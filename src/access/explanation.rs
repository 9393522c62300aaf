//! May this person do that, and why? An answer for apps, and the chain of reasons for people.
//!
//! Whether somebody may is read from the view `power`, as every gate does. The chain only says in words what that view joined: account state,
//! switch, access, suspension, expiry, role, grant, delegation, and for a pixel or app its visibility and assignment. Document 002: «possono
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
    core::vocabulary::{AccessStatus, AccountStatus},
    sees_resource, sql,
    text::permission as permission_words,
};

/// The question: who, which permission, and on which pixel or app.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// The person, by their member id.
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
    /// Whether the host has the permission switched on.
    Switch,
    /// Contact, invited, or somebody with access.
    Access,
    /// Whether the access is suspended.
    Suspension,
    /// Whether the access has ended by its end date.
    Expiry,
    /// What the role brings.
    Role,
    /// What was granted beyond the role.
    Grant,
    /// What the host role brings, because the account delegates.
    Delegation,
    /// What the host role brings by itself.
    Host,
    /// Whether people who do not manage all resources may change this kind.
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
    /// Which link.
    pub kind: Kind,
    /// Whether it holds.
    pub holds: bool,
    /// The sentence about it, in the reader's language.
    pub detail: String,
}

/// The short answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccessCheck {
    /// Whether the person may.
    pub allowed: bool,
    /// The first link that does not hold.
    pub reason: Option<Kind>,
}

/// Somebody who could change the answer.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Changer {
    /// Their member id in the account, or at the host.
    pub member_id: String,
    /// Their name, or address.
    pub name: String,
    /// How they reach the account.
    pub via: Via,
}

/// The answer as a page shows it.
pub struct ExplainedAccess {
    /// The batch, which knows who asks.
    pub result: BatchResult,
    /// The name of the person.
    pub name: String,
    /// The title of the permission.
    pub title: String,
    /// The answer.
    pub explanation: Explanation,
}

/// The whole answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Whether the person may, and which link does not hold.
    #[serde(flatten)]
    pub answer: AccessCheck,
    /// The chain of reasons.
    pub steps: Vec<Step>,
    /// Who could change the first link that does not hold: some people of the account and some of its host.
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
struct HostPath {
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
struct ResourceFacts {
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
/// The user of that person.
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
const HOST_PATHS: &str = concat!(
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
/// The resource ?5, where the caller sees it, and whether it is assigned to the person ?4.
const RESOURCE: &str = concat!(
    "SELECT k.standard_may_edit, k.shown_to_all, r.visibility, EXISTS (
         SELECT 1 FROM member p CROSS JOIN assignment s ON s.member_id IN (p.id, (SELECT o.id FROM member o WHERE o.user_id = p.user_id AND o.account_id = ?1))
          WHERE p.id = ?4 AND s.resource_id = r.id) AS is_assigned
       FROM resource r JOIN resource_kind k ON k.code = r.kind WHERE r.id = ?5 AND r.account_id = ?1 AND ",
    sees_resource!()
);
/// Members with a role that brings the permission.
macro_rules! changer {
    () => {
        "m.id AS member_id, coalesce(nullif(trim(coalesce(m.first_name, '') || ' ' || coalesce(m.last_name, '')), ''), m.email) AS name, r.via
           FROM wanted t CROSS JOIN role_permission r ON r.permission = t.permission CROSS JOIN member m"
    };
}
/// The condition that they hold it now.
macro_rules! can_change {
    () => {
        "m.access = 'active' AND m.role = r.role AND EXISTS (
           SELECT 1 FROM power w WHERE w.user_id = m.user_id AND w.account_id = ?1 AND w.via = r.via AND w.permission = t.permission
              AND w.ends_at > ?4)"
    };
}
/// Some people who could change the first link that does not hold: whoever starts and restores accounts, switches permissions, or else manages
/// the account's users. Those of the account come first, then those of its host.
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

/// Whether somebody of the account, or of its host, may do something there, and why. Everybody may ask about themselves, and whoever sees the
/// account's people about each of them.
///
/// # Errors
/// `validation` for an unknown permission, `not_found` for a member that is not here and a resource that the caller does not see, and the gate's.
pub async fn explain(cx: &Cx, account: &AccountId, question: &Question) -> Result<ExplainedAccess> {
    let token = cx.signed_in()?;
    let permission = Permission::from_key(&question.permission).ok_or_else(|| Refusal::field("/permission", Wrong::Unknown))?;
    let (member, key) = (MemberId::parse(&question.member_id).ok_or(Rule::NotFound)?, permission.key());
    let result = cx
        .view_row(account)
        .read(sql!(SUBJECT, account, &member, key))
        .read(sql!(HOST_PATHS, account, &member, key, cx.now))
        .read(sql!(POWERS, account, &member, key, cx.now))
        .read(sql!(RESOURCE, account, token, cx.now, &member, question.resource_id.as_deref()))
        .read(sql!(WHO_CAN_CHANGE, account, &member, key, cx.now))
        .run()
        .await?;
    may_ask(&result, &member)?;
    let resource = match &question.resource_id {
        None => None,
        Some(_) => Some(result.one::<ResourceFacts>(3)?),
    };
    let found = Found { permission, subject: result.one(0)?, host_paths: result.rows(1)?, powers: result.rows(2)?, resource, now: cx.now };
    let steps = found.steps(cx.lang);
    let explanation = Explanation { answer: found.answer(&steps), steps, who_can_change: result.rows(4)? };
    let own = if cx.lang == Lang::It { found.subject.title_it } else { found.subject.title_en };
    let title = own.unwrap_or_else(|| permission_words::words(permission, cx.lang).0.to_owned());
    Ok(ExplainedAccess { result, name: found.subject.name, title, explanation })
}

/// Refuses a question about somebody else by a caller who does not see the account's people.
fn may_ask(result: &BatchResult, member: &MemberId) -> Result<()> {
    let authority = result.authority()?;
    let is_oneself = authority.paths.iter().any(|path| path.via == Via::Member && path.member_id == member.as_str());
    if is_oneself || authority.may(Permission::MembersView) {
        return Ok(());
    }
    let is_stopped = !authority.paths.iter().any(AccessPath::is_in_force);
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

/// The person whose permissions are shown.
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

/// Every permission, with whether this person holds it.
///
/// # Errors
/// `not_found` for a member that is not here, and the gate's.
pub async fn effective(cx: &Cx, account: &AccountId, member: &MemberId) -> Result<(BatchResult, Person, Vec<Held>)> {
    let result = cx
        .view_row(account)
        .read(sql!("SELECT email, first_name, last_name FROM member WHERE id = ?1 AND account_id = ?2", member, account))
        .read(catalogue::read_all())
        .read(sql!(SOURCES, account, member))
        .read(sql!(ALL_POWERS, account, member, cx.now))
        .run()
        .await?;
    may_ask(&result, member)?;
    let (person, sources, powers) = (result.one(0)?, result.rows::<Source>(2)?, result.rows::<Power>(3)?);
    let from = |via: &str, key: &str| sources.iter().any(|source| source.via == via && source.permission == key);
    let held = catalogue::entries(&result, 1, cx.lang)?
        .into_iter()
        .map(|entry| {
            let at_host = powers.iter().any(|power| power.permission == entry.key && power.via != Via::Member);
            let sources = [(Kind::Role, from("member", entry.key)), (Kind::Grant, from("grant", entry.key)), (Kind::Host, at_host)];
            let holds = powers.iter().any(|power| power.permission == entry.key);
            Held { entry, holds, from: sources.into_iter().filter_map(|(kind, is_one)| is_one.then_some(kind)).collect() }
        })
        .collect();
    Ok((result, person, held))
}

/// The refusal `not_allowed` with the role that the caller has instead, and with administrators who could help, of the account that the path
/// names. This is the second trip of a refused request (design §2).
pub async fn with_people_to_ask(cx: &Cx, refusal: Refusal, path: &str) -> Refusal {
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
    let Ok(result) = cx.view_row(&account).read(admins).run().await else { return refusal };
    let (Ok(authority), Ok(who)) = (result.authority(), result.who()) else { return refusal };
    let found: Vec<Admin> = result.rows(0).unwrap_or_default();
    let known = found.into_iter().filter(|admin| authority.may(Permission::MembersView) && admin.user_id != who.id);
    Refusal { role: authority.strongest().map(|path| path.role), ask: known.map(|admin| admin.name).collect(), ..refusal }
}

/// What the batch found.
struct Found {
    permission: Permission,
    subject: Subject,
    host_paths: Vec<HostPath>,
    powers: Vec<Power>,
    resource: Option<ResourceFacts>,
    now: i64,
}

impl Found {
    fn holds(&self, permission: Permission) -> bool {
        self.powers.iter().any(|power| power.permission == permission.key())
    }

    /// Whether the person reaches every pixel and app: people who manage them do, and people who see them by delegation where the question is about
    /// seeing.
    fn reaches_all(&self) -> bool {
        let by_delegation = |power: &Power| power.via == Via::Delegation && power.permission == Permission::ResourcesView.key();
        self.holds(Permission::ResourcesManage) || self.permission == Permission::ResourcesView && self.powers.iter().any(by_delegation)
    }

    fn answer(&self, steps: &[Step]) -> AccessCheck {
        let is_in_reach = !steps.iter().any(|step| matches!(step.kind, Kind::ResourceKind | Kind::Visibility | Kind::Assignment) && !step.holds);
        let allowed = self.holds(self.permission) && is_in_reach;
        // A missing grant is never the reason, because the role is what is missing. Nor is a host role that the person does not need.
        let is_reason = |kind: Kind| match kind {
            Kind::ResourceKind | Kind::Visibility | Kind::Assignment => true,
            _ if self.holds(self.permission) => false,
            Kind::Grant => false,
            Kind::Delegation | Kind::Host => self.subject.role.is_none(),
            Kind::Role => !self.subject.by_grant,
            _ => true,
        };
        let reason = steps.iter().find(|step| !step.holds && is_reason(step.kind));
        AccessCheck { allowed, reason: reason.filter(|_| !allowed).map(|step| step.kind) }
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
        for path in &self.host_paths {
            let name = lang.text().words.role(path.role);
            let (kind, detail) = match (path.via, path.brings) {
                (Via::Delegation, true) => (Kind::Delegation, lang.delegation_brings(name)),
                (Via::Delegation, false) => (Kind::Delegation, lang.delegation_lacks(name)),
                (_, true) => (Kind::Host, lang.host_brings(name)),
                (_, false) => (Kind::Host, lang.host_lacks(name)),
            };
            step(kind, path.brings, &detail);
        }
        steps.extend(self.reach(lang));
        steps
    }

    /// The links about the pixel or app.
    fn reach(&self, lang: Lang) -> Vec<Step> {
        let (text, Some(resource)) = (&lang.text().explanation, &self.resource) else { return Vec::new() };
        let step = |kind: Kind, holds: bool, detail: &str| Step { kind, holds, detail: detail.to_owned() };
        let assignment = |is_assigned: bool| step(Kind::Assignment, is_assigned, if is_assigned { text.assigned } else { text.not_assigned });
        match (self.permission, resource.visibility.as_str()) {
            (Permission::ResourcesEdit, _) if self.reaches_all() => vec![step(Kind::Assignment, true, text.manages_all)],
            (Permission::ResourcesEdit, _) if !resource.standard_may_edit => vec![step(Kind::ResourceKind, false, text.kind_reserved)],
            (Permission::ResourcesEdit, _) => vec![assignment(resource.is_assigned)],
            (Permission::ResourcesView, _) if resource.shown_to_all => vec![step(Kind::Visibility, true, text.visible_to_everyone)],
            (Permission::ResourcesView, _) if self.reaches_all() => vec![step(Kind::Visibility, true, text.manages_all)],
            (Permission::ResourcesView, "everyone") => vec![step(Kind::Visibility, true, text.visible_to_everyone)],
            (Permission::ResourcesView, "assigned") => {
                vec![step(Kind::Visibility, resource.is_assigned, text.visible_to_assigned), assignment(resource.is_assigned)]
            }
            (Permission::ResourcesView, _) => vec![step(Kind::Visibility, false, text.visible_to_admins)],
            _ => Vec::new(),
        }
    }
}
