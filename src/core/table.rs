//! Tables as CSV (RFC 4180), as spreadsheets write and read them.
//!
//! Quotation marks are read strictly, because one in the wrong place moves everything after it. Cells may be separated by `,`, `;`, `|` or tabs: an
//! Italian spreadsheet writes `;`, and pasted cells have tabs between them. A first line `sep=;` names the separator.
//!
//! No spreadsheet takes a written cell for a formula: a cell that begins like one gets an apostrophe, and reading removes it again (a telephone
//! number begins with `+`). The wide and small forms of `= + - @` begin a formula too, and so do these signs after spaces and invisible
//! characters: some spreadsheets read `＝` as `=` and drop invisible characters.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use icu_properties::{CodePointMapData, props::GeneralCategory};
use unicode_normalization::UnicodeNormalization;

use crate::core::{letters::is_blank_character, refusal::Fault};

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The line of the text it begins in.
    pub line: i64,
    /// Its first cells, as many as are kept.
    pub cells: Vec<String>,
    /// How many filled cells it has after those.
    pub more: usize,
    /// How many cells it has, filled or not.
    pub width: usize,
    /// How many it has up to the last filled one.
    pub filled_width: usize,
}

impl Row {
    fn of(line: i64, record: &StringRecord, most: usize) -> Self {
        let filled = || record.iter().enumerate().filter(|(_, cell)| !plain(cell).trim().is_empty()).map(|(place, _)| place);
        Self {
            line,
            cells: record.iter().take(most).map(|cell| plain(cell).to_owned()).collect(),
            more: filled().filter(|place| *place >= most).count(),
            width: record.len(),
            filled_width: filled().last().map_or(0, |last| last + 1),
        }
    }
}

/// The first rows of a CSV text, without empty ones, and the first cells of each. Nothing after them is read.
///
/// # Errors
/// The number of the line with a quotation mark in the wrong place.
pub fn read(text: &str, most_rows: usize, most_cells: usize) -> Result<Vec<Row>, i64> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (separator, rest) = named_separator(text).unwrap_or_else(|| (likely_separator(text), text));
    let mut line = 1 + lines(text.get(..text.len() - rest.len()).unwrap_or_default());
    let delimiter = u8::try_from(separator).unwrap_or(b',');
    let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(rest.as_bytes());
    let (mut rows, mut offset, mut record) = (Vec::new(), 0, StringRecord::new());
    while rows.len() < most_rows && reader.read_record(&mut record).map_err(|_| line)? {
        // A record's position is the end of the record before it, so empty lines may come first.
        let position = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(offset);
        let row = rest.get(position..).unwrap_or_default().trim_start_matches(['\r', '\n']);
        let start = rest.len() - row.len();
        line += lines(rest.get(offset..start).unwrap_or_default());
        offset = start;
        if let Some(wrong) = misplaced_quote(row, &record, separator) {
            return Err(line + lines(row.get(..wrong).unwrap_or_default()));
        }
        let row = Row::of(line, &record, most_cells);
        if row.filled_width > 0 {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// The separator that a first line `sep=;` names, as Excel writes and reads it, and the text after that line.
fn named_separator(text: &str) -> Option<(char, &str)> {
    let (first, _) = text.split_once(['\r', '\n'])?;
    let named = first.trim_matches('"');
    let mut mark = named.get(4..).filter(|_| named.get(..4).is_some_and(|key| key.eq_ignore_ascii_case("sep=")))?.chars();
    let separator = mark.next().filter(char::is_ascii)?;
    mark.next().is_none().then(|| (separator, text.get(first.len()..).unwrap_or_default()))
}

/// The mark that stands most often outside quotation marks in the first row that is not empty.
fn likely_separator(text: &str) -> char {
    let marks = ['|', ';', '\t', ','];
    let (mut counts, mut is_quoted) = ([0_usize; 4], false);
    for c in text.trim_start_matches(['\r', '\n', ' ']).chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '\r' | '\n' if !is_quoted => break,
            c if !is_quoted => marks.iter().zip(&mut counts).for_each(|(mark, count)| *count += usize::from(c == *mark)),
            _ => {}
        }
    }
    marks.into_iter().zip(counts).max_by_key(|(_, count)| *count).map_or(',', |(mark, _)| mark)
}

fn lines(text: &str) -> i64 {
    i64::try_from(text.matches('\n').count()).unwrap_or_default()
}

/// Where a cell begins whose quotation marks are not those of RFC 4180: csv does not refuse it. `cells` are what csv read of the row that the
/// text begins with, and each must be in the text as it is, or within quotation marks.
fn misplaced_quote(row: &str, cells: &StringRecord, separator: char) -> Option<usize> {
    let mut rest = row;
    for (place, cell) in cells.iter().enumerate() {
        let start = if place == 0 { rest } else { rest.strip_prefix(separator).unwrap_or(rest) };
        match after_cell(start, cell).filter(|rest| rest.is_empty() || rest.starts_with([separator, '\r', '\n'])) {
            Some(after) => rest = after,
            None => return Some(row.len() - start.len()),
        }
    }
    None
}

/// What follows the cell that the text begins with. `None` where it does not begin with that cell.
fn after_cell<'a>(text: &'a str, cell: &str) -> Option<&'a str> {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_prefix(&cell.replace('"', "\"\""))?.strip_prefix('"'),
        None => text.strip_prefix(cell).filter(|_| !cell.contains('"')),
    }
}

