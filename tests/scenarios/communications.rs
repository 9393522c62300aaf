//! Communications: sending, recipients, and the histories.

use serde_json::{Value as Json, json};

use crate::support::client::{Reply, counted};
use crate::support::people::Person;
use crate::support::world::{Account, World};

/// Returns the addresses a communication goes to.
fn recipients(reply: &Reply) -> Vec<String> {
    let mut all: Vec<String> = reply.at("/deliveries").as_array().expect("deliveries").iter().map(|one| one["to"].as_str().expect("to").to_owned()).collect();
    all.sort();
    all
}

fn subjects(reply: &Reply) -> Vec<String> {
    reply.data().iter().map(|one| one["subject"].as_str().expect("a subject").to_owned()).collect()
}

/// Adds a contact who receives these categories.
fn contact(ada: &Person, account: &Account, email: &str, categories: &[&str]) -> String {
    ada.posts(&account.at("/members"), &json!({"email": email, "email_preferences": categories})).is(201).text("/id")
}

pub fn a_communication_goes_to_those_who_chose_its_category(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let at = |name: &str| format!("{name}.{}@example.com", world.tag());
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    ada.prefers(&rossi, &ada.member_id(&rossi, &bob.email), &["administration"]).is(200);
    contact(&ada, &rossi, &at("carla"), &["administration", "domain"]);
    contact(&ada, &rossi, &at("dario"), &["support"]);
    // Two people with the same address, one of them a user, get one e-mail.
    contact(&ada, &rossi, &bob.email.to_uppercase(), &["administration"]);
    let sent = ada.sends(&rossi, "administration", "Fattura 12").is(201);
    assert_eq!(recipients(&sent), [bob.email.clone(), at("carla")]);
    assert_eq!(sent.at("/delivery_statuses"), json!(["not_sent"]), "without a provider nothing leaves, and says so");
    assert_eq!((sent.text("/category"), sent.text("/text")), ("administration".into(), "Fattura 12: the text.".into()));
    assert_eq!(sent.header("location"), rossi.at(&format!("/communications/{}", sent.text("/id"))));
    // Suspended or without access: preferences keep working.
    ada.suspends(&rossi, &ada.member_id(&rossi, &bob.email), true).is(200);
    assert_eq!(recipients(&ada.sends(&rossi, "administration", "Fattura 13").is(201)).len(), 2);
    // The account's own address receives every category until its preferences are changed.
    ada.changes("PATCH", &rossi.at(""), &rossi.at(""), Some(&json!({"profile": {"email": at("office")}}))).is(200);
    assert_eq!(recipients(&ada.sends(&rossi, "support", "Ticket 7").is(201)), [at("dario"), at("office")]);
    // Spellings of one address are the same address.
    contact(&ada, &rossi, "info@xn--bcher-kva.example", &["product"]);
    ada.changes("PATCH", &rossi.at(""), &rossi.at(""), Some(&json!({"profile": {"email": "Info@b\u{fc}cher.example"}}))).is(200);
    assert_eq!(recipients(&ada.sends(&rossi, "product", "Ordine 3").is(201)), ["info@xn--bcher-kva.example"]);
    ada.changes("PUT", &rossi.at("/email-preferences"), &rossi.at(""), Some(&json!({"categories": ["domain"]}))).is(200);
    assert_eq!(recipients(&ada.sends(&rossi, "support", "Ticket 8").is(201)), [at("dario")]);
}

pub fn a_communication_to_nobody_is_refused(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    ada.sends(&rossi, "general", "Auguri").refused(409, "no_recipients");
    assert_eq!(subjects(&ada.gets(&rossi.at("/communications")).is(200)), Vec::<String>::new());
    let body = json!({"category": "weather", "subject": "a", "text": "b"});
    ada.posts(&rossi.at("/communications"), &body).is(422);
    contact(&ada, &rossi, "carla@example.com", &["general"]);
    let wrong = |field: &str, value: Json, code: &str| {
        let mut body = json!({"category": "general", "subject": "a", "text": "b", "html": "<p>b</p>"});
        body[field] = value;
        ada.posts(&rossi.at("/communications"), &body).refused_field(&format!("/{field}"), code);
    };
    wrong("subject", json!("a\r\nBcc: all@example.com"), "characters");
    wrong("subject", json!("a".repeat(201)), "too_long");
    wrong("text", json!(" \n "), "required");
    wrong("text", json!("a".repeat(20_001)), "too_long");
    wrong("html", json!("a".repeat(100_001)), "too_long");
    let largest = json!({"category": "general", "subject": "a".repeat(200), "text": "è".repeat(20_000), "html": "è".repeat(100_000)});
    ada.posts(&rossi.at("/communications"), &largest).is(201);
    ada.gets(&rossi.at("/communications?from=yesterday")).refused_field("/from", "date");
}

