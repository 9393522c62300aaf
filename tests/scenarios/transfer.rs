//! Export and import of the people of an account, also repeated.

use serde_json::{Value as Json, json};

use crate::support::client::Reply;
use crate::support::people::Person;
use crate::support::world::{Account, World};

fn imports(person: &Person, account: &Account, query: &str, table: &str) -> Reply {
    person.ask("POST", &account.at(&format!("/members/import{query}"))).header("content-type", "text/csv").bytes(table).send()
}

/// Returns the outcomes of the lines, in order.
fn outcomes(reply: &Reply) -> Vec<String> {
    reply.at("/lines").as_array().expect("lines").iter().map(|line| line["outcome"].as_str().unwrap_or_default().to_owned()).collect()
}

fn people(person: &Person, account: &Account) -> Vec<Json> {
    person.gets(&account.at("/members?limit=100")).is(200).data()
}

fn audit_lines(person: &Person, account: &Account) -> usize {
    person.gets(&account.at("/audit-events?limit=100")).is(200).data().iter().filter(|line| line["action"] == "members.imported").count()
}

const TABLE: &str = "email,first_name,last_name,phone,city,email_preferences\r\n\
carla@example.com,Carla,D'Amico,+39 06 555 1234,Roma,general domain\r\n\
dino@example.com,Dino,\"Neri, detto \"\"Moro\"\"\",,,\r\n";

pub fn people_go_out_as_a_table_and_come_back_unchanged(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    imports(&ada, &rossi, "", TABLE).is(200);
    for format in ["csv", "json"] {
        let file = ada.gets(&rossi.at(&format!("/members/export?format={format}"))).is(200);
        assert!(file.header("content-type").starts_with(if format == "csv" { "text/csv" } else { "application/json" }));
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"people.{format}\""));
        assert_eq!(file.header("link"), "", "there is no other part");
        let builder = ada.ask("POST", &rossi.at("/members/import"));
        let back = builder.header("content-type", if format == "csv" { "text/csv" } else { "application/json" }).bytes(file.body.clone()).send().is(200);
        assert_eq!(outcomes(&back), ["unchanged", "unchanged", "unchanged"], "{format}");
        // In another account the file creates the same people, without their access here.
        let (bea, bianchi) = world.unmanaged_account_of(&format!("Bea{format}"));
        bea.ask("POST", &bianchi.at("/members/import")).header("content-type", "text/csv").bytes(file.body.clone()).send().is(200);
        let carla = bea.sees(&bianchi, &bea.member_id(&bianchi, "carla@example.com")).is(200);
        assert_eq!((carla.text("/phone"), carla.text("/last_name"), carla.text("/access/status")), ("+39 06 555 1234".into(), "D'Amico".into(), "none".into()));
        assert_eq!(carla.at("/email_preferences"), json!(["domain", "general"]));
    }
    let first = ada.gets(&rossi.at("/members/export")).is(200);
    let header = "\u{feff}id,email,first_name,last_name,company,phone,address_1,address_2,city,province,postcode,country,email_preferences,access,role\r\n";
    assert!(first.body.starts_with(header), "{}", first.body);
    assert!(first.body.contains("\"Neri, detto \"\"Moro\"\"\""), "{}", first.body);
    assert!(first.body.contains(",active,admin\r\n"), "{}", first.body);
}

pub fn a_table_holds_no_formula(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    for (place, name) in ["=1+1", "-2", "@sum", "'=x", "'s-Hertogenbosch"].into_iter().enumerate() {
        let new = json!({"email": format!("p{place}@example.com"), "first_name": name, "phone": "+39 06 555"});
        ada.posts(&rossi.at("/members"), &new).is(201);
    }
    let file = ada.gets(&rossi.at("/members/export")).is(200);
    for cell in [",'=1+1,", ",'-2,", ",'@sum,", ",''=x,", ",'s-Hertogenbosch,", ",'+39 06 555,"] {
        assert!(file.body.contains(cell), "{cell} in {}", file.body);
    }
    let back = imports(&ada, &rossi, "", &file.body).is(200);
    assert!(outcomes(&back).iter().all(|outcome| outcome == "unchanged"), "{}", back.summary());
}

