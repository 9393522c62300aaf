//! Tables as text (RFC 4180): what spreadsheets write and read.
//!
//! Read strictly, for a quotation mark in the wrong place moves everything after it; kindly as to what separates the cells, for an Italian
//! spreadsheet writes `;` and a pasted one tabs. Written so that no spreadsheet takes a cell for a formula: what begins like one gets an
//! apostrophe, and reading takes it away again (a telephone number begins with `+`). A cell begins like a formula also with the wide and small
//! forms of `= + - @`, and where only spaces and characters that nobody sees stand before: some spreadsheets read `＝` as `=` and drop what is
//! not seen.

use crate::core::unicode;

/// A row, and the line of the text it begins in.
pub type Row = (i64, Vec<String>);

/// Where a cell is, as to quotation marks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Without,
    Within,
    Behind,
}

/// The rows that have anything in them.
///
/// # Errors
/// The line with a quotation mark in the wrong place.
pub fn read(text: &str) -> Result<Vec<Row>, i64> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let separator = [';', '\t', ','].into_iter().max_by_key(|mark| header.matches(*mark).count()).unwrap_or(',');
    let (mut rows, mut cells, mut cell): (Vec<Row>, Vec<String>, String) = Default::default();
    let (mut line, mut begun, mut quotes) = (1, 1, Quotes::Without);
    let mut characters = text.chars().chain(['\n']).peekable();
    while let Some(c) = characters.next() {
        let is_end = c == '\n' || c == '\r' && characters.peek() != Some(&'\n');
        match (c, quotes) {
            ('"', Quotes::Within) if characters.next_if_eq(&'"').is_some() => cell.push('"'),
            ('"', Quotes::Within) => quotes = Quotes::Behind,
            ('\n', Quotes::Within) if characters.peek().is_none() => return Err(begun),
            (c, Quotes::Within) => cell.push(c),
            ('"', Quotes::Without) if cell.is_empty() => quotes = Quotes::Within,
            (c, _) if c == separator || is_end => {
                quotes = Quotes::Without;
                cells.push(plain(std::mem::take(&mut cell)));
            }
            ('\r', _) => {}
            ('"', _) | (_, Quotes::Behind) => return Err(line),
            (c, Quotes::Without) => cell.push(c),
        }
        line += i64::from(c == '\n');
        if is_end && quotes == Quotes::Without {
            let row = std::mem::take(&mut cells);
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push((begun, row));
            }
            begun = line;
        }
    }
    Ok(rows)
}

/// Whether a spreadsheet would calculate it, were the apostrophes not there. A tab, a line break or NUL before anything counts as well: some
/// programs drop it and calculate the rest.
fn is_formula(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    cell.starts_with(['\t', '\r', '\n', '\0']) || cell.trim_start_matches(is_unseen).starts_with(starts_formula)
}

/// `=`, `+`, `-` and `@`, the characters that Unicode takes for them (NFKC), and the minus sign.
fn starts_formula(c: char) -> bool {
    if c.is_ascii() { matches!(c, '=' | '+' | '-' | '@') } else { unicode::nfkc(&c.to_string()).starts_with(['=', '+', '-', '@', '\u{2212}']) }
}

/// What nobody sees at the beginning of a cell: white space, controls, the characters that Unicode draws as nothing, and the apostrophe that
/// hides behind them.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\''
                | '\u{ad}'
                | '\u{34f}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

fn plain(cell: String) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest.to_owned(),
        _ => cell,
    }
}

