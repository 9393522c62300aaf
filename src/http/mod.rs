//! How a request is read and how an answer is written.

pub mod request;
pub mod response;
