//! How a request is read and how an answer is written.

pub mod cookies;
pub mod extract;
pub mod fields;
pub mod headers;
pub mod paging;
pub mod request;
pub mod response;
