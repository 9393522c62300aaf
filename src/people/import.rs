//! The import of people from a file: a table, our own export, or what WHMCS answers to `GetContacts` and `GetClientsDetails`.
//!
//! A line means the person whose `id` it names. Without an id it means one of the people with its address: the one with its name, else the one with
//! access, else the one without a name; a line without a name means the only one. Otherwise it is a new person, because two people may share an
//! address. When two lines mean one person, neither is taken, because nobody knows which is right.
//!
//! An import adds and changes. It never empties a field, takes a preference away or gives access, because the other system knows less about the
//! person than this one. So importing the same file twice changes nothing, wherever the first import was killed. Good lines are taken, and bad ones
//! are reported with their numbers. A request takes one chunk of the file in one batch and says where the next begins. What a line would do is one
//! SELECT (`people/import_plan.sql`). The preview reads it, and every statement of the change starts from it, so they cannot differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::{
    access::act::{Act, BatchResult},
    access::audit::{Audit, BY_USER, BY_USER_END, BY_USER_FROM, BY_USER_OF, BY_USER_ON},
    access::context::Cx,
    access::email_queue::first_status,
    add_words,
    core::address::PROVINCES,
    core::db::Stmt,
    core::decode,
    core::encoding::Encoding,
    core::field::Checks,
    core::id::AccountId,
    core::permission::{Permission, Role},
    core::refusal::{Refusal, Result, Wrong},
    core::vocabulary::HOST,
    email_row,
    identity::link::NewLink,
    people::import_line::{Line, Outcome, checked, refused},
    people::import_source::{self, MOST_LINES},
    people::new_access::{CheckedAccess, NewAccess},
    sql,
    text::import_note::Note,
    with_contact_columns,
};

/// Lines a request takes.
pub const CHUNK: usize = 200;
/// Bytes of lines in a document: D1 takes texts of 2,000,000, and there are the keys of other lines besides.
const DOCUMENT_BYTES: usize = 1_000_000;
/// Columns that are reported as not taken, at most.
const MOST_IGNORED: usize = 100;

/// What to do with the file.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Parameters {
    /// Only report what would happen, for the whole file.
    pub preview: Option<bool>,
    /// How many lines of the file were taken before: `next_offset` of the answer before.
    pub offset: Option<i64>,
    /// Invite everybody in the file who has no access, with this role. Needs `members.manage`.
    pub invite: Option<Role>,
    /// Permissions beyond that role, with commas between.
    pub permissions: Option<String>,
}

/// The result for each line, or in a preview what it would be.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Imported {
    /// The lines of this answer.
    pub lines: Vec<Line>,
    /// Columns of the file that are not taken: the first 100. Each line's `warnings` say where they had content.
    pub ignored: Vec<String>,
    /// The encoding the file was read in: `utf-8`, `utf-16`, or `windows-1252`, which is a guess: look at the accents.
    pub encoding: &'static str,
    /// The `offset` of the next request with the same file; `null` at its end.
    pub next_offset: Option<i64>,
}

/// The whole file, read and checked.
struct File {
    lines: Vec<Line>,
    /// For each line, the fields that the statements need; `None` when the line has errors.
    good: Vec<Option<Map<String, Json>>>,
    /// The keys of the good lines of other chunks, by which the plan sees that two lines mean one person.
    elsewhere: Vec<Map<String, Json>>,
    /// For each line, the column with a role that the person has elsewhere.
    access: Vec<Option<String>>,
    ignored: Vec<String>,
}

fn read(cx: &Cx, text: &str) -> Result<File> {
    let people = import_source::read(text)?;
    if people.is_empty() || people.len() > MOST_LINES {
        return Err(Refusal::field("/members", if people.is_empty() { Wrong::Required } else { Wrong::TooMany(MOST_LINES) }).into());
    }
    let mut file = File { lines: Vec::new(), good: Vec::new(), elsewhere: Vec::new(), access: Vec::new(), ignored: Vec::new() };
    let mut names = BTreeSet::new();
    for cells in people {
        let checked = checked(cx, &cells)?;
        for column in &checked.unknown {
            if names.len() < MOST_IGNORED && names.insert(column.shown.clone()) {
                file.ignored.push(column.shown.clone());
            }
        }
        file.lines.push(checked.line);
        file.good.push(checked.good);
        file.access.push(checked.access);
    }
    Ok(file)
}

