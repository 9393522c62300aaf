//! `/accounts/{a}/resources/{r}`: one pixel or app, in sections.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Control, Frame, Here,
    answer::{again, html, refusal_of, see},
    forms::{Chosen, Tick, Version},
    resources::{TypedSettings, state, statuses, visibilities},
    shown::control,
};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::id::{AccountId, ResourceId},
    core::refusal::{Failure, Result, Rule},
    http::extract::{Form, Params, Path},
    http::request::LARGEST_MESSAGE,
    http::response::Response,
    people::assignment::{AssignablePerson, with_people},
    resources::assignment::{self, Choices, MemberIds},
    resources::resource::{self, Resource, ResourcePatch},
};

/// The page of one pixel or app.
#[derive(Template)]
#[template(path = "resource.html")]
pub struct ResourcePage {
    /// The frame of the page.
    pub frame: Frame,
    /// Its own path: `/accounts/{a}/resources/{r}`.
    pub path: String,
    /// Its kind's name.
    pub kind: &'static str,
    /// Its id in the system it comes from.
    pub external_id: String,
    /// The name, or the one typed.
    pub name: String,
    /// The settings as indented JSON, or as typed.
    pub settings: String,
    /// The badge of its state: in use or paused.
    pub state: Badge,
    /// The options in use and paused.
    pub statuses: Vec<Choice>,
    /// Who sees it, in words; `None` for a kind that everybody sees.
    pub visible_to: Option<&'static str>,
    /// The options of who sees it; empty for a reader who may not choose.
    pub visibilities: Vec<Choice>,
    /// The version the reader saw.
    pub version: i64,
    /// Editing it.
    pub edit: Control,
    /// The people it is assigned to.
    pub people: PeopleSection,
    /// Removing it.
    pub remove: Control,
}

/// The section *Assigned people*.
pub struct PeopleSection {
    /// Changing the assignments.
    pub assign: Control,
    /// Whether there are too many to change on this page.
    pub too_many: bool,
    /// The people it is assigned to, then others to choose from.
    pub ticks: Vec<Tick>,
    /// The ids of assigned people who are not shown.
    pub kept: Vec<String>,
    /// Whether there are more people than are shown.
    pub has_more: bool,
    /// The search as typed.
    pub search: String,
}

impl PeopleSection {
    /// Returns whether it is assigned to anybody.
    #[must_use]
    pub fn has_anybody(&self) -> bool {
        !self.kept.is_empty() || self.ticks.iter().any(|tick| tick.checked)
    }

    fn of(cx: &Cx, resource: &Resource, choosing: Choices<AssignablePerson>, search: String) -> Self {
        let tick = |somebody: AssignablePerson| {
            let name = [somebody.first_name, somebody.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let checked = resource.member_ids.contains(&somebody.id);
            Tick { id: somebody.id, label: if name.is_empty() { somebody.email.clone() } else { name }, note: somebody.email, checked }
        };
        let mut ticks: Vec<Tick> = choosing.chosen.into_iter().map(tick).collect();
        ticks.sort_by_key(|tick| crate::core::letters::folded(&tick.label));
        let offered: Vec<Tick> = choosing.offered.into_iter().map(tick).filter(|tick| !ticks.iter().any(|shown| shown.id == tick.id)).collect();
        ticks.extend(offered);
        Self {
            assign: control(resource.capabilities.get("assign"), cx.lang),
            too_many: resource.has_more_members,
            kept: resource.member_ids.iter().filter(|id| !ticks.iter().any(|tick| tick.id == **id)).cloned().collect(),
            ticks,
            has_more: choosing.has_more,
            search,
        }
    }
}

impl ResourcePage {
    /// Returns the path of an action on it.
    #[must_use]
    pub fn to(&self, noun: &str) -> String {
        format!("{}/{noun}", self.path)
    }

