//! Arrow columns as the kernel needs them.

use arrow_array::builder::LargeStringBuilder;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, LargeStringArray, RecordBatch, StringArray, cast::AsArray};
use arrow_schema::{ArrowError, DataType, Field};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::{PyArray, PyRecordBatch};
use std::sync::Arc;

/// A column of text, of either offset width; null rows give `None`.
pub enum Texts<'a> {
    Small(&'a StringArray),
    Large(&'a LargeStringArray),
}

impl<'a> Texts<'a> {
    pub fn of(array: &'a ArrayRef) -> PyResult<Self> {
        match array.data_type() {
            DataType::Utf8 => Ok(Self::Small(array.as_string::<i32>())),
            DataType::LargeUtf8 => Ok(Self::Large(array.as_string::<i64>())),
            other => Err(PyTypeError::new_err(format!(
                "the column has type {other}; expected string or large_string"
            ))),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Small(array) => array.len(),
            Self::Large(array) => array.len(),
        }
    }

    pub fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Small(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Large(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

/// The array as a pyarrow.Array.
pub fn to_pyarrow(py: Python<'_>, array: ArrayRef) -> PyResult<Bound<'_, PyAny>> {
    let field = Field::new("", array.data_type().clone(), true);
    let exported = PyArray::try_new(array, Arc::new(field))
        .map_err(|error| PyValueError::new_err(error.to_string()))?;
    py.import("pyarrow")?.call_method1("array", (exported,))
}

/// The batch as a pyarrow.RecordBatch.
pub fn to_pyarrow_batch(
    py: Python<'_>,
    batch: Result<RecordBatch, ArrowError>,
) -> PyResult<Bound<'_, PyAny>> {
    let batch = batch.map_err(|error| PyValueError::new_err(error.to_string()))?;
    py.import("pyarrow")?.call_method1("record_batch", (PyRecordBatch::new(batch),))
}

/// The texts in some rows of a column. Arrow's own makes room as it goes, and copies twice for it.
#[pyfunction]
fn texts_of_rows<'py>(
    py: Python<'py>,
    texts: PyArray,
    rows: PyArray,
) -> PyResult<Bound<'py, PyAny>> {
    let (texts, rows) = (texts.array().clone(), rows.array().clone());
    let Some(rows) = rows.as_primitive_opt::<Int64Type>() else {
        return Err(PyTypeError::new_err("rows must be a column of int64"));
    };
    let chosen = py.detach(|| choose(&Texts::of(&texts)?, rows.values()))?;
    to_pyarrow(py, Arc::new(chosen))
}

fn choose(texts: &Texts<'_>, rows: &[i64]) -> PyResult<LargeStringArray> {
    let row = |row: &i64| usize::try_from(*row).ok().filter(|row| *row < texts.len());
    let strange = || PyValueError::new_err("there is no such row in the column");
    let mut size_bytes = 0;
    for text in rows {
        size_bytes += texts.get(row(text).ok_or_else(strange)?).map_or(0, str::len);
    }
    let mut chosen = LargeStringBuilder::with_capacity(rows.len(), size_bytes);
    rows.iter().filter_map(row).for_each(|row| chosen.append_option(texts.get(row)));
    Ok(chosen.finish())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(pyo3::wrap_pyfunction!(texts_of_rows, module)?)
}
