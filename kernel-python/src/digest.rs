//! `row_hashes(batch)` and `merkle_root(hashes)`: what a record's bytes are, and their root.

use crate::column::to_pyarrow;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int32Type, Int64Type, UInt8Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, FixedSizeBinaryArray, RecordBatch};
use arrow_schema::DataType;
use lianjin_kernel::merkle;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::{PyArray, PyRecordBatch};
use std::sync::Arc;

/// Appends the canonical bytes of one value: a tag 0 for null, else 1 and the value.
///
/// Numbers are little-endian, text and binary carry a u64 length, lists a u64 count; a struct is
/// its fields in order. So equal values give equal bytes whatever the offset width or slicing.
fn encode(array: &ArrayRef, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    if array.is_null(row) {
        out.push(0);
        return Ok(());
    }
    out.push(1);
    match array.data_type() {
        DataType::Boolean => out.push(u8::from(array.as_boolean().value(row))),
        DataType::Int8 => out.extend(array.as_primitive::<Int8Type>().value(row).to_le_bytes()),
        DataType::UInt8 => out.push(array.as_primitive::<UInt8Type>().value(row)),
        DataType::Int32 => out.extend(array.as_primitive::<Int32Type>().value(row).to_le_bytes()),
        DataType::UInt32 => {
            out.extend(array.as_primitive::<UInt32Type>().value(row).to_le_bytes());
        }
        DataType::Int64 => out.extend(array.as_primitive::<Int64Type>().value(row).to_le_bytes()),
        DataType::UInt64 => {
            out.extend(array.as_primitive::<UInt64Type>().value(row).to_le_bytes());
        }
        DataType::Float32 => {
            out.extend(array.as_primitive::<Float32Type>().value(row).to_le_bytes());
        }
        DataType::Float64 => {
            out.extend(array.as_primitive::<Float64Type>().value(row).to_le_bytes());
        }
        DataType::Utf8 => sized(array.as_string::<i32>().value(row).as_bytes(), out),
        DataType::LargeUtf8 => sized(array.as_string::<i64>().value(row).as_bytes(), out),
        DataType::Binary => sized(array.as_binary::<i32>().value(row), out),
        DataType::LargeBinary => sized(array.as_binary::<i64>().value(row), out),
        DataType::FixedSizeBinary(_) => sized(array.as_fixed_size_binary().value(row), out),
        DataType::Struct(_) => {
            for column in array.as_struct().columns() {
                encode(column, row, out)?;
            }
        }
        DataType::List(_) => elements(&array.as_list::<i32>().value(row), out)?,
        DataType::LargeList(_) => elements(&array.as_list::<i64>().value(row), out)?,
        other => return Err(format!("a column of type {other} has no canonical bytes")),
    }
    Ok(())
}

fn sized(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend((bytes.len() as u64).to_le_bytes());
    out.extend(bytes);
}

fn elements(items: &ArrayRef, out: &mut Vec<u8>) -> Result<(), String> {
    out.extend((items.len() as u64).to_le_bytes());
    (0..items.len()).try_for_each(|item| encode(items, item, out))
}

fn hash_rows(batch: &RecordBatch) -> Result<ArrayRef, String> {
    let mut bytes = Vec::new();
    let mut hashes = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        bytes.clear();
        for column in batch.columns() {
            encode(column, row, &mut bytes)?;
        }
        hashes.push(merkle::leaf(&bytes));
    }
    let array = if hashes.is_empty() {
        FixedSizeBinaryArray::new_null(32, 0)
    } else {
        FixedSizeBinaryArray::try_from_iter(hashes.into_iter()).map_err(|e| e.to_string())?
    };
    Ok(Arc::new(array))
}

/// The RFC 6962 leaf hash of each row's canonical bytes, all columns in order.
#[pyfunction]
fn row_hashes(py: Python<'_>, batch: PyRecordBatch) -> PyResult<Bound<'_, PyAny>> {
    let batch = batch.into_inner();
    let hashes = py.detach(|| hash_rows(&batch)).map_err(PyTypeError::new_err)?;
    to_pyarrow(py, hashes)
}

/// The RFC 6962 root over a column of 32-byte leaf hashes.
#[pyfunction]
fn merkle_root(py: Python<'_>, hashes: PyArray) -> PyResult<Bound<'_, PyBytes>> {
    let array = hashes.array().clone();
    let Some(hashes) = array.as_fixed_size_binary_opt() else {
        return Err(PyTypeError::new_err("hashes must be a column of fixed_size_binary(32)"));
    };
    let leaves: Vec<merkle::Hash> = (0..hashes.len())
        .map(|row| hashes.value(row).try_into())
        .collect::<Result<_, _>>()
        .map_err(|_| PyValueError::new_err("every hash must have 32 bytes"))?;
    Ok(PyBytes::new(py, &py.detach(|| merkle::root(leaves))))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(row_hashes, module)?)?;
    module.add_function(wrap_pyfunction!(merkle_root, module)?)
}
