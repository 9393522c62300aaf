//! Portineria: who may come in, and who holds which key, answered at the edge.
//!
//! The map, in reading order. Start with [`app`]: every route on a page. Then [`act`]: one request, one batch. Then any feature.

// Every request goes this way.
pub mod act;
pub mod app;
pub mod ask;
pub mod cx;
pub mod refusal;
pub mod repeat;
pub mod reply;
pub mod standing;

// What the batch asks and keeps.
pub mod access;
pub mod db;
pub mod ports;

// The features.
pub mod acceptance;
pub mod account;
pub mod assignment;
pub mod audit;
pub mod cached_link;
pub mod catalogue;
pub mod closing;
pub mod communication;
pub mod delegation;
pub mod device;
pub mod directory;
pub mod email_change;
pub mod explanation;
pub mod export;
pub mod eye;
pub mod history;
pub mod host;
pub mod import;
pub mod invitation;
pub mod member;
pub mod preference;
pub mod preview;
pub mod profile;
#[cfg(not(target_arch = "wasm32"))]
pub mod recovery;
pub mod reset;
pub mod resource;
pub mod roster;
pub mod selector;
pub mod session;
pub mod setup;
pub mod shelf;
pub mod sub_account;
pub mod token;
pub mod user;
pub mod verification;

// How they are reached.
pub mod api;
pub mod pages;

// Small things with one home each.
pub mod address;
pub mod calendar;
pub mod common_passwords;
pub mod field;
pub mod housekeeping;
pub mod id;
pub mod log;
pub mod mail;
pub mod password;
pub mod seat;
pub mod secret;
pub mod shape;
pub mod shared_address;
pub mod sheet;
#[cfg(not(target_arch = "wasm32"))]
pub mod signer;
mod strict;
pub mod text;
pub mod throttle;
pub mod unicode;
pub mod when;

#[cfg(target_arch = "wasm32")]
mod edge;
