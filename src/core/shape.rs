//! How JSON becomes a type of ours: rows of the database, bodies, query strings, copies in KV.
//!
//! One reader for all of them, which notes every misfit with its place, so that a caller reads all that is wrong at once. (Not serde's
//! derive: the readers it makes for each type weigh more than anything else in the worker. Answers go out by serde.)

use serde_json::Value as Json;

use crate::{
    core::field::Patch,
    core::refusal::{Fault, FieldError, Refusal, Result, Rule, Wrong},
    core::strict,
};

/// Where the JSON comes from, which is how strictly it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A caller: types are exact, and a field nobody knows is refused.
    Body,
    /// The same, from an address: every value arrives as text.
    Query,
    /// Ourselves: flags are 0 and 1, nested things may be JSON text, other columns are let be.
    Row,
}

/// What can be read from JSON. [`record!`] and [`codes!`] implement it.
pub trait Shape: Sized {
    /// Whether it stands in a column of its own as JSON text.
    const IS_NESTED: bool = false;
    /// Whether its fields stand among those of the thing it is part of.
    const IS_FLAT: bool = false;

    /// Reads it; what does not fit is noted, and something blank comes back.
    fn read(json: Option<&Json>, reader: &mut Reader) -> Self;
}

/// Reads, and notes what does not fit.
pub struct Reader {
    source: Source,
    place: String,
    misfits: Vec<FieldError>,
}

impl Reader {
    fn new(source: Source) -> Self {
        Self { source, place: String::new(), misfits: Vec::new() }
    }

    /// Notes a misfit at the place being read.
    pub fn wrong(&mut self, code: Wrong) {
        self.misfits.push(FieldError { pointer: self.place.clone(), code });
    }

    /// What is missing, or of another type.
    fn misfit(&mut self, json: Option<&Json>) {
        self.wrong(if json.is_none() { Wrong::Required } else { Wrong::Type });
    }

    /// The object whose fields are read next, if it is one and (from a caller) has no others than these.
    pub fn object<'a>(&mut self, json: Option<&'a Json>, names: &[&str]) -> Option<&'a Json> {
        let Some(Json::Object(fields)) = json else {
            self.misfit(json);
            return None;
        };
        if self.source != Source::Row {
            for name in fields.keys().filter(|name| !names.contains(&name.as_str())) {
                self.misfits.push(FieldError { pointer: format!("{}/{name}", self.place), code: Wrong::UnknownField });
            }
        }
        json
    }

    /// A field of the object; what is missing because there is no object is not noted twice.
    pub fn field<T: Shape>(&mut self, object: Option<&Json>, name: &str) -> T {
        let noted = self.misfits.len();
        if T::IS_FLAT && self.source == Source::Row {
            return T::read(object, self);
        }
        let length = self.enter(name);
        let value = object.and_then(|object| object.get(name));
        let read = match value {
            Some(Json::String(text)) if T::IS_NESTED && self.source == Source::Row => T::read(strict::parse(text.as_bytes()).as_ref(), self),
            value => T::read(value, self),
        };
        self.place.truncate(length);
        if object.is_none() {
            self.misfits.truncate(noted);
        }
        read
    }

    fn enter(&mut self, step: &str) -> usize {
        let length = self.place.len();
        self.place.push('/');
        self.place.push_str(step);
        length
    }

    /// Text; the code of a kind, among others.
    pub fn text<'a>(&mut self, json: Option<&'a Json>) -> Option<&'a str> {
        let text = json.and_then(Json::as_str);
        if text.is_none() {
            self.misfit(json);
        }
        text
    }
}

fn read<T: Shape>(json: &Json, source: Source) -> std::result::Result<T, Vec<FieldError>> {
    let mut reader = Reader::new(source);
    let value = T::read(Some(json), &mut reader);
    if reader.misfits.is_empty() { Ok(value) } else { Err(reader.misfits) }
}

/// A body: of the right types, without unknown fields.
///
/// # Errors
/// `validation`, with every field that does not fit.
pub fn body<T: Shape>(json: &Json) -> Result<T> {
    read(json, Source::Body).map_err(|misfits| Refusal::fields(misfits).into())
}

/// The parameters of an address.
///
/// # Errors
/// `malformed`.
pub fn query<T: Shape>(text: &str) -> Result<T> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).map_err(|_| Rule::Malformed)?;
    let mut fields = serde_json::Map::new();
    for (name, value) in pairs {
        if fields.insert(name, value.into()).is_some() {
            return Err(Rule::Malformed.into());
        }
    }
    read(&Json::Object(fields), Source::Query).map_err(|_| Rule::Malformed.into())
}

