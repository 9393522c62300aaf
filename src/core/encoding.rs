//! The text of a file, in whatever encoding the program that wrote it chose.
//!
//! Spreadsheets write UTF-8, UTF-16 ("Unicode text") or Windows-1252 ("CSV"), and seldom say which, so the bytes decide. (Not `encoding_rs`: its tables
//! for the scripts of Asia would be a good part of the worker, and no import has needed them.)

/// An encoding that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16 of either byte order, with or without a byte order mark.
    Utf16,
    /// Windows-1252, of which ISO 8859-1 is a part. It is only a guess.
    Windows1252,
}

impl Encoding {
    /// The name that IANA gave it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// What Windows-1252 has at 0x80 to 0x9F. NUL stands for what it does not have, and for `ˆ` and `˜` alone, which nobody writes: there a file is in
/// Mac OS Roman, where they are `à` and `ò`.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', '\0', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•', '–', '—', '\0', '™', 'š', '›', 'œ',
    '\0', 'ž', 'Ÿ',
];

/// The text of these bytes, without a byte order mark, and the encoding they were in.
///
/// # Errors
/// The number of the first line that is in none of the encodings. A file with some lines in UTF-8 and some not is in none.
pub fn read(bytes: &[u8]) -> Result<(String, Encoding), i64> {
    let utf16 = |order: fn([u8; 2]) -> u16, rest: &[u8]| from_utf16(order, rest).map(|text| (text, Encoding::Utf16));
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => utf16(u16::from_be_bytes, rest),
        [first, 0, ..] if *first != 0 => utf16(u16::from_le_bytes, bytes),
        [0, second, ..] if *second != 0 => utf16(u16::from_be_bytes, bytes),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => Ok((text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(), Encoding::Utf8)),
            Err(_) => from_windows_1252(bytes).map(|text| (text, Encoding::Windows1252)),
        },
    }
}

/// The number of the line after this text.
fn line_after(text: &str) -> i64 {
    i64::try_from(text.matches('\n').count()).unwrap_or_default() + 1
}

fn from_utf16(order: fn([u8; 2]) -> u16, bytes: &[u8]) -> Result<String, i64> {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text = String::new();
    for c in char::decode_utf16(units.iter().map(|unit| order(*unit))) {
        text.push(c.map_err(|_| line_after(&text))?);
    }
    if rest.is_empty() { Ok(text) } else { Err(line_after(&text)) }
}

fn from_windows_1252(bytes: &[u8]) -> Result<String, i64> {
    if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return Err(line_after(bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())));
    }
    let mut text = String::new();
    for byte in bytes {
        let c = match byte.checked_sub(0x80) {
            None | Some(0x20..) => char::from(*byte),
            Some(place) => WINDOWS_1252.get(usize::from(place)).copied().filter(|c| *c != '\0').ok_or_else(|| line_after(&text))?,
        };
        text.push(c);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, read};

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn a_file_is_read_in_the_encoding_its_bytes_are_in() {
        let text = "citt\u{e0};\u{20ac}\nForl\u{ec}";
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8),
            (utf16(text, u16::to_le_bytes), Encoding::Utf16),
            (utf16(text, u16::to_be_bytes), Encoding::Utf16),
            (utf16(&format!("\u{feff}{text}"), u16::to_le_bytes), Encoding::Utf16),
            (utf16(&format!("\u{feff}{text}"), u16::to_be_bytes), Encoding::Utf16),
            (b"citt\xe0;\x80\nForl\xec".to_vec(), Encoding::Windows1252),
        ] {
            assert_eq!(read(&bytes), Ok((text.to_owned(), encoding)), "{bytes:?}");
        }
        assert_eq!(read(b""), Ok((String::new(), Encoding::Utf8)));
        assert_eq!(read(b"D\x92Angelo"), Ok(("D\u{2019}Angelo".to_owned(), Encoding::Windows1252)));
    }

    #[test]
    fn a_file_in_no_encoding_is_refused_with_its_line() {
        for (bytes, line) in [
            (&b"a\ncitt\xc3\xa0\nForl\xec"[..], 3),
            (b"a\ncitt\x88", 2),
            (b"a\nper\x98", 2),
            (b"a\nperch\x8f", 2),
            (b"\xff\xfea\0\n\0\0\xd8b\0", 2),
            (b"\xff\xfea\0b", 1),
        ] {
            assert_eq!(read(bytes), Err(line), "{bytes:?}");
        }
    }
}
