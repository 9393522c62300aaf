//! `/accounts/{a}/resources` and `/accounts/{a}/resources/new`.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Control, Frame, Here, Paging, Tone,
    answer::{again, html, refusal_of, see},
    shown::address,
};
use crate::{
    access::context::Cx,
    core::capability::Allowed,
    core::decode::{self, FreeJson},
    core::field::Patch,
    core::id::AccountId,
    core::lang::Lang,
    core::permission::Permission,
    core::refusal::{Refusal, Result, Wrong},
    core::vocabulary::{ResourceKind, ResourceStatus, Visibility},
    http::extract::{Form, Params, Path},
    http::request::LARGEST_MESSAGE,
    http::response::Response,
    resources::resource::{self, NewResource, Resource},
    resources::resource_list::{self, Filter},
    text::{Resources, Text},
};

/// The list of the pixels and apps of an account.
#[derive(Template)]
#[template(path = "resources.html")]
pub struct ResourcesPage {
    /// The frame of the page.
    pub frame: Frame,
    /// The list's own path: `/accounts/{a}/resources`.
    pub path: String,
    /// The link to add one.
    pub add: Control,
    /// The search as typed.
    pub search: String,
    /// The kinds to choose from, "all" first.
    pub kinds: Vec<Choice>,
    /// The states to choose from, "all" first.
    pub states: Vec<Choice>,
    /// Whether a search or a filter is on.
    pub filtered: bool,
    /// The pixels and apps on this page.
    pub rows: Vec<ResourceRow>,
    /// Links to the other pages of the list.
    pub paging: Paging,
}

/// One pixel or app in the list.
pub struct ResourceRow {
    /// Its name.
    pub name: String,
    /// Its page, relative to the list.
    pub href: String,
    /// Its kind's name.
    pub kind: &'static str,
    /// Its id in the system it comes from.
    pub external_id: String,
    /// In use or paused.
    pub state: Badge,
    /// Whether the reader may change something about it.
    pub editable: bool,
}

/// The form *Add a pixel or an app*.
#[derive(Template)]
#[template(path = "resource_new.html")]
pub struct NewResourcePage {
    /// The frame of the page.
    pub frame: Frame,
    /// The list's path, to which the form is posted too.
    pub path: String,
    /// The kinds.
    pub kinds: Vec<Choice>,
    /// The id as typed.
    pub external_id: String,
    /// The name as typed.
    pub name: String,
    /// The settings as typed.
    pub settings: String,
    /// The options in use and paused.
    pub statuses: Vec<Choice>,
    /// The options of who sees it.
    pub visibilities: Vec<Choice>,
}

/// Returns the badge of a status: in use or paused.
#[must_use]
pub fn state(text: &Text, status: ResourceStatus) -> Badge {
    Badge::new(text.resources.of_status(status), if status == ResourceStatus::Active { Tone::Good } else { Tone::Wait })
}

/// Returns the options of who may see it.
#[must_use]
pub fn visibilities(words: &Resources, chosen: Visibility) -> Vec<Choice> {
    let choice = |one: Visibility| Choice { value: one.code(), label: words.of_visibility(one), selected: one == chosen };
    [Visibility::Everyone, Visibility::Assigned, Visibility::Admins].map(choice).into()
}

/// Returns the options in use and paused.
#[must_use]
pub fn statuses(words: &Resources, chosen: ResourceStatus) -> Vec<Choice> {
    ResourceStatus::ALL.iter().map(|status| Choice { value: status.code(), label: words.of_status(*status), selected: *status == chosen }).collect()
}

fn kinds(words: &Resources, chosen: Option<ResourceKind>) -> Vec<Choice> {
    ResourceKind::ALL.iter().map(|kind| Choice { value: kind.code(), label: words.of_kind(*kind), selected: chosen == Some(*kind) }).collect()
}

/// Returns the typed settings as the API takes them. An empty text gives an empty object.
///
/// # Errors
/// `validation` when the text is not a JSON object.
pub fn settings_of(text: &str) -> Result<Patch<FreeJson>> {
    if text.trim().is_empty() {
        return Ok(Patch(Some(Some(FreeJson(serde_json::json!({}))))));
    }
    let json = decode::free(text.as_bytes()).ok_or_else(|| Refusal::field("/settings", Wrong::Object))?;
    Ok(Patch(Some(Some(FreeJson(json)))))
}

