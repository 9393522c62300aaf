//! Days and instants, by RFC 3339.

use serde_json::json;

use super::{compare, outcome};
use crate::support::world::{World, percent};

/// End times of access, and how each is returned.
const INSTANTS: [(&str, &str); 50] = [
    ("2030-01-31T10:00:00Z", "201 2030-01-31T10:00:00Z"),
    ("2030-01-31T10:00:00.5Z", "201 2030-01-31T10:00:00.5Z"),
    ("2030-01-31T10:00:00.123456789Z", "201 2030-01-31T10:00:00.123Z"),
    ("2030-01-31T10:00:00.999999999999Z", "201 2030-01-31T10:00:00.999Z"),
    ("2030-01-31T10:00:00.000Z", "201 2030-01-31T10:00:00Z"),
    ("2030-01-31T10:00:00+01:00", "201 2030-01-31T09:00:00Z"),
    ("2030-01-31T10:00:00-00:00", "201 2030-01-31T10:00:00Z"),
    ("2030-01-31T10:00:00+05:45", "201 2030-01-31T04:15:00Z"),
    ("2030-01-31T00:00:00+23:59", "201 2030-01-30T00:01:00Z"),
    ("2030-01-31T10:00:00-14:00", "201 2030-02-01T00:00:00Z"),
    ("2030-01-31t10:00:00z", "201 2030-01-31T10:00:00Z"),
    ("2030-01-31 10:00:00Z", "201 2030-01-31T10:00:00Z"),
    ("2032-02-29T10:00:00Z", "201 2032-02-29T10:00:00Z"),
    ("2030-12-31T23:59:60Z", "201 2030-12-31T23:59:59.999Z"),
    ("2031-01-01T00:59:60+01:00", "201 2030-12-31T23:59:59.999Z"),
    ("9999-12-31T23:59:59Z", "201 9999-12-31T23:59:59Z"),
    ("9999-12-31T22:59:59-01:00", "201 9999-12-31T23:59:59Z"),
    ("9999-12-31T23:59:59-01:00", "422 validation /access/expires_at date"),
    ("0000-01-01T00:00:00+01:00", "422 validation /access/expires_at date"),
    ("0000-01-01T00:00:00Z", "422 validation /access/expires_at past"),
    ("1969-12-31T23:59:59.9999Z", "422 validation /access/expires_at past"),
    ("1970-01-01T00:00:00Z", "422 validation /access/expires_at past"),
    ("2030-01-31T24:00:00Z", "422 validation /access/expires_at date"),
    ("2030-01-31T23:59:60Z", "201 2030-01-31T23:59:59.999Z"),
    ("2030-01-30T23:59:60Z", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:60Z", "422 validation /access/expires_at date"),
    ("2030-12-31T23:59:61Z", "422 validation /access/expires_at date"),
    ("2030-01-31T10:60:00Z", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00+0100", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00+01", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00+24:00", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00+01:60", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00\u{2212}01:00", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00 Z", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00UTC", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00.Z", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00,5Z", "422 validation /access/expires_at date"),
    ("2030-01-31x10:00:00Z", "422 validation /access/expires_at date"),
    ("20300131T100000Z", "422 validation /access/expires_at date"),
    ("2030-031T10:00:00Z", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00Z", "422 validation /access/expires_at date"),
    ("2030-01-31", "422 validation /access/expires_at date"),
    ("2030-01-31T10:00:00", "422 validation /access/expires_at date"),
    ("2030-02-30T10:00:00Z", "422 validation /access/expires_at date"),
    ("2030-13-01T10:00:00Z", "422 validation /access/expires_at date"),
    ("2030-00-01T10:00:00Z", "422 validation /access/expires_at date"),
    ("1893578400", "422 validation /access/expires_at date"),
    ("+10000-01-01T00:00:00Z", "422 validation /access/expires_at date"),
    ("Thu, 31 Jan 2030 10:00:00 GMT", "422 validation /access/expires_at date"),
    ("", "422 validation /access/expires_at date"),
];

pub fn instants_are_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let count = std::cell::Cell::new(0);
    compare(&INSTANTS, |sent| {
        count.set(count.get() + 1);
        let email = world.someone(&format!("Guest{}", count.get())).email;
        let reply = ada.posts(&rossi.at("/members"), &json!({"email": email, "access": {"role": "standard", "expires_at": sent}}));
        format!("{} {}", outcome(&reply), reply.text("/access/expires_at")).trim().to_owned()
    });
}

/// Days and instants from which a history is read, in the year 2030, and how many communications of today are found up to it.
const DAYS: [(&str, &str); 22] = [
    ("2030-01-31", "200 1"),
    ("2024-02-29", "200 0"),
    ("9999-12-31", "200 1"),
    ("0000-01-01", "200 0"),
    ("1969-12-31", "200 0"),
    ("2030-01-31T10:00:00Z", "200 1"),
    ("2030-01-31t10:00:00z", "200 1"),
    ("2030-01-31T10:00:00.5+01:00", "200 1"),
    ("2030-12-31T23:59:60Z", "200 1"),
    ("", "200 1"),
    ("2023-02-29", "422 validation /to date"),
    ("2030-02-30", "422 validation /to date"),
    ("2030-1-31", "422 validation /to date"),
    ("31/01/2030", "422 validation /to date"),
    ("2030/01/31", "422 validation /to date"),
    (" 2030-01-31", "422 validation /to date"),
    ("2030-01", "422 validation /to date"),
    ("2030-W05-4", "422 validation /to date"),
    ("2030-01-31T10:00", "422 validation /to date"),
    ("2030-01-31T10:00:00", "422 validation /to date"),
    ("2030-01-31T24:00:00Z", "422 validation /to date"),
    ("2030-01-31T10:00:00+0100", "422 validation /to date"),
];

pub fn days_of_a_search_are_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.sends(&rossi, "domain", "Rinnovo").is(201);
    compare(&DAYS, |sent| {
        let reply = ada.gets(&rossi.at(&format!("/communications?to={}", percent(sent))));
        let found = reply.at("/data").as_array().map(|rows| format!(" {}", rows.len())).unwrap_or_default();
        format!("{}{found}", outcome(&reply))
    });
    let as_start = |sent: &str| outcome(&ada.gets(&rossi.at(&format!("/communications?from={}", percent(sent)))));
    let starts: Vec<(&str, String)> =
        DAYS.iter().map(|(sent, answer)| (*sent, answer.split(" 0").next().unwrap_or_default().replace("/to", "/from"))).collect();
    compare(&starts.iter().map(|(sent, answer)| (*sent, answer.strip_suffix(" 1").unwrap_or(answer))).collect::<Vec<_>>(), as_start);
}

/// Days that the form of an access sends, and the end that is stored; the access ends at noon of 2030-12-31 before.
const LAST_DAYS: [(&str, &str); 11] = [
    ("2030-12-31", "303 2030-12-31T12:00:00Z"),
    (" 2030-12-31 ", "303 2030-12-31T12:00:00Z"),
    ("2031-02-28", "303 2031-02-28T23:59:59Z"),
    ("9999-12-31", "303 9999-12-31T23:59:59Z"),
    ("", "303"),
    ("2030", "422 2030-12-31T12:00:00Z"),
    ("2030-12-3", "422 2030-12-31T12:00:00Z"),
    ("2031-02-29", "422 2030-12-31T12:00:00Z"),
    ("31/12/2030", "422 2030-12-31T12:00:00Z"),
    ("2030-12-31T12:00", "422 2030-12-31T12:00:00Z"),
    ("1999-12-31", "422 2030-12-31T12:00:00Z"),
];

pub fn the_last_day_of_an_access_is_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let exact = "2030-12-31T12:00:00Z";
    let bob = ada.posts(&rossi.at("/members"), &json!({"email": world.someone("Bob").email, "access": {"role": "standard", "expires_at": exact}})).is(201);
    let (path, page) = (rossi.at(&format!("/members/{}", bob.text("/id"))), format!("/accounts/{}/users/{}/access", rossi.id, bob.text("/id")));
    compare(&LAST_DAYS, |sent| {
        ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "standard", "expires_at": exact}))).is(200);
        let version = ada.gets(&path).is(200).at("/version").to_string();
        let fields = [("version", version.as_str()), ("role", "standard"), ("was", "standard"), ("expires_at", sent), ("exact", exact)];
        let status = ada.submits(&page, &fields).status;
        format!("{status} {}", ada.gets(&path).is(200).text("/access/expires_at")).trim().to_owned()
    });
}
