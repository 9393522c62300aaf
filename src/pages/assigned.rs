//! *Pixel e app*: the pixels and apps assigned to one person.

use serde::Deserialize;

use super::{Control, forms::Tick, shown::control};
use crate::{
    access::act::BatchResult,
    access::context::Cx,
    core::lang::Lang,
    core::permission::Permission,
    core::vocabulary::AccessStatus,
    people::member::Member,
    resources::assignment::{self, AssignableResource, Choices},
};

/// The section *Pixel e app* of a person's page.
pub struct ThingsSection {
    /// Changing the assignments.
    pub assign: Control,
    /// The assigned pixels and apps, then others to choose from.
    pub ticks: Vec<Tick>,
    /// The ids of assigned pixels and apps that are not shown.
    pub kept: Vec<String>,
    /// Whether there are more than are shown.
    pub has_more: bool,
    /// The search as typed.
    pub search: String,
}

/// The parameter of a page on which one searches for pixels and apps to assign.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The search as typed.
    pub things: String,
}

/// Returns the checkbox of a pixel or an app.
#[must_use]
pub fn tick(lang: Lang, something: AssignableResource, checked: bool) -> Tick {
    let note = format!("{} {}", lang.text().resources.of_kind(something.kind), something.external_id);
    Tick { id: something.id, label: something.name, note, checked }
}

impl ThingsSection {
    /// Returns whether anything is assigned that the reader may see.
    #[must_use]
    pub fn has_anything(&self) -> bool {
        self.ticks.iter().any(|tick| tick.checked)
    }

    /// Returns the section. `None` for a reader who may not see pixels and apps, and for a contact whom the reader may not give access.
    #[must_use]
    pub fn of(cx: &Cx, done: &BatchResult, member: &Member, choosing: Choices<AssignableResource>, search: String) -> Option<Self> {
        let may_see = done.authority().is_ok_and(|authority| authority.may(Permission::ResourcesView));
        let is_contact = member.access.status == AccessStatus::None;
        // A reader who saves would take away the assignments whose names they cannot see.
        let assign = control(member.capabilities.get(if is_contact { "invite" } else { "assign" }), cx.lang);
        if !may_see || is_contact && !assign.is_enabled() {
            return None;
        }
        let mut ticks: Vec<Tick> = choosing.chosen.into_iter().map(|something| tick(cx.lang, something, true)).collect();
        let has_more = choosing.has_more || ticks.len() > assignment::CHOICES;
        let offered = choosing.offered.into_iter().filter(|something| !member.access.resource_ids.contains(&something.id));
        ticks.extend(offered.map(|something| tick(cx.lang, something, false)));
        Some(Self {
            assign: if member.access.has_more_resources { Control::Hidden } else { assign },
            kept: not_among(&ticks, &member.access.resource_ids),
            ticks,
            has_more,
            search,
        })
    }

    /// Sets the checkboxes as they were sent.
    pub fn typed(&mut self, chosen: &[String]) {
        self.ticks.iter_mut().for_each(|tick| tick.checked = chosen.contains(&tick.id));
        self.kept = not_among(&self.ticks, chosen);
    }
}

/// Returns the chosen ids that are not shown.
#[must_use]
pub fn not_among(ticks: &[Tick], chosen: &[String]) -> Vec<String> {
    chosen.iter().filter(|id| !ticks.iter().any(|tick| tick.id == **id)).cloned().collect()
}