pub fn a_large_account_goes_out_in_parts_that_fit_together(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    imports(&ada, &rossi, "", TABLE).is(200);
    let whole = ada.gets(&rossi.at("/members/export")).is(200).body;
    let (mut parts, mut path) = (String::new(), rossi.at("/members/export?format=csv&limit=2"));
    loop {
        let part = ada.gets(&path).is(200);
        parts.push_str(&part.body);
        let Some(next) = part.header("link").strip_prefix('<').and_then(|link| link.split_once('>')) else { break };
        next.0.clone_into(&mut path);
    }
    assert_eq!(parts, whole);
    let json = ada.gets(&rossi.at("/members/export?format=json&limit=1")).is(200);
    assert_eq!((json.at("/members").as_array().map(Vec::len), json.at("/next_cursor").is_string()), (Some(1), true));
    ada.gets(&rossi.at("/members/export?limit=1001")).refused(422, "validation");
    ada.gets(&rossi.at("/members/export?cursor=nonsense")).refused(400, "cursor_not_valid");
    ada.gets(&rossi.at("/members/export?format=pdf")).refused(400, "malformed");
}

pub fn a_file_brings_people_in_and_twice_nobody_more(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    assert_eq!(outcomes(&imports(&ada, &rossi, "", TABLE).is(200)), ["created", "created"]);
    let carla = ada.member_id(&rossi, "carla@example.com");
    let seen = ada.sees(&rossi, &carla).is(200);
    assert_eq!((seen.text("/first_name"), seen.text("/phone"), seen.text("/city")), ("Carla".into(), "+39 06 555 1234".into(), "Roma".into()));
    assert_eq!((seen.at("/email_preferences"), seen.at("/version")), (json!(["domain", "general"]), json!(1)));
    assert_eq!(ada.gets(&rossi.at("/members?search=damico")).is(200).data().len(), 1, "found by its words");
    let line = &ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data()[0];
    assert_eq!((&line["action"], &line["after"]["created"], &line["target"]["id"]), (&json!("members.imported"), &json!(2), &json!(rossi.id)));
    assert_eq!(outcomes(&imports(&ada, &rossi, "", TABLE).is(200)), ["unchanged", "unchanged"]);
    assert_eq!((people(&ada, &rossi).len(), audit_lines(&ada, &rossi)), (3, 1), "what changes nothing leaves no line");
    assert_eq!(ada.sees(&rossi, &carla).at("/version"), json!(1));
    // New values in the file are stored, and the search finds them.
    let changed = imports(&ada, &rossi, "", &TABLE.replace("Roma", "Lodi").replace("general domain", "support")).is(200);
    assert_eq!(outcomes(&changed), ["updated", "unchanged"]);
    let line = &ada.gets(&rossi.at("/audit-events?limit=1")).is(200).data()[0];
    assert_eq!(
        (&line["before"]["changed"], &line["after"]["changed"]),
        (&json!({carla.as_str(): {"city": "Roma"}}), &json!({carla.as_str(): {"city": "Lodi"}}))
    );
    let seen = ada.sees(&rossi, &carla).is(200);
    assert_eq!((seen.text("/city"), seen.at("/email_preferences"), seen.at("/version")), ("Lodi".into(), json!(["domain", "general", "support"]), json!(2)));
}

pub fn a_preview_says_what_would_happen_and_changes_nothing(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let preview = imports(&ada, &rossi, "?preview=true", TABLE).is(200);
    assert_eq!(outcomes(&preview), ["created", "created"]);
    assert_eq!((preview.at("/lines/0/line"), preview.text("/lines/1/name")), (json!(2), "Dino Neri, detto \"Moro\"".into()));
    assert_eq!((people(&ada, &rossi).len(), audit_lines(&ada, &rossi)), (1, 0));
    imports(&ada, &rossi, "", TABLE).is(200);
    assert_eq!(outcomes(&imports(&ada, &rossi, "?preview=true", TABLE)), ["unchanged", "unchanged"]);
}

