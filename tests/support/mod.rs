//! What the scenarios stand on: a client, the invariants every answer keeps, a world behind the client and the people in it.

pub mod client;
pub mod fill;
pub mod invariants;
pub mod people;
pub mod world;
