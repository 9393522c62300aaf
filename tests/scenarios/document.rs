//! Document 002, in its order and with its words: from the creation of an account to the revocation of a user.
//!
//! Out of scope here (later issues): pixels and apps of each role, deletion of the account, the switch of the delegation.

use serde_json::json;

use crate::support::world::World;

pub fn an_account_from_its_creation_to_the_revocation_of_a_user(world: &World) {
    // «Al momento della creazione, ogni account deve avere almeno un utente amministratore.»
    let host = world.host();
    let rossi = host.creates_account("Rossi");
    let admins = host.gets(&rossi.at("/members?role=admin&access=active")).is(200).data();
    assert_eq!(admins.len(), 1, "the account begins with one admin: {admins:?}");

    // «L'amministratore dell'account può gestire gli utenti dell'account dal menu Utenti in Impostazioni account.»
    let ada = world.joins(&host, &rossi, "Ada", "admin");
    assert_eq!(ada.gets(&rossi.at("")).is(200).at("/capabilities/manage_members/allowed"), true);

    // «Puoi quindi aggiungere utenti standard o con il ruolo di sola visualizzazione, oppure gestire l'account solo con un utente
    // amministratore.»
    //
    // «Per aggiungere un nuovo utente a un account, clicca su Invite a new user (Invita un nuovo utente), fornisci l'e-mail
    // dell'utente, seleziona il ruolo/l'autorizzazione che desideri attribuire e clicca su Continue (Continua).»
    let bob = world.someone("Bob");
    let answer = ada.invites(&rossi, &bob.email, "standard").is(201);
    assert_eq!(answer.at("/access/status"), "invited");
    assert_eq!(answer.at("/access/role"), "standard");

    // «Se l'SMTP non è configurato, copia il link generato e invialo all'utente, che potrà quindi accettare l'invito e creare il
    // proprio account host. Finalizza cliccando su Done (Fine).»
    assert_eq!(answer.at("/invitation/delivery/channel"), "link");
    let first_link = answer.invited();
    let preview = bob.previews(first_link.token()).is(200);
    assert_eq!(preview.at("/account/name"), rossi.name.as_str());
    assert_eq!(preview.at("/role"), "standard");

    // «Se il link di invito per un utente viene smarrito, creane uno nuovo cliccando sul pulsante Edit (Modifica) accanto all'e-mail
    // dell'utente, quindi clicca su Generate invite link (Genera link di invito).»
    let new_link = ada.renews_link(&rossi, &first_link.member).is(201).invited();
    assert_ne!(new_link.link, first_link.link);

    // «Clicca su Copy link (Copia link) e invia il link di invito al nuovo utente.»
    bob.accepts(&first_link).refused(410, "link_not_valid");
    let accepted = bob.accepts(&new_link).is(201);
    assert_eq!(accepted.at("/account_id"), rossi.id.as_str());
    assert_eq!(bob.gets("/v1/me").is(200).at("/email"), bob.email.as_str());
    assert_eq!(ada.sees(&rossi, &first_link.member).is(200).at("/access/status"), "active");

    // «Per modificare il ruolo e le autorizzazioni di un utente, clicca sul pulsante Edit (Modifica) per quell'utente, quindi clicca
    // su Edit (Modifica) nella sezione Accesso. Scegli uno dei tre ruoli (Amministratore, Standard o Solo visualizzazione) e conferma
    // cliccando su Save Change (Salva modifica).»
    for role in ["view_only", "admin", "standard"] {
        let changed = ada.gives_role(&rossi, &first_link.member, role).is(200);
        assert_eq!(changed.at("/access/role"), role);
        let accounts = bob.gets("/v1/me/accounts").is(200).data();
        assert_eq!(accounts[0]["role"], role, "it holds from the next request on");
    }

    // «Per reimpostare la password di un utente, inizia cliccando sul pulsante Edit (Modifica) per quell'utente. Clicca sul pulsante
    // Reset (Reimposta) nella sezione Password. Copia il link generato e invialo all'utente per la reimpostazione della password.»
    let reset = ada.makes_reset_link(&rossi, &first_link.member).is(201);
    assert_eq!(reset.at("/delivery/channel"), "link");
    let token = reset.reset_token();
    bob.gets("/v1/me").is(200);
    bob.resets_with(&token, "una frase segreta nuova").is(204);
    bob.gets("/v1/me").refused(401, "not_signed_in");
    bob.signs_in().is(201);

    // «Per rimuovere un utente dall'account, clicca sul pulsante Edit (Modifica) di quell'utente e quindi su Revoke (Revoca).»
    ada.revokes(&rossi, &first_link.member).is(204);
    bob.gets(&rossi.at("")).refused(404, "not_found");
    ada.sees(&rossi, &first_link.member).refused(404, "not_found");
    assert!(bob.gets("/v1/me/accounts").is(200).data().is_empty());
}