pub fn bad_lines_are_told_and_good_ones_taken(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    let known = ada.member_id(&rossi, &bob.email);
    let table = format!(
        "id,email,first_name,phone,country,postcode,email_preferences,colour\n\
         ,good@example.com,Gina,,,,,red\n\
         ,no address,Nora,,,,,\n\
         ,phone@example.com,Pina,call me,,,,\n\
         ,cap@example.com,Cora,,IT,123,,\n\
         ,news@example.com,Nina,,,,news,\n\
         ,twice@example.com,Tina,,,,,\n\
         {known},other@example.com,,,,,,\n\
         ,TWICE@example.com,tina,06 555,,,,\n"
    );
    let reply = imports(&ada, &rossi, "", &table).is(200);
    assert_eq!(outcomes(&reply), ["created", "refused", "refused", "refused", "refused", "refused", "refused", "refused"]);
    let wrong = |line: usize| (reply.text(&format!("/lines/{line}/errors/0/pointer")), reply.text(&format!("/lines/{line}/errors/0/code")));
    for (line, pointer, code) in [
        (1, "/email", "email"),
        (2, "/phone", "phone"),
        (3, "/postcode", "postcode"),
        (4, "/email_preferences", "unknown"),
        (5, "/email", "repeated"),
        (6, "/email", "email_belongs_to_user"),
        (7, "/email", "repeated"),
    ] {
        assert_eq!(wrong(line), (pointer.to_owned(), code.to_owned()), "{}", reply.summary());
        assert!(reply.text(&format!("/lines/{line}/errors/0/detail")).ends_with('.'));
        assert_eq!(reply.at(&format!("/lines/{line}/line")), json!(line + 2));
    }
    assert_eq!(reply.at("/ignored"), json!(["colour"]));
    assert_eq!(people(&ada, &rossi).len(), 3);
    let mended = imports(&ada, &rossi, "", &table.replace("call me", "06 555")).is(200);
    assert_eq!(outcomes(&mended)[..3], ["unchanged", "refused", "created"]);
}

pub fn a_line_is_who_it_means(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let shared = "email,first_name\noffice@example.com,Carla\noffice@example.com,Dino\n";
    assert_eq!(outcomes(&imports(&ada, &rossi, "", shared).is(200)), ["created", "created"], "two people share an address");
    assert_eq!(outcomes(&imports(&ada, &rossi, "", "email,first_name\nOFFICE@example.com,DINO\n").is(200)), ["updated"], "in any case");
    assert_eq!(people(&ada, &rossi).len(), 3);
    assert_eq!(outcomes(&imports(&ada, &rossi, "?preview=true", "email\noffice@example.com\n").is(200)), ["created"], "none of the two");
    ada.posts(&rossi.at("/members"), &json!({"email": "gina@example.com", "first_name": "Gina"})).is(201);
    assert_eq!(outcomes(&imports(&ada, &rossi, "?preview=true", "email\ngina@example.com\n").is(200)), ["unchanged"], "the only one");
    let found = ada.gets(&rossi.at("/members?search=carla")).is(200).data();
    let carla = found[0]["id"].as_str().expect("Carla").to_owned();
    let renamed = format!("id,email,first_name\n{carla},carla@example.com,Clara\n,office@example.com,Carla\n");
    assert_eq!(outcomes(&imports(&ada, &rossi, "", &renamed).is(200)), ["refused", "refused"], "one person of two lines");
    assert_eq!(outcomes(&imports(&ada, &rossi, "", &renamed.replace(",office@example.com,Carla\n", "")).is(200)), ["updated"]);
    assert_eq!(ada.sees(&rossi, &carla).text("/email"), "carla@example.com");
    assert_eq!(ada.gets(&rossi.at("/members?search=clara")).is(200).data().len(), 1);
    // An id of another account is ignored here.
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    assert_eq!(outcomes(&imports(&bea, &bianchi, "", &format!("id,email\n{carla},carla@example.com\n")).is(200)), ["created"]);
    assert_eq!(ada.sees(&rossi, &carla).text("/first_name"), "Clara");
}