pub fn a_repeated_key_sends_one_communication(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    contact(&ada, &rossi, "carla@example.com", &["general"]);
    let body = json!({"category": "general", "subject": "Auguri", "text": "Buone feste."});
    let send = || ada.ask("POST", &rossi.at("/communications")).header("idempotency-key", "xmas").json(&body).send();
    let (first, again) = (send().is(201), send().is(201));
    assert_eq!((first.text("/id"), recipients(&first)), (again.text("/id"), recipients(&again)));
    assert_eq!(subjects(&ada.gets(&rossi.at("/communications")).is(200)), ["Auguri"]);
}

pub fn the_history_is_searched_by_word_category_and_date(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    contact(&ada, &rossi, "carla@example.com", &["administration", "domain"]);
    for (category, subject) in
        [("administration", "Fattura 12 di novembre"), ("domain", "Rinnovo di esempio.it"), ("administration", "Le fatture scadute, già pagate")]
    {
        ada.sends(&rossi, category, subject).is(201);
    }
    let found = |query: &str| subjects(&ada.gets(&rossi.at(&format!("/communications?{query}"))).is(200));
    let [one, two, three] = ["Fattura 12 di novembre", "Rinnovo di esempio.it", "Le fatture scadute, già pagate"];
    assert_eq!(found(""), [three, two, one], "the newest first");
    assert_eq!(found("search=fattura"), [three, one], "singular and plural");
    assert_eq!(found("search=FATTURE%20novembre"), [one]);
    assert_eq!(found("search=gia"), [three], "without accents");
    assert_eq!((found("search=fatt"), found("search=rin")), (vec![three.to_owned(), one.to_owned()], vec![two.to_owned()]), "by the start");
    assert!(found("search=f").is_empty() && found("search=atture").is_empty());
    assert_eq!(found("category=domain"), [two]);
    assert_eq!(found("category=domain&search=rinnovo"), [two]);
    assert!(found("category=domain&search=fattura").is_empty() && found("search=fattura%20rinnovo").is_empty());
    let at = ada.gets(&rossi.at("/communications")).data()[1]["created_at"].as_str().expect("an instant").to_owned();
    assert_eq!(found(&format!("from={at}")), [three, two]);
    assert_eq!(found(&format!("to={at}")), [one]);
    assert_eq!(found(&format!("to={}", &at[..10])).len(), 3, "a day, to its end");
    assert!(found("to=2020-01-01").is_empty() && found("from=2120-01-01").is_empty());
    let first = ada.gets(&rossi.at("/communications?search=fattura&limit=1")).is(200);
    let cursor = first.text("/next_cursor");
    assert_eq!((subjects(&first), found(&format!("search=fattura&limit=1&cursor={cursor}"))), (vec![three.to_owned()], vec![one.to_owned()]));
    ada.gets(&rossi.at(&format!("/communications?search=rinnovo&cursor={cursor}"))).refused(400, "cursor_not_valid");
}

pub fn a_word_far_behind_in_a_long_text_is_found(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let text: Vec<String> = (0..300).map(|number| format!("w{number:03}xy")).chain(["lontano".to_owned()]).collect();
    ada.posts(&rossi.at("/communications"), &json!({"category": "domain", "subject": "Lunga", "text": text.join(" ")})).is(201);
    for query in ["search=lontano", "search=lont%20w299&category=domain"] {
        assert_eq!(subjects(&ada.gets(&rossi.at(&format!("/communications?{query}"))).is(200)), ["Lunga"], "{query}");
    }
}

