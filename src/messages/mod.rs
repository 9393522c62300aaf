//! What is sent: communications, their history, e-mails, the outbox, the mail providers.

pub mod communication;
pub mod history;
pub mod mail;
