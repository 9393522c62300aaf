//! How a caller sees a member: the record, and what this caller may do with it, with the reason where they may not.

use crate::{
    access::act::BatchResult,
    access::authority::Authority,
    access::context::Cx,
    core::capability::{Capabilities, Capability},
    core::permission::{Permission, Role},
    core::refusal::{Result, Rule},
    core::timestamp::Instant,
    core::vocabulary::AccessStatus,
    people::member::{Access, Member, Row},
    resources::resource::MOST_ASSIGNED,
};

/// The caller who looks at members, and what about the caller decides the capabilities of each.
pub struct Viewer {
    user_id: String,
    authority: Authority,
    manages: bool,
    edits: bool,
    now: i64,
}

impl Viewer {
    /// The caller of this batch as a viewer.
    ///
    /// # Errors
    /// A fault when the batch is not of an account.
    pub fn of(cx: &Cx, result: &BatchResult) -> Result<Self> {
        let authority = result.authority()?;
        Ok(Self {
            user_id: result.who()?.id.clone(),
            manages: authority.may(Permission::MembersManage),
            edits: authority.may(Permission::ContactsManage),
            authority: authority.clone(),
            now: cx.now,
        })
    }

    /// The member as this caller sees it.
    #[must_use]
    pub fn sees(&self, row: Row) -> Member {
        self.sees_with(row, MOST_ASSIGNED)
    }

    /// The same, with at most `resources` of their resources.
    #[must_use]
    pub fn sees_with<C: From<Capabilities>>(&self, mut row: Row, resources: usize) -> Member<C> {
        let named = row.resource_ids.iter().filter(|id| !id.is_empty()).count();
        let has_more_resources = named > resources || named < row.resource_ids.len();
        row.resource_ids.truncate(named);
        row.resource_ids.truncate(resources);
        let capabilities = self.capabilities(&row);
        Member {
            id: row.id,
            account_id: row.account_id,
            email: row.email,
            contact: row.contact,
            email_preferences: row.email_preferences,
            access: Access {
                status: row.access,
                role: row.role,
                permissions: row.permissions,
                resource_ids: row.resource_ids,
                has_more_resources,
                expires_at: row.expires_at.map(Instant),
                held_for_host: row.held_for_host,
                last_seen_at: row.last_seen_at.map(Instant),
            },
            invitation: row.invitation.map(|last| last.at(self.now)),
            was_contact: None,
            created_at: Instant(row.created_at),
            updated_at: Instant(row.updated_at),
            version: row.version,
            capabilities: capabilities.into(),
        }
    }

    fn capabilities(&self, row: &Row) -> Capabilities {
        let stranger = (!self.manages, Rule::NotAllowed);
        let own = (row.user_id.as_deref() == Some(&self.user_id), Rule::UseLeave);
        let last_admin = (row.is_last_admin, Rule::AccountKeepsAnAdmin);
        let seat = (row.held_for_host, Rule::SeatOfTheHost);
        let outlasts = row.role == Some(Role::Admin) && !self.authority.may_until(Permission::MembersManage, row.expires_at);
        let unless_access = |status: AccessStatus, rule: Rule| (row.access != status, rule);
        Capabilities(vec![
            ("edit", Capability::unless(&[(!self.edits, Rule::NotAllowed)])),
            (
                // The address of somebody invited, which takes the invitation with it. `edit` changes that of a contact.
                "move_invitation",
                Capability::unless(&[
                    unless_access(AccessStatus::Invited, Rule::NotInvited),
                    (!self.edits || !self.manages, Rule::NotAllowed),
                    (outlasts, Rule::OutlastsOwnAccess),
                ]),
            ),
            ("invite", Capability::unless(&[stranger, (row.access != AccessStatus::None, Rule::AlreadyMember)])),
            ("change_access", Capability::unless(&[stranger, (row.access == AccessStatus::None, Rule::NoAccess), seat, last_admin])),
            ("assign", Capability::unless(&[stranger, (row.access == AccessStatus::None, Rule::NoAccess)])),
            ("suspend", Capability::unless(&[stranger, unless_access(AccessStatus::Active, Rule::NotActive), own, seat, last_admin])),
            (
                "reactivate",
                Capability::unless(&[
                    stranger,
                    unless_access(AccessStatus::Suspended, Rule::NotActive),
                    (row.expires_at.is_some_and(|at| at <= self.now), Rule::AccessEnded),
                ]),
            ),
            ("remove_access", Capability::unless(&[stranger, (row.access == AccessStatus::None, Rule::NoAccess), own, last_admin])),
            ("revoke", Capability::unless(&[stranger, own, last_admin])),
            ("renew_invitation", Capability::unless(&[stranger, unless_access(AccessStatus::Invited, Rule::NotInvited), (outlasts, Rule::OutlastsOwnAccess)])),
            ("cancel_invitation", Capability::unless(&[stranger, unless_access(AccessStatus::Invited, Rule::NotInvited)])),
            ("reset_password", Capability::unless(&[stranger, (row.user_id.is_none(), Rule::NotActive)])),
            ("leave", Capability::unless(&[(!own.0, Rule::NotFound), last_admin])),
        ])
    }
}