pub fn everybody_reads_their_own_history_always(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let member = contact(&ada, &rossi, &bob.email, &["support"]);
    ada.sends(&rossi, "support", "Prima").is(201);
    bob.accepts(&ada.gives_role(&rossi, &member, "view_only").invited()).is(201);
    let id = ada.sends(&rossi, "support", "Seconda").is(201).text("/id");
    let mine = bob.gets("/v1/me/communications?category=support").is(200);
    assert_eq!(subjects(&mine), ["Seconda", "Prima"], "what came before the invitation too");
    assert_eq!(mine.data()[0]["deliveries"][0]["to"], bob.email.as_str());
    assert_eq!(subjects(&bob.gets("/v1/me/communications?search=seconda&category=support").is(200)), ["Seconda"]);
    assert!(subjects(&bob.gets("/v1/me/communications?category=domain").is(200)).is_empty());
    assert_eq!(bob.gets(&format!("/v1/me/communications/{id}")).is(200).text("/text"), "Seconda: the text.");
    // The account's history needs `emails.view`, which a grant gives.
    bob.gets(&rossi.at("/communications")).refused(403, "not_allowed");
    bob.gets(&rossi.at(&format!("/communications/{id}"))).refused(403, "not_allowed");
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PUT", &format!("{path}/access"), &path, Some(&json!({"role": "view_only", "permissions": ["emails.view"]}))).is(200);
    assert_eq!(subjects(&bob.gets(&rossi.at("/communications")).is(200)), ["Seconda", "Prima"]);
    bob.sends(&rossi, "support", "Terza").refused(403, "not_allowed");
    bob.posts(&rossi.at(&format!("/communications/{id}/resend")), &json!({})).refused(403, "not_allowed");
    assert_eq!(subjects(&ada.gets(&format!("{path}/communications?search=prima")).is(200)), ["Prima"]);
    // A revoked person keeps what they received; others never see it.
    ada.revokes(&rossi, &member).is(204);
    assert_eq!(subjects(&bob.gets("/v1/me/communications?category=support").is(200)), ["Seconda", "Prima"]);
    ada.gets(&format!("/v1/me/communications/{id}")).refused(404, "not_found");
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    bea.gets(&bianchi.at(&format!("/communications/{id}"))).refused(404, "not_found");
    bea.gets(&rossi.at("/communications")).refused(404, "not_found");
}

pub fn nobody_reads_what_went_to_another_address(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    let member = contact(&ada, &rossi, "wrong@example.com", &["support"]);
    ada.sends(&rossi, "support", "Prima").is(201);
    let path = rossi.at(&format!("/members/{member}"));
    ada.changes("PATCH", &path, &path, Some(&json!({"email": bob.email}))).is(200);
    ada.sends(&rossi, "support", "Seconda").is(201);
    bob.accepts(&ada.gives_role(&rossi, &member, "view_only").invited()).is(201);
    assert_eq!(subjects(&bob.gets("/v1/me/communications?category=support").is(200)), ["Seconda"]);
}

pub fn security_emails_stand_in_ones_own_history_without_their_link(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let bob = world.someone("Bob");
    ada.invites(&rossi, &bob.email, "standard").is(201);
    let mail = world.controls().emails().pop().expect("an e-mail");
    let token = mail.text.split("/invitation#").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link").to_owned();
    let body = json!({"token": token, "first_name": "Bob", "last_name": "Neri", "password": bob.password()});
    bob.uses_session(&world.ask("POST", "/v1/invitations/accept").json(&body).send().is(201).text("/session_token"));
    let mine = bob.gets("/v1/me/communications").is(200).data();
    assert_eq!((mine.len(), &mine[0]["category"], &mine[0]["subject"]), (1, &Json::Null, &json!(mail.subject)));
    let id = mine[0]["id"].as_str().expect("an id");
    let read = bob.gets(&format!("/v1/me/communications/{id}")).is(200);
    assert!(read.text("/text").contains("Ada") && !read.body.contains(&token) && !read.body.contains("/invitation#"), "{}", read.summary());
    let page = bob.opens(&format!("/me/communications/{id}")).is(200);
    assert!(page.body.contains("left out") && !page.body.contains("/invitation#"));
    assert!(subjects(&ada.gets(&rossi.at(&format!("/members/{}/communications", ada.member_id(&rossi, &bob.email)))).is(200)).is_empty());
}

