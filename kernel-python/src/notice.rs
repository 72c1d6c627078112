//! `notices(texts)`, and the data of the cutting repairs for their reference forms.

use crate::column::{Texts, to_pyarrow};
use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::{ArrayRef, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Fields};
use lianjin_kernel::notice::{Notices, notices as read};
use lianjin_kernel::repair::{cut_boilerplate, cut_spam_tail};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyArray;
use std::sync::Arc;

const NAMES: [&str; 4] = ["origin", "copyright", "licence", "aigc"];

#[pyfunction]
fn notices(py: Python<'_>, texts: PyArray) -> PyResult<Bound<'_, PyAny>> {
    let array = texts.array().clone();
    let column = py.detach(|| -> PyResult<ArrayRef> { read_column(&Texts::of(&array)?) })?;
    to_pyarrow(py, column)
}

fn read_column(texts: &Texts<'_>) -> PyResult<ArrayRef> {
    let mut columns: [StringBuilder; 4] = std::array::from_fn(|_| StringBuilder::new());
    let mut generated = BooleanBuilder::new();
    let mut valid = Vec::with_capacity(texts.len());
    for row in 0..texts.len() {
        let text = texts.get(row);
        valid.push(text.is_some());
        let Notices { origin, copyright, licence, aigc, generated: made } =
            text.map(read).unwrap_or_default();
        for (column, value) in columns.iter_mut().zip([origin, copyright, licence, aigc]) {
            column.append_option(value);
        }
        generated.append_option(made);
    }
    let mut fields: Vec<Field> =
        NAMES.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    fields.push(Field::new("generated", DataType::Boolean, true));
    let mut arrays: Vec<ArrayRef> =
        columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
    arrays.push(Arc::new(generated.finish()));
    let nulls = NullBuffer::from(valid);
    StructArray::try_new(Fields::from(fields), arrays, Some(nulls))
        .map(|array| Arc::new(array) as ArrayRef)
        .map_err(|error| PyValueError::new_err(error.to_string()))
}

#[pyfunction]
fn boilerplate_rules() -> &'static str {
    cut_boilerplate::SOURCE
}

#[pyfunction]
fn spam_terms() -> &'static str {
    cut_spam_tail::SOURCE
}

#[pyfunction]
fn simplified(text: &str) -> String {
    text.chars().map(lianjin_kernel::han::to_simplified).collect()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(notices, module)?)?;
    module.add_function(wrap_pyfunction!(boilerplate_rules, module)?)?;
    module.add_function(wrap_pyfunction!(spam_terms, module)?)?;
    module.add_function(wrap_pyfunction!(simplified, module)?)
}
