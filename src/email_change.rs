//! The change of one's own address.