pub fn with_mail_each_recipient_gets_one_email(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for name in ["carla", "dario", "elena", "fabio", "gino", "ilaria", "lia"] {
        contact(&ada, &rossi, &format!("{name}@example.com"), &["general"]);
    }
    let before = world.controls().emails().len();
    let id = ada.sends(&rossi, "general", "Auguri").is(201).text("/id");
    let emails = world.controls().emails().split_off(before);
    let mut to: Vec<&str> = emails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!((to.len(), to[0], emails[0].subject.as_str()), (7, "carla@example.com", "Auguri"));
    assert!(emails.iter().all(|mail| mail.text.contains("Auguri: the text.") && mail.text.contains(&rossi.name)));
    let now = ada.gets(&rossi.at(&format!("/communications/{id}"))).is(200);
    assert_eq!(now.at("/delivery_statuses"), json!(["sent"]));
    assert!(now.text("/deliveries/0/sent_at").ends_with('Z'));
    ada.posts(&rossi.at(&format!("/communications/{id}/resend")), &json!({})).refused(409, "nothing_to_resend");
}

pub fn what_failed_is_sent_again_and_once(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    for name in ["carla", "dario"] {
        contact(&ada, &rossi, &format!("{name}@example.com"), &["general"]);
    }
    world.controls().mail_fails(true);
    let id = ada.sends(&rossi, "general", "Auguri").is(201).text("/id");
    assert_eq!(ada.gets(&rossi.at(&format!("/communications/{id}"))).is(200).at("/delivery_statuses"), json!(["queued"]));
    world.controls().fill("UPDATE delivery SET status = 'failed', failure = 'mailbox full', attempts = 3 WHERE to_email = 'dario@example.com'");
    world.controls().mail_fails(false);
    world.controls().passes(3_600);
    world.controls().job_runs();
    let path = rossi.at(&format!("/communications/{id}"));
    let failed = ada.gets(&path).is(200);
    assert_eq!((failed.text("/deliveries/0/to"), failed.text("/deliveries/0/failure")), ("dario@example.com".into(), "mailbox full".into()));
    assert_eq!(failed.at("/capabilities/resend/allowed"), true);
    let before = world.controls().emails().len();
    let replies = world.at_once(&[1, 2, 3], |_| ada.posts(&format!("{path}/resend"), &json!({})));
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409], "one of them sends");
    let again: Vec<String> = world.controls().emails().split_off(before).into_iter().map(|mail| mail.to).collect();
    assert_eq!(again, ["dario@example.com"], "what had left does not leave again");
    assert_eq!(ada.gets(&path).is(200).at("/delivery_statuses"), json!(["sent"]));
}

pub fn what_is_sent_again_goes_to_those_who_still_want_it(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let off = contact(&ada, &rossi, "off@example.com", &["general"]);
    let gone = contact(&ada, &rossi, "gone@example.com", &["general"]);
    let moved = contact(&ada, &rossi, "old@example.com", &["general"]);
    ada.changes("PATCH", &rossi.at(""), &rossi.at(""), Some(&json!({"profile": {"email": "office@example.com"}}))).is(200);
    world.controls().mail_fails(true);
    let path = rossi.at(&format!("/communications/{}", ada.sends(&rossi, "general", "Auguri").is(201).text("/id")));
    world.controls().fill("UPDATE delivery SET status = 'failed', failure = 'mailbox full', attempts = 3 WHERE communication_id IS NOT NULL");
    world.controls().mail_fails(false);
    ada.prefers(&rossi, &off, &[]).is(200);
    ada.revokes(&rossi, &gone).is(204);
    let member = rossi.at(&format!("/members/{moved}"));
    ada.changes("PATCH", &member, &member, Some(&json!({"email": "new@example.com"}))).is(200);
    let before = world.controls().emails().len();
    ada.posts(&format!("{path}/resend"), &json!({})).is(200);
    let mut to: Vec<String> = world.controls().emails().split_off(before).into_iter().map(|mail| mail.to).collect();
    to.sort_unstable();
    assert_eq!(to, ["new@example.com", "office@example.com"]);
    let now = ada.gets(&path).is(200);
    for (place, email) in [(0, "gone@example.com"), (1, "off@example.com")] {
        let emails = now.at("/deliveries");
        let one = emails.as_array().expect("e-mails").iter().find(|one| one["to"] == email).unwrap_or_else(|| panic!("{place}: {}", now.summary()));
        assert_eq!((&one["status"], &one["failure"]), (&json!("failed"), &json!("no_recipient")));
    }
    let page = ada.opens(&path.replacen("/v1", "", 1)).is(200).body;
    assert!(page.contains("no longer a recipient") && !page.contains("no_recipient"), "in words");
}

