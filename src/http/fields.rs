//! How the fields of a form, and the parameters of a page's URL, become our types.
//!
//! The types are those of the API. A type gets the fields that it names, also one that refuses unknown fields in JSON: a form has fields of its own
//! (its token, the version), password managers add some, and a page has parameters of its own. Several types in a tuple are read from the same
//! fields. An empty field is absent where the type has an `Option`; [`crate::core::decode::given`] keeps it. A list takes all fields of its name.

use std::{fmt, iter::repeat_n};

use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
        value::{Error, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_html_form::Deserializer as FormDeserializer;

use crate::core::refusal::{Result, Rule};

/// Reads a type, or a tuple of types, from urlencoded fields.
///
/// # Errors
/// `malformed`: a field that a type requires is absent, one that it takes once comes twice, or one does not fit.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T> {
    T::deserialize(Fields(text)).map_err(|_| Rule::Malformed.into())
}

/// Urlencoded fields.
#[derive(Clone, Copy)]
struct Fields<'de>(&'de [u8]);

impl<'de> Deserializer<'de> for Fields<'de> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(self, name: &'static str, known: &'static [&'static str], visitor: V) -> std::result::Result<V::Value, Error> {
        FormDeserializer::from_bytes(self.0).deserialize_struct(name, known, Known(visitor, known))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> std::result::Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(repeat_n(self, length)))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Error> {
        FormDeserializer::from_bytes(self.0).deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple_struct map
        enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Fields<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Leaves out the fields that a type does not name.
struct Known<T>(T, &'static [&'static str]);

impl<'de, V: Visitor<'de>> Visitor<'de> for Known<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> std::result::Result<V::Value, A::Error> {
        self.0.visit_map(Known(fields, self.1))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Known<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> std::result::Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.0.next_key::<String>()? {
            if self.1.contains(&name.as_str()) {
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
            self.0.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> std::result::Result<T::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::read;
    use crate::core::{decode, field::Patch};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        #[serde(default, deserialize_with = "decode::given")]
        name: Option<String>,
        count: Option<i64>,
        is_on: Option<bool>,
        #[serde(default)]
        note: Patch<String>,
        #[serde(default)]
        kinds: Vec<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Other {
        other: String,
    }

    fn thing(name: Option<&str>, count: Option<i64>, note: Patch<String>, kinds: &[&str]) -> Thing {
        Thing { name: name.map(str::to_owned), count, is_on: None, note, kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect() }
    }

    #[test]
    fn a_type_takes_the_fields_it_names() {
        let read = |text: &str| read::<Thing>(text.as_bytes()).unwrap();
        assert_eq!(read("once=1&count=7&kinds=a&password=x&password=y"), thing(None, Some(7), Patch(None), &["a"]));
        assert_eq!(read("name=&count=&is_on=&note=&kinds=a&kinds=b"), thing(Some(""), None, Patch(Some(None)), &["a", "b"]));
        assert_eq!(read("note=%C3%A0+b"), thing(None, None, Patch(Some(Some("à b".to_owned()))), &[]));
    }

    #[test]
    fn several_types_are_read_from_the_same_fields() {
        let both = read::<(Thing, Other)>(b"count=7&other=&name=x").unwrap();
        assert_eq!(both, (thing(Some("x"), Some(7), Patch(None), &[]), Other { other: String::new() }));
        assert!(read::<(Thing, Other)>(b"count=7").is_err());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for text in ["count=x", "is_on=on", "name=a&name=b", "count=1&count=1"] {
            assert!(read::<Thing>(text.as_bytes()).is_err(), "{text}");
        }
    }
}
