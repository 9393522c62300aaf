//! Enums whose variants are words: one code each, the same in JSON, in the database and in forms.

/// The codes of an enum that derives strum's `EnumString`, `IntoStaticStr` and `VariantArray`. It derives `DeserializeFromStr` and not
/// `Deserialize`, which would take `{"admin": null}` for `"admin"`.
#[macro_export]
macro_rules! codes {
    ($Name:ident) => {
        impl $Name {
            /// Every variant.
            pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

            /// The code, as in JSON and in the database.
            #[must_use]
            pub fn code(self) -> &'static str {
                self.into()
            }

            /// The variant with that code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                code.parse().ok()
            }
        }
    };
}