/// Whether a spreadsheet would calculate the cell without its apostrophes. A cell that begins with a tab, a line break or NUL counts as well:
/// some programs drop it and calculate the rest.
fn is_formula(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    cell.starts_with(['\t', '\r', '\n', '\0']) || cell.trim_start_matches(is_dropped).starts_with(starts_formula)
}

/// Whether a formula begins with this character: `=`, `+`, `-`, `@`, a character that NFKC makes one of them, or the minus sign.
fn starts_formula(c: char) -> bool {
    std::iter::once(c).nfkc().next().is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '\u{2212}'))
}

/// Whether a spreadsheet may drop this character at the beginning of a cell: what leaves nothing to see, controls and format characters, and the
/// apostrophe after them.
fn is_dropped(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    c == '\'' || is_blank_character(c) || matches!(category, GeneralCategory::Control | GeneralCategory::Format)
}

fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// The rows as CSV.
///
/// # Errors
/// When csv does not write them.
pub fn write<'a, const N: usize>(rows: impl IntoIterator<Item = [&'a str; N]>) -> Result<Vec<u8>, Fault> {
    let fault = |error: String| Fault::new("a table", error);
    // csv quotes a cell that holds its comment character. With `;` a spreadsheet that separates cells by it finds no formula after one. (No field
    // of ours takes a tab.)
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).comment(Some(b';')).from_writer(Vec::new());
    for row in rows {
        let cells = row.map(|cell| if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) });
        writer.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(|error| fault(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::Row;

    fn read(text: &str) -> Result<Vec<Row>, i64> {
        super::read(text, usize::MAX, usize::MAX)
    }

    fn write<const N: usize>(row: [&str; N]) -> String {
        String::from_utf8(super::write([row]).unwrap()).unwrap()
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text).unwrap().into_iter().map(|row| row.cells).collect()
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
    fn a_separator_is_named_or_evident() {
        let expected = [["email, e-mail", "city"], ["a@x.it", "Lodi"]];
        for text in [
            "sep=;\r\n\"email, e-mail\";city\r\na@x.it;Lodi\r\n",
            "\u{feff}\"SEP=|\"\nemail, e-mail|city\na@x.it|Lodi",
            "sep=\t\nemail, e-mail\tcity\na@x.it\tLodi",
            "\n \n;;\n\"email, e-mail\";city\na@x.it;Lodi",
            "\"email, e-mail\";\"city\"\na@x.it;Lodi",
            "\"email, e-mail\"|city\na@x.it|Lodi",
        ] {
            assert_eq!(cells(text).into_iter().map(|row| row[..2].to_vec()).collect::<Vec<_>>(), expected, "{text:?}");
        }
        assert_eq!(read("sep=;\n\na;b\n\"x").unwrap_err(), 4);
        assert_eq!(cells("sep=ab\n1"), [["sep=ab"], ["1"]]);
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let lines: Vec<i64> = read("a\n\"b\nb\"\n\nc").unwrap().into_iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 2, 5]);
    }

    #[test]
    fn a_quotation_mark_in_the_wrong_place_is_refused_with_its_line() {
        for (text, line) in [("a,b\nx,\"y", 2), ("a\nx\"y", 2), ("a\nb\n\"x\"y", 3), ("\"", 1), ("a;b\n\"x\";\"y", 2), ("a,b\n\"x\ny\",z\"", 3)] {
            assert_eq!(read(text).unwrap_err(), line, "{text:?}");
        }
    }

    #[test]
    fn whatever_is_written_is_read_again_and_no_formula() {
        let row = ["=1+1", "+39 06 1", "'=x", "''+x", "'s-Hertogenbosch", "-", "@a", "\tx", "a;b", "say \"hi\"\r\nthere", "", "Niccol\u{f2}"];
        let table = write(row);
        assert_eq!(cells(&table), [row]);
        assert!(table.starts_with("'=1+1,'+39 06 1,''=x,"), "{table}");
        assert!(table.contains(",\"a;b\","), "{table}");
    }

    /// Every value of up to four of these parts: what starts a formula in every form, what is invisible before it, what quotes, separates and ends
    /// cells.
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
            let row: [&str; 200] = std::array::from_fn(|place| row.get(place).map_or("", String::as_str));
            let table = format!("x\r\n{}", write(row));
            let back = read(&table).unwrap();
            assert_eq!(back[1].cells, row);
        }
    }

    #[test]
    fn no_cell_begins_like_a_formula_after_invisible_characters() {
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
            "\u{600}",
            "\u{fff9}",
            "\u{200b}'",
            "'\u{200b}",
        ] {
            for start in starts.chars() {
                let table = write([&format!("{hidden}{start}1+1")]);
                assert!(table.trim_start_matches('"').starts_with('\''), "{hidden:?} {start:?}");
            }
        }
        for first in ["\t", "\r", "\n", "\0"] {
            let table = write([&format!("{first}x")]);
            assert!(table.trim_start_matches('"').starts_with('\''), "{first:?}");
        }
        let table = write(["'s-Hertogenbosch", "O'Brien", "\u{200b}Ada", "1-2"]);
        assert_eq!(table, "'s-Hertogenbosch,O'Brien,\u{200b}Ada,1-2\r\n", "what is no formula stays as it is");
    }
}