/// The common table expression `plan`, over `given`: what each line would do.
const STEPS: &str = include_str!("import_plan.sql");
/// The beginning of every statement that starts from the plan. ?1 account, ?2 document.
const PLANNED: &str = concat!("WITH given AS (SELECT ?1 AS account, ?2 AS document), ", include_str!("import_plan.sql"));
const PLAN: &[&str] = &[PLANNED, "SELECT n, member_id, outcome, note, was_name FROM plan"];
/// The plan as one JSON text, which is stored for repeats of the request.
const PLAN_AS_TEXT: &[&str] =
    &[PLANNED, "SELECT json_group_array(json_object('n', n, 'member_id', member_id, 'outcome', outcome, 'note', note, 'was_name', was_name)) FROM plan"];

/// Writes each contact field of the file, for a new row or an existing one. ?3 now.
macro_rules! statements {
    ($($field:literal),*) => {
        const INSERT: &str = concat!("INSERT INTO member (id, account_id, ", $($field, ", ",)* "email, email_key, words, created_at, updated_at) SELECT p.new_id, ?1, ",
            $("json_extract(p.line, '$.", $field, "'), ",)* "json_extract(p.line, '$.email'), json_extract(p.line, '$.email_key'), json_extract(p.line, '$.words'), ?3, ?3 FROM plan p WHERE p.outcome = 'created'");
        const UPDATE: &str = concat!("UPDATE member SET ",
            $($field, " = coalesce(json_extract(p.line, '$.", $field, "'), ", $field, "), ",)*
            "email = CASE email_key WHEN json_extract(p.line, '$.email_key') THEN email ELSE json_extract(p.line, '$.email') END, email_key = json_extract(p.line, '$.email_key'),
             words = json_patch(words, json_extract(p.line, '$.words')), updated_at = ?3, version = version + 1 FROM plan p WHERE member.id = p.member_id AND member.account_id = ?1 AND p.outcome = 'updated' AND p.member_id <> p.new_id");
    };
}
with_contact_columns!(statements);

/// The lines `p` that this batch wrote, each with its person `m`.
macro_rules! written {
    () => {
        "plan p CROSS JOIN member m ON m.id = p.member_id AND m.account_id = ?1 AND m.updated_at = ?3 AND p.outcome IN ('updated', 'unchanged', 'invited')"
    };
}
const REMOVE_WORDS: &str = "DELETE FROM member_word WHERE (account_id, word, member_id) IN (
       SELECT w.account_id, w.word, w.member_id FROM plan p CROSS JOIN searchable_word w ON w.member_id = p.member_id AND w.account_id = ?1
        WHERE p.outcome = 'updated' AND p.member_id <> p.new_id AND w.word NOT IN (
          SELECT t.value FROM member m, json_each(json_patch(m.words, json_extract(p.line, '$.words'))) f, json_each(f.value) t WHERE m.id = p.member_id))";
const ADD_WORDS: &str = add_words!(concat!("SELECT m.id FROM ", written!()));
const SUBSCRIBE: &str = concat!(
    "INSERT OR IGNORE INTO subscription (member_id, category, account_id) SELECT m.id, c.value, ?1 FROM ",
    written!(),
    " CROSS JOIN json_each(p.line, '$.categories') c"
);
const INVITE: &str = "INSERT INTO invitation (id, account_id, member_id, purpose, token_hash, mailed_token_hash, created_by, created_at, expires_at)
     SELECT json_extract(p.line, '$.invitation'), ?1, p.member_id, 'member', json_extract(p.line, '$.token_hash'), json_extract(p.line, '$.mailed_token_hash'),
            s.user_id, ?3, ?3 + h.invitation_ms FROM plan p, session s, host_setting h WHERE p.outcome = 'invited' AND s.token_hash = ?4";
