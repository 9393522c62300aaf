//! What a caller may do with a thing, each by its name.

use serde::Serialize;

use crate::core::refusal::Rule;

/// Whether the caller may do something with a thing, and if not, why (the code of a rule). So no client re-implements the matrix of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Capability {
    /// Whether the caller may.
    pub allowed: bool,
    /// The code of the rule that forbids it.
    pub reason: Option<&'static str>,
}

impl Capability {
    /// Allowed unless one of these rules forbids it. The first one that does is the reason.
    #[must_use]
    pub fn unless(rules: &[(bool, Rule)]) -> Self {
        let reason = rules.iter().find(|(forbids, _)| *forbids).map(|(_, rule)| rule.code());
        Self { allowed: reason.is_none(), reason }
    }
}

/// What the caller may do with a thing, each by its name.
#[derive(Debug, Clone, utoipa::ToSchema)]
#[schema(value_type = std::collections::BTreeMap<String, Capability>)]
pub struct Capabilities(pub Vec<(&'static str, Capability)>);

impl Capabilities {
    /// The one of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Capability> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, capability)| capability)
    }
}

/// The names of what the caller may do with a thing. An item of a list carries these; the reasons are on the single thing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Allowed(Vec<&'static str>);

impl Allowed {
    /// Whether the caller may do what has this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

impl From<Capabilities> for Allowed {
    fn from(capabilities: Capabilities) -> Self {
        Self(capabilities.0.into_iter().filter(|(_, capability)| capability.allowed).map(|(name, _)| name).collect())
    }
}

impl Serialize for Capabilities {
    fn serialize<S: serde::Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        json.collect_map(self.0.iter().copied())
    }
}
