//! Portineria: who may come in, and who holds which key, answered at the edge.
//!
//! The rooms, from the top down: a room names only rooms below it. Start with [`router`]: every route on a page. Then [`access::act`]: one
//! request, one batch. Then any feature.

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
