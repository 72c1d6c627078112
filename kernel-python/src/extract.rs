//! `extract_html(texts)`: the main text of a column of pages, and what they say about themselves.

use crate::column::{Texts, to_pyarrow_batch};
use arrow_array::builder::{BooleanBuilder, LargeStringBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use lianjin_kernel::read::html::{About, extract};
use pyo3::prelude::*;
use pyo3_arrow::PyArray;
use std::sync::Arc;

/// Where a fact about a page is found.
type Told = fn(&About) -> &Option<String>;

/// What a page may say about itself, by the names of the record's columns.
const ABOUT: [(&str, Told); 9] = [
    ("title", |about| &about.title),
    ("author", |about| &about.author),
    ("published", |about| &about.published),
    ("url", |about| &about.url),
    ("licence", |about| &about.licence),
    ("copyright", |about| &about.copyright),
    ("origin", |about| &about.origin),
    ("language", |about| &about.language),
    ("aigc", |about| &about.aigc),
];

/// A batch of text, is_article and what the pages say about themselves; null stays null.
#[pyfunction]
fn extract_html<'py>(py: Python<'py>, texts: PyArray) -> PyResult<Bound<'py, PyAny>> {
    let array = texts.array().clone();
    let batch = py.detach(|| Ok::<_, PyErr>(extract_column(&Texts::of(&array)?)))?;
    to_pyarrow_batch(py, batch)
}

fn extract_column(pages: &Texts<'_>) -> Result<RecordBatch, ArrowError> {
    let mut texts = LargeStringBuilder::new();
    let mut is_article = BooleanBuilder::new();
    let mut columns = ABOUT.map(|_| StringBuilder::new());
    for row in 0..pages.len() {
        let page = pages.get(row).map(extract);
        texts.append_option(page.as_ref().map(|page| &page.text));
        is_article.append_option(page.as_ref().map(|page| page.is_article));
        for ((_, value), column) in ABOUT.iter().zip(&mut columns) {
            column.append_option(page.as_ref().and_then(|page| value(&page.about).as_ref()));
        }
    }
    let mut named: Vec<(&str, ArrayRef)> =
        vec![("text", Arc::new(texts.finish())), ("is_article", Arc::new(is_article.finish()))];
    for ((name, _), column) in ABOUT.iter().zip(&mut columns) {
        named.push((name, Arc::new(column.finish())));
    }
    RecordBatch::try_from_iter(named)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(extract_html, module)?)
}
