//! Portineria: a service that manages users, their roles and their permissions, on Cloudflare Workers.
//!
//! The modules are listed from the top down: one names only those below it. Start with [`router`], the table of routes. Then read [`access::act`]:
//! one request, one batch. Then any feature.

#[cfg(target_arch = "wasm32")]
mod worker;

pub mod router;

pub mod api;
pub mod pages;

pub mod accounts;

pub mod people;

pub mod resources;

pub mod messages;

pub mod identity;

pub mod access;

pub mod http;

pub mod text;

pub mod core;