/// The invitations made in this batch, as `i`, of the lines `j`.
macro_rules! invited {
    () => {
        "json_each(?2, '$.lines') j CROSS JOIN invitation i ON i.id = json_extract(j.value, '$.invitation') AND i.account_id = ?1"
    };
}
const GRANT: &str = concat!(
    "INSERT INTO member_permission (member_id, permission) SELECT i.member_id, granted.value FROM ",
    invited!(),
    " CROSS JOIN json_each(?2, '$.permissions') granted"
);
const ADMIT: &str = concat!(
    "UPDATE member SET access = 'invited', role = json_extract(?2, '$.role'), version = version + (updated_at <> ?3), updated_at = ?3 WHERE account_id = ?1 AND id IN (SELECT i.member_id FROM ",
    invited!(),
    ")"
);
/// The e-mails, in the outbox of the batch. ?4 their first status, ?5 the host, ?6 the language when neither the user, the account nor the host has
/// one.
const EMAILS: &str = email_row!(concat!(
    "SELECT json_extract(j.value, '$.delivery'), i.account_id, i.member_id, p.id, i.id, 'invitation', m.email,
            coalesce(p.language, a.language, (SELECT h.language FROM account h WHERE h.id = ?5), ?6),
            json_object('account', a.name, 'role', m.role, 'by', trim(u.first_name || ' ' || u.last_name), 'until', i.expires_at),
            i.mailed_token_hash, u.id, ?4, ?3, ?3 FROM ",
    invited!(),
    " CROSS JOIN member m ON m.id = i.member_id CROSS JOIN account a ON a.id = i.account_id CROSS JOIN user u ON u.id = i.created_by
     LEFT JOIN user p ON p.email_key = m.email_key"
));

/// One audit line for everything a chunk changes, with each changed field of each person before and after; none when nothing changes.
const AUDIT: &[&str] = &[
    "WITH given AS (SELECT ?3 AS account, ?9 AS document), ",
    STEPS,
    BY_USER,
    BY_USER_OF,
    "?6",
    BY_USER_ON,
    "t.after",
    BY_USER_FROM,
    "SELECT a.name, json_object('changed', json_group_object(p.member_id, json(p.was)) FILTER (WHERE p.outcome = 'updated')) AS before, json_object('created', count(*) FILTER (WHERE p.outcome = 'created'), 'updated', count(*) FILTER (WHERE p.outcome = 'updated'),
            'role', json_extract(?9, '$.role'), 'members', json_group_array(coalesce(p.member_id, p.new_id)),
            'changed', json_group_object(p.member_id, json((SELECT json_group_object(f.key, f.value) FROM json_each(p.line) f
               WHERE EXISTS (SELECT 1 FROM json_each(p.was) w WHERE w.key = f.key)))) FILTER (WHERE p.outcome = 'updated')) AS after
       FROM account a, plan p WHERE a.id = ?3 AND p.outcome IN ('created', 'updated', 'invited') GROUP BY a.id",
    BY_USER_END,
];

/// What the plan of other lines needs of a line.
fn keys(line: &Map<String, Json>) -> Map<String, Json> {
    let keys = ["id", "email_key", "first_name_key", "last_name_key"].into_iter();
    keys.filter_map(|key| Some((key.to_owned(), line.get(key)?.clone()))).chain([("elsewhere".to_owned(), true.into())]).collect()
}

/// The document that the statements read: the lines, and the access to give.
fn document(lines: &[&Map<String, Json>], access: Option<&CheckedAccess>) -> Json {
    let (role, permissions) = access.map(CheckedAccess::parts).unzip();
    json!({ "provinces": PROVINCES, "role": role.map(Role::code), "permissions": permissions.unwrap_or_default(), "lines": lines })
}

impl Parameters {
    /// The access to give, checked.
    fn access(&self, cx: &Cx) -> Result<Option<CheckedAccess>> {
        let Some(role) = self.invite else { return Ok(None) };
        let mut checks = Checks::default();
        let permissions = self.permissions.as_deref().unwrap_or_default().split([',', ' ']).filter(|key| !key.is_empty()).map(str::to_owned).collect();
        let access = NewAccess { role: Some(role), permissions, ..NewAccess::default() }.checked("", cx.now, &mut checks)?;
        checks.done()?;
        Ok(Some(access))
    }
}

