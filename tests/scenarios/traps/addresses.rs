//! Addresses: what is one, and how it is stored.

use serde_json::json;

use super::{compare, outcome};
use crate::support::world::World;

/// Addresses, and the stored form of each. `{x 63}` stands for 63 times `x`.
const ADDRESSES: [(&str, &str); 62] = [
    ("plain@example.com", "201 plain@example.com"),
    ("  around@example.com ", "201 around@example.com"),
    ("\u{feff}\u{202a}copied@example.com\u{202c}\u{200b}", "201 copied@example.com"),
    ("\u{a0}pasted@example.com\r\n", "201 pasted@example.com"),
    ("Upper.Case@EXAMPLE.com", "201 Upper.Case@EXAMPLE.com"),
    ("plus+tag@example.com", "201 plus+tag@example.com"),
    ("o'brien@example.com", "201 o'brien@example.com"),
    ("a+!#$%&'*/=?^_`{|}~-b@example.com", "201 a+!#$%&'*/=?^_`{|}~-b@example.com"),
    ("città@example.com", "201 città@example.com"),
    ("a@bücher.example", "201 a@bücher.example"),
    ("a@xn--bcher-kva.example", "201 a@xn--bcher-kva.example"),
    ("a@XN--BCHER-KVA.example", "201 a@XN--BCHER-KVA.example"),
    ("a@münchen.straße.example", "201 a@münchen.straße.example"),
    ("a@пример.рф", "201 a@пример.рф"),
    ("a@例え.jp", "201 a@例え.jp"),
    ("a@דוגמה.example", "201 a@דוגמה.example"),
    ("a@3com.example", "201 a@3com.example"),
    ("a@123.example", "201 a@123.example"),
    ("a@127.0.0.1.example", "201 a@127.0.0.1.example"),
    ("a@r3---sn-4g5e.example", "201 a@r3---sn-4g5e.example"),
    ("a@{x 63}.example", "201 a@{x 63}.example"),
    ("{a 64}@example.com", "201 {a 64}@example.com"),
    ("{à 32}@example.com", "201 {à 32}@example.com"),
    ("{a 64}@{b 63}.{c 63}.{d 53}.example", "201 {a 64}@{b 63}.{c 63}.{d 53}.example"),
    ("{a 64}@{b 63}.{c 63}.{d 54}.example", "422 validation /email email"),
    ("{a 65}@example.com", "422 validation /email email"),
    ("{à 33}@example.com", "422 validation /email email"),
    ("a@{x 64}.example", "422 validation /email email"),
    ("a@{ü 60}.example", "422 validation /email email"),
    ("\"quoted name\"@example.com", "422 validation /email email"),
    ("a@[127.0.0.1]", "422 validation /email email"),
    ("a@[IPv6:::1]", "422 validation /email email"),
    ("a@127.0.0.1", "422 validation /email email"),
    ("a@127.1", "422 validation /email email"),
    ("a@0x7f.1", "422 validation /email email"),
    ("a@0x7f.0x1", "422 validation /email email"),
    ("a@1.2.3", "422 validation /email email"),
    ("a@256.256.256.256", "422 validation /email email"),
    ("a@example.0x", "422 validation /email email"),
    ("a@example.08", "422 validation /email email"),
    ("a@example.123", "422 validation /email email"),
    ("a@localhost", "422 validation /email email"),
    ("a@example.com.", "422 validation /email email"),
    ("a@exa_mple.com", "422 validation /email email"),
    ("a..b@example.com", "422 validation /email email"),
    (".a@example.com", "422 validation /email email"),
    ("a.@example.com", "422 validation /email email"),
    ("a@-example.com", "422 validation /email email"),
    ("a@example-.com", "422 validation /email email"),
    ("a@example.-com", "422 validation /email email"),
    ("a@example..com", "422 validation /email email"),
    ("a@xn--zz.it", "422 validation /email email"),
    ("a@xn--.example", "422 validation /email email"),
    ("a@xn--example-.com", "422 validation /email email"),
    ("a@xn--bcher-kva\u{200d}.example", "422 validation /email email"),
    ("a@ex\u{200d}ample.com", "422 validation /email email"),
    ("a@אab.example", "422 validation /email email"),
    ("a@\u{301}b.example", "422 validation /email email"),
    ("a@b@example.com", "422 validation /email email"),
    ("Name <a@example.com>", "422 validation /email email"),
    ("a@example.com, b@example.com", "422 validation /email email"),
    ("a@example.com\r\nBcc: b@example.com", "422 validation /email email"),
];

/// The text with each `{x 63}` spelled out.
fn spelled(text: &str) -> String {
    let spell = |part: &str| part.split_once(' ').and_then(|(letter, times)| Some(letter.repeat(times.parse().ok()?)));
    let mut whole = String::new();
    for part in text.split_inclusive('}') {
        let (before, inside) = part.split_once('{').unwrap_or((part, ""));
        let letters = inside.strip_suffix('}').and_then(spell);
        whole.push_str(&letters.map_or_else(|| part.to_owned(), |letters| format!("{before}{letters}")));
    }
    whole
}

pub fn addresses_are_read_alike_everywhere(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let table: Vec<(String, String)> = ADDRESSES.iter().map(|(sent, answer)| (spelled(sent), spelled(answer))).collect();
    compare(&table.iter().map(|(sent, answer)| (sent.as_str(), answer.as_str())).collect::<Vec<_>>(), |sent| {
        let reply = ada.posts(&rossi.at("/members"), &json!({"email": sent}));
        format!("{} {}", outcome(&reply), reply.text("/email")).trim().to_owned()
    });
}