/// A row of the database, or a copy of ours from KV.
///
/// # Errors
/// A fault when the statement and the type differ: ours to mend, never the caller's.
pub fn row<T: Shape>(json: &Json) -> std::result::Result<T, Fault> {
    read(json, Source::Row).map_err(|misfits| {
        let places: Vec<String> = misfits.iter().map(|misfit| format!("{} {}", misfit.pointer, misfit.code.code())).collect();
        Fault::new("a row of another shape", places.join(", "))
    })
}

/// Several rows.
///
/// # Errors
/// A fault when one is of another shape.
pub fn rows<T: Shape>(rows: &[Json]) -> std::result::Result<Vec<T>, Fault> {
    rows.iter().map(row).collect()
}

/// A copy of ours that was kept as text; nothing when it is another.
#[must_use]
pub fn copy<T: Shape>(text: &str) -> Option<T> {
    row(&strict::parse(text.as_bytes())?).ok()
}

impl Shape for String {
    fn read(json: Option<&Json>, reader: &mut Reader) -> Self {
        reader.text(json).unwrap_or_default().to_owned()
    }
}

impl Shape for i64 {
    fn read(json: Option<&Json>, reader: &mut Reader) -> Self {
        let number = match (json, reader.source) {
            (Some(Json::String(text)), Source::Query) => text.parse().ok(),
            (json, _) => json.and_then(Json::as_i64),
        };
        number.unwrap_or_else(|| {
            reader.misfit(json);
            0
        })
    }
}

impl Shape for bool {
    fn read(json: Option<&Json>, reader: &mut Reader) -> Self {
        match (json, reader.source) {
            (Some(Json::Bool(flag)), _) => *flag,
            (Some(Json::Number(number)), Source::Row) => number.as_i64() != Some(0),
            (Some(Json::String(text)), Source::Query) if text == "true" || text == "false" => text == "true",
            _ => {
                reader.misfit(json);
                false
            }
        }
    }
}

/// Whatever it is; nothing where nothing stands.
impl Shape for Json {
    const IS_NESTED: bool = true;

    fn read(json: Option<&Json>, _: &mut Reader) -> Self {
        json.cloned().unwrap_or_default()
    }
}

/// Absent and `null` are nothing.
impl<T: Shape> Shape for Option<T> {
    const IS_NESTED: bool = T::IS_NESTED;

    fn read(json: Option<&Json>, reader: &mut Reader) -> Self {
        json.filter(|json| !json.is_null()).map(|json| T::read(Some(json), reader))
    }
}

/// Absent is empty.
impl<T: Shape> Shape for Vec<T> {
    const IS_NESTED: bool = true;

    fn read(json: Option<&Json>, reader: &mut Reader) -> Self {
        let items = match json {
            None => return Self::new(),
            Some(Json::Array(items)) => items,
            Some(Json::Null) if reader.source == Source::Row => return Self::new(),
            _ => {
                reader.misfit(json);
                return Self::new();
            }
        };
        let mut read = Self::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let length = reader.enter(&index.to_string());
            read.push(T::read(Some(item), reader));
            reader.place.truncate(length);
        }
        read
    }
}

/// Absent leaves it, `null` empties it.
impl<T: Shape> Shape for Patch<T> {
    fn read(json: Option<&Json>, reader: &mut Reader) -> Self {
        Self(json.map(|json| Option::read(Some(json), reader)))
    }
}