pub fn a_line_finds_who_has_access_whatever_their_name(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    ada.invites(&rossi, "gina@example.com", "view_only").is(201);
    contact_without_a_name(&ada, &rossi, "carla@example.com");
    let table = format!("email,first_name,last_name\ngina@example.com,Gina,Verdi\n{},Roberto,Neri\ncarla@example.com,Carla,\n", bob.email);
    assert_eq!(outcomes(&imports(&ada, &rossi, "?preview=true", &table)), ["updated"; 3]);
    assert_eq!(outcomes(&imports(&ada, &rossi, "", &table).is(200)), ["updated"; 3]);
    assert_eq!(outcomes(&imports(&ada, &rossi, "", &table).is(200)), ["unchanged"; 3]);
    assert_eq!(people(&ada, &rossi).len(), 4, "nobody is there twice");
    assert_eq!(ada.sees(&rossi, &ada.member_id(&rossi, "gina@example.com")).text("/first_name"), "Gina");
    // Of two people with the same address the line matches the one with that name, also when the other has access.
    ada.posts(&rossi.at("/members"), &json!({"email": bob.email, "first_name": "Bruno"})).is(201);
    assert_eq!(outcomes(&imports(&ada, &rossi, "", &format!("email,first_name,city\n{},Bruno,Lodi\n", bob.email)).is(200)), ["updated"]);
    assert_eq!(ada.gets(&rossi.at("/members?search=roberto")).is(200).data().len(), 1);
}

fn contact_without_a_name(ada: &Person, account: &Account, email: &str) {
    ada.posts(&account.at("/members"), &json!({"email": email})).is(201);
}

pub fn one_person_of_two_lines_is_refused_however_far_apart(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    contact_without_a_name(&ada, &rossi, "office@example.com");
    let line = |n: usize| if n == 0 { "office@example.com,Carla\n".to_owned() } else { format!("p{n}@example.com,N{n}\n") };
    let table = (0..249).fold("email,first_name\n".to_owned(), |table, n| table + &line(n)) + "office@example.com,Dino\n";
    for _ in 0..2 {
        let (first, rest) = (imports(&ada, &rossi, "", &table).is(200), imports(&ada, &rossi, "?offset=200", &table).is(200));
        assert_eq!((first.text("/lines/0/errors/0/code"), rest.text("/lines/49/errors/0/code")), ("repeated".into(), "repeated".into()));
        let refused = [first, rest].iter().flat_map(outcomes).filter(|outcome| outcome == "refused").count();
        assert_eq!(refused, 2);
    }
}

pub fn an_import_never_empties_anything(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let new = json!({"email": "carla@example.com", "first_name": "Carla", "company": "Rossi", "country": "IT", "email_preferences": ["domain"]});
    let carla = ada.posts(&rossi.at("/members"), &new).is(201).text("/id");
    let table = "email,first_name,company,city,country,email_preferences\ncarla@example.com,Carla,,Roma,,\n";
    assert_eq!(outcomes(&imports(&ada, &rossi, "", table).is(200)), ["updated"]);
    let seen = ada.sees(&rossi, &carla).is(200);
    assert_eq!((seen.text("/company"), seen.text("/city"), seen.at("/email_preferences")), ("Rossi".into(), "Roma".into(), json!(["domain"])));
    assert_eq!(ada.gets(&rossi.at("/members?search=rossi")).is(200).data().len(), 1, "still found by what stayed");
    // The stored values are checked together with the new ones.
    let foreign = imports(&ada, &rossi, "", "email,first_name,province\ncarla@example.com,Carla,Lombardia\n").is(200);
    assert_eq!((outcomes(&foreign), foreign.text("/lines/0/errors/0/code")), (vec!["refused".to_owned()], "italian_address".into()));
    // It does not change existing access either.
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    imports(&ada, &rossi, "", &format!("email,access,role\n{},suspended,admin\n", bob.email)).is(200);
    let seen = ada.sees(&rossi, &ada.member_id(&rossi, &bob.email));
    assert_eq!((seen.text("/access/status"), seen.text("/access/role")), ("active".into(), "standard".into()));
}