impl ResourceRow {
    fn of(lang: Lang, resource: Resource<Allowed>) -> Self {
        Self {
            href: format!("resources/{}", resource.id),
            kind: lang.text().resources.of_kind(resource.kind),
            state: state(lang.text(), resource.status),
            editable: resource.capabilities.has("edit"),
            external_id: resource.external_id,
            name: resource.name,
        }
    }
}

/// The parameters of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    search: String,
    kind: String,
    status: String,
    cursor: String,
}

/// `GET /accounts/{account}/resources`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(query): Params<Parameters>) -> Result<Response> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let (kind, status) = (ResourceKind::from_code(&query.kind), ResourceStatus::from_code(&query.status));
    let filter = Filter { kind, status, search: some(&query.search), limit: None, cursor: some(&query.cursor) };
    let (done, listed) = resource_list::list(&cx, &account, &filter).await?;
    let (text, path) = (cx.lang.text(), format!("/accounts/{account}/resources"));
    let parameters = [("search", query.search.as_str()), ("kind", query.kind.as_str()), ("status", query.status.as_str())];
    let next = listed.next_cursor.as_deref().map(|cursor| address(&path, &[parameters.as_slice(), &[("cursor", cursor)]].concat()));
    let all = |selected: bool| Choice { value: "", label: text.common.any, selected };
    let state = |one: &ResourceStatus| Choice { value: one.code(), label: text.resources.of_status(*one), selected: status == Some(*one) };
    html(&ResourcesPage {
        frame: Frame::in_account(&cx, &done, Here::Resources, text.resources.title, &path)?.at(&uri),
        add: if done.authority()?.may(Permission::ResourcesManage) { Control::Enabled } else { Control::Hidden },
        kinds: std::iter::once(all(kind.is_none())).chain(kinds(&text.resources, kind)).collect(),
        states: std::iter::once(all(status.is_none())).chain(ResourceStatus::ALL.iter().map(state)).collect(),
        filtered: filter.search.is_some() || kind.is_some() || status.is_some(),
        rows: listed.data.into_iter().map(|resource| ResourceRow::of(cx.lang, resource)).collect(),
        paging: Paging { next, first: filter.cursor.map(|_| address(&path, &parameters)) },
        search: query.search,
        path,
    })
}

/// The fields of the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    kind: String,
    external_id: String,
    name: String,
    settings: String,
    status: String,
    visibility: String,
}

impl Sent {
    fn page(self, cx: &Cx, account: &AccountId, frame: Frame) -> NewResourcePage {
        let words = &cx.lang.text().resources;
        NewResourcePage {
            frame,
            path: format!("/accounts/{account}/resources"),
            kinds: kinds(words, ResourceKind::from_code(&self.kind).or(Some(ResourceKind::Pixel))),
            statuses: statuses(words, ResourceStatus::from_code(&self.status).unwrap_or(ResourceStatus::Active)),
            visibilities: visibilities(words, Visibility::from_code(&self.visibility).unwrap_or(Visibility::Assigned)),
            external_id: self.external_id,
            name: self.name,
            settings: self.settings,
        }
    }

    fn resource(&self) -> Result<NewResource> {
        Ok(NewResource {
            kind: ResourceKind::from_code(&self.kind).ok_or_else(|| Refusal::field("/kind", Wrong::Required))?,
            external_id: self.external_id.clone(),
            name: self.name.clone(),
            settings: settings_of(&self.settings)?,
            visibility: Visibility::from_code(&self.visibility),
            status: ResourceStatus::from_code(&self.status),
        })
    }
}

async fn new_frame(cx: &Cx, account: &AccountId) -> Result<Frame> {
    let done = cx.view(Permission::ResourcesManage, account).run().await?;
    Ok(Frame::in_account(cx, &done, Here::Resources, cx.lang.text().resources.new, &format!("/accounts/{account}/resources/new"))?.below_resources())
}

/// `GET /accounts/{account}/resources/new`
///
/// # Errors
/// The errors of the gate.
pub async fn get_new(cx: Cx, uri: Uri, Path(account): Path<AccountId>) -> Result<Response> {
    let frame = new_frame(&cx, &account).await?.at(&uri);
    html(&Sent::default().page(&cx, &account, frame))
}

/// `POST /accounts/{account}/resources`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Form(sent): Form<Sent, LARGEST_MESSAGE>) -> Result<Response> {
    let made = match sent.resource() {
        Ok(new) => resource::create(&cx, &account, &new).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(resource) => Ok(see(&format!("/accounts/{account}/resources/{}?done=resource_added", resource.id))),
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let frame = new_frame(&cx, &account).await?.refusing(&refusal);
            again(&refusal, &sent.page(&cx, &account, frame))
        }
    }
}
