//! The border: borrows Arrow columns, releases the interpreter lock, calls the kernel, converts errors.

// The functions' documentation is written for Python readers in `python/lianjin/_kernel.pyi`.
#![allow(missing_docs)]

mod column;
mod digest;
mod extract;
mod link;
mod log;
mod notice;
mod read;
mod record;
mod repair;
mod score;

use pyo3::prelude::*;

#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    column::register(module)?;
    digest::register(module)?;
    extract::register(module)?;
    link::register(module)?;
    log::register(module)?;
    notice::register(module)?;
    read::register(module)?;
    repair::register(module)?;
    score::register(module)
}
