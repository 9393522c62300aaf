//! What every room uses: SQL and rows, rules and faults, ids, time, keys of texts, the ports, pages of lists, and the words of the model.

pub mod address;
pub mod capability;
pub mod code;
pub mod config;
pub mod db;
pub mod decode;
pub mod encoding;
pub mod field;
pub mod free_json;
pub mod id;
pub mod lang;
pub mod letters;
pub mod list;
pub mod log;
pub mod pasted_link;
pub mod permission;
pub mod ports;
pub mod refusal;
pub mod secret;
pub mod table;
pub mod timestamp;
pub mod version;
pub mod vocabulary;