/// A struct that is read from JSON field by field. `flat` ones are columns among those of the row they are part of.
#[macro_export]
macro_rules! record {
    ($(#[$about:meta])* $seen:vis flat struct $Name:ident { $($(#[$of:meta])* $field_seen:vis $field:ident: $kind:ty),* $(,)? }) => {
        $crate::record! { @ true, $(#[$about])* $seen struct $Name { $($(#[$of])* $field_seen $field: $kind),* } }
    };
    ($(#[$about:meta])* $seen:vis struct $Name:ident { $($(#[$of:meta])* $field_seen:vis $field:ident: $kind:ty),* $(,)? }) => {
        $crate::record! { @ false, $(#[$about])* $seen struct $Name { $($(#[$of])* $field_seen $field: $kind),* } }
    };
    (@ $is_flat:literal, $(#[$about:meta])* $seen:vis struct $Name:ident { $($(#[$of:meta])* $field_seen:vis $field:ident: $kind:ty),* }) => {
        $(#[$about])*
        $seen struct $Name { $($(#[$of])* $field_seen $field: $kind,)* }

        impl $crate::core::shape::Shape for $Name {
            const IS_NESTED: bool = true;
            const IS_FLAT: bool = $is_flat;

            fn read(json: Option<&serde_json::Value>, reader: &mut $crate::core::shape::Reader) -> Self {
                let object = reader.object(json, &[$(stringify!($field)),*]);
                Self { $($field: reader.field(object, stringify!($field)),)* }
            }
        }
    };
}

/// An enum each of whose variants is one word in JSON and in the database.
#[macro_export]
macro_rules! codes {
    ($(#[$about:meta])* pub enum $Name:ident { $(#[$first_doc:meta])* $First:ident = $first:literal, $($(#[$doc:meta])* $Variant:ident = $code:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, utoipa::ToSchema)]
        #[schema(rename_all = "snake_case")]
        pub enum $Name {
            $(#[$first_doc])* $First,
            $($(#[$doc])* $Variant,)*
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, json: S) -> std::result::Result<S::Ok, S::Error> {
                json.serialize_str(self.code())
            }
        }

        impl $Name {
            /// Each of them.
            pub const ALL: &'static [Self] = &[Self::$First, $(Self::$Variant,)*];

            /// The code, as in JSON and in the database.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { Self::$First => $first, $(Self::$Variant => $code,)* }
            }

            /// The one of that code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }

        impl $crate::core::shape::Shape for $Name {
            fn read(json: Option<&serde_json::Value>, reader: &mut $crate::core::shape::Reader) -> Self {
                let known = reader.text(json).map(Self::from_code);
                if known == Some(None) {
                    reader.wrong($crate::core::refusal::Wrong::Unknown);
                }
                known.flatten().unwrap_or(Self::$First)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{body, query, row};
    use crate::{
        core::field::Patch,
        core::refusal::{Failure, Wrong},
    };

    codes! {
        /// Two kinds.
        pub enum Kind {
            /// One.
            One = "one",
            /// Other.
            Other = "other",
        }
    }
    record! {
        #[derive(Debug, Default, PartialEq)]
        flat struct Where { city: Option<String> }
    }
    record! {
        #[derive(Debug, PartialEq)]
        struct Thing { name: String, count: i64, is_on: bool, kinds: Vec<Kind>, note: Patch<String>, place: Where }
    }

    fn misfits(failure: Failure) -> Vec<(String, Wrong)> {
        match failure {
            Failure::Refused(refusal) => refusal.errors.into_iter().map(|error| (error.pointer, error.code)).collect(),
            Failure::Broken(fault) => panic!("{fault:?}"),
        }
    }

    #[test]
    fn a_body_is_told_all_that_is_wrong_with_it_and_where() {
        let wrong = misfits(body::<Thing>(&json!({ "name": 7, "is_on": 1, "kinds": ["one", "third"], "extra": null, "place": { "town": "x" } })).unwrap_err());
        let expected = [
            ("/extra", Wrong::UnknownField),
            ("/name", Wrong::Type),
            ("/count", Wrong::Required),
            ("/is_on", Wrong::Type),
            ("/kinds/1", Wrong::Unknown),
            ("/place/town", Wrong::UnknownField),
        ];
        assert_eq!(wrong, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        assert_eq!(misfits(body::<Thing>(&json!([])).unwrap_err()), [(String::new(), Wrong::Type)]);
    }

    #[test]
    fn a_row_has_flags_as_numbers_and_nested_things_as_text_or_among_its_columns() {
        let thing: Thing = row(&json!({ "name": "a", "count": 2, "is_on": 1, "kinds": "[\"other\"]", "note": null, "city": "Lodi", "more": 1 })).unwrap();
        let expected =
            Thing { name: "a".into(), count: 2, is_on: true, kinds: vec![Kind::Other], note: Patch(Some(None)), place: Where { city: Some("Lodi".into()) } };
        assert_eq!(thing, expected);
        assert!(row::<Thing>(&json!({ "name": "a" })).unwrap_err().detail.contains("/count required"));
    }

    #[test]
    fn an_address_says_everything_as_text_and_nothing_twice() {
        record! {
            struct Wanted { limit: Option<i64>, is_on: Option<bool>, kind: Option<Kind> }
        }
        let wanted: Wanted = query("limit=5&is_on=false&kind=other").unwrap();
        assert_eq!((wanted.limit, wanted.is_on, wanted.kind), (Some(5), Some(false), Some(Kind::Other)));
        for text in ["limit=five", "is_on=1", "kind=third", "limit=5&limit=6", "else=1"] {
            assert!(query::<Wanted>(text).is_err(), "{text}");
        }
    }
}
