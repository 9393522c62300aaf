//! *Profilo Cliente*: the account's name and address data.
//!
//! Document 000 gives the fields; the country and the tax id are additions. A caller who may only rename the account can change nothing else.

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::{
    access::audit::Audit,
    access::context::Cx,
    account_columns,
    accounts::account::{Account, NAME_CHARACTERS, expect_version, index_words},
    audited,
    core::address::{self, PROVINCES},
    core::decode,
    core::field::{Checks, Email, Patch},
    core::id::AccountId,
    core::letters,
    core::permission::Permission,
    core::refusal::Result,
    core::version::Versions,
    people::preference,
    sql, wrong_in_italy,
};

/// The fields of the profile, each with its longest length.
macro_rules! profile_fields {
    ($($field:ident, $longest:literal;)*) => {
        /// The profile fields to change. Absent fields stay as they are; `null` empties a field.
        #[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "the document's own labels")]
        pub struct ProfilePatch { $(#[serde(default)] #[schema(value_type = Option<String>)] pub $field: Patch<String>,)* }

        impl ProfilePatch {
            /// The field of this name, where one came; empty for `null`.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<&str> {
                match name { $(stringify!($field) => self.$field.text(),)* _ => None }
            }

            fn given(&self, checks: &mut Checks) -> Map<String, Json> {
                let mut given = Map::new();
                $(if self.$field.is_given() {
                    address::take(&mut given, checks, concat!("/profile/", stringify!($field)), self.$field.value().map(String::as_str), $longest);
                })*
                address::italian(&given, checks, "/profile");
                given
            }
        }

        /// Sets the fields that ?2 names, in the account ?1.
        const CHANGE: &str = concat!(
            "UPDATE account SET ",
            $(stringify!($field), " = CASE WHEN json_type(?2, '$.", stringify!($field), "') IS NULL THEN ", stringify!($field),
              " ELSE json_extract(?2, '$.", stringify!($field), "') END, ",)*
            "email_key = CASE WHEN json_type(?2, '$.email') IS NULL THEN email_key ELSE ?5 END,
             name = coalesce(?3, name), name_key = coalesce(?4, name_key), version = version + 1 WHERE id = ?1"
        );
    };
}

profile_fields! {
    company, 120;
    email, 254;
    phone, 40;
    address_1, 120;
    address_2, 120;
    city, 80;
    province, 80;
    postcode, 20;
    country, 60;
    tax_id, 40;
    language, 2;
}

/// The changes to an account.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// The new name.
    #[serde(default, deserialize_with = "decode::given")]
    pub name: Option<String>,
    /// The changes to its profile.
    #[serde(default, deserialize_with = "decode::object")]
    pub profile: Option<ProfilePatch>,
}

/// Renames an account or edits its profile. A caller who may edit the profile may rename the account too.
///
/// # Errors
/// `validation`, `italian_address`, `domain_keeps_a_recipient`, `stale_version`, and the gate's.
pub async fn edit(cx: &Cx, id: &AccountId, patch: &AccountPatch, version: Option<Versions>) -> Result<Account> {
    let mut checks = Checks::default();
    let name = patch.name.as_deref().map(|name| checks.line("/name", name, NAME_CHARACTERS));
    let given = patch.profile.as_ref().map(|profile| profile.given(&mut checks));
    checks.done()?;
    let (permission, action) = match given {
        None if name.is_some() => (Permission::AccountRename, "account.renamed"),
        _ => (Permission::ProfileManage, "account.profile_changed"),
    };
    let given = given.unwrap_or_default();
    let changes = name.is_some() || !given.is_empty();
    let email_key = given.get("email").and_then(Json::as_str).and_then(Email::parse).map(|email| email.key);
    let mut after = given.clone();
    after.extend(name.as_deref().map(|name| ("name".to_owned(), name.into())));
    let mut act = cx.act(permission, id).changes(changes).expect(expect_version(id, version));
    if given.get("email").is_some_and(Json::is_null) {
        act = act.expect(preference::keep_a_recipient_without_address(id));
    }
    if address::moves(&given) {
        act = act.rule(sql!(wrong_in_italy!("account WHERE id = ?1", "?2"), id, PROVINCES));
    }
    act = act
        .audit(Audit {
            sql: audited!(
                "SELECT a.name, json_object('name', a.name, 'company', a.company, 'email', a.email, 'phone', a.phone, 'address_1', a.address_1, 'address_2', a.address_2,
                        'city', a.city, 'province', a.province, 'postcode', a.postcode, 'country', a.country, 'tax_id', a.tax_id, 'language', a.language) AS before
                   FROM account a WHERE a.id = ?8"
            ),
            action,
            target_type: "account",
            target_id: id.to_string(),
            account: Some(id.clone()),
            after: Json::Object(after),
        })
        .write(sql!(CHANGE, id, Json::Object(given), name.as_deref(), name.as_deref().map(letters::folded), email_key));
    if let Some(name) = &name {
        act = act.write(sql!("DELETE FROM account_word WHERE account_id = ?1", id)).writes(index_words(id, name));
    }
    let result = act.read(sql!(concat!("SELECT ", account_columns!(), " FROM account a WHERE a.id = ?1"), id)).run().await?;
    let authority = result.authority()?.clone().of(result.one(0)?);
    Ok(Account::of(cx, &authority))
}