pub fn with_mail_the_link_is_sent_and_can_be_copied_too(world: &World) {
    // «Se l'SMTP dell'host è configurato, verrà inviato un link di invito all'indirizzo e-mail dell'utente fornito. Puoi anche copiare
    // e inviare il link di invito al futuro utente host.»
    let (ada, rossi) = world.account_of("Ada");
    let before = world.powers().emails().len();
    let answer = ada.invites(&rossi, "bob@example.com", "view_only").is(201);
    let emails = world.powers().emails();
    assert_eq!(emails.len(), before + 1);
    let mail = emails.last().expect("a letter");
    assert_eq!(mail.to, "bob@example.com");
    assert!(mail.text.contains(&rossi.name) && mail.text.contains("/invitation#"), "{}", mail.text);
    assert_eq!(answer.at("/invitation/delivery/channel"), "mail");
    assert!(answer.text("/invitation/link").contains("/invitation#"), "and it can be copied");
}

pub fn the_three_roles_are_the_only_ones(world: &World) {
    // «Gli utenti su account ospitati possono avere uno dei tre ruoli/delle tre autorizzazioni descritti di seguito:»
    let (ada, rossi) = world.account_of("Ada");
    for role in ["owner", "Admin", "viewer", "", "host"] {
        ada.invites(&rossi, "bob@example.com", role).is(422);
    }
    ada.posts(&rossi.at("/members"), &json!({"email": "bob@example.com", "access": {}})).is(422);
    ada.posts(&rossi.at("/members"), &json!({"email": "bob@example.com", "access": {"role": 1}})).refused_field("/access/role", "type");
    let member = ada.member_id(&rossi, &ada.email);
    ada.gives_role(&rossi, &member, "owner").is(422);
    assert_eq!(ada.gets(&rossi.at("/members")).is(200).data().len(), 2);
}

pub fn administrators_manage_users_standard_and_view_only_do_not(world: &World) {
    // «Gli utenti amministratori possono gestire tutti gli utenti e le autorizzazioni per il loro account»
    // «Gli utenti che dispongono del ruolo di sola visualizzazione possono visualizzare […], ma non possono apportare modifiche.»
    let (ada, rossi) = world.account_of("Ada");
    let ada_member = ada.member_id(&rossi, &ada.email);
    for (name, role) in [("Bob", "standard"), ("Eve", "view_only")] {
        let person = world.joins(&ada, &rossi, name, role);
        person.gets(&rossi.at("/members")).is(200);
        let refused = person.invites(&rossi, "new@example.com", "view_only").refused(403, "not_allowed");
        assert_eq!(refused.at("/permission"), "members.manage");
        person.gives_role(&rossi, &ada_member, "view_only").refused(403, "not_allowed");
        person.revokes(&rossi, &ada_member).refused(403, "not_allowed");
        person.makes_reset_link(&rossi, &ada_member).refused(403, "not_allowed");
        person.renames(&rossi, "Mia").refused(403, "not_allowed");
    }
}

pub fn host_users_see_and_manage_the_accounts_that_delegate(world: &World) {
    // «Gli utenti host potranno vedere e, se dispongono delle autorizzazioni di amministratore, gestire gli utenti degli account che
    // hanno la gestione degli utenti delegata. Gli account che hanno la gestione degli utenti delegata all'host appariranno nel
    // selettore a discesa.»
    let (_ada, managed) = world.account_of("Ada");
    let (_bea, unmanaged) = world.unmanaged_account_of("Bea");
    let root = world.host_account();
    let (boss, clerk) = (world.joins(&world.host(), &root, "Carlo", "admin"), world.joins(&world.host(), &root, "Dora", "view_only"));
    for person in [&boss, &clerk] {
        person.gets(&managed.at("/members")).is(200);
        person.gets(&unmanaged.at("")).is(200);
        person.gets(&unmanaged.at("/members")).refused(403, "not_allowed");
        let list = |filter: &str| {
            let query = format!("/v1/accounts?{filter}&search={}", world.tag());
            person.gets(&query).is(200).data().iter().map(|account| account["id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(list("managed=true"), vec![managed.id.clone()]);
        assert_eq!(list("managed=false"), vec![unmanaged.id.clone()]);
    }
    boss.invites(&managed, "fay@example.com", "standard").is(201);
    clerk.invites(&managed, "gus@example.com", "standard").refused(403, "not_allowed");
    boss.invites(&unmanaged, "fay@example.com", "standard").refused(403, "not_allowed");
}

pub fn an_account_is_managed_from_its_creation_by_itself(world: &World) {
    // «Questa impostazione viene attivata automaticamente per gli account gestiti al momento della loro creazione.»
    let host = world.host();
    let rossi = host.creates_account("Rossi");
    let seen = host.gets(&rossi.at("")).is(200);
    assert_eq!((seen.at("/delegated"), seen.at("/status")), (true.into(), "active".into()));
    assert_eq!(seen.at("/kind"), "customer");
    let (bianchi, _) = host.creates_unmanaged_account("Bianchi", "bea@example.com");
    let seen = host.gets(&bianchi.at("")).is(200);
    assert_eq!((seen.at("/delegated"), seen.at("/status")), (false.into(), "pending".into()));
}
