//! Adding a person: a contact, or an invitation.
//!
//! Document 000 adds a contact and makes it a sub-account with a tick; document 002 invites an address. Both are one record here, so an invitation to
//! an address that is a contact is that contact's: the one that is named, else the one of the same name, else the only one. Their details and e-mail
//! preferences stay; of the details, what the invitation brings is taken where they have nothing. Where several contacts have the address and none is meant,
//! the caller chooses. The choice is made in the batch itself, so of two invitations at once one wins.

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::{
    access::act::BatchResult,
    access::audit::{Audit, BY_USER, BY_USER_END, BY_USER_FROM, BY_USER_OF},
    access::context::Cx,
    add_words, audited,
    core::db::Stmt,
    core::field::{Checks, Email},
    core::id::{AccountId, MemberId},
    core::permission::Permission,
    core::refusal::{Result, Wrong},
    first_people,
    identity::link::NewLink,
    member_columns,
    people::capabilities::Viewer,
    people::contact::{INSERT, columns, with_target},
    people::member::{Member, NewMember, read_one},
    people::member_words,
    people::new_access::CheckedAccess,
    people::preference,
    people::shared_address,
    sql,
};

/// The contact that an invitation is for; NULL for somebody new. The literals bind the account, the key of the address, and [`Invitation::wanted`].
macro_rules! the_contact {
    ($account:literal, $key:literal, $wanted:literal) => {
        concat!(
            "coalesce((SELECT m.id FROM member m WHERE m.id = json_extract(",
            $wanted,
            ", '$.contact') AND m.account_id = ",
            $account,
            " AND m.email_key = ",
            $key,
            " AND m.access = 'none'),
              (SELECT m.id FROM member m WHERE json_type(",
            $wanted,
            ", '$.contact') IS NULL AND json_extract(",
            $wanted,
            ", '$.has_name') AND m.account_id = ",
            $account,
            " AND m.email_key = ",
            $key,
            " AND m.access = 'none' AND m.first_name_key IS json_extract(",
            $wanted,
            ", '$.first_name_key')
                 AND m.last_name_key IS json_extract(",
            $wanted,
            ", '$.last_name_key') ORDER BY m.id LIMIT 1),
              (SELECT min(few.id) FROM (SELECT m.id FROM member m WHERE json_type(",
            $wanted,
            ", '$.contact') IS NULL AND m.account_id = ",
            $account,
            " AND m.email_key = ",
            $key,
            " AND m.access = 'none' LIMIT 2) few HAVING count(*) = 1))"
        )
    };
}

/// Refuses where it is not evident which contact is meant. At an address that is full the caller reads that nobody new has room.
const SEVERAL_CONTACTS: &str = concat!(
    "INSERT INTO refusal (several_contacts) SELECT 1 WHERE json_extract(?3, '$.contact') IS NOT 'new' AND ",
    the_contact!("?1", "?2", "?3"),
    " IS NULL AND (json_type(?3, '$.contact') IS NOT NULL OR (SELECT count(*) FROM (SELECT 1 FROM member WHERE account_id = ?1 AND email_key = ?2 LIMIT 50)) BETWEEN 1 AND 49)"
);
/// Refuses when a member with access has this address in the account, or when the address's user is a member of it.
const ADDRESS_TAKEN: &str = "INSERT INTO refusal (already_member, already_invited)
     SELECT CASE WHEN m.access <> 'invited' THEN 1 END, CASE m.access WHEN 'invited' THEN 1 END FROM member m WHERE m.account_id = ?1 AND m.email_key = ?2 AND m.access <> 'none'
     UNION ALL SELECT 1, NULL FROM user u JOIN member m ON m.user_id = u.id AND m.account_id = ?1 WHERE u.email_key = ?2 LIMIT 1";
/// The line of an invitation, with what a contact gets from it. ?8 the new member's id, ?9 what changes, with `wanted` and `given` in it.
const AUDIT: &[&str] = &[
    BY_USER,
    BY_USER_OF,
    "?6, ?7, coalesce(t.contact, ?8), t.name, t.before, json_patch(json_remove(?9, '$.wanted', '$.given'), t.filled)",
    BY_USER_FROM,
    "SELECT c.contact, json_extract(?9, '$.email') AS name, CASE WHEN c.contact IS NOT NULL THEN json_object('access', 'none') END AS before,
       (SELECT json_group_object(got.key, got.value) FROM member m CROSS JOIN json_each(?9, '$.given') got WHERE m.id = c.contact AND got.value IS NOT NULL AND CASE
          WHEN got.key IN ('first_name', 'last_name') THEN coalesce(m.first_name, m.last_name) IS NULL WHEN got.key = 'company' THEN m.company IS NULL
          WHEN got.key = 'phone' THEN m.phone IS NULL ELSE coalesce(m.address_1, m.address_2, m.city, m.province, m.postcode, m.country) IS NULL END) AS filled FROM (SELECT ",
    the_contact!("?3", "json_extract(?9, '$.wanted.email_key')", "json_extract(?9, '$.wanted')"),
    " AS contact) c",
    BY_USER_END,
];
const NEW_MEMBER: &[&str] = &[INSERT, " WHERE ", the_contact!("?2", "?5", "?8"), " IS NULL"];
const INVITATION: &str = concat!(
    "INSERT INTO invitation (id, account_id, member_id, purpose, token_hash, mailed_token_hash, created_by, created_at, expires_at)
     SELECT ?1, ?2, coalesce((SELECT id FROM member WHERE id = ?9 AND account_id = ?2), ",
    the_contact!("?2", "?7", "?8"),
    "), 'member', ?3, ?4, s.user_id, ?5, ?5 + h.invitation_ms FROM session s, host_setting h WHERE s.token_hash = ?6"
);
const WORDS: &str = add_words!("SELECT i.member_id FROM invitation i WHERE i.id = ?1 AND i.account_id = ?2");
/// Sets fields that belong together where all of them are empty. ?3 the fields as JSON.
macro_rules! filled {
    ($all:literal; $field:literal $(, $more:literal)*) => {
        concat!(filled!(@ $all, $field) $(, ", ", filled!(@ $all, $more))*)
    };
    (@ $all:literal, $field:literal) => {
        concat!($field, " = CASE WHEN coalesce(", $all, ") IS NULL THEN json_extract(?3, '$.", $field, "') ELSE ", $field, " END")
    };
}
/// Gives access, and a contact what they lack: the name as a whole, the postal address as a whole, company and telephone number.
const FILL: &str = concat!(
    "UPDATE member SET access = 'invited', role = ?4, expires_at = ?5, updated_at = ?6, version = version + (id <> ?7), ",
    "company = coalesce(company, json_extract(?3, '$.company')), phone = coalesce(phone, json_extract(?3, '$.phone')), ",
    filled!("first_name, last_name"; "first_name", "last_name", "first_name_key", "last_name_key"),
    ", ",
    filled!("address_1, address_2, city, province, postcode, country"; "address_1", "address_2", "city", "province", "postcode", "country"),
    ", words = json_patch(words, json_remove(?8, '$._email', iif(coalesce(first_name, last_name) IS NULL, '$._email', '$._first_name'),
         iif(coalesce(first_name, last_name) IS NULL, '$._email', '$._last_name'), iif(company IS NULL, '$._email', '$._company')))",
    " WHERE id = (SELECT member_id FROM invitation WHERE id = ?1) AND account_id = ?2"
);

/// Of somebody new (?4). A contact keeps the categories they have.
const SUBSCRIPTIONS: &str = "INSERT OR IGNORE INTO subscription (member_id, category, account_id) SELECT i.member_id, c.value, ?2 FROM invitation i CROSS JOIN json_each(?3) c WHERE i.id = ?1 AND i.account_id = ?2 AND i.member_id = ?4";
const GRANTS: &str = "INSERT INTO member_permission (member_id, permission) SELECT i.member_id, granted.value FROM invitation i CROSS JOIN json_each(?3) granted WHERE i.id = ?1 AND i.account_id = ?2";
const ASSIGNED: &str = concat!(
    "UPDATE resource SET version = version + 1, first_people = ",
    first_people!("SELECT s.member_id FROM assignment s WHERE s.resource_id = resource.id"),
    " WHERE +account_id = ?1 AND id IN (SELECT value FROM json_each(?2))"
);
const ASSIGNMENTS: &str = "INSERT OR IGNORE INTO assignment (member_id, resource_id) SELECT i.member_id, r.id FROM invitation i CROSS JOIN json_each(?3) j
     CROSS JOIN resource r ON r.id = j.value AND r.account_id = ?2 WHERE i.id = ?1 AND i.account_id = ?2";
const INVITED: &str = concat!(
    "SELECT ",
    member_columns!("m.name_key", "1001", "2000"),
    " FROM invitation n CROSS JOIN member m ON m.id = n.member_id WHERE n.id = ?4 AND m.account_id = ?1"
);

/// Adds a person: a contact, or an invited member when `access` is given. The answer is the same whether or not the address has a user.
///
/// # Errors
/// `validation`, `already_member`, `already_invited`, `several_contacts`, `address_shared_by_too_many`, `permission_not_for_role`, `unknown_resource`, and
/// the gate's.
pub async fn create(cx: &Cx, account: &AccountId, new: &NewMember) -> Result<(BatchResult, Member)> {
    let mut checks = Checks::default();
    let email = checks.email("/email", &new.email);
    let given = new.given(&mut checks);
    let access = new.access.as_ref().map(|access| access.checked("/access", cx.now, &mut checks)).transpose()?;
    if access.is_none() && new.contact.is_some() {
        checks.wrong("/contact", Wrong::UnknownField);
    }
    checks.done()?;
    let id = MemberId::known(cx.new_id()?);
    match &access {
        Some(access) => Invitation { id, email, given, access, new }.run(cx, account).await,
        None => add_contact(cx, account, new, &id, &email, &given).await,
    }
}

async fn add_contact(cx: &Cx, account: &AccountId, new: &NewMember, id: &MemberId, email: &Email, given: &Map<String, Json>) -> Result<(BatchResult, Member)> {
    let result = cx
        .act(Permission::ContactsManage, account)
        .audit(Audit {
            sql: audited!("SELECT json_extract(?9, '$.email') AS name, NULL AS before"),
            action: "member.created",
            target_type: "member",
            target_id: id.to_string(),
            account: Some(account.clone()),
            after: json!({ "email": email.typed, "access": "none" }),
        })
        .write(sql!(INSERT, id, account, columns(given), &email.typed, &email.key, cx.now, member_words::of_contact(given, Some(&email.typed))))
        .write(member_words::added(id.as_str()))
        .write(preference::insert(id, account, &new.email_preferences))
        .rule(shared_address::has_room(account, &email.key))
        .read(read_one(cx, account, id)?)
        .run()
        .await?;
    let member = Viewer::of(cx, &result)?.sees(result.one(0)?);
    Ok((result, member))
}

/// An invitation, checked.
struct Invitation<'a> {
    /// The id of the member, if it is somebody new.
    id: MemberId,
    email: Email,
    given: Map<String, Json>,
    access: &'a CheckedAccess,
    new: &'a NewMember,
}

impl Invitation<'_> {
    /// Whom the invitation means among the contacts of its address.
    fn wanted(&self) -> Json {
        let mut wanted = columns(&self.given);
        if let Some(fields) = wanted.as_object_mut() {
            fields.retain(|name, value| name.ends_with("_name_key") && !value.is_null());
            fields.insert("has_name".to_owned(), (!fields.is_empty()).into());
            fields.insert("email_key".to_owned(), self.email.key.as_str().into());
            fields.extend(self.new.contact.as_deref().map(|contact| ("contact".to_owned(), contact.into())));
        }
        wanted
    }

    async fn run(&self, cx: &Cx, account: &AccountId) -> Result<(BatchResult, Member)> {
        let (id, email, access, wanted, link) = (&self.id, &self.email, self.access, self.wanted(), NewLink::new(cx)?);
        let words = member_words::of_contact(&self.given, Some(&email.typed));
        let [invitation, _, token_hash, mailed_token_hash] = link.columns();
        let mut after = access.as_json(Some("invited"));
        after.insert("email".to_owned(), email.typed.as_str().into());
        after.insert("wanted".to_owned(), wanted.clone());
        after.insert("given".to_owned(), Json::Object(self.given.clone()));
        let mut act = cx
            .act(Permission::MembersManage, account)
            .audit(Audit {
                sql: AUDIT,
                action: "member.invited",
                target_type: "member",
                target_id: id.to_string(),
                account: Some(account.clone()),
                after: Json::Object(after),
            })
            .expect(sql!(ADDRESS_TAKEN, account, &email.key))
            .expect(sql!(SEVERAL_CONTACTS, account, &email.key, &wanted))
            .expect(access.expect_within_own(cx, account, id.as_str()))
            .write(Stmt::of_pieces(NEW_MEMBER, &[id, account, &columns(&self.given), &email.typed, &email.key, &cx.now, &words, &wanted]))
            .write(sql!(INVITATION, &invitation, account, token_hash, mailed_token_hash, cx.now, cx.signed_in()?, &email.key, &wanted, id))
            .write(sql!(FILL, &invitation, account, columns(&self.given), access.role.code(), access.expires_at, cx.now, id, &words))
            .write(sql!(WORDS, &invitation, account));
        if !self.new.email_preferences.is_empty() {
            act = act.write(sql!(SUBSCRIPTIONS, &invitation, account, json!(self.new.email_preferences), id));
        }
        if !access.permissions.is_empty() {
            act = act.expect(access.expect_enabled(account, id.as_str())).write(sql!(GRANTS, &invitation, account, json!(access.permissions)));
        }
        if let Some(resources) = access.resource_ids.as_ref().map(|ids| json!(ids)) {
            act = act.expect(access.expect_resources(account));
            act = act.write(sql!(ASSIGNMENTS, &invitation, account, &resources)).write(sql!(ASSIGNED, account, &resources));
        }
        act = link.outboxes_invitation(cx, act).rule(shared_address::has_room_if_added(id, account, &email.key));
        act = act.read(sql!(INVITED, account, cx.signed_in()?, cx.now, &invitation)).read(link.read_invitation());
        let result = match act.run().await {
            Err(failure) => {
                let who = sql!("SELECT id FROM member WHERE account_id = ?1 AND email_key = ?2 AND access <> 'none'", account, &email.key);
                return Err(with_target(cx, account, failure, who).await);
            }
            Ok(result) => result,
        };
        let mut member = Viewer::of(cx, &result)?.sees(result.one(0)?);
        member.was_contact = Some(member.id != id.as_str());
        member.invitation = Some(link.publish_invitation(cx, result.one(1)?).into());
        Ok((result, member))
    }
}

/// A contact who may be chosen for an invitation.
#[derive(Debug, Deserialize)]
pub struct Choice {
    /// The member.
    pub id: String,
    /// The name; may be empty.
    pub name: String,
    /// The company; may be empty.
    pub company: String,
}

/// The contacts of an address. `None` for what is no address.
#[must_use]
pub fn choices(account: &AccountId, email: &str) -> Option<Stmt> {
    Email::parse(email).map(|email| {
        sql!(
            "SELECT id, trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) AS name, coalesce(company, '') AS company FROM member
              WHERE account_id = ?1 AND email_key = ?2 AND access = 'none' LIMIT 50",
            account,
            &email.key
        )
    })
}