pub fn a_long_file_is_taken_chunk_by_chunk(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let table = |lines: usize| (0..lines).fold("email,last_name\n".to_owned(), |table, line| table + &format!("p{line}@example.com,N{line}\n"));
    let first = imports(&ada, &rossi, "", &table(250)).is(200);
    assert_eq!((outcomes(&first).len(), first.at("/next_offset")), (200, json!(200)));
    // The import ends here and is started again: nobody is created twice or left out.
    assert!(outcomes(&imports(&ada, &rossi, "", &table(250)).is(200)).iter().all(|outcome| outcome == "unchanged"));
    let rest = imports(&ada, &rossi, "?offset=200", &table(250)).is(200);
    assert_eq!((outcomes(&rest), rest.at("/next_offset")), (vec!["created".to_owned(); 50], Json::Null));
    assert_eq!(outcomes(&imports(&ada, &rossi, "?offset=9999", &table(250)).is(200)).len(), 0);
    imports(&ada, &rossi, "", &table(1001)).refused_field("/members", "too_many");
    imports(&ada, &rossi, "", &"x".repeat(3 * 1024 * 1024 + 1)).refused(413, "too_large");
}

pub fn whmcs_is_understood(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let contact = json!({"id": "7", "userid": "1", "firstname": "Sean", "lastname": "O&#039;Brien", "companyname": "Tom &amp; Co", "email": "sean@example.com",
        "address1": "Via Roma 1", "address2": "", "city": "Lodi", "state": "LO", "postcode": "26900", "country": "IT", "phonenumber": "+39.0371555123", "tax_id": "",
        "generalemails": "1", "productemails": 0, "domainemails": true, "invoiceemails": 1, "supportemails": "0"});
    let contacts = json!({"result": "success", "totalresults": 1, "contacts": {"contact": [contact]}});
    let reply = ada.posts(&rossi.at("/members/import"), &contacts).is(200);
    assert_eq!(outcomes(&reply), ["created"], "{}", reply.summary());
    assert_eq!(reply.at("/ignored"), json!(["userid"]));
    let sean = ada.sees(&rossi, &ada.member_id(&rossi, "sean@example.com")).is(200);
    assert_eq!((sean.text("/last_name"), sean.text("/company"), sean.text("/province")), ("O'Brien".into(), "Tom & Co".into(), "LO".into()));
    assert_eq!(sean.at("/email_preferences"), json!(["administration", "domain", "general"]));
    let client = json!({"result": "success", "client": {"id": 3, "firstname": "Maria", "lastname": "Verdi", "email": "maria@example.com", "countrycode": "IT", "tax_id": "IT01234567890",
        "email_preferences": {"general": "1", "invoice": "0", "support": true}}});
    let reply = ada.posts(&rossi.at("/members/import"), &client).is(200);
    assert_eq!((outcomes(&reply), reply.at("/ignored")), (vec!["created".to_owned()], json!(["tax_id"])));
    let maria = ada.sees(&rossi, &ada.member_id(&rossi, "maria@example.com")).is(200);
    assert_eq!((maria.text("/country"), maria.at("/email_preferences")), ("IT".into(), json!(["general", "support"])));
    assert_eq!(outcomes(&ada.posts(&rossi.at("/members/import"), &contacts).is(200)), ["unchanged"]);
}

pub fn a_file_that_cannot_be_read_says_where(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let quotes = imports(&ada, &rossi, "", "email\n\"a@example.com\n").refused_field("/members", "quotes");
    assert!(quotes.text("/errors/0/detail").contains("Line 2"), "{}", quotes.summary());
    imports(&ada, &rossi, "", "").refused_field("/members", "required");
    imports(&ada, &rossi, "", "email\n").refused_field("/members", "required");
    imports(&ada, &rossi, "", "{\"members\": [").refused(400, "malformed");
    ada.posts(&rossi.at("/members/import"), &json!({"members": ["a@example.com"]})).refused_field("/members/0", "type");
    ada.ask("POST", &rossi.at("/members/import")).header("content-type", "text/plain").bytes("email").send().refused(415, "unsupported_media_type");
    imports(&ada, &rossi, "?force=true", TABLE).refused(400, "malformed");
    // The format of an Italian spreadsheet.
    let table = "\u{feff}Indirizzo Email;Nome;Città;CAP\r\ncarla@example.com;Carla;Forlì;47121\r\n";
    assert_eq!(outcomes(&imports(&ada, &rossi, "", table).is(200)), ["created"]);
    assert_eq!(ada.sees(&rossi, &ada.member_id(&rossi, "carla@example.com")).text("/city"), "Forlì");
}

