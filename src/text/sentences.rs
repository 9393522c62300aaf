//! How sentences are written down: each once, with both languages on one line.

/// The fixed sentences of one noun: a struct with a field per sentence, and its two values.
macro_rules! sentences {
    ($(#[$about:meta])* $noun:ident { $($name:ident: $en:literal | $it:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $noun { $(#[doc = concat!("`", $en, "`")] pub $name: &'static str,)+ }
        impl $noun {
            pub(crate) const EN: Self = Self { $($name: $en,)+ };
            pub(crate) const IT: Self = Self { $($name: $it,)+ };
        }
    };
    // The same, for sentences that are looked up by a key that arrives as text.
    ($(#[$about:meta])* keyed $noun:ident { $($name:ident: $en:literal | $it:literal;)+ }) => {
        sentences! { $(#[$about])* $noun { $($name: $en | $it;)+ } }
        impl $noun {
            /// The sentence of this name. `None` where there is none.
            #[must_use]
            pub fn by_key(&self, key: &str) -> Option<&'static str> {
                match key { $(stringify!($name) => Some(self.$name),)+ _ => None }
            }
        }
    };
}

/// The sentences that carry values: a method of [`Lang`] each.
macro_rules! phrases {
    ($($name:ident($($value:ident),+): $en:literal | $it:literal;)+) => {
        impl crate::core::lang::Lang {
            $(
                #[doc = concat!("`", $en, "`")]
                #[must_use]
                pub fn $name(self, $($value: &str),+) -> String {
                    match self { Self::En => format!($en), Self::It => format!($it) }
                }
            )+
        }
    };
}