pub fn without_mail_nothing_is_sent_again(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    contact(&ada, &rossi, "carla@example.com", &["general"]);
    let sent = ada.sends(&rossi, "general", "Auguri").is(201);
    assert_eq!(sent.text("/capabilities/resend/reason"), "needs_mail");
    let path = rossi.at(&format!("/communications/{}/resend", sent.text("/id")));
    ada.posts(&path, &json!({})).refused(409, "needs_mail");
    ada.posts(&rossi.at("/communications/01990000-0000-7000-8000-000000000000/resend"), &json!({})).refused(404, "not_found");
}

pub fn many_recipients_are_sent_to_at_once_and_shown_in_pages(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    world.controls().fill(&format!(
        "INSERT INTO member (id, account_id, email, email_key, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
         SELECT printf('01980000-0000-7000-8000-%012d', i), '{0}', printf('n%d@example.com', i), printf('n%d@example.com', i), 1, 1 FROM n;
         INSERT INTO subscription (member_id, category, account_id) SELECT id, 'general', account_id FROM member WHERE account_id = '{0}' AND email_key LIKE 'n%'",
        rossi.id
    ));
    let sent = ada.sends(&rossi, "general", "Auguri").is(201);
    let path = rossi.at(&format!("/communications/{}", sent.text("/id")));
    let (mut all, mut cursor) = (recipients(&sent), sent.text("/next_cursor"));
    assert_eq!(all.len(), 100);
    while !cursor.is_empty() {
        let page = ada.gets(&format!("{path}?cursor={cursor}")).is(200);
        all.extend(recipients(&page));
        cursor = page.text("/next_cursor");
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 600);
}

pub fn a_preference_against_a_send_ends_one_way(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let member = contact(&ada, &rossi, "carla@example.com", &["general"]);
    contact(&ada, &rossi, "dario@example.com", &["general"]);
    let turns: Vec<usize> = (0..10).collect();
    let replies = world.at_once(&turns, |turn| {
        if turn % 2 == 0 {
            ada.sends(&rossi, "general", &format!("Auguri {turn}"))
        } else {
            let categories: &[&str] = if turn % 4 == 1 { &[] } else { &["general"] };
            ada.ask("PUT", &rossi.at(&format!("/members/{member}/email-preferences"))).when("*").json(&json!({"categories": categories})).send()
        }
    });
    assert_eq!((counted(&replies, 201, ""), counted(&replies, 200, "")), (5, 5), "all sent, and all chosen");
    for reply in replies.iter().filter(|reply| reply.status == 201) {
        let to = recipients(reply);
        assert!(to == ["dario@example.com"] || to == ["carla@example.com", "dario@example.com"], "{to:?}");
    }
}

