//! Words that people type or paste to show that they mean it: the name of an account, the token of a link.

use serde_json::json;

use super::{compare, outcome};
use crate::support::world::{HOST_EMAIL, World};

/// The name of the account that is deleted.
const NAME: &str = "L’Orto di «Nico» – Caffè";
/// What is typed in its place, and whether that confirms.
const TYPED: [(&str, &str); 18] = [
    ("L’Orto di «Nico» – Caffè", "204"),
    ("L'Orto di \"Nico\" - Caffè", "204"),
    ("  L'Orto  di  «Nico»  –  Caffè ", "204"),
    ("L’Orto\u{a0}di\u{2009}«Nico»\u{3000}–\tCaffè", "422 validation /name characters"),
    ("L’Orto\u{a0}di\u{2009}«Nico»\u{3000}– Caffè", "204"),
    ("L´Orto di “Nico” — Caffè", "204"),
    ("L`Orto di „Nico“ \u{2212} Caffè", "204"),
    ("L\u{2bc}Orto di \u{ff02}Nico\u{ff02} \u{2011} Caffe\u{300}", "204"),
    ("L\u{200b}’Or\u{ad}to di «Nico» – Caffè\u{feff}", "204"),
    ("\u{202a}L’Orto di «Nico» – Caffè\u{202c}", "204"),
    ("l’orto di «nico» – caffè", "422 validation /name other_name"),
    ("L’Orto di «Nico» – Caffe", "422 validation /name other_name"),
    ("LOrto di «Nico» – Caffè", "422 validation /name other_name"),
    ("L’Orto di Nico – Caffè", "422 validation /name other_name"),
    ("L’Orto di «Nico» Caffè", "422 validation /name other_name"),
    ("L’Ortodi «Nico» – Caffè", "422 validation /name other_name"),
    ("L’Orto di «Nico»", "422 validation /name other_name"),
    ("\u{200b}", "422 validation /name required"),
];

pub fn a_typed_name_confirms_what_it_means(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.renames(&rossi, NAME).is(200);
    compare(&TYPED, |typed| {
        let body = json!({"name": typed, "current_password": ada.password()});
        let reply = ada.changes("DELETE", &rossi.at(""), &rossi.at(""), Some(&body));
        let restored = world.host().restores(&rossi);
        assert_eq!(restored.status == 200, reply.status == 204, "{}", restored.summary());
        outcome(&reply)
    });
}

pub fn a_copied_token_may_have_blanks_around_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let invited = ada.invites(&rossi, &bob.email, "standard").invited();
    for around in [["", ""], [" ", "\n"], ["\u{feff}", "\u{200b}"], ["\u{a0}", "\u{2028}"], ["\u{202a}", "\u{202c}"]] {
        bob.previews(&around.join(invited.token())).is(200);
    }
    bob.previews(&format!("{}x", invited.token())).refused(410, "link_not_valid");
}

pub fn a_copied_setup_token_may_have_blanks_around_it(world: &World) {
    world.setup(&format!("{}\u{200b}0", world.setup_token()), HOST_EMAIL).refused(403, "wrong_setup_token");
    world.setup(&format!("\u{feff} {}\u{a0}\u{200b}\r\n", world.setup_token()), HOST_EMAIL).is(201);
    world.is_set_up();
}