#[derive(Deserialize)]
struct Planned {
    n: i64,
    member_id: Option<String>,
    outcome: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    was_name: Option<String>,
}

impl File {
    /// Keeps the chunk that begins at this offset; returns the offset of the next.
    fn cut(&mut self, offset: i64) -> Option<i64> {
        let start = usize::try_from(offset).unwrap_or_default().min(self.lines.len());
        self.lines.drain(..start);
        let more = self.lines.len() > CHUNK;
        self.lines.truncate(CHUNK);
        self.access.drain(..start);
        let here = start..start + self.lines.len();
        for (place, line) in std::mem::take(&mut self.good).into_iter().enumerate() {
            if here.contains(&place) {
                self.good.push(line);
            } else {
                self.elsewhere.extend(line.as_ref().map(keys));
            }
        }
        more.then(|| i64::try_from(start + CHUNK).ok()).flatten()
    }

    /// The plans of the whole file: one for as many lines as a document holds, each with the keys of all other lines. With each the number of its first
    /// line among those without errors.
    fn whole(&self, access: Option<&CheckedAccess>) -> Vec<(i64, Json)> {
        let good: Vec<&Map<String, Json>> = self.good.iter().flatten().collect();
        let bytes: usize = good.iter().filter_map(|line| serde_json::to_vec(line).ok()).map(|line| line.len()).sum();
        let size = good.len().div_ceil(bytes / DOCUMENT_BYTES + 1).max(1);
        let all_keys: Vec<Map<String, Json>> = if size < good.len() { good.iter().map(|line| keys(line)).collect() } else { Vec::new() };
        let part = |(first, lines): (usize, &[&Map<String, Json>])| {
            let others = (0..).zip(&all_keys).filter(|(place, _)| !(first..first + size).contains(place)).map(|(_, line)| line);
            (i64::try_from(first).unwrap_or_default(), document(&lines.iter().copied().chain(others).collect::<Vec<_>>(), access))
        };
        (0..).step_by(size).zip(good.chunks(size)).map(part).collect()
    }

    /// Makes a link for each line without errors, in case the person is invited.
    fn links(&mut self, cx: &Cx) -> Result<Vec<NewLink>> {
        let mut links = Vec::new();
        for line in self.good.iter_mut().flatten() {
            let link = NewLink::new(cx)?;
            line.extend(
                ["invitation", "delivery", "token_hash", "mailed_token_hash"]
                    .into_iter()
                    .zip(link.columns())
                    .map(|(name, value)| (name.to_owned(), value.into())),
            );
            links.push(link);
        }
        Ok(links)
    }

    /// Sets the outcome of each line from the plan.
    fn set_outcomes(&mut self, cx: &Cx, planned: &[Planned], invites: bool) {
        let good = self.lines.iter_mut().zip(&self.access).zip(&self.good).filter_map(|(line, good)| Some((line, good.as_ref()?)));
        let planned: BTreeMap<i64, &Planned> = planned.iter().map(|plan| (plan.n, plan)).collect();
        for (n, ((line, access), good)) in (0..).zip(good) {
            let Some(plan) = planned.get(&n) else { continue };
            line.member_id.clone_from(&plan.member_id);
            match Outcome::from_code(&plan.outcome) {
                Some(outcome) => line.outcome = outcome,
                None => line.errors.push(refused(cx.lang, &plan.outcome)),
            }
            if line.outcome == Outcome::Created {
                line.member_id = good.get("new_id").and_then(Json::as_str).map(str::to_owned);
                if let Some(column) = access.as_ref().filter(|_| !invites) {
                    line.warn(cx.lang, column, &Note::RoleNotGiven);
                }
            }
            match plan.note.as_deref() {
                Some("shared_address") => line.warn(cx.lang, "", &Note::SharedAddress),
                Some("was_contact") => line.warn(cx.lang, "", &Note::WasContact(plan.was_name.clone().unwrap_or_default())),
                _ => {}
            }
        }
    }
}

/// Reads what each line would do.
fn plan(account: &AccountId, document: &Json) -> Stmt {
    Stmt::of_pieces(PLAN, &[account, document])
}

