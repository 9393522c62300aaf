//! The people an account knows: members, their access, invitations, preferences, import and export.

pub mod acceptance;
pub mod assignment;
pub mod capabilities;
pub mod contact;
pub mod creation;
pub mod export;
pub mod import;
pub mod import_cells;
pub mod import_columns;
pub mod import_line;
pub mod import_source;
pub mod invitation;
pub mod invitation_preview;
pub mod invitation_renewal;
mod invited_address;
pub mod member;
pub mod member_access;
pub mod member_list;
pub mod member_words;
pub mod new_access;
pub mod preference;
pub mod seat;
pub mod shared_address;
