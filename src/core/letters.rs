//! Letters as people type them: which of them nobody sees, and the keys by which two spellings are one.
//!
//! There are two keys. [`comparable`] forgives what a keyboard or a program changes by itself: the kind of space, apostrophe, quotation mark and
//! dash. [`folded`] also forgives what people leave out: case, accents, and letters that an Italian or English keyboard does not have.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
use unicode_normalization::UnicodeNormalization;

/// Canonical composition (UAX #15).
#[must_use]
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Whether a character is invisible, or only turns the direction of the text or shapes its neighbour (`Default_Ignorable_Code_Point` of Unicode).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether a character leaves nothing to see: a space of any kind, an invisible character, the empty Braille pattern, the empty note.
#[must_use]
pub fn is_blank_character(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || matches!(c, '\u{2800}' | '\u{1d159}')
}

/// Whether there is nothing to see in a text.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_blank_character)
}

/// The text without blank characters around it: for addresses, tokens and codes, which never begin or end with one.
#[must_use]
pub fn bare(text: &str) -> &str {
    text.trim_matches(is_blank_character)
}

/// The same for names. At their end characters stay that shape the letter before them: joiners, selectors of a variant (an emoji, a rare ideograph),
/// the tags of a flag.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    let shapes =
        |c| matches!(c, '\u{180b}'..='\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}');
    text.trim_start_matches(is_blank_character).trim_end_matches(|c| is_blank_character(c) && !shapes(c))
}

/// The ASCII character that a keyboard has for this mark; other characters stay.
fn plain_mark(c: char) -> char {
    match c {
        '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}'..='\u{2bf}' | '\u{2c8}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{a78b}' | '\u{a78c}' => '\'',
        '\u{ab}' | '\u{bb}' | '\u{2ba}' | '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{2036}' | '\u{301d}'..='\u{301f}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' => '-',
        c if is_blank_character(c) => ' ',
        c => c,
    }
}

