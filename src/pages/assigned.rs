//! *Pixel e app*: what is assigned to one person, shown and changed.

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

/// *Pixel e app*.
pub struct ThingsSection {
    /// Changing them.
    pub assign: Control,
    /// What is assigned, then what else there is to choose from.
    pub ticks: Vec<Tick>,
    /// What is assigned and not shown.
    pub kept: Vec<String>,
    /// Whether there is more than is shown.
    pub has_more: bool,
    /// What the reader looked for.
    pub search: String,
}

/// Something to tick.
#[must_use]
pub fn tick(lang: Lang, something: AssignableResource, checked: bool) -> Tick {
    let note = format!("{} {}", lang.text().resources.of_kind(something.kind), something.external_id);
    Tick { id: something.id, label: something.name, note, checked }
}

impl ThingsSection {
    /// Whether anything is assigned that the reader may see.
    #[must_use]
    pub fn has_anything(&self) -> bool {
        self.ticks.iter().any(|tick| tick.checked)
    }

    /// The section, of a contact for those who may give access; none for who may not see pixels and apps.
    #[must_use]
    pub fn of(cx: &Cx, done: &BatchResult, member: &Member, choosing: Choices<AssignableResource>, search: String) -> Option<Self> {
        let may_see = done.authority().is_ok_and(|authority| authority.may(Permission::ResourcesView));
        let is_contact = member.access.status == AccessStatus::None;
        // What is not even named would be taken by whoever saves.
        let assign = control(member.capabilities.get(if is_contact { "give_access" } else { "assign_resources" }), cx.lang);
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

    /// The same with what was ticked.
    pub fn typed(&mut self, chosen: &[String]) {
        self.ticks.iter_mut().for_each(|tick| tick.checked = chosen.contains(&tick.id));
        self.kept = not_among(&self.ticks, chosen);
    }
}

/// What is chosen and not shown.
#[must_use]
pub fn not_among(ticks: &[Tick], chosen: &[String]) -> Vec<String> {
    chosen.iter().filter(|id| !ticks.iter().any(|tick| tick.id == **id)).cloned().collect()
}
