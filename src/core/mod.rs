//! What every room speaks: SQL and rows, rules and faults, ids, time, text keys, the ports, the request's context, and the words of the model.

pub mod address;
pub mod capability;
pub mod code;
pub mod config;
pub mod db;
pub mod decode;
pub mod field;
pub mod id;
pub mod json;
pub mod lang;
pub mod list;
pub mod log;
pub mod permission;
pub mod ports;
pub mod refusal;
pub mod secret;
pub mod table;
pub mod timestamp;
pub mod vocabulary;