pub fn the_same_file_twice_at_once_makes_nobody_twice(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let replies = world.at_once(&[0, 1, 2, 3], |_| imports(&ada, &rossi, "", TABLE));
    let created: usize = replies.into_iter().map(|reply| outcomes(&reply.is(200)).iter().filter(|outcome| *outcome == "created").count()).sum();
    assert_eq!((created, people(&ada, &rossi).len(), audit_lines(&ada, &rossi)), (2, 3, 1));
}

pub fn inviting_on_import_is_a_choice(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    imports(&ada, &rossi, "", TABLE).is(200);
    let table = format!("{TABLE}office@example.com,Elio\r\noffice@example.com,Fina\r\n{},\r\n", ada.email);
    let preview = imports(&ada, &rossi, "?invite=standard&preview=true", &table).is(200);
    assert_eq!(outcomes(&preview), ["invited", "invited", "created", "refused", "unchanged"], "{}", preview.summary());
    assert_eq!((preview.at("/lines/0/link"), preview.text("/lines/3/errors/0/code")), (Json::Null, "already_member".into()));
    let reply = imports(&ada, &rossi, "?invite=standard&permissions=contacts.manage", &table).is(200);
    assert_eq!(outcomes(&reply), ["invited", "invited", "created", "refused", "unchanged"]);
    let link = reply.text("/lines/0/link");
    let carla = world.someone("Carla").at_address("carla@example.com");
    let token = link.rsplit('#').next().expect("a token").to_owned();
    let accepted =
        world.ask("POST", "/v1/invitations/accept").json(&json!({"token": token, "first_name": "Carla", "last_name": "D'Amico", "password": carla.password()}));
    accepted.send().is(201);
    carla.signs_in().is(201);
    carla.adds_contact(&rossi, "from-carla@example.com").is(201);
    // A repeat invites nobody twice and keeps existing access. For Elio, who has access now, and Fina the match is ambiguous.
    let again = imports(&ada, &rossi, "?invite=standard", &table).is(200);
    assert_eq!(outcomes(&again), ["unchanged", "unchanged", "refused", "refused", "unchanged"]);
    assert!(again.at("/lines").as_array().expect("lines").iter().all(|line| line["link"].is_null()));
    assert_eq!(audit_lines(&ada, &rossi), 2);
    // A person with `contacts.manage` alone gives no access.
    imports(&carla, &rossi, "?invite=view_only", TABLE).refused(403, "not_allowed");
    imports(&ada, &rossi, "?invite=view_only&permissions=contacts.manage", TABLE).refused(422, "permission_not_for_role");
    imports(&ada, &rossi, "?invite=standard&permissions=anything", TABLE).refused_field("/permissions/0", "unknown");
    imports(&carla, &rossi, "", "email\nmore@example.com\n").is(200);
}

pub fn emails_go_to_those_an_import_invites(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let before = world.controls().emails().len();
    imports(&ada, &rossi, "?invite=standard", TABLE).is(200);
    for _ in 0..3 {
        world.controls().passes(60);
        world.controls().job_runs();
    }
    let emails = world.controls().emails();
    let to: Vec<&str> = emails[before..].iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to.len(), 2, "{to:?}");
    assert!(to.contains(&"carla@example.com") && to.contains(&"dino@example.com"), "{to:?}");
}

