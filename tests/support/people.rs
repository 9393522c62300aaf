//! The people of a world. Their methods are the actions of the product.
//!
//! Each method sends one request and returns its answer. A method that changes something first reads the version.

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use super::client::Reply;
use super::world::{Account, HostAdmin, RequestBuilder, World};

/// A person.
#[derive(Clone)]
pub struct Person {
    world: World,
    /// The first name; in lower case also the start of the e-mail address.
    pub name: String,
    /// The address.
    pub email: String,
    password: Arc<Mutex<String>>,
    session: Arc<Mutex<String>>,
}

/// An invitation with its link, as the inviter sees it once.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The member it is for; empty when the answer names none.
    pub member: String,
    /// The link.
    pub link: String,
}

impl Invited {
    /// Returns the token in the fragment of the link.
    pub fn token(&self) -> &str {
        self.link.split_once('#').map_or("", |(_, token)| token)
    }
}

impl Person {
    /// Returns a person without a user or a member.
    pub fn new(world: &World, name: &str) -> Self {
        let email = format!("{}.{}@example.com", name.to_lowercase(), world.tag());
        Self::with(world, name, email, format!("the long secret of {}", name.chars().rev().collect::<String>()), String::new())
    }

    /// Returns the first admin of the host.
    pub fn of_host(world: &World, hosted: &HostAdmin) -> Self {
        Self::with(world, "Hedy", hosted.email.clone(), hosted.password.clone(), hosted.session.clone())
    }

    fn with(world: &World, name: &str, email: String, password: String, session: String) -> Self {
        Self { world: world.clone(), name: name.to_owned(), email, password: Arc::new(Mutex::new(password)), session: Arc::new(Mutex::new(session)) }
    }

    /// Returns the person with another e-mail address.
    pub fn at_address(mut self, email: &str) -> Self {
        email.clone_into(&mut self.email);
        self
    }

    /// Returns the same person on a second device. A new session or password of one does not change the other.
    pub fn at_another_device(&self) -> Self {
        Self::with(&self.world, &self.name, self.email.clone(), self.password(), self.session())
    }

    /// Returns the password that the person remembers.
    pub fn password(&self) -> String {
        self.password.lock().expect("a password").clone()
    }

    /// Returns the session token; empty when not signed in.
    pub fn session(&self) -> String {
        self.session.lock().expect("a session").clone()
    }

    /// Sets the session token.
    pub fn uses_session(&self, session: &str) {
        session.clone_into(&mut self.session.lock().expect("a session"));
    }

    /// Sets the password that the person remembers.
    pub fn remembers(&self, password: &str) {
        password.clone_into(&mut self.password.lock().expect("a password"));
    }

    // Requests.

