//! `/accounts/{a}/resources` and `/accounts/{a}/resources/new`.

use askama::Template;
use http::Uri;
use serde::Deserialize;

use super::{
    Badge, Choice, Frame, Here, Tone,
    answer::{again, html, refusal_of, see},
    list::{self, List, Paging, Search},
};
use crate::{
    access::context::Cx,
    core::capability::Allowed,
    core::decode,
    core::field::Patch,
    core::free_json::{self, FreeJson},
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
    /// What is around the rows. It leads to adding one.
    pub list: List,
    /// The pixels and apps on this page.
    pub rows: Vec<ResourceRow>,
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
pub fn statuses(words: &Resources, chosen: Option<ResourceStatus>) -> Vec<Choice> {
    ResourceStatus::ALL.iter().map(|status| Choice { value: status.code(), label: words.of_status(*status), selected: chosen == Some(*status) }).collect()
}

fn kinds(words: &Resources, chosen: Option<ResourceKind>) -> Vec<Choice> {
    ResourceKind::ALL.iter().map(|kind| Choice { value: kind.code(), label: words.of_kind(*kind), selected: chosen == Some(*kind) }).collect()
}

/// The settings as they were typed.
#[derive(Deserialize)]
pub struct TypedSettings {
    /// JSON; an empty text is an empty object.
    #[serde(default, deserialize_with = "decode::given")]
    pub settings: Option<String>,
}

impl TypedSettings {
    /// Returns the settings as the API takes them.
    ///
    /// # Errors
    /// `validation` when the text is not JSON.
    pub fn json(&self) -> Result<Patch<FreeJson>> {
        let Some(text) = self.settings.as_deref() else { return Ok(Patch(None)) };
        let json = if text.trim().is_empty() { Some(serde_json::json!({})) } else { free_json::free(text.as_bytes()) };
        let json = json.ok_or_else(|| Refusal::field("/settings", Wrong::Object))?;
        Ok(Patch(Some(Some(FreeJson(json)))))
    }
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

/// `GET /accounts/{account}/resources`
///
/// # Errors
/// The errors of the gate, `cursor_not_valid`.
pub async fn get(cx: Cx, uri: Uri, Path(account): Path<AccountId>, Params(filter): Params<Filter>) -> Result<Response> {
    let (done, listed) = resource_list::list(&cx, &account, &filter).await?;
    let (words, any, path) = (&cx.lang.text().resources, cx.lang.text().common.any, format!("/accounts/{account}/resources"));
    let adds = done.authority()?.may(Permission::ResourcesManage);
    let filters = vec![
        list::Filter::choice("kind", words.kind, any, kinds(words, filter.kind)),
        list::Filter::choice("status", words.state, any, statuses(words, filter.status)),
    ];
    html(&ResourcesPage {
        frame: Frame::in_account(&cx, &done, Here::Resources, words.title, &path)?.at(&uri),
        rows: listed.data.into_iter().map(|resource| ResourceRow::of(cx.lang, resource)).collect(),
        list: List {
            paging: Paging::of(&path, uri.query(), listed.next_cursor.as_deref()),
            path,
            title: words.title,
            lead: words.lead,
            add: adds.then_some(words.new),
            search: Some(Search::of(words.search, filter.search, filters)),
            caption: words.caption,
            none: (words.empty_title, if adds { words.empty } else { words.empty_for_readers }),
            nothing_found: words.nothing_found,
        },
    })
}

async fn new_page(cx: &Cx, account: &AccountId) -> Result<NewResourcePage> {
    let done = cx.view(Permission::ResourcesManage, account).run().await?;
    let (words, path) = (&cx.lang.text().resources, format!("/accounts/{account}/resources"));
    Ok(NewResourcePage {
        frame: Frame::in_account(cx, &done, Here::Resources, words.new, &format!("{path}/new"))?.below_resources(),
        path,
        kinds: kinds(words, Some(ResourceKind::Pixel)),
        external_id: String::new(),
        name: String::new(),
        settings: String::new(),
        statuses: statuses(words, Some(ResourceStatus::Active)),
        visibilities: visibilities(words, Visibility::Assigned),
    })
}

/// `GET /accounts/{account}/resources/new`
///
/// # Errors
/// The errors of the gate.
pub async fn get_new(cx: Cx, uri: Uri, Path(account): Path<AccountId>) -> Result<Response> {
    let mut page = new_page(&cx, &account).await?;
    page.frame = page.frame.at(&uri);
    html(&page)
}

/// `POST /accounts/{account}/resources`
///
/// # Errors
/// The errors of the gate, and those that the form cannot show (`refusal_of`).
pub async fn post(cx: Cx, Path(account): Path<AccountId>, Form((mut new, typed)): Form<(NewResource, TypedSettings), LARGEST_MESSAGE>) -> Result<Response> {
    let made = match typed.json() {
        Ok(settings) => {
            new.settings = settings;
            resource::create(&cx, &account, &new).await
        }
        Err(failure) => Err(failure),
    };
    match made {
        Ok(resource) => Ok(see(&format!("/accounts/{account}/resources/{}?done=resource_added", resource.id))),
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let (mut page, words) = (new_page(&cx, &account).await?, &cx.lang.text().resources);
            page.frame = page.frame.refusing(&refusal);
            page.kinds = kinds(words, Some(new.kind));
            page.statuses = statuses(words, new.status.or(Some(ResourceStatus::Active)));
            page.visibilities = visibilities(words, new.visibility.unwrap_or(Visibility::Assigned));
            page.settings = typed.settings.unwrap_or_default();
            (page.external_id, page.name) = (new.external_id, new.name);
            again(&refusal, &page)
        }
    }
}
