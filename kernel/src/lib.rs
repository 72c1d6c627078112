//! Loops over text, without Python: repair, scores, links and readers.
//!
//! Takes slices and plain numbers, gives edits, numbers and clusters.
//! Nothing here knows of Arrow, of files or of threads; the caller does.

mod data;
pub mod edit;
pub mod gbk;
pub mod han;
pub mod language;
pub mod language_model;
pub mod link;
pub mod merkle;
mod mix;
pub mod notice;
pub mod read;
pub mod reading;
pub mod repair;
pub mod score;
mod utf8;