pub fn the_pages_preview_and_import(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    let path = format!("/accounts/{}/users", rossi.id);
    let list = ada.opens(&path).is(200);
    assert!(list.body.contains(&format!("{path}/export")) && list.body.contains(&format!("{path}/import")));
    let export = ada.opens(&format!("{path}/export")).is(200);
    assert!(export.body.contains("/members/export?format=csv") && !export.body.contains("cursor="));
    assert!(ada.opens(&format!("{path}/import")).is(200).body.contains("<textarea"));
    let import = format!("{path}/import");
    let preview = ada.submits(&import, &[("members", TABLE)]).is(200);
    assert!(preview.body.contains("carla@example.com") && preview.body.contains("name=\"offset\" value=\"0\""), "{}", preview.body);
    assert_eq!(people(&ada, &rossi).len(), 1, "nothing yet");
    let done = ada.submits(&import, &[("members", TABLE), ("offset", "0")]).is(200);
    assert!(!done.body.contains("name=\"offset\""), "there is nothing left to do");
    assert_eq!(people(&ada, &rossi).len(), 3);
    let invited = ada.submits(&import, &[("members", TABLE), ("invite", "view_only"), ("offset", "0")]).is(200);
    assert!(invited.body.contains("/invitation#"), "{}", invited.body);
    let refused = ada.submits(&import, &[("members", "email,country,postcode\na@example.com,IT,1\n")]).is(200).body;
    assert!(refused.contains("Postcode: ") && !refused.contains("/postcode"), "{refused}");
    let many: Vec<Json> = (0..1_000)
        .map(|n| json!({"id": format!("01980000-0000-7000-8000-{n:012}"), "email": format!("p{n}@example.com"), "first_name": "Gian Battista", "company": "Rossi & figli S.r.l.",
            "phone": "+39 06 555 1234", "address_1": "Via delle Botteghe Oscure, 1", "address_2": "Scala B, interno 12, presso la portineria", "city": "Roma", "province": "RM", "postcode": "00186", "country": "IT", "email_preferences": ["domain"]}))
        .collect();
    let whole = json!({ "members": many }).to_string();
    assert!(crate::support::world::percent(&whole).len() > 512 * 1024, "more than a message may have");
    assert!(ada.submits(&import, &[("members", &whole)]).is(200).body.contains("p999@example.com"));
    let wrong = ada.submits(&import, &[("members", "email\n\"a@example.com")]).is(422);
    assert!(wrong.body.contains("&#34;a@example.com") && wrong.body.contains("members-wrong"), "{}", wrong.body);
    let bob = world.joins(&ada, &rossi, "Bob", "standard");
    assert!(!bob.opens(&path).is(200).body.contains(&import), "not for those who add nobody");
    assert!(bob.opens(&format!("{path}/export")).is(200).body.contains("format=json"));
}

pub fn a_table_holds_no_formula_in_disguise(world: &World) {
    let (ada, rossi) = world.unmanaged_account_of("Ada");
    // Full-width and small forms, and signs after invisible characters, which a name does not begin with.
    let names = [
        "\u{ff1d}1+1",
        "\u{ff0b}1",
        "\u{ff0d}1",
        "\u{ff20}sum",
        "\u{fe62}1",
        "\u{fe63}1",
        "\u{fe66}1",
        "\u{fe6b}sum",
        "\u{2d}\u{200b}1",
        "=\u{ad}2",
        "'\u{200b}=1",
    ];
    for (place, name) in names.into_iter().enumerate() {
        ada.posts(&rossi.at("/members"), &json!({"email": format!("p{place}@example.com"), "first_name": "Gina", "company": name})).is(201);
    }
    let file = ada.gets(&rossi.at("/members/export")).is(200);
    for name in names {
        let cell = file.body.find(name).map(|at| &file.body[..at]).unwrap_or_default();
        assert!(cell.ends_with('\''), "{name:?} in {}", file.body);
    }
    let back = imports(&ada, &rossi, "", &file.body).is(200);
    assert!(outcomes(&back).iter().all(|outcome| outcome == "unchanged"), "{}", back.summary());
    let (bea, bianchi) = world.unmanaged_account_of("Bea");
    imports(&bea, &bianchi, "", &file.body).is(200);
    let companies =
        |person: &Person, account: &Account| people(person, account).iter().map(|one| one["company"].to_string()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(companies(&bea, &bianchi), companies(&ada, &rossi), "elsewhere they are the same letter by letter");
}