/// Adds a row.
pub fn write(table: &mut String, cells: &[&str]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            table.push(',');
        }
        // A cell that begins with a byte order mark is quoted, so that at the head of a file it is not taken for the file's own.
        let is_quoted = cell.contains([',', ';', '"', '\n', '\r', '\t']) || cell.starts_with('\u{feff}');
        table.extend(is_quoted.then_some('"'));
        table.extend(is_formula(cell).then_some('\''));
        table.push_str(&cell.replace('"', "\"\""));
        table.extend(is_quoted.then_some('"'));
    }
    table.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text).unwrap().into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let expected = [["email", "city"], ["a@x.it", "Lodi"]];
        for text in
            ["email,city\r\na@x.it,Lodi\r\n", "\u{feff}email;city\na@x.it;Lodi", "email\tcity\r\ra@x.it\tLodi\r", "\"email\",city\n\n\"a@x.it\",\"Lodi\"\n,\n"]
        {
            assert_eq!(cells(text), expected, "{text:?}");
        }
        assert_eq!(cells("a,b\n\"x, \"\"y\"\"\r\nz\",\"\""), [["a", "b"], ["x, \"y\"\r\nz", ""]]);
        assert_eq!(cells(""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let lines: Vec<i64> = read("a\n\"b\nb\"\n\nc").unwrap().into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 2, 5]);
    }

    #[test]
    fn a_quotation_mark_in_the_wrong_place_is_told_by_its_line() {
        for (text, line) in [("a,b\nx,\"y", 2), ("a\nx\"y", 2), ("a\nb\n\"x\"y", 3), ("\"", 1)] {
            assert_eq!(read(text), Err(line), "{text:?}");
        }
    }

    #[test]
    fn whatever_is_written_is_read_again_and_no_formula() {
        let row = ["=1+1", "+39 06 1", "'=x", "''+x", "'s-Hertogenbosch", "-", "@a", "\tx", "a;b", "say \"hi\"\r\nthere", "", "Niccol\u{f2}"];
        let mut table = String::new();
        write(&mut table, &row);
        assert_eq!(cells(&table), [row]);
        assert!(table.starts_with("'=1+1,'+39 06 1,''=x,"), "{table}");
    }

    /// Every value of up to four of these: what starts a formula in every form, what hides before it, what quotes, parts and ends cells.
    fn values() -> Vec<String> {
        let parts = [
            "", "'", "=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}", "\u{fe66}", "\u{fe62}", "\u{fe63}", "\u{fe6b}", "\u{207a}",
            "\u{2212}", "\u{200b}", "\u{feff}", "\u{a0}", "\u{ad}", "\u{2060}", "\u{3000}", " ", "\t", "\r", "\n", "\0", "\u{1}", ",", ";", "\"", "1",
            "\u{f2}",
        ];
        let mut values = vec![String::new()];
        for length in 0..4 {
            let longest = values.iter().filter(|value| value.chars().count() == length).cloned().collect::<Vec<_>>();
            // The fourth place is reached from a third of the values, which is enough for every pair of neighbours.
            let step = if length == 3 { 3 } else { 1 };
            values.extend(longest.iter().step_by(step).flat_map(|value| parts.iter().skip(1).map(move |part| format!("{value}{part}"))));
        }
        values
    }

    #[test]
    fn whatever_a_cell_holds_comes_back_as_it_was() {
        let all = values();
        assert!(all.len() > 300_000);
        for row in all.chunks(200) {
            let row: Vec<&str> = row.iter().map(String::as_str).collect();
            let mut table = String::new();
            write(&mut table, &["x"]);
            write(&mut table, &row);
            let back = read(&table).unwrap();
            assert_eq!(back[1].1, row);
        }
    }

    #[test]
    fn no_cell_begins_like_a_formula_behind_what_nobody_sees() {
        let starts =
            "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{fe66}\u{fe62}\u{fe63}\u{fe6b}\u{207a}\u{207b}\u{207c}\u{208a}\u{208b}\u{208c}\u{fb29}\u{2a75}\u{2212}";
        for hidden in [
            "",
            " ",
            "\u{a0}",
            "\u{200b}",
            "\u{feff}",
            "\u{ad}",
            "\u{2060}\u{200e}",
            "\u{3000}\u{fe0f}",
            "\u{1}",
            "\u{e0020}",
            "\u{2800}",
            "\u{200b}'",
            "'\u{200b}",
        ] {
            for start in starts.chars() {
                let mut table = String::new();
                write(&mut table, &[&format!("{hidden}{start}1+1")]);
                assert!(table.trim_start_matches('"').starts_with('\''), "{hidden:?} {start:?}");
            }
        }
        for first in ["\t", "\r", "\n", "\0"] {
            let mut table = String::new();
            write(&mut table, &[&format!("{first}x")]);
            assert!(table.trim_start_matches('"').starts_with('\''), "{first:?}");
        }
        let mut table = String::new();
        write(&mut table, &["'s-Hertogenbosch", "O'Brien", "\u{200b}Ada", "1-2"]);
        assert_eq!(table, "'s-Hertogenbosch,O'Brien,\u{200b}Ada,1-2\r\n", "what is no formula stays as it is");
    }
}
