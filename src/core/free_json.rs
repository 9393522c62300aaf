//! JSON that may hold anything: the settings of a pixel, a provider's answer, a file of people. A name that comes twice in an object is refused.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value as Json};

/// JSON of any shape, with no field twice. `None` for other text.
#[must_use]
pub fn free(text: &[u8]) -> Option<Json> {
    counted(text, &Cell::new(usize::MAX))
}

/// The same of at most `left` values, because a value in memory may be a hundred times as large as its text. Counts them down; 0 are left where there
/// are more.
#[must_use]
pub fn counted(text: &[u8], left: &Cell<usize>) -> Option<Json> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = Counted(left).deserialize(&mut json).ok()?;
    json.end().ok().map(|()| read)
}

/// JSON of any shape in which no field comes twice: one reader of such a text would take the first, and another the last.
/// (A struct that derives `Deserialize` refuses that by itself, `serde_json`'s own value does not.)
#[derive(Debug, Clone, PartialEq)]
pub struct FreeJson(pub Json);

impl<'de> Deserialize<'de> for FreeJson {
    fn deserialize<D: Deserializer<'de>>(json: D) -> std::result::Result<Self, D::Error> {
        Counted(&Cell::new(usize::MAX)).deserialize(json).map(Self)
    }
}

/// Reads [`FreeJson`] of as many values as are left.
#[derive(Clone, Copy)]
struct Counted<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<Json, D::Error> {
        self.0.set(self.0.get().checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?);
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Json, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> std::result::Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> std::result::Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if object.insert(name, fields.next_value_seed(self)?).is_some() {
                return Err(A::Error::custom("a field stands twice"));
            }
        }
        Ok(object.into())
    }
}
