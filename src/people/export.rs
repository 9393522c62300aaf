//! The people of an account as a file, for a spreadsheet or for an import elsewhere (`people/import.rs` takes both forms).
//!
//! Everybody who may see the list may export it: the file holds nothing the list does not show them, and with a stricter gate they would only copy
//! it page by page. An answer holds at most [`LARGEST`] people; `Link` says where the next part begins. Parts of a CSV file can be joined as they
//! are: only the first has a byte order mark and the names of the columns. Cells are separated by commas for every reader (RFC 4180): a file must
//! not depend on the language of the browser that fetched it.

use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_with::DeserializeFromStr;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::{
    access::act::BatchResult,
    access::context::Cx,
    codes,
    core::decode,
    core::id::AccountId,
    core::list::{Listed, Page},
    core::permission::{Permission, Role},
    core::refusal::Result,
    core::table,
    core::vocabulary::{AccessStatus, Category},
    http::response::{self, Response, with},
    people::member::Contact,
    sql,
};

/// The most people in an answer, and the number when the request names none.
pub const LARGEST: i64 = 1_000;
/// The columns of a file.
const COLUMNS: [&str; 15] = [
    "id",
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
    "email_preferences",
    "access",
    "role",
];

/// The form of a file of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, DeserializeFromStr, EnumString, IntoStaticStr, VariantArray, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Format {
    /// A table, RFC 4180 in UTF-8.
    Csv,
    /// The same people as JSON.
    Json,
}
codes!(Format);

/// Which part of the people, in which form.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// `csv`, also when absent, or `json`.
    pub format: Option<Format>,
    /// People in the answer: 1 to 1,000, as many when absent.
    pub limit: Option<i64>,
    /// Where the part begins: from `Link` of the part before.
    pub cursor: Option<String>,
}

/// A person in a file.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Exported {
    /// The member.
    pub id: String,
    /// As typed.
    pub email: String,
    /// Address data.
    #[serde(flatten)]
    pub contact: Contact,
    /// The categories of e-mails the person wants.
    #[serde(deserialize_with = "decode::nested")]
    pub email_preferences: Vec<Category>,
    /// Contact, invited, active or suspended; an import gives no access.
    pub access: AccessStatus,
    /// The role, for everyone but contacts.
    pub role: Option<Role>,
    #[serde(skip_serializing)]
    #[schema(ignore)]
    place: String,
}

/// A part of an account's people, as an import takes it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct People {
    /// The people.
    pub members: Vec<Exported>,
    /// Where the next part begins; `null` on the last.
    pub next_cursor: Option<String>,
}

fn page(cx: &Cx, account: &AccountId, part: &Part) -> Result<Page> {
    Page::within(&cx.env.config, &["export", account.as_str()], part.limit.or(Some(LARGEST)), part.cursor.as_deref(), LARGEST)
}

/// The cursor of the part after this one (`None` on the last), with the batch that found it.
///
/// # Errors
/// The gate's, `cursor_not_valid`.
pub async fn next(cx: &Cx, account: &AccountId, part: &Part) -> Result<(BatchResult, Option<String>)> {
    #[derive(Deserialize)]
    struct Place {
        place: String,
        id: String,
    }
    let page = page(cx, account, part)?;
    let (place, id) = page.after();
    let result = cx
        .view(Permission::MembersView, account)
        .read(sql!(
            "SELECT name_key AS place, id FROM member WHERE account_id = ?1 AND (name_key, id) > (?2, ?3) ORDER BY name_key, id LIMIT ?4",
            account,
            place,
            id,
            page.limit_and_one()
        ))
        .run()
        .await?;
    let next = page.cut(result.rows::<Place>(0)?, |row| (&row.place, &row.id)).next_cursor;
    Ok((result, next))
}

/// A part of the people, as a file.
///
/// # Errors
/// The gate's, `cursor_not_valid`, `validation`.
pub async fn file(cx: &Cx, account: &AccountId, part: &Part) -> Result<(Response, Option<String>)> {
    let page = page(cx, account, part)?;
    let (place, id) = page.after();
    let result = cx
        .view(Permission::MembersView, account)
        .read(sql!(
            "SELECT m.id, m.email, m.first_name, m.last_name, m.company, m.phone, m.address_1, m.address_2, m.city, m.province, m.postcode, m.country,
                    (SELECT json_group_array(s.category) FROM subscription s WHERE s.member_id = m.id) AS email_preferences,
                    m.access, nullif(m.role, 'none') AS role, m.name_key AS place
               FROM member m WHERE m.account_id = ?1 AND (m.name_key, m.id) > (?2, ?3) ORDER BY m.name_key, m.id LIMIT ?4",
            account,
            place,
            id,
            page.limit_and_one()
        ))
        .run()
        .await?;
    let listed = page.cut(result.rows::<Exported>(0)?, |row| (&row.place, &row.id));
    let next = listed.next_cursor.clone();
    let response = if part.format == Some(Format::Json) { json(listed) } else { csv(&listed, part.cursor.is_none())? };
    Ok((response, next))
}

fn json(listed: Listed<Exported>) -> Response {
    let people = People { members: listed.data, next_cursor: listed.next_cursor };
    with(response::json(StatusCode::OK, &people), header::CONTENT_DISPOSITION, "attachment; filename=\"people.json\"")
}

fn csv(listed: &Listed<Exported>, is_first: bool) -> Result<Response> {
    let preferences: Vec<String> =
        listed.data.iter().map(|row| row.email_preferences.iter().map(|category| category.code()).collect::<Vec<_>>().join(" ")).collect();
    let rows = listed.data.iter().zip(&preferences).map(|(row, preferences)| {
        COLUMNS.map(|column| match column {
            "id" => row.id.as_str(),
            "email" => &row.email,
            "email_preferences" => preferences,
            "access" => row.access.code(),
            "role" => row.role.map(Role::code).unwrap_or_default(),
            column => row.contact.get(column),
        })
    });
    // Without the mark a spreadsheet assumes another encoding, and accents break.
    let mut table = if is_first { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    table.extend(table::write(is_first.then_some(COLUMNS).into_iter().chain(rows))?);
    Ok(with(response::of(StatusCode::OK, "text/csv; charset=utf-8", table), header::CONTENT_DISPOSITION, "attachment; filename=\"people.csv\""))
}
