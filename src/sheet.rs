//! Tables as text (RFC 4180): what spreadsheets write and read.
//!
//! Read strictly, for a quotation mark in the wrong place moves everything after it; kindly as to what separates the cells, for an Italian
//! spreadsheet writes `;` and a pasted one tabs. Written so that no spreadsheet takes a cell for a formula: what begins like one gets an
//! apostrophe, and reading takes it away again (a telephone number begins with `+`).

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

/// Whether a spreadsheet would calculate it, were the apostrophes not there.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
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
        let is_quoted = cell.contains([',', ';', '"', '\n', '\r', '\t']);
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
}
