//! The content of an e-mail: its link, which is made again from its row, and its text.

use std::fmt::Write as _;

use portineria::core::lang::Lang;
use portineria::messages::mail::email::EMAIL_TEMPLATES;
use serde_json::json;

use super::{set_up, token_in};
use crate::scenarios;
use crate::support::world::Controls;

#[test]
fn a_letter_after_the_keys_changed_carries_the_link_of_its_row() {
    let (service, setup) = set_up();
    service.dies_after_answers(true);
    setup.ada.makes_reset_link(&setup.rossi, &setup.bob_member).is(201);
    service.dies_after_answers(false);
    let mut config = service.config();
    (config.signing_key, config.signing_key_previous) = (vec![9; 32], Some(config.signing_key));
    service.job_runs_with(config.clone());
    let mail = service.provider().emails().pop().expect("an e-mail");
    let token = token_in(&mail.text, "reset").expect("a link");
    setup.bob.resets_with(&token, "entirely different words").is(204);
    // Without both keys the link cannot be made again: no e-mail is sent, and the row says so.
    service.dies_after_answers(true);
    setup.ada.makes_reset_link(&setup.rossi, &setup.bob_member).is(201);
    service.dies_after_answers(false);
    config.signing_key_previous = None;
    let before = service.provider().emails().len();
    service.job_runs_with(config);
    let last = service.select("SELECT status, failure FROM delivery WHERE letter = 'password_reset' ORDER BY created_at DESC LIMIT 1").remove(0);
    assert_eq!((last["status"].as_str(), last["failure"].as_str(), service.provider().emails().len()), (Some("failed"), Some("superseded"), before));
}

#[test]
fn every_email_reads_as_agreed_in_both_languages() {
    let details = json!({
        "account": "Rossi & figli", "by": "Ada Neri", "role": "standard", "until": 1_795_356_342_000_i64, "email": "ada.neri@example.com",
        "subject": "Maintenance on Sunday", "text": "We are down for an hour.\nThank you for your patience.",
    });
    let mut text = String::from("# Every e-mail. `UPDATE_GOLDEN=1 cargo test --test native every_email` rewrites it.\n");
    for template in EMAIL_TEMPLATES {
        for lang in [Lang::En, Lang::It] {
            let link = if template.page.is_empty() { String::new() } else { format!("https://portineria.example/{}#TOKEN", template.page) };
            let words = template.words(lang, &details, &link, "https://portineria.example");
            write!(text, "\n=== {} ({lang})\nSubject: {}\n\n{}\n\n--- HTML\n{}", template.code, words.subject, words.text, words.html).expect("text");
        }
    }
    scenarios::permissions::compare("emails.txt", &text);
}