pub fn the_pages_lead_from_nothing_to_a_message_and_its_html(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let list = format!("/accounts/{}/communications", rossi.id);
    assert!(ada.opens(&list).is(200).body.contains("Nothing was sent yet"));
    let form = [("category", "general"), ("subject", "Auguri <b>a tutti</b>"), ("text", "Buone feste,\nAda")];
    let refused = ada.submits(&list, &form).is(409);
    assert!(refused.body.contains("Nobody would receive it") && refused.body.contains("Buone feste,"), "what was typed stays");
    ada.submits(&list, &[("category", "general"), ("subject", ""), ("text", "a")]).is(422);
    let bob = world.joins(&ada, &rossi, "Bob", "view_only");
    let member = ada.member_id(&rossi, &bob.email);
    ada.prefers(&rossi, &member, &["general"]).is(200);
    assert!(ada.opens(&format!("{list}/new")).is(200).body.contains("Subject"));
    let sent = ada.submits(&list, &form).is(303);
    let path = sent.header("location").split('?').next().expect("a path").to_owned();
    let page = ada.opens(&path).is(200);
    assert!(page.body.contains("Auguri &#60;b&#62;a tutti") && page.body.contains("Not sent") && page.body.contains(&bob.email));
    assert!(!page.body.contains("<iframe"), "it has no HTML");
    ada.opens(&format!("{path}/html")).is(404);
    assert!(ada.submits(&format!("{path}/resend"), &[]).is(409).body.contains("No mail is configured"));
    assert!(ada.opens(&format!("{list}?search=feste&category=general")).is(200).body.contains(&path));
    assert!(ada.opens(&format!("{list}?search=pasqua")).is(200).body.contains("Nothing matches"));
    assert!(ada.opens(&format!("{list}?member={member}")).is(200).body.contains(&path));
    assert!(ada.opens(&format!("/accounts/{}/users/{member}", rossi.id)).is(200).body.contains(&format!("{list}?member={member}")));

    let evil = "<script>alert(1)</script><img src=\"https://evil.example/x\"><p>Ciao</p>";
    let id = ada.posts(&rossi.at("/communications"), &json!({"category": "general", "subject": "In HTML", "text": "Ciao", "html": evil})).is(201).text("/id");
    for (reader, page) in [(&ada, format!("{list}/{id}")), (&bob, format!("/me/communications/{id}"))] {
        let shown = reader.opens(&page).is(200);
        assert!(shown.body.contains("<iframe") && shown.body.contains(" sandbox") && !shown.body.contains("<script>alert"));
        assert!(shown.header("content-security-policy").ends_with("frame-src 'self'"));
        let framed = reader.opens(&format!("{page}/html")).is(200);
        assert_eq!((framed.body.as_str(), framed.header("x-frame-options")), (evil, "SAMEORIGIN"));
        assert!(framed.header("content-security-policy").starts_with("sandbox; default-src 'none';"));
    }
    assert!(!ada.opens("/me").is(200).header("content-security-policy").contains("frame-src"));
    assert!(bob.opens("/me/communications").is(200).body.contains("In HTML"));
    bob.opens(&list).is(403);
    bob.opens(&format!("{list}/{id}/html")).is(403);
}

pub fn what_was_sent_goes_with_the_account(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    contact(&ada, &rossi, "carla@example.com", &["general"]);
    ada.sends(&rossi, "general", "Auguri").is(201);
    ada.deletes(&rossi).is(204);
    world.controls().passes(31 * 24 * 3_600);
    world.controls().job_runs();
    for table in ["communication", "communication_word", "delivery", "member"] {
        let left = world.controls().select(&format!("SELECT 1 FROM {table} WHERE account_id = '{}'", rossi.id));
        assert!(left.is_empty(), "{table}: {left:?}");
    }
    assert_eq!(world.controls().select(&format!("SELECT name FROM account WHERE id = '{}'", rossi.id))[0]["name"], "-");
}

pub fn a_search_asks_for_its_sixteen_longest_words(world: &World) {
    let (ada, rossi) = world.account_of("Ada");
    let words: Vec<String> = (0..40).map(|number| format!("a{number:05}")).collect();
    contact(&ada, &rossi, &format!("carla.{}@example.com", world.tag()), &["general"]);
    let sent = json!({"category": "general", "subject": "Elenco", "text": words.join(" ")});
    ada.posts(&rossi.at("/communications"), &sent).is(201);
    let finds = |q: &str| ada.gets(&rossi.at(&format!("/communications?search={}", q.replace(' ', "%20")))).is(200).data().len();
    assert_eq!(finds(&words[..16].join(" ")), 1);
    assert_eq!(finds(&format!("{} b00000", words[..14].join(" "))), 0, "each of sixteen counts");
    // A seventeenth word, the shortest, is ignored: the number of words in a search is limited.
    assert_eq!(finds(&format!("{} zz", words[..16].join(" "))), 1);
    assert_eq!(finds(&words.join(" ")), 1);
}
