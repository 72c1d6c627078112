//! `Mapping`, `read_jsonl` and `decode`: bytes as batches of records and of texts.

use crate::column::to_pyarrow_batch;
use crate::record::Rows;
use arrow_array::builder::{LargeStringBuilder, StringBuilder, UInt32Builder};
use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_schema::ArrowError;
use lianjin_kernel::read::{charset, jsonl, mapping};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::PyArray;
use std::sync::Arc;

/// Which fields fill which columns, made once and used by many threads.
#[pyclass(frozen)]
pub struct Mapping {
    names: mapping::Mapping,
}

#[pymethods]
impl Mapping {
    #[new]
    fn new(named: Vec<(String, String)>) -> PyResult<Self> {
        let names = mapping::Mapping::new(&named).map_err(PyValueError::new_err)?;
        Ok(Self { names })
    }
}

/// (batch, lines, framing bytes) of a buffer of whole lines.
#[pyfunction]
fn read_jsonl<'py>(
    py: Python<'py>,
    buffer: &[u8],
    mapping: &Mapping,
    first_line: i64,
    start: i64,
    limits: (usize, usize),
) -> PyResult<(Bound<'py, PyAny>, usize, usize)> {
    let limits = jsonl::Limits { record_bytes: limits.0, depth: limits.1 };
    let (batch, extent) = py.detach(|| {
        let mut rows = Rows::new();
        let extent = jsonl::read(buffer, &mapping.names, limits, |placed| {
            rows.append(first_line, start, &placed);
        });
        (rows.finish(), extent)
    });
    Ok((to_pyarrow_batch(py, batch)?, extent.lines, extent.framing))
}

/// text, charset, replaced, error_code, error of a large_binary column and its hints.
#[pyfunction]
fn decode<'py>(py: Python<'py>, blobs: PyArray, hints: PyArray) -> PyResult<Bound<'py, PyAny>> {
    let (blobs, hints) = (blobs.array().clone(), hints.array().clone());
    if blobs.as_binary_opt::<i64>().is_none() || hints.as_string_opt::<i32>().is_none() {
        return Err(PyTypeError::new_err("expected a large_binary and a string column"));
    }
    if blobs.len() != hints.len() {
        return Err(PyValueError::new_err("the columns differ in length"));
    }
    let batch = py.detach(|| decode_column(&blobs, &hints));
    to_pyarrow_batch(py, batch)
}

fn decode_column(blobs: &ArrayRef, hints: &ArrayRef) -> Result<RecordBatch, ArrowError> {
    let mut texts = LargeStringBuilder::new();
    let mut replaced = UInt32Builder::new();
    let [mut charsets, mut codes, mut errors] = std::array::from_fn(|_| StringBuilder::new());
    for (blob, hint) in blobs.as_binary::<i64>().iter().zip(hints.as_string::<i32>()) {
        let (decoded, problem) = match blob.map(|blob| charset::decode(blob, hint)) {
            Some(Ok(decoded)) => (Some(decoded), None),
            Some(Err(problem)) => (None, Some(problem)),
            None => (None, None),
        };
        texts.append_option(decoded.as_ref().map(|found| &found.text));
        charsets.append_option(decoded.as_ref().map(|found| found.charset));
        let count = decoded.map(|found| u32::try_from(found.replaced).unwrap_or(u32::MAX));
        replaced.append_option(count);
        codes.append_option(problem.as_ref().map(|problem| problem.code));
        errors.append_option(problem.map(|problem| problem.sentence));
    }
    RecordBatch::try_from_iter_with_nullable([
        ("text", Arc::new(texts.finish()) as ArrayRef, true),
        ("charset", Arc::new(charsets.finish()), true),
        ("replaced", Arc::new(replaced.finish()), true),
        ("error_code", Arc::new(codes.finish()), true),
        ("error", Arc::new(errors.finish()), true),
    ])
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Mapping>()?;
    module.add_function(wrap_pyfunction!(decode, module)?)?;
    module.add_function(wrap_pyfunction!(read_jsonl, module)?)
}