/// Adds to the act everything a chunk changes.
fn change<'a>(cx: &Cx, act: Act<'a>, account: &AccountId, document: Json, access: Option<&CheckedAccess>) -> Result<Act<'a>> {
    let text = &document;
    let mut act = act.keep(PLAN_AS_TEXT, [account, &document]).write(plan(account, &document));
    act = act.write(Stmt::of_pieces(&[PLANNED, REMOVE_WORDS], &[account, text]));
    for statement in [INSERT, UPDATE, SUBSCRIBE, ADD_WORDS] {
        act = act.write(Stmt::of_pieces(&[PLANNED, statement], &[account, text, &cx.now]));
    }
    if let Some(access) = access {
        act = act
            .expect(access.expect_enabled(account, ""))
            .expect(access.expect_within_own(cx, account, ""))
            .write(Stmt::of_pieces(&[PLANNED, INVITE], &[account, text, &cx.now, &cx.signed_in()?]))
            .write(sql!(GRANT, account, text))
            .write(sql!(ADMIT, account, text, cx.now))
            .outbox(sql!(EMAILS, account, text, cx.now, first_status(cx), HOST, cx.lang.code()));
    }
    act = act.read(sql!(concat!("SELECT j.key AS n, i.member_id, 'invited' AS outcome FROM ", invited!()), account, text));
    Ok(act.audit(Audit {
        sql: AUDIT,
        action: "members.imported",
        target_type: "account",
        target_id: account.to_string(),
        account: Some(account.clone()),
        after: document,
    }))
}

/// Imports a chunk of the file, or reports what the whole file would do.
///
/// # Errors
/// The gate's (`not_signed_in` before the file is read), `malformed`, `validation`, `permission_not_for_role`, `permission_switched_off`.
pub async fn run(cx: &Cx, account: &AccountId, text: &str, encoding: Encoding, parameters: &Parameters) -> Result<(BatchResult, Imported)> {
    cx.signed_in()?;
    let access = parameters.access(cx)?;
    let permission = if access.is_some() { Permission::MembersManage } else { Permission::ContactsManage };
    let is_preview = parameters.preview == Some(true);
    let mut file = read(cx, text)?;
    let next_offset = if is_preview { None } else { file.cut(parameters.offset.unwrap_or_default()) };
    if is_preview {
        // A preview sends the whole file in one binding, so the search words are left out.
        file.good.iter_mut().flatten().for_each(|line| drop(line.remove("words")));
    }
    let links = if is_preview || access.is_none() { Vec::new() } else { file.links(cx)? };
    let (result, planned) = if is_preview {
        let parts = file.whole(access.as_ref());
        let view = parts.iter().fold(cx.view(permission, account), |view, (_, document)| view.read(plan(account, document)));
        let result = view.run().await?;
        let mut planned = Vec::new();
        for (read, (first, _)) in parts.iter().enumerate() {
            planned.extend(result.rows::<Planned>(read)?.into_iter().map(|line| Planned { n: line.n + first, ..line }));
        }
        (result, planned)
    } else {
        let document = document(&file.good.iter().flatten().chain(&file.elsewhere).collect::<Vec<_>>(), access.as_ref());
        let result = change(cx, cx.act(permission, account), account, document, access.as_ref())?.run().await?;
        let planned = match cx.first_result() {
            Some(text) => decode::copy(text).unwrap_or_default(),
            None => result.returned()?,
        };
        (result, planned)
    };
    file.set_outcomes(cx, &planned, access.is_some());
    if !links.is_empty() {
        let sent: BTreeSet<i64> = result.rows::<Planned>(0)?.into_iter().map(|sent| sent.n).collect();
        let good = file.lines.iter_mut().zip(&file.good).filter_map(|(line, good)| good.is_some().then_some(line));
        for (n, (line, link)) in (0..).zip(good.zip(&links)) {
            line.link = sent.contains(&n).then(|| link.link(cx)).flatten();
        }
    }
    Ok((result, Imported { lines: file.lines, ignored: file.ignored, encoding: encoding.name(), next_offset }))
}
