//! Messages: communications, their history, e-mails, the outbox, and the mail providers.

pub mod communication;
pub mod history;
pub mod mail;
