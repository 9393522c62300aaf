//! The versions of a thing that a change may start from.

use serde_json::Value as Json;

/// The versions that the caller named. A change is made where the thing has one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions(Vec<i64>);

impl Versions {
    /// Returns the list that a statement binds: `version NOT IN (SELECT value FROM json_each(?1))`.
    #[must_use]
    pub fn bound(self) -> Json {
        self.0.into()
    }
}

impl From<i64> for Versions {
    fn from(version: i64) -> Self {
        Self(vec![version])
    }
}

impl FromIterator<i64> for Versions {
    fn from_iter<T: IntoIterator<Item = i64>>(versions: T) -> Self {
        Self(versions.into_iter().collect())
    }
}