    fn of(cx: &Cx, done: &BatchResult, resource: Resource, choosing: Choices<AssignablePerson>, search: String) -> Result<Self> {
        let (text, path) = (cx.lang.text(), format!("/accounts/{}/resources/{}", resource.account_id, resource.id));
        let (words, can) = (&text.resources, |what: &str| control(resource.capabilities.get(what), cx.lang));
        let chooses = can("change_visibility").is_enabled() && !resource.shown_to_all;
        Ok(Self {
            frame: Frame::in_account(cx, done, Here::Resources, resource.name.clone(), &path)?.below_resources(),
            path,
            kind: words.of_kind(resource.kind),
            settings: serde_json::to_string_pretty(&resource.settings).unwrap_or_default(),
            state: state(text, resource.status),
            statuses: statuses(words, Some(resource.status)),
            visible_to: (!resource.shown_to_all).then(|| words.of_visibility(resource.visibility)),
            visibilities: if chooses { visibilities(words, resource.visibility) } else { Vec::new() },
            version: resource.version,
            edit: can("edit"),
            remove: can("remove"),
            people: PeopleSection::of(cx, &resource, choosing, search),
            external_id: resource.external_id,
            name: resource.name,
        })
    }
}

fn done_at(account: &AccountId, id: &ResourceId, key: &str) -> Response {
    see(&format!("/accounts/{account}/resources/{id}?done={key}"))
}

/// The parameters of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    people: String,
}

/// `GET /accounts/{account}/resources/{resource}`
///
/// # Errors
/// The errors of the gate, `not_found`.
pub async fn get(cx: Cx, uri: Uri, Path((account, id)): Path<(AccountId, ResourceId)>, Params(query): Params<Parameters>) -> Result<Response> {
    let (done, resource, choosing) = with_people(&cx, &account, &id, &query.people).await?;
    let mut page = ResourcePage::of(&cx, &done, resource, choosing, query.people)?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

async fn refused(cx: &Cx, account: &AccountId, id: &ResourceId, failure: Failure, typed: &mut (dyn FnMut(&mut ResourcePage) + Send)) -> Result<Response> {
    let refusal = refusal_of(failure)?;
    let (done, resource, choosing) = with_people(cx, account, id, "").await?;
    let mut page = ResourcePage::of(cx, &done, resource, choosing, String::new())?;
    page.frame = page.frame.refusing(&refusal);
    // After another person's change the page shows the stored values: the typed ones would undo that change without the reader seeing it.
    if refusal.rule != Rule::StaleVersion {
        typed(&mut page);
    }
    again(&refusal, &page)
}

/// `POST …/resources/{resource}`: «Salva modifica» of the details or of the settings.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(
    cx: Cx,
    Path((account, id)): Path<(AccountId, ResourceId)>,
    Form((version, mut patch, sent)): Form<(Version, ResourcePatch, TypedSettings), LARGEST_MESSAGE>,
) -> Result<Response> {
    let saved = match sent.json() {
        Ok(settings) => {
            patch.settings = settings;
            resource::edit(&cx, &account, &id, &patch, version.seen()).await
        }
        Err(failure) => Err(failure),
    };
    match saved {
        Ok(_) => Ok(done_at(&account, &id, "resource_saved")),
        Err(failure) => {
            let mut typed = |page: &mut ResourcePage| {
                if let Some(settings) = &sent.settings {
                    page.settings.clone_from(settings);
                }
                let Some(name) = &patch.name else { return };
                page.name.clone_from(name);
                page.statuses.iter_mut().for_each(|choice| choice.selected = patch.status.is_some_and(|status| choice.value == status.code()));
                page.visibilities.iter_mut().for_each(|choice| choice.selected = patch.visibility.is_some_and(|visibility| choice.value == visibility.code()));
            };
            refused(&cx, &account, &id, failure, &mut typed).await
        }
    }
}

/// `POST …/resources/{resource}/members`: sets the people it is assigned to.
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_members(
    cx: Cx,
    Path((account, id)): Path<(AccountId, ResourceId)>,
    Form((version, Chosen { chosen })): Form<(Version, Chosen)>,
) -> Result<Response> {
    match assignment::put_people(&cx, &account, &id, &MemberIds { member_ids: Some(chosen.clone()) }, version.seen()).await {
        Ok(_) => Ok(done_at(&account, &id, "assigned")),
        Err(failure) => {
            let mut typed = |page: &mut ResourcePage| page.people.ticks.iter_mut().for_each(|tick| tick.checked = chosen.contains(&tick.id));
            refused(&cx, &account, &id, failure, &mut typed).await
        }
    }
}

/// `POST …/resources/{resource}/removal`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post_removal(cx: Cx, Path((account, id)): Path<(AccountId, ResourceId)>, Form(version): Form<Version>) -> Result<Response> {
    match resource::remove(&cx, &account, &id, version.seen()).await {
        Ok(()) => Ok(see(&format!("/accounts/{account}/resources?done=resource_removed"))),
        Err(failure) => refused(&cx, &account, &id, failure, &mut |_| {}).await,
    }
}