/// The key by which a typed text is compared with a name: NFKC, without invisible characters, each run of spaces as one, every kind of apostrophe,
/// quotation mark and dash as the one on a keyboard. Case and accents count.
#[must_use]
pub fn comparable(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    // Marks are made plain first, because NFKC takes some of them apart, and again after it, because it makes others.
    for c in text.chars().filter(|c| !is_invisible(*c)).map(plain_mark).nfkc().map(plain_mark) {
        if c != ' ' || !(key.is_empty() || key.ends_with(' ')) {
            key.push(c);
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// The key names sort by and are found by: [`comparable`], lower case, without accents, in letters of ASCII where there are some for it.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in comparable(text).nfkd().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase) {
        match spelling(c) {
            "" => key.push(c),
            letters => key.push_str(letters),
        }
    }
    key
}

/// Whether a character is what decomposition leaves of an accent: the blocks of combining marks. (Not all marks: those of other scripts are
/// letters to their readers.)
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// How people without the key write a small letter that no decomposition takes apart; empty for all others. The Latin ones are those of names in
/// living alphabets, as CLDR's transform `Latin-ASCII` writes them, with the schwa of Azerbaijani and the open vowels of West Africa, which CLDR
/// leaves out. (A table, because the crates that do this transliterate all of Unicode, in 75 kB and more, or keep one letter for one.)
fn spelling(c: char) -> &'static str {
    match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ƕ' => "hv",
        'ƣ' => "oi",
        'ⱥ' => "a",
        'ƀ' | 'ƃ' | 'ɓ' => "b",
        'ƈ' | 'ȼ' | 'ɕ' => "c",
        'ð' | 'đ' | 'ƌ' | 'ɖ' | 'ɗ' => "d",
        'ǝ' | 'ə' | 'ɇ' | 'ɛ' => "e",
        'ƒ' => "f",
        'ǥ' | 'ɠ' | 'ɡ' | 'ɣ' => "g",
        'ħ' | 'ɦ' | 'ⱨ' => "h",
        'ı' | 'ɨ' | 'ɩ' | 'ɪ' => "i",
        'ȷ' | 'ɉ' | 'ɟ' => "j",
        'ƙ' | 'ⱪ' => "k",
        'ł' | 'ƚ' | 'ɫ' | 'ɬ' | 'ⱡ' => "l",
        'ɱ' => "m",
        'ŋ' | 'ƞ' | 'ɲ' => "n",
        'ø' | 'ɔ' | 'ɵ' => "o",
        'ƥ' | 'ᵽ' => "p",
        'ĸ' => "q",
        'ɍ' | 'ɽ' => "r",
        'ʂ' => "s",
        'ŧ' | 'ƭ' | 'ʈ' | 'ⱦ' => "t",
        'ʉ' | 'ʊ' => "u",
        'ʋ' => "v",
        'ƴ' | 'ɏ' => "y",
        'ƶ' | 'ȥ' | 'ⱬ' => "z",
        // The sigma at the end of a word, which capitals do not tell from the other.
        'ς' => "σ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, comparable, folded, is_blank, trimmed};

    #[test]
    fn nothing_to_see_is_blank_whatever_it_is_made_of() {
        for text in [
            "",
            " ",
            "\u{a0}\u{2003}",
            "\u{200b}",
            "\u{ad}",
            "\u{2800}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{115f}\u{1160}",
            "\u{34f}",
            "\u{61c}",
            "\u{17b4}",
            "\u{180e}",
            "\u{200d}",
            "\u{2060}\u{feff}",
            "\u{202a}\u{202c}",
            "\u{2066}\u{2069}",
            "\u{fe0f}",
            "\u{1d159}",
            "\u{e0020}",
            "\u{e0100}",
            "\u{3000}\u{2028}",
        ] {
            assert!(is_blank(text), "{text:?}");
            assert_eq!((trimmed(text).trim_start_matches(super::is_blank_character), bare(text)), ("", ""), "{text:?}");
        }
        for text in ["a", "\u{627}", "-", ".", "\u{1f600}", "\u{b7}", "\u{7}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn what_shapes_the_last_letter_of_a_name_stays() {
        for (typed, kept) in [
            (" \u{feff}Ada\u{200b} ", "Ada"),
            ("\u{202b}\u{5d3}\u{5d5}\u{5d3}\u{202c}", "\u{5d3}\u{5d5}\u{5d3}"),
            ("\u{2764}\u{fe0f}", "\u{2764}\u{fe0f}"),
            ("\u{845b}\u{e0100} ", "\u{845b}\u{e0100}"),
            ("\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}", "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}"),
            ("\u{d28}\u{d4d}\u{200d}", "\u{d28}\u{d4d}\u{200d}"),
            ("\u{200d}\u{d28}", "\u{d28}"),
        ] {
            assert_eq!(trimmed(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn a_keyboard_changes_marks_and_spaces_but_no_letter() {
        for typed in [
            "L'Aquila - \"Da Gino\"",
            "L\u{2019}Aquila \u{2013} \u{201c}Da Gino\u{201d}",
            " L\u{b4}Aquila\u{a0}\u{2014}  \u{ab}Da\u{2003}Gino\u{bb} ",
            "L\u{2bc}Aquila\u{200b} \u{2212} \u{ff02}Da Gi\u{ad}no\u{ff02}",
            "L`Aquila\t-\n\"Da\u{2800}Gino\"",
        ] {
            assert_eq!(comparable(typed), "L'Aquila - \"Da Gino\"", "{typed:?}");
        }
        assert_eq!(comparable("Caffe\u{300}"), comparable("Caff\u{e8}"));
        for other in ["l'Aquila - \"Da Gino\"", "LAquila - \"Da Gino\"", "L'Aquila -\"Da Gino\"", "L'\u{c0}quila - \"Da Gino\""] {
            assert!(comparable(other) != "L'Aquila - \"Da Gino\"", "{other:?}");
        }
    }

    #[test]
    fn letters_without_a_key_have_their_usual_spelling() {
        for (name, key) in [
            ("Niccol\u{f2} D\u{2019}Amico", "niccolo d'amico"),
            ("S\u{f8}ren \u{c5}ng\u{e6}r", "soren angaer"),
            ("\u{141}ukasz W\u{142}odarczyk", "lukasz wlodarczyk"),
            ("\u{110}or\u{111}e", "dorde"),
            ("Wei\u{df} STRA\u{1e9e}E", "weiss strasse"),
            ("\u{de}\u{f3}r\u{f0}ur", "thordur"),
            ("C\u{153}ur", "coeur"),
            ("I\u{15f}\u{131}k \u{130}pek", "isik ipek"),
            ("\u{126}al \u{166}a \u{14b}o", "hal ta no"),
            ("\u{18f}liyev", "eliyev"),
            ("\u{1fe}rsted", "orsted"),
            ("\u{39f}\u{394}\u{3a5}\u{3a3}\u{3a3}\u{395}\u{3a5}\u{3a3}", "οδυσσευσ"),
            ("\u{3bf}\u{3b4}\u{3c5}\u{3c3}\u{3c3}\u{3b5}\u{3c5}\u{3c2}", "οδυσσευσ"),
            ("A\u{200c}\u{ad}B", "ab"),
            ("\u{2122}", "tm"),
        ] {
            assert_eq!(folded(name), key, "{name}");
            assert_eq!(folded(key), key, "{name}: folding twice changes nothing");
        }
    }
}
