//! An account's row. Every authority has that of its account.

use serde::{Deserialize, Serialize};

use crate::core::{decode, vocabulary::AccountStatus};

/// The columns of [`AccountRow`], of an `account a`.
#[macro_export]
macro_rules! account_columns {
    () => {
        "a.id, a.parent_id, a.name, a.name_key, a.status, a.delegated, a.company, a.email, a.phone, a.address_1, a.address_2, a.city, a.province,
         a.postcode, a.country, a.tax_id, a.language, a.email_preferences, a.created_at, a.deleted_at, a.purge_at, a.version"
    };
}

/// An account's row.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "named as in design §4")]
pub struct AccountRow {
    pub id: String,
    pub parent_id: Option<String>,
    pub name: String,
    pub name_key: String,
    pub status: AccountStatus,
    #[serde(deserialize_with = "decode::flag")]
    pub delegated: bool,
    #[serde(flatten)]
    pub profile: Profile,
    pub email_preferences: String,
    pub created_at: i64,
    pub deleted_at: Option<i64>,
    pub purge_at: Option<i64>,
    pub version: i64,
}

impl AccountRow {
    /// Whether this is the host.
    #[must_use]
    pub fn is_host(&self) -> bool {
        self.parent_id.is_none()
    }
}

/// Address data of the customer itself (*Profilo Cliente*, document 000). Absent text is `null`.
#[derive(Debug, Clone, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[expect(missing_docs, reason = "the document's own labels")]
pub struct Profile {
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address_1: Option<String>,
    pub address_2: Option<String>,
    pub city: Option<String>,
    pub province: Option<String>,
    pub postcode: Option<String>,
    pub country: Option<String>,
    pub tax_id: Option<String>,
    pub language: Option<String>,
}

impl Profile {
    /// The field of this name. Empty where it is absent or there is no such field.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let field = match name {
            "company" => &self.company,
            "email" => &self.email,
            "phone" => &self.phone,
            "address_1" => &self.address_1,
            "address_2" => &self.address_2,
            "city" => &self.city,
            "province" => &self.province,
            "postcode" => &self.postcode,
            "country" => &self.country,
            "tax_id" => &self.tax_id,
            "language" => &self.language,
            _ => &None,
        };
        field.as_deref().unwrap_or_default()
    }
}
