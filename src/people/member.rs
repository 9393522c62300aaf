//! Members: the people an account knows. A contact and a user are one record (design §1).
//!
//! Document 000: «E' possibile creare e gestire degli utenti secondari relativamente al proprio account cliente.» Here is the record
//! itself: what is stored, and how a caller sees it. `people/contact.rs` creates and edits it, `people/member_access.rs` makes a member a
//! sub-account, and `people/invitation.rs` makes the link by which the person joins.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{
    access::context::Cx,
    core::address,
    core::capability::Capabilities,
    core::db::Stmt,
    core::decode,
    core::field::{Checks, Patch},
    core::id::{AccountId, MemberId},
    core::permission::Role,
    core::refusal::Result,
    core::timestamp::Instant,
    core::version::Versions,
    core::vocabulary::{AccessStatus, Category},
    people::invitation,
    people::new_access::NewAccess,
    sql,
};

/// The contact fields of document 000 besides the address, each with its longest length.
macro_rules! contact_fields {
    ($($(#[doc = $doc:literal])* $field:ident, $longest:literal;)*) => {
        /// A person to add: a contact, or a sub-account at once when `access` is given.
        #[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(as = MemberInput)]
        pub struct NewMember {
            /// «Indirizzo Email»
            pub email: String,
            $($(#[doc = $doc])* pub $field: Option<String>,)*
            /// The categories of e-mails the person wants; none when absent.
            #[serde(default)]
            #[schema(required = false)]
            pub email_preferences: Vec<Category>,
            /// With `access`: the id of the contact with this address whom the invitation is for, or `new` for somebody else.
            pub contact: Option<String>,
            /// «Attiva Sub-account»: invites the person at once.
            #[serde(default, deserialize_with = "decode::object")]
            pub access: Option<NewAccess>,
        }

        /// The contact data to change. Absent fields stay as they are; `null` empties a field.
        #[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct MemberPatch {
            /// «Indirizzo Email», of a person who has not accepted an invitation. Where one is open it goes to the new address: the old link ends, and
            /// the answer carries the new one (needs `members.manage`).
            #[serde(default, deserialize_with = "decode::given")]
            pub email: Option<String>,
            $($(#[doc = $doc])* #[serde(default)] #[schema(value_type = Option<String>)] pub $field: Patch<String>,)*
        }

        /// Contact data as stored. Absent text is `null`.
        #[derive(Debug, Clone, Default, Deserialize, Serialize, utoipa::ToSchema)]
        pub struct Contact { $($(#[doc = $doc])* pub $field: Option<String>,)* }

        impl Contact {
            /// The field of this name; empty without one.
            #[must_use]
            pub fn get(&self, name: &str) -> &str {
                match name { $(stringify!($field) => self.$field.as_deref(),)* _ => None }.unwrap_or_default()
            }
        }

        impl NewMember {
            /// A new member from the cells of a table; `text` returns the value of a field by its name.
            #[must_use]
            pub fn of(text: &dyn Fn(&str) -> String) -> Self {
                Self { $($field: Some(text(stringify!($field))),)* ..Self::default() }
            }

            /// The contact field of this name; empty without one.
            #[must_use]
            pub fn get(&self, name: &str) -> &str {
                match name { $(stringify!($field) => self.$field.as_deref(),)* _ => None }.unwrap_or_default()
            }

            /// Every field, checked, as one JSON object.
            pub(crate) fn given(&self, checks: &mut Checks) -> Map<String, Json> {
                let mut given = Map::new();
                $(address::take(&mut given, checks, concat!("/", stringify!($field)), self.$field.as_deref(), $longest);)*
                address::italian(&given, checks, "");
                given
            }
        }

        impl MemberPatch {
            /// The field of this name, where one came; empty for `null`.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<&str> {
                match name { "email" => self.email.as_deref(), $(stringify!($field) => self.$field.text(),)* _ => None }
            }

            /// The given fields, checked, as one JSON object.
            pub(crate) fn given(&self, checks: &mut Checks) -> Map<String, Json> {
                let mut given = Map::new();
                $(if self.$field.is_given() {
                    address::take(&mut given, checks, concat!("/", stringify!($field)), self.$field.value().map(String::as_str), $longest);
                })*
                address::italian(&given, checks, "");
                given
            }
        }
    };
}

contact_fields! {
    /// «Nome»
    first_name, 80;
    /// «Cognome»
    last_name, 80;
    /// «Azienda»
    company, 120;
    /// «Numero di telefono»
    phone, 40;
    /// «Indirizzo 1»
    address_1, 120;
    /// «Indirizzo 2»
    address_2, 120;
    /// «Città»
    city, 80;
    /// «Provincia»
    province, 80;
    /// «CAP»
    postcode, 20;
    /// The country, as its ISO 3166-1 code.
    country, 60;
}

/// A member's row.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "named as in design §4")]
pub struct Row {
    pub id: String,
    pub account_id: String,
    pub email: String,
    #[serde(flatten)]
    pub contact: Contact,
    pub access: AccessStatus,
    pub role: Option<Role>,
    pub user_id: Option<String>,
    pub expires_at: Option<i64>,
    #[serde(deserialize_with = "decode::flag")]
    pub held_for_host: bool,
    /// Whether no other administrator of the account has access without an end.
    #[serde(deserialize_with = "decode::flag")]
    pub is_last_admin: bool,
    pub last_seen_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
    /// Where the row stands in its list.
    pub place: String,
    #[serde(default, deserialize_with = "decode::nested")]
    pub permissions: Vec<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    pub email_preferences: Vec<Category>,
    #[serde(default, deserialize_with = "decode::nested")]
    pub resource_ids: Vec<String>,
    #[serde(default, deserialize_with = "decode::nested")]
    pub invitation: Option<invitation::Last>,
}

/// The columns of [`Row`], of a `member m` in the account ?1 for the session ?2 at ?3. `$place` is the place in the list; `$resources` is how many
/// resources are read, and `$looked_at` is how many of the person's assignments are examined for them. Where there are more assignments, an empty id
/// stands at the end.
#[macro_export]
macro_rules! member_columns {
    ($place:expr, $resources:literal, $looked_at:literal) => {
        concat!(
            "m.id, m.account_id, m.email, m.first_name, m.last_name, m.company, m.phone, m.address_1, m.address_2, m.city, m.province, m.postcode,
             m.country, m.access, nullif(m.role, 'none') AS role, m.user_id, m.expires_at, m.held_for_host, m.last_seen_at, m.created_at, m.updated_at, m.version, ",
            $place,
            " AS place,
             CASE WHEN m.role IN ('standard', 'view_only') THEN (SELECT json_group_array(g.permission) FROM member_permission g WHERE g.member_id = m.id) END AS permissions,
             (SELECT json_group_array(s.category) FROM subscription s WHERE s.member_id = m.id) AS email_preferences,
             CASE WHEN m.access <> 'none' THEN (SELECT json_group_array(f.id) FROM (SELECT * FROM (SELECT r.id FROM (SELECT resource_id FROM assignment WHERE member_id = m.id ORDER BY resource_id LIMIT ",
            $looked_at,
            ") few CROSS JOIN resource r ON r.id = few.resource_id WHERE r.account_id = ?1 AND ",
            $crate::sees_resource!(),
            " ORDER BY few.resource_id LIMIT ",
            $resources,
            ") UNION ALL SELECT '' FROM (SELECT 1 FROM assignment WHERE member_id = m.id LIMIT 1 OFFSET ",
            $looked_at,
            ")) f) END AS resource_ids,
             CASE WHEN m.access <> 'active' THEN (SELECT json_object('state', i.state, 'expires_at', i.expires_at, 'status', d.status, 'failure', d.failure)
                FROM invitation i LEFT JOIN delivery d ON d.invitation_id = i.id
               WHERE i.member_id = m.id AND i.state <> 'accepted' ORDER BY i.created_at DESC, i.id DESC LIMIT 1) END AS invitation,
             m.role = 'admin' AND m.access = 'active' AND m.expires_at IS NULL
               AND (SELECT count(*) FROM (SELECT 1 FROM lasting_admin WHERE account_id = ?1 LIMIT 2)) < 2 AS is_last_admin"
        )
    };
}

const ONE: &str = concat!("SELECT ", member_columns!("m.name_key", "1001", "2000"), " FROM member m WHERE m.id = ?4 AND m.account_id = ?1");

/// Reads one member as the caller sees it.
///
/// # Errors
/// `not_signed_in`.
pub fn read_one(cx: &Cx, account: &AccountId, id: &MemberId) -> Result<Stmt> {
    Ok(sql!(ONE, account, cx.signed_in()?, cx.now, id))
}

/// The access of a member.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Access {
    /// Contact, invited, active or suspended.
    pub status: AccessStatus,
    /// The role, for everyone but contacts.
    pub role: Option<Role>,
    /// What is granted beyond the role.
    pub permissions: Vec<String>,
    /// Pixels and apps assigned to the person, of those the caller may see: in a list the first 20, alone the first 1,000.
    pub resource_ids: Vec<String>,
    /// Present and `true` where more are assigned than `resource_ids` names.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_more_resources: bool,
    /// When the access ends by itself.
    pub expires_at: Option<Instant>,
    /// Present and `true` for a seat held for the host. It ends when delegation is switched off, and passes to another host admin when its holder is
    /// no longer one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub held_for_host: bool,
    /// When the person was last in this account.
    pub last_seen_at: Option<Instant>,
}

/// A member as the caller sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Member<C = Capabilities> {
    /// The member.
    pub id: String,
    /// Of this account.
    pub account_id: String,
    /// As typed.
    pub email: String,
    /// Address data.
    #[serde(flatten)]
    pub contact: Contact,
    /// The categories of e-mails the person wants.
    pub email_preferences: Vec<Category>,
    /// What makes the person a sub-account.
    pub access: Access,
    /// The last invitation. Its link is only in the answer that made it.
    pub invitation: Option<invitation::Invitation>,
    /// Only in the answer to an invitation: whether the address was that of a contact, who is this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_contact: Option<bool>,
    /// When the person was added.
    pub created_at: Instant,
    /// When the record last changed.
    pub updated_at: Instant,
    /// Counts edits; also the `ETag`.
    pub version: i64,
    /// What the caller may do.
    pub capabilities: C,
}

/// Refuses with `not_found` unless the member is in this account, and with `stale_version` unless it still has a version the caller saw.
#[must_use]
pub fn expect_unchanged(id: &MemberId, account: &AccountId, version: Option<Versions>) -> Stmt {
    sql!(
        "INSERT INTO refusal (not_found, stale_version) SELECT CASE WHEN r.id IS NULL THEN 1 END, CASE WHEN r.is_stale THEN 1 END
           FROM (SELECT m.id, m.version NOT IN (SELECT value FROM json_each(?3)) AND ?3 IS NOT NULL AS is_stale
                   FROM (SELECT 1) LEFT JOIN member m ON m.id = ?1 AND m.account_id = ?2) r WHERE r.id IS NULL OR r.is_stale",
        id,
        account,
        version.map(Versions::bound)
    )
}

/// Calls a macro with every column of a person's contact data, including the keys of the names.
#[macro_export]
macro_rules! with_contact_columns {
    ($then:ident) => {
        $then!(
            "first_name",
            "last_name",
            "first_name_key",
            "last_name_key",
            "company",
            "phone",
            "address_1",
            "address_2",
            "city",
            "province",
            "postcode",
            "country"
        );
    };
}
