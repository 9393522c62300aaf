//! Addresses, dates, names, tables and JSON that libraries read differently, with this service's answer to each, in process and on workerd.

mod addresses;
mod dates;
mod names;
mod typed;

pub use addresses::*;
pub use dates::*;
pub use names::*;
pub use typed::*;

use crate::support::client::Reply;
use crate::support::world::World;

/// Returns the status of an answer, and the code of the refusal or of its first field.
pub(super) fn outcome(reply: &Reply) -> String {
    let field = reply.wrong().into_iter().next().map(|(pointer, code)| format!(" {pointer} {code}")).unwrap_or_default();
    format!("{} {}{field}", reply.status, reply.code()).trim().to_owned()
}

/// Sends a request for each line of the table and compares all answers.
pub(super) fn compare<T: Copy + std::fmt::Debug + PartialEq>(table: &[(T, &str)], ask: impl Fn(T) -> String) {
    let found: Vec<(T, String)> = table.iter().map(|(sent, _)| (*sent, ask(*sent))).collect();
    let expected: Vec<(T, String)> = table.iter().map(|(sent, answer)| (*sent, (*answer).to_owned())).collect();
    assert_eq!(found, expected);
}

/// Bodies that are JSON, or nearly JSON.
const BODIES: [(&str, &str); 20] = [
    ("{\"email\": \"a1@example.com\"}", "201"),
    ("\u{feff}{\"email\": \"a2@example.com\"}", "400 malformed"),
    (" \r\n\t{\"email\": \"a3@example.com\"} \n", "201"),
    ("{\"email\": \"a4@example.com\",}", "400 malformed"),
    ("{'email': 'a5@example.com'}", "400 malformed"),
    ("{email: \"a6@example.com\"}", "400 malformed"),
    ("{\"email\": \"a7@example.com\"} {}", "400 malformed"),
    ("{\"email\": \"a8@example.com\"} // a comment", "400 malformed"),
    ("{\"email\": \"a9@example.com\", \"first_name\": NaN}", "400 malformed"),
    ("{\"email\": \"a10@example.com\", \"first_name\": 1e400}", "400 malformed"),
    ("{\"email\": \"a11@example.com\", \"first_name\": 01}", "400 malformed"),
    ("{\"email\": \"a12@example.com\", \"first_name\": true}", "422 validation /first_name type"),
    ("{\"email\": \"a13@example.com\", \"first_name\": [\"Ada\"]}", "422 validation /first_name type"),
    ("{\"email\": \"a14@example.com\", \"first_name\": \"\\u0041da\"}", "201"),
    ("{\"email\": \"a15@example.com\", \"first_name\": \"\\ud83d\\ude00\"}", "201"),
    ("{\"email\": \"a16@example.com\", \"first_name\": \"\\ud83d\"}", "400 malformed"),
    ("{\"email\": \"a17@example.com\", \"first_name\": \"\\x41\"}", "400 malformed"),
    ("{\"email\": \"a18@example.com\", \"first_name\": \"a\tb\"}", "400 malformed"),
    ("{\"Email\": \"a19@example.com\"}", "422 validation /Email unknown_field"),
    ("{\"email\": \"a20@example.com\", \"email\": \"a21@example.com\"}", "400 malformed"),
];

pub fn json_is_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    compare(&BODIES, |sent| outcome(&ada.ask("POST", &rossi.at("/members")).header("content-type", "application/json").bytes(sent).send()));
}

/// Tables of people in the dialects of spreadsheets, with the number of lines in the preview and the outcome of the first.
const TABLES: [(&str, &str); 16] = [
    ("email,first_name\r\na@example.com,Ada\r\n", "200 1 created"),
    ("email,first_name\na@example.com,Ada", "200 1 created"),
    ("email,first_name\ra@example.com,Ada\r", "200 1 created"),
    ("email;first_name\r\na@example.com;Ada\r\n", "200 1 created"),
    ("email\tfirst_name\r\na@example.com\tAda\r\n", "200 1 created"),
    ("\u{feff}email,first_name\r\na@example.com,Ada\r\n", "200 1 created"),
    ("\"email\",\"first_name\"\r\n\"a@example.com\",\"Neri, detto \"\"Moro\"\"\"\r\n", "200 1 created"),
    ("email,first_name\r\na@example.com,\"two\nlines\"\r\n", "200 1 refused characters"),
    ("email,first_name\r\na@example.com,\"not closed\r\n", "422 validation /members quotes"),
    ("email,first_name\r\na@example.com,a \"quoted\" word\r\n", "422 validation /members quotes"),
    ("email,first_name\r\na@example.com\r\n", "200 1 created"),
    ("email,first_name\r\na@example.com,Ada,more\r\n", "200 1 refused too_many_cells"),
    ("email,first_name\r\n\r\na@example.com,Ada\r\n\r\n", "200 1 created"),
    ("email,email\r\na@example.com,b@example.com\r\n", "200 1 created"),
    ("EMAIL, first_name \r\na@example.com,Ada\r\n", "200 1 created"),
    ("first_name\r\nAda\r\n", "422 email_column_missing"),
];

pub fn tables_are_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    compare(&TABLES, |sent| {
        let path = rossi.at("/members/import?preview=true");
        let reply = ada.ask("POST", &path).header("content-type", "text/csv").bytes(sent).send();
        let lines = reply.at("/lines").as_array().cloned().unwrap_or_default();
        let first =
            lines.first().map(|line| format!(" {} {}", line["outcome"].as_str().unwrap_or_default(), line["errors"][0]["code"].as_str().unwrap_or_default()));
        format!("{}{}", outcome(&reply), first.map(|first| format!(" {}{first}", lines.len())).unwrap_or_default()).trim().to_owned()
    });
}
