//! *Esporta* and *Importa*: export and import of the people of an account.

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
    core::encoding::Encoding,
    core::id::AccountId,
    core::permission::{Permission, Role},
    core::refusal::Result,
    http::extract::{Form, Params, Path},
    http::request::LARGEST_FILE_FORM,
    http::response::Response,
    people::export::{self, Part},
    people::import::{self, Imported},
    people::import_line::{Line, Outcome, Problem, Warning},
    text::import_note::Note,
};

/// The page with the files of one part of the people, and a link to the next part.
#[derive(Template)]
#[template(path = "export.html")]
pub struct ExportPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The path of the part as CSV.
    pub csv: String,
    /// The path of the part as JSON.
    pub json: String,
    /// The path of the page of the next part.
    pub next: Option<String>,
}

/// The form, or the results of the lines.
#[derive(Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    /// The frame of the page.
    pub frame: Frame,
    /// A sentence with what to do, or what was done.
    pub lead: &'static str,
    /// The page's own path.
    pub path: String,
    /// The path of the list of users.
    pub back: String,
    /// The text as typed.
    pub members: String,
    /// The roles to invite with; empty for a reader who may not invite.
    pub roles: Vec<Choice>,
    /// The lines; empty while the page shows the form.
    pub rows: Vec<ImportRow>,
    /// Columns that the import ignores.
    pub ignored: String,
    /// Whether there are links to copy.
    pub has_links: bool,
    /// The fields of the next step; empty when there is none.
    pub fields: Vec<(&'static str, String)>,
    /// The label of the next step.
    pub submit: &'static str,
}

/// A line of the file.
pub struct ImportRow {
    /// The result from the import.
    pub line: Line,
    /// Its outcome.
    pub outcome: Badge,
    /// Why it is refused: field and reason.
    pub errors: Vec<String>,
    /// What is not taken of it, or is taken otherwise than it is written.
    pub warnings: Vec<String>,
}

/// The parameters and fields of both pages.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    members: String,
    invite: String,
    offset: Option<String>,
    cursor: Option<String>,
}

/// `GET /accounts/{account}/users/export`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`.
pub async fn get_export(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(sent): Params<Sent>) -> Result<Response> {
    let cursor = sent.cursor.clone().unwrap_or_default();
    let (done, next) = export::next(&cx, &account, &Part { cursor: sent.cursor, ..Part::default() }).await?;
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
    fn of(cx: &Cx, done: &BatchResult, account: &AccountId, sent: Sent) -> Result<Self> {
        let (text, back) = (cx.lang.text(), format!("/accounts/{account}/users"));
        let path = format!("{back}/import");
        let mut roles = role_filter(text, Role::from_code(&sent.invite));
        if let Some(nobody) = roles.first_mut() {
            nobody.label = text.transfer.nobody;
        }
        Ok(Self {
            frame: Frame::in_account(cx, done, Here::Users, text.transfer.import, &path)?.below_users(),
            lead: text.transfer.import_lead,
            members: sent.members,
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

    /// Returns the page with the results of the lines and the next step: the whole file, or its next chunk.
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
            on(label, &error.detail)
        };
        let row = |line: Line| ImportRow {
            outcome: outcome(line.outcome),
            errors: line.errors.iter().map(named).collect(),
            warnings: in_words(text.not_taken, &line.warnings),
            line,
        };
        self.rows = imported.lines.into_iter().map(row).collect();
        // The results page has no language switch: it would send the form again.
        self.frame.switch = super::LanguageSwitch::Absent;
    }
}

/// A sentence about a field or a column; without one, about the whole line.
fn on(label: &str, sentence: &str) -> String {
    if label.is_empty() { sentence.to_owned() } else { [label, ": ", sentence].concat() }
}

/// The warnings of a line, with the columns that are not taken in one sentence.
fn in_words(not_taken: &str, warnings: &[Warning]) -> Vec<String> {
    let (columns, others): (Vec<&Warning>, Vec<&Warning>) = warnings.iter().partition(|warning| warning.code == Note::NotTaken.code());
    let columns: Vec<&str> = columns.iter().map(|warning| warning.column.as_str()).collect();
    let others = others.iter().map(|warning| on(&warning.column, &warning.detail));
    (!columns.is_empty()).then(|| [not_taken, " ", &columns.join(", ")].concat()).into_iter().chain(others).collect()
}

/// `GET /accounts/{account}/users/import`
///
/// # Errors
/// The errors of the gate.
pub async fn get_import(cx: Cx, Path(account): Path<AccountId>) -> Result<Response> {
    let done = cx.view(Permission::ContactsManage, &account).run().await?;
    html(&ImportPage::of(&cx, &done, &account, Sent::default())?)
}

/// `POST /accounts/{account}/users/import`: shows a preview, then imports the file chunk by chunk.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_import(cx: Cx, Path(account): Path<AccountId>, Form(sent): Form<Sent, LARGEST_FILE_FORM>) -> Result<Response> {
    let (is_preview, invite) = (sent.offset.is_none(), sent.invite.clone());
    let offset = sent.offset.as_deref().and_then(|offset| offset.parse().ok());
    let wanted = import::Parameters { preview: Some(is_preview), offset, invite: Role::from_code(&invite), permissions: None };
    match import::run(&cx, &account, &sent.members, Encoding::Utf8, &wanted).await {
        Ok((done, imported)) => {
            let mut page = ImportPage::of(&cx, &done, &account, sent)?;
            page.tell(&cx, imported, invite, is_preview);
            html(&page)
        }
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let done = cx.view(Permission::ContactsManage, &account).run().await?;
            let mut page = ImportPage::of(&cx, &done, &account, sent)?;
            page.frame = page.frame.refusing(&refusal);
            again(&refusal, &page)
        }
    }
}
