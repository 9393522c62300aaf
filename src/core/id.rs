//! The ids of things. An id in a URL is parsed before the database is asked, so that text that is no id is answered as "not found".

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The id, in canonical lower case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id of that text, if it is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text).ok().map(|id| Self(id.to_string()))
            }

            /// The id of a row we read or made ourselves.
            #[must_use]
            pub fn known(id: impl Into<String>) -> Self {
                Self(id.into())
            }
        }

        impl $crate::core::db::Bind for $name {
            fn value(&self) -> $crate::core::db::Value {
                self.0.value()
            }
        }

        /// Reads an id from a URL.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
                let text = String::deserialize(text)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no id"))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// An account: the host or a customer.
    AccountId
    /// A person an account knows.
    MemberId
    /// A pixel or an app.
    ResourceId
    /// A communication.
    CommunicationId
}
