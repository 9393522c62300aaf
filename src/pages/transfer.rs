//! *Esporta* and *Importa*: the people of an account as files.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Frame, Here, Tone,
    answer::{again, html, refusal_of},
    audit::field_in_words,
    shown::{address, role_filter},
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::id::AccountId,
    core::permission::{Permission, Role},
    core::refusal::Result,
    http::extract::{Form, Params, Path},
    http::request::LARGEST_FILE,
    http::response::Response,
    people::export::{self, Part},
    people::import::{self, Imported, Line, Outcome, Problem},
};

/// The files of a part of the people, and the way to the next part.
#[derive(Template)]
#[template(path = "export.html")]
pub struct ExportPage {
    /// What stands around it.
    pub frame: Frame,
    /// The part as a table.
    pub csv: String,
    /// The part as JSON.
    pub json: String,
    /// The page of the next part.
    pub next: Option<String>,
}

/// The form, or what became of the lines.
#[derive(Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    /// What stands around it.
    pub frame: Frame,
    /// What to do, or what was done.
    pub lead: &'static str,
    /// The page itself.
    pub path: String,
    /// The list of people.
    pub back: String,
    /// What was typed.
    pub members: String,
    /// The roles to invite with; none for those who invite nobody.
    pub roles: Vec<Choice>,
    /// The lines; none: the form.
    pub rows: Vec<ImportRow>,
    /// Columns that are not taken.
    pub ignored: String,
    /// Whether there are links to copy.
    pub has_links: bool,
    /// What the next step sends; nothing when there is none.
    pub fields: Vec<(&'static str, String)>,
    /// What it is called.
    pub submit: &'static str,
}

/// A line of the file.
pub struct ImportRow {
    /// As the feature says it.
    pub line: Line,
    /// What becomes of it.
    pub outcome: Badge,
    /// Why it is refused: field and reason.
    pub errors: Vec<String>,
}

/// What the pages send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    members: String,
    invite: String,
    offset: Option<String>,
    cursor: Option<String>,
}

/// `GET /accounts/{account}/users/export`
///
/// # Errors
/// The gate's, `cursor_not_valid`.
pub async fn get_export(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(asked): Params<Asked>) -> Result<Response> {
    let cursor = asked.cursor.clone().unwrap_or_default();
    let (done, next) = export::next(&cx, &account, &Part { cursor: asked.cursor, ..Part::default() }).await?;
    let path = format!("/accounts/{account}/users/export");
    let file = |format| address(&format!("/v1/accounts/{account}/members/export"), &[("format", format), ("cursor", &cursor)]);
    html(&ExportPage {
        frame: Frame::in_account(&cx, &done, Here::Users, cx.lang.text().transfer.export, &path)?.below_users().at(&uri),
        csv: file("csv"),
        json: file("json"),
        next: next.map(|next| address(&path, &[("cursor", &next)])),
    })
}

impl ImportPage {
    fn of(cx: &Cx, done: &BatchResult, account: &AccountId, asked: Asked) -> Result<Self> {
        let (text, back) = (cx.lang.text(), format!("/accounts/{account}/users"));
        let path = format!("{back}/import");
        let mut roles = role_filter(text, Role::from_code(&asked.invite));
        if let Some(nobody) = roles.first_mut() {
            nobody.label = text.transfer.nobody;
        }
        Ok(Self {
            frame: Frame::in_account(cx, done, Here::Users, text.transfer.import, &path)?.below_users(),
            lead: text.transfer.import_lead,
            members: asked.members,
            roles: if done.authority()?.may(Permission::MembersManage) { roles } else { Vec::new() },
            rows: Vec::new(),
            ignored: String::new(),
            has_links: false,
            fields: Vec::new(),
            submit: "",
            path,
            back,
        })
    }

    /// What became of the lines, and the step after it: the whole file, or its next chunk.
    fn tell(&mut self, cx: &Cx, imported: Imported, invite: String, is_preview: bool) {
        let text = &cx.lang.text().transfer;
        let goes_on = imported.lines.iter().any(|line| !matches!(line.outcome, Outcome::Refused | Outcome::Unchanged));
        let next = if is_preview { goes_on.then_some(0) } else { imported.next_offset };
        if let Some(offset) = next {
            self.fields = vec![("members", std::mem::take(&mut self.members)), ("invite", invite), ("offset", offset.to_string())];
        }
        self.lead = if is_preview { text.preview_lead } else { text.done_lead };
        self.submit = if is_preview { text.import } else { text.proceed };
        self.has_links = imported.lines.iter().any(|line| line.link.is_some());
        self.ignored = imported.ignored.join(", ");
        let outcome = |outcome| match outcome {
            Outcome::Created => Badge::new(text.created, Tone::Good),
            Outcome::Updated => Badge::new(text.updated, Tone::Good),
            Outcome::Invited => Badge::new(text.invited, Tone::Good),
            Outcome::Unchanged => Badge::new(text.unchanged, Tone::Calm),
            Outcome::Refused => Badge::new(text.refused, Tone::Bad),
        };
        let named = |error: &Problem| {
            let label = field_in_words(cx.lang, error.pointer.trim_start_matches('/')).unwrap_or(&error.pointer);
            [label, ": ", &error.detail].concat()
        };
        let row = |line: Line| ImportRow { outcome: outcome(line.outcome), errors: line.errors.iter().map(named).collect(), line };
        self.rows = imported.lines.into_iter().map(row).collect();
        // A look at what was done is not a form to send again in another language.
        self.frame.switch = super::LanguageSwitch::Absent;
    }
}

/// `GET /accounts/{account}/users/import`
///
/// # Errors
/// The gate's.
pub async fn get_import(cx: Cx, Path(account): Path<AccountId>) -> Result<Response> {
    let done = cx.view(Permission::ContactsManage, &account).run().await?;
    html(&ImportPage::of(&cx, &done, &account, Asked::default())?)
}

/// `POST /accounts/{account}/users/import`: shows what would happen, then does it chunk by chunk.
///
/// # Errors
/// The gate's, and those a form has nothing to say to.
pub async fn post_import(cx: Cx, Path(account): Path<AccountId>, Form(asked): Form<Asked, LARGEST_FILE>) -> Result<Response> {
    let (is_preview, invite) = (asked.offset.is_none(), asked.invite.clone());
    let offset = asked.offset.as_deref().and_then(|offset| offset.parse().ok());
    let wanted = import::Parameters { preview: Some(is_preview), offset, invite: Role::from_code(&invite), permissions: None };
    match import::run(&cx, &account, &asked.members, &wanted).await {
        Ok((done, imported)) => {
            let mut page = ImportPage::of(&cx, &done, &account, asked)?;
            page.tell(&cx, imported, invite, is_preview);
            html(&page)
        }
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let done = cx.view(Permission::ContactsManage, &account).run().await?;
            let mut page = ImportPage::of(&cx, &done, &account, asked)?;
            page.frame = page.frame.refusing(&refusal);
            again(&refusal, &page)
        }
    }
}
