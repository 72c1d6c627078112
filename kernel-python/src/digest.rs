//! `row_hashes(batch)` and `merkle_root(hashes)`: what a record's bytes are, and their root.

use crate::column::to_pyarrow;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int32Type, Int64Type, UInt8Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, FixedSizeBinaryArray, GenericListArray, OffsetSizeTrait,
    RecordBatch,
};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use lianjin_kernel::merkle;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::{PyArray, PyRecordBatch};
use std::sync::Arc;

/// Text and binary of so many bytes are hashed where they lie, shorter ones with what is beside them.
const LONG: usize = 256;

/// The canonical bytes of one row on their way into its hash.
#[derive(Default)]
struct Row {
    leaf: merkle::Leaf,
    /// What is not hashed yet.
    waiting: Vec<u8>,
}

impl Row {
    fn push(&mut self, byte: u8) {
        self.waiting.push(byte);
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// A length and that many bytes.
    fn sized(&mut self, bytes: &[u8]) {
        self.extend(&(bytes.len() as u64).to_le_bytes());
        if bytes.len() < LONG {
            return self.extend(bytes);
        }
        self.leaf.add(&self.waiting);
        self.leaf.add(bytes);
        self.waiting.clear();
    }

    /// The hash of the row, which makes room for the next one.
    fn hash(&mut self) -> merkle::Hash {
        let mut leaf = std::mem::take(&mut self.leaf);
        leaf.add(&self.waiting);
        self.waiting.clear();
        leaf.hash()
    }
}

/// Appends the canonical bytes of the value in a row of one column.
type Writer<'a> = Box<dyn Fn(usize, &mut Row) + 'a>;

/// The writer of a column: a tag 0 for null, else 1 and the value.
///
/// Numbers are little-endian, text and binary carry a u64 length, lists a u64 count; a struct is
/// its fields in order. So equal values give equal bytes whatever the offset width or slicing.
/// Made once for a column: of its type nothing is asked again row by row.
fn writer(array: &ArrayRef) -> Result<Writer<'_>, String> {
    let nulls = array.nulls();
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_, out| out.push(0)),
        DataType::Boolean => {
            let column = array.as_boolean();
            tagged(nulls, |row, out| out.push(u8::from(column.value(row))))
        }
        DataType::Int8 => number::<Int8Type, 1>(array, i8::to_le_bytes),
        DataType::UInt8 => number::<UInt8Type, 1>(array, u8::to_le_bytes),
        DataType::Int32 => number::<Int32Type, 4>(array, i32::to_le_bytes),
        DataType::UInt32 => number::<UInt32Type, 4>(array, u32::to_le_bytes),
        DataType::Int64 => number::<Int64Type, 8>(array, i64::to_le_bytes),
        DataType::UInt64 => number::<UInt64Type, 8>(array, u64::to_le_bytes),
        DataType::Float32 => number::<Float32Type, 4>(array, f32::to_le_bytes),
        DataType::Float64 => number::<Float64Type, 8>(array, f64::to_le_bytes),
        DataType::Utf8 => {
            let column = array.as_string::<i32>();
            tagged(nulls, |row, out| out.sized(column.value(row).as_bytes()))
        }
        DataType::LargeUtf8 => {
            let column = array.as_string::<i64>();
            tagged(nulls, |row, out| out.sized(column.value(row).as_bytes()))
        }
        DataType::Binary => {
            let column = array.as_binary::<i32>();
            tagged(nulls, |row, out| out.sized(column.value(row)))
        }
        DataType::LargeBinary => {
            let column = array.as_binary::<i64>();
            tagged(nulls, |row, out| out.sized(column.value(row)))
        }
        DataType::FixedSizeBinary(_) => {
            let column = array.as_fixed_size_binary();
            tagged(nulls, |row, out| out.sized(column.value(row)))
        }
        DataType::Struct(_) => {
            let columns: Vec<Writer<'_>> =
                array.as_struct().columns().iter().map(writer).collect::<Result<_, _>>()?;
            tagged(nulls, move |row, out| columns.iter().for_each(|column| column(row, out)))
        }
        DataType::List(_) => elements(array.as_list::<i32>())?,
        DataType::LargeList(_) => elements(array.as_list::<i64>())?,
        other => return Err(format!("a column of type {other} has no canonical bytes")),
    })
}

/// Writes the tag, and `value` where there is one: both in one call, for there are many rows.
fn tagged<'a>(nulls: Option<&'a NullBuffer>, value: impl Fn(usize, &mut Row) + 'a) -> Writer<'a> {
    match nulls {
        None => Box::new(move |row, out| {
            out.push(1);
            value(row, out);
        }),
        Some(nulls) => Box::new(move |row, out| {
            out.push(u8::from(nulls.is_valid(row)));
            if nulls.is_valid(row) {
                value(row, out);
            }
        }),
    }
}

fn number<'a, T: ArrowPrimitiveType, const N: usize>(
    array: &'a ArrayRef,
    bytes: impl Fn(T::Native) -> [u8; N] + 'a,
) -> Writer<'a> {
    let column = array.as_primitive::<T>();
    tagged(array.nulls(), move |row, out| out.extend(&bytes(column.value(row))))
}

fn elements<O: OffsetSizeTrait>(lists: &GenericListArray<O>) -> Result<Writer<'_>, String> {
    let (offsets, item) = (lists.value_offsets(), writer(lists.values())?);
    let offset = |row: usize| offsets.get(row).map_or(0, |offset| offset.as_usize());
    Ok(tagged(lists.nulls(), move |row, out| {
        let items = offset(row)..offset(row + 1);
        out.extend(&(items.len() as u64).to_le_bytes());
        items.for_each(|at| item(at, out));
    }))
}

fn hash_rows(batch: &RecordBatch) -> Result<ArrayRef, String> {
    let columns: Vec<Writer<'_>> = batch.columns().iter().map(writer).collect::<Result<_, _>>()?;
    let mut bytes = Row::default();
    let mut hashes = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        columns.iter().for_each(|column| column(row, &mut bytes));
        hashes.push(bytes.hash());
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
