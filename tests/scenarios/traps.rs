//! Addresses, dates, tables and JSON that libraries read differently, with this service's answer to each, in process and on workerd.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

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

fn adds(ada: &Person, rossi: &Account, body: &Json) -> Reply {
    ada.posts(&rossi.at("/members"), body)
}

/// Addresses, and the stored form of each.
const ADDRESSES: [(&str, &str); 18] = [
    ("plain@example.com", "201 plain@example.com"),
    ("  around@example.com ", "201 around@example.com"),
    ("Upper.Case@EXAMPLE.com", "201 Upper.Case@EXAMPLE.com"),
    ("plus+tag@example.com", "201 plus+tag@example.com"),
    ("o'brien@example.com", "201 o'brien@example.com"),
    ("città@example.com", "201 città@example.com"),
    ("a@bücher.example", "201 a@bücher.example"),
    ("a@xn--bcher-kva.example", "201 a@xn--bcher-kva.example"),
    ("\"quoted name\"@example.com", "422 validation /email email"),
    ("a@[127.0.0.1]", "422 validation /email email"),
    ("a@localhost", "422 validation /email email"),
    ("a..b@example.com", "422 validation /email email"),
    (".a@example.com", "422 validation /email email"),
    ("a@-example.com", "422 validation /email email"),
    ("a@example..com", "422 validation /email email"),
    ("a@b@example.com", "422 validation /email email"),
    ("Name <a@example.com>", "422 validation /email email"),
    ("a@example.com\r\nBcc: b@example.com", "422 validation /email email"),
];

pub fn addresses_are_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    compare(&ADDRESSES, |sent| {
        let reply = adds(&ada, &rossi, &json!({"email": sent}));
        format!("{} {}", outcome(&reply), reply.text("/email")).trim().to_owned()
    });
}

/// End times of access, and how each is returned.
const INSTANTS: [(&str, &str); 17] = [
    ("2030-01-31T10:00:00Z", "201 2030-01-31T10:00:00Z"),
    ("2030-01-31T10:00:00.5Z", "201 2030-01-31T10:00:00.5Z"),
    ("2030-01-31T10:00:00.123456789Z", "201 2030-01-31T10:00:00.123Z"),
    ("2030-01-31T10:00:00+01:00", "201 2030-01-31T09:00:00Z"),
    ("2030-01-31t10:00:00z", "201 2030-01-31T10:00:00Z"),
    ("2030-01-31 10:00:00Z", "201 2030-01-31T10:00:00Z"),
    ("2030-01-31T10:00Z", "422 validation /access/expires_at type"),
    ("2030-01-31", "422 validation /access/expires_at type"),
    ("2030-01-31T10:00:00", "422 validation /access/expires_at type"),
    ("2030-02-30T10:00:00Z", "422 validation /access/expires_at type"),
    ("2032-02-29T10:00:00Z", "201 2032-02-29T10:00:00Z"),
    ("2030-12-31T23:59:60Z", "201 2030-12-31T23:59:59.999Z"),
    ("2030-01-31T24:00:00Z", "422 validation /access/expires_at type"),
    ("1893578400", "422 validation /access/expires_at type"),
    ("9999-12-31T23:59:59Z", "201 9999-12-31T23:59:59Z"),
    ("+10000-01-01T00:00:00Z", "422 validation /access/expires_at type"),
    ("", "422 validation /access/expires_at type"),
];

pub fn instants_are_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let count = std::cell::Cell::new(0);
    compare(&INSTANTS, |sent| {
        count.set(count.get() + 1);
        let email = world.someone(&format!("Guest{}", count.get())).email;
        let reply = adds(&ada, &rossi, &json!({"email": email, "access": {"role": "standard", "expires_at": sent}}));
        format!("{} {}", outcome(&reply), reply.text("/access/expires_at")).trim().to_owned()
    });
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
    ("email,first_name\r\na@example.com,Ada,more\r\n", "200 1 created"),
    ("email,first_name\r\n\r\na@example.com,Ada\r\n\r\n", "200 1 created"),
    ("email,email\r\na@example.com,b@example.com\r\n", "200 1 created"),
    ("EMAIL, first_name \r\na@example.com,Ada\r\n", "200 1 created"),
    ("first_name\r\nAda\r\n", "200 1 refused required"),
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
