//! What the scenarios stand on: a door, the laws every answer keeps, a town behind the door and the people in it.

pub mod door;
pub mod fill;
pub mod laws;
pub mod people;
pub mod town;
