//! `Mapping`, `read_jsonl` and `decode`: bytes as batches of records and of texts.

use crate::column::to_pyarrow_batch;
use crate::record::Rows;
use arrow_array::builder::{LargeStringBuilder, StringBuilder, UInt32Builder};
use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_json::writer::{LineDelimited, WriterBuilder};
use arrow_schema::ArrowError;
use lianjin_kernel::read::{charset, json, jsonl, mapping, table};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::{PyArray, PyRecordBatch};
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
        let mut rows = Rows::with_capacity(buffer.len());
        let extent = jsonl::read(buffer, &mapping.names, limits, |placed| {
            rows.append(first_line, start, &placed);
        });
        (rows.finish(), extent)
    });
    Ok((to_pyarrow_batch(py, batch)?, extent.lines, extent.framing))
}

/// As `read_jsonl`, for lines that are texts.
#[pyfunction]
fn read_lines<'py>(
    py: Python<'py>,
    buffer: &[u8],
    first_line: i64,
    start: i64,
    limits: (usize, usize),
) -> PyResult<(Bound<'py, PyAny>, usize, usize)> {
    let limits = jsonl::Limits { record_bytes: limits.0, depth: limits.1 };
    let (batch, extent) = py.detach(|| {
        let mut rows = Rows::with_capacity(buffer.len());
        let extent = jsonl::read_texts(buffer, limits, |placed| {
            rows.append(first_line, start, &placed);
        });
        (rows.finish(), extent)
    });
    Ok((to_pyarrow_batch(py, batch)?, extent.lines, extent.framing))
}

/// (batch, bytes consumed, framing bytes, (records so far, within the array)) of a JSON document.
type ReadSoFar<'py> = (Bound<'py, PyAny>, usize, usize, (usize, bool));

#[pyfunction]
fn read_json<'py>(
    py: Python<'py>,
    buffer: &[u8],
    mapping: &Mapping,
    state: (usize, bool),
    start: i64,
    is_last: bool,
    limits: (usize, usize),
) -> PyResult<ReadSoFar<'py>> {
    let limits = jsonl::Limits { record_bytes: limits.0, depth: limits.1 };
    let state = json::State { index: state.0, inside: state.1 };
    let (batch, extent) = py.detach(|| {
        let mut rows = Rows::with_capacity(buffer.len());
        let extent = json::read(buffer, state, is_last, &mapping.names, limits, |placed| {
            rows.append(0, start, &placed);
        });
        (rows.finish(), extent)
    });
    let state = (extent.state.index, extent.state.inside);
    Ok((to_pyarrow_batch(py, batch)?, extent.consumed, extent.framing, state))
}

/// (delimiter, whether quotes enclose cells, names of the cells).
type Layout = (u8, bool, Vec<String>);

/// (layout, length of the header) of a table, or None if it has no row.
#[pyfunction]
fn table_layout(buffer: &[u8], is_tab_separated: bool) -> Option<(Layout, usize)> {
    let (found, length) = table::layout(buffer, is_tab_separated)?;
    Some(((found.delimiter, found.quoting, found.names), length))
}

/// (batch, bytes consumed, lines, framing bytes) of a buffer of rows.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
fn read_table<'py>(
    py: Python<'py>,
    buffer: &[u8],
    layout: Layout,
    mapping: &Mapping,
    first_line: i64,
    start: i64,
    is_last: bool,
    limits: (usize, usize),
) -> PyResult<(Bound<'py, PyAny>, usize, usize, usize)> {
    let limits = jsonl::Limits { record_bytes: limits.0, depth: limits.1 };
    let (delimiter, quoting, names) = layout;
    let layout = table::Layout { delimiter, quoting, names };
    let (batch, extent) = py.detach(|| {
        let mut rows = Rows::with_capacity(buffer.len());
        let extent = table::read(buffer, &layout, is_last, &mapping.names, limits, |placed| {
            rows.append(first_line, start, &placed);
        });
        (rows.finish(), extent)
    });
    Ok((to_pyarrow_batch(py, batch)?, extent.consumed, extent.lines, extent.framing))
}

/// The rows of any Arrow batch as records; `first_row` is the row of its file it begins with.
#[pyfunction]
fn read_columns<'py>(
    py: Python<'py>,
    batch: PyRecordBatch,
    mapping: &Mapping,
    first_row: i64,
    limits: (usize, usize),
) -> PyResult<Bound<'py, PyAny>> {
    let limits = jsonl::Limits { record_bytes: limits.0, depth: limits.1 };
    let records = py.detach(|| -> Result<RecordBatch, ArrowError> {
        let mut lines = Vec::new();
        let mut writer =
            WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(&mut lines);
        writer.write(batch.as_ref())?;
        writer.finish()?;
        let mut rows = Rows::with_capacity(lines.len());
        jsonl::read(&lines, &mapping.names, limits, |mut placed| {
            (placed.start, placed.end) = (placed.line, placed.line + 1);
            rows.append(first_row, first_row, &placed);
        });
        rows.finish()
    });
    to_pyarrow_batch(py, records)
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
    module.add_function(wrap_pyfunction!(read_columns, module)?)?;
    module.add_function(wrap_pyfunction!(read_json, module)?)?;
    module.add_function(wrap_pyfunction!(read_lines, module)?)?;
    module.add_function(wrap_pyfunction!(read_table, module)?)?;
    module.add_function(wrap_pyfunction!(table_layout, module)?)?;
    module.add_function(wrap_pyfunction!(read_jsonl, module)?)
}
