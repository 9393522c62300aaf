//! What a caller may do with a thing, each by its name.

use serde::Serialize;

use crate::core::refusal::Rule;

/// What one may do with a thing: allowed, or why not (a rule's code). So no client re-implements the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Capability {
    /// Whether the caller may.
    pub allowed: bool,
    /// The code of the rule in the way.
    pub reason: Option<&'static str>,
}

impl Capability {
    /// Allowed unless one of these rules is in the way; the first one is the reason.
    #[must_use]
    pub fn unless(obstacles: &[(bool, Rule)]) -> Self {
        let reason = obstacles.iter().find(|(in_the_way, _)| *in_the_way).map(|(_, rule)| rule.code());
        Self { allowed: reason.is_none(), reason }
    }
}

/// What one may do with a thing, each by its name.
#[derive(Debug, Clone)]
pub struct Capabilities(pub Vec<(&'static str, Capability)>);

impl Capabilities {
    /// The one of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Capability> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, capability)| capability)
    }
}

impl Serialize for Capabilities {
    fn serialize<S: serde::Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        json.collect_map(self.0.iter().copied())
    }
}