    /// Starts a request of this person, as an app.
    pub fn ask(&self, method: &str, path: &str) -> RequestBuilder<'_> {
        self.world.ask(method, path).bearer(&self.session())
    }

    /// Sends a GET.
    pub fn gets(&self, path: &str) -> Reply {
        self.ask("GET", path).send()
    }

    /// Sends a POST.
    pub fn posts(&self, path: &str, body: &Json) -> Reply {
        self.ask("POST", path).json(body).send()
    }

    /// Returns a token of an account for this service's own API. Its audience is the issuer that every token names.
    pub fn own_api_token(&self, account: &super::world::Account) -> String {
        let asks = |body: Json| self.posts("/v1/access-tokens", &body).is(200).text("/access_token");
        let for_others = asks(json!({"account_id": account.id}));
        let claims = for_others.split('.').nth(1).and_then(portineria::core::secret::decoded).expect("claims");
        let issuer = serde_json::from_slice::<Json>(&claims).expect("JSON")["iss"].clone();
        asks(json!({"account_id": account.id, "audience": issuer}))
    }

    /// Changes what is at `path`, at the current version of `of`.
    pub fn changes(&self, method: &str, path: &str, of: &str, body: Option<&Json>) -> Reply {
        let version = self.version(of);
        let builder = self.ask(method, path).when(if version.is_empty() { "*" } else { &version });
        body.into_iter().fold(builder, RequestBuilder::json).send()
    }

    /// Returns the version of what is at `path`; empty when this person may not see it.
    pub fn version(&self, path: &str) -> String {
        self.gets(path).header("etag").to_owned()
    }

    // Signing in and out, invitations, passwords.

    /// Signs in with address and password.
    pub fn signs_in(&self) -> Reply {
        let reply = self.world.sign_in(&self.email, &self.password());
        if reply.status == 201 {
            self.uses_session(&reply.text("/session_token"));
        }
        reply
    }

    /// Signs this session out.
    pub fn signs_out(&self) -> Reply {
        self.ask("DELETE", "/v1/me/sessions/current").when("*").send()
    }

    /// Previews the invitation.
    pub fn previews(&self, token: &str) -> Reply {
        self.posts("/v1/invitations/preview", &json!({"token": token}))
    }

    /// Accepts as a new user, with name and password. The person is signed in afterwards.
    pub fn accepts(&self, invited: &Invited) -> Reply {
        self.accepts_from(invited, 0)
    }

    /// The same, from another of the scenario's addresses: what fails is counted for each.
    pub fn accepts_from(&self, invited: &Invited, address: usize) -> Reply {
        let body = json!({"token": invited.token(), "first_name": self.name, "last_name": "Neri", "password": self.password()});
        self.sends_acceptance_from(&body, "", address)
    }

    /// Accepts with the password this person already has.
    pub fn accepts_with_password(&self, invited: &Invited) -> Reply {
        self.sends_acceptance(&json!({"token": invited.token(), "password": self.password()}), "")
    }

    /// Accepts while signed in.
    pub fn accepts_signed_in(&self, invited: &Invited) -> Reply {
        self.sends_acceptance(&json!({"token": invited.token()}), &self.session())
    }

    fn sends_acceptance(&self, body: &Json, session: &str) -> Reply {
        self.sends_acceptance_from(body, session, 0)
    }

    fn sends_acceptance_from(&self, body: &Json, session: &str, address: usize) -> Reply {
        let address = self.world.address(address);
        let reply = self.world.ask("POST", "/v1/invitations/accept").header("cf-connecting-ip", &address).json(body).bearer(session).send();
        let session = reply.text("/session_token");
        if !session.is_empty() {
            self.world.keeps_secret(&session);
            self.uses_session(&session);
        }
        reply
    }

    /// Declines the invitation.
    pub fn declines(&self, invited: &Invited) -> Reply {
        self.posts("/v1/invitations/decline", &json!({"token": invited.token()}))
    }

    /// Asks for a reset link by e-mail.
    pub fn forgets_password(&self) -> Reply {
        self.world.ask("POST", "/v1/password-resets").json(&json!({"email": self.email})).send()
    }

    /// Uses a reset link.
    pub fn resets_with(&self, token: &str, new_password: &str) -> Reply {
        let reply = self.world.ask("POST", "/v1/password-resets/confirm").json(&json!({"token": token, "new_password": new_password})).send();
        if reply.status == 204 {
            self.remembers(new_password);
        }
        reply
    }

    /// Changes the own password.
    pub fn changes_password(&self, current: &str, new: &str) -> Reply {
        self.ask("PUT", "/v1/me/password").when("*").json(&json!({"current_password": current, "new_password": new})).send()
    }

    // Accounts.

    /// Creates an account that the host manages.
    pub fn creates_account(&self, name: &str) -> Account {
        let name = format!("{name} ({})", self.world.tag());
        let reply = self.posts("/v1/accounts", &json!({"name": name, "managed": true})).is(201);
        Account { id: reply.text("/id"), name }
    }

    /// Creates an account that manages itself, with a link for its first admin.
    pub fn creates_unmanaged_account(&self, name: &str, admin_email: &str) -> (Account, Invited) {
        let name = format!("{name} ({})", self.world.tag());
        let reply = self.posts("/v1/accounts", &json!({"name": name, "managed": false, "admin_email": admin_email})).is(201);
        let invited = Invited { member: reply.text("/invitation/member_id"), link: reply.text("/invitation/link") };
        self.world.keeps_secret(invited.token());
        (Account { id: reply.text("/id"), name }, invited)
    }

    /// Renames the account.
    pub fn renames(&self, account: &Account, name: &str) -> Reply {
        self.changes("PATCH", &account.at(""), &account.at(""), Some(&json!({"name": name})))
    }

    /// Turns the delegation of the account on or off.
    pub fn delegates(&self, account: &Account, delegated: bool) -> Reply {
        self.changes("PUT", &account.at("/delegation"), &account.at(""), Some(&json!({"delegated": delegated})))
    }

    /// Deactivates or reactivates the account.
    pub fn puts_status(&self, account: &Account, status: &str) -> Reply {
        self.changes("PUT", &account.at("/status"), &account.at(""), Some(&json!({"status": status})))
    }

    /// Deletes the account, with its name and the person's password.
    pub fn deletes(&self, account: &Account) -> Reply {
        self.changes("DELETE", &account.at(""), &account.at(""), Some(&json!({"name": account.name, "current_password": self.password()})))
    }

    /// Restores a deleted account.
    pub fn restores(&self, account: &Account) -> Reply {
        self.ask("POST", &account.at("/restore")).send()
    }

    /// Opens a page, as a browser.
    pub fn opens(&self, path: &str) -> Reply {
        self.world.ask("GET", path).cookie(&self.session()).send()
    }

    /// Sends a form of a page, as a browser.
    pub fn submits(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.world.ask("POST", path).header("sec-fetch-site", "same-origin").cookie(&self.session()).form(fields).send()
    }

    // Members.

    /// Invites an address with a role.
    pub fn invites(&self, account: &Account, email: &str, role: &str) -> Reply {
        self.secret_link(self.posts(&account.at("/members"), &json!({"email": email, "access": {"role": role}})), "/invitation/link")
    }

    /// Adds a contact.
    pub fn adds_contact(&self, account: &Account, email: &str) -> Reply {
        self.posts(&account.at("/members"), &json!({"email": email, "first_name": "Carla", "last_name": "Conti"}))
    }

    /// Makes a new link for an invited member.
    pub fn renews_link(&self, account: &Account, member: &str) -> Reply {
        self.secret_link(self.ask("POST", &account.at(&format!("/members/{member}/invitation"))).send(), "/link")
    }

    /// Cancels the invitation.
    pub fn cancels_invitation(&self, account: &Account, member: &str) -> Reply {
        self.on_member("DELETE", account, member, "/invitation", None)
    }

    /// Makes a reset link for a member.
    pub fn makes_reset_link(&self, account: &Account, member: &str) -> Reply {
        self.secret_link(self.ask("POST", &account.at(&format!("/members/{member}/password-reset"))).send(), "/link")
    }

    /// Changes the role, or gives access to a contact.
    pub fn gives_role(&self, account: &Account, member: &str, role: &str) -> Reply {
        self.secret_link(self.on_member("PUT", account, member, "/access", Some(&json!({"role": role}))), "/invitation/link")
    }

    /// Takes the access away and keeps the contact.
    pub fn takes_access(&self, account: &Account, member: &str) -> Reply {
        self.on_member("DELETE", account, member, "/access", None)
    }

    /// Suspends or reactivates the access.
    pub fn suspends(&self, account: &Account, member: &str, suspended: bool) -> Reply {
        self.on_member("PUT", account, member, "/access/suspension", Some(&json!({"suspended": suspended})))
    }

    /// «Modifica → Revoca».
    pub fn revokes(&self, account: &Account, member: &str) -> Reply {
        self.on_member("DELETE", account, member, "", None)
    }

    /// Leaves the account.
    pub fn leaves(&self, account: &Account) -> Reply {
        self.ask("DELETE", &account.at("/members/me")).when("*").send()
    }

    // Communications.

    /// Sets the categories of e-mails that the member receives.
    pub fn prefers(&self, account: &Account, member: &str, categories: &[&str]) -> Reply {
        self.on_member("PUT", account, member, "/email-preferences", Some(&json!({"categories": categories})))
    }

    /// Sends a message of a category to the account.
    pub fn sends(&self, account: &Account, category: &str, subject: &str) -> Reply {
        self.posts(&account.at("/communications"), &json!({"category": category, "subject": subject, "text": format!("{subject}: the text.")}))
    }

    /// Asks to change the own e-mail address.
    pub fn asks_for_address(&self, email: &str) -> Reply {
        self.posts("/v1/me/email-changes", &json!({"email": email, "current_password": self.password()}))
    }

    // Pixels and apps.

    /// Adds a pixel or an app, named by its kind and id.
    pub fn adds_resource(&self, account: &Account, kind: &str, external_id: &str) -> Reply {
        self.posts(&account.at("/resources"), &json!({"kind": kind, "external_id": external_id, "name": format!("{kind} {external_id}")}))
    }

    /// Sets the members it is assigned to.
    pub fn assigns(&self, account: &Account, resource: &str, members: &[&str]) -> Reply {
        let of = account.at(&format!("/resources/{resource}"));
        self.changes("PUT", &format!("{of}/members"), &of, Some(&json!({"member_ids": members})))
    }

    fn on_member(&self, method: &str, account: &Account, member: &str, rest: &str, body: Option<&Json>) -> Reply {
        let of = account.at(&format!("/members/{member}"));
        self.changes(method, &format!("{of}{rest}"), &of, body)
    }

    fn secret_link(&self, reply: Reply, pointer: &str) -> Reply {
        let link = reply.text(pointer);
        if let Some((_, token)) = link.split_once('#') {
            self.world.keeps_secret(token);
        }
        reply
    }

    /// Reads a member.
    pub fn sees(&self, account: &Account, member: &str) -> Reply {
        self.gets(&account.at(&format!("/members/{member}")))
    }

    /// Returns the id of the member with this address.
    pub fn member_id(&self, account: &Account, email: &str) -> String {
        let list = self.gets(&account.at(&format!("/members?search={}", super::world::percent(email)))).is(200).data();
        let member = list.iter().find(|member| member["email"] == email).unwrap_or_else(|| panic!("{email} is not in {}", account.name));
        member["id"].as_str().expect("an id").to_owned()
    }
}

impl Reply {
    /// Returns the invitation in this answer.
    #[track_caller]
    pub fn invited(&self) -> Invited {
        // An existing member is given access (PUT, 200) or another address (PATCH, 200); a new member is created with it (POST, 201).
        assert_eq!(self.status, if self.asked.starts_with("POST ") { 201 } else { 200 }, "{}", self.summary());
        let inside = self.text("/invitation/link");
        let link = if inside.is_empty() { self.text("/link") } else { inside };
        assert!(link.contains("/invitation#"), "no link: {}", self.summary());
        let member = [
            self.text("/id"),
            self.text("/member_id"),
            self.asked.split("/members/").nth(1).and_then(|rest| rest.split(['/', ' ']).next()).unwrap_or_default().to_owned(),
        ];
        Invited { member: member.into_iter().find(|id| !id.is_empty()).unwrap_or_default(), link }
    }

    /// Returns the token of the reset link in this answer.
    #[track_caller]
    pub fn reset_token(&self) -> String {
        let link = self.text("/link");
        link.split_once("/reset#").unwrap_or_else(|| panic!("no link: {}", self.summary())).1.to_owned()
    }
}
