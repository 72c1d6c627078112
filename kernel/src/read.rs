//! Readers: bytes of files in, records out.
//!
//! A reader borrows from the caller's buffer and says of every record where it stood. Whatever the
//! bytes are, the answer is a record or a reason why there is none.

pub mod charset;
mod cns;
pub mod dialogue;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod mapping;
pub mod object;
pub mod string;
pub mod table;
