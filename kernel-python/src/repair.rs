//! `repair(texts, steps)`: a chain of repairs over a column.

use crate::column::{Texts, to_pyarrow};
use arrow_array::builder::{
    Float32Builder, LargeStringBuilder, ListBuilder, StringBuilder, StructBuilder, UInt8Builder,
    UInt32Builder,
};
use arrow_array::{ArrayRef, builder::ArrayBuilder};
use arrow_schema::{DataType, Field, Fields};
use lianjin_kernel::edit::Edit;
use lianjin_kernel::repair::{Parameters, Repair, named, run};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyArray;
use std::sync::Arc;

/// A chain of repairs, built once and used on many columns by many threads.
#[pyclass(frozen)]
struct Chain {
    repairs: Vec<Box<dyn Repair>>,
}

#[pymethods]
impl Chain {
    /// `steps`: (name, settings as a JSON object) in order.
    #[new]
    fn new(steps: Vec<(String, String)>) -> PyResult<Self> {
        let repairs = steps
            .iter()
            .map(|(name, settings)| {
                let parameters: Parameters =
                    serde_json::from_str(settings).map_err(|error| error.to_string())?;
                named(name, &parameters)
            })
            .collect::<Result<_, String>>()
            .map_err(PyValueError::new_err)?;
        Ok(Self { repairs })
    }

    /// (mended texts, edits) of a column of texts; null stays null.
    fn run<'py>(
        &self,
        py: Python<'py>,
        texts: PyArray,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let array = texts.array().clone();
        let (mended, edits) =
            py.detach(|| -> PyResult<(ArrayRef, ArrayRef)> { run_column(&self.repairs, &array) })?;
        Ok((to_pyarrow(py, mended)?, to_pyarrow(py, edits)?))
    }
}

/// Bytes of text that go through a chain together: they fit into a core's cache beside its tables.
const TOGETHER: usize = 1 << 17;

fn run_column(repairs: &[Box<dyn Repair>], array: &ArrayRef) -> PyResult<(ArrayRef, ArrayRef)> {
    let texts = Texts::of(array)?;
    let mut mended = Mended::of(array, &texts);
    let mut edits = EditsBuilder::new();
    let mut row = 0;
    while row < texts.len() {
        let mut size = 0;
        let together: Vec<Option<&str>> = (row..texts.len())
            .map(|row| texts.get(row))
            .take_while(|text| {
                let fits = size < TOGETHER;
                size += text.map_or(0, str::len);
                fits
            })
            .collect();
        let present: Vec<&str> = together.iter().copied().flatten().collect();
        let mut repaired = run(repairs, &present).into_iter();
        for text in together {
            if let (Some(text), Some(found)) = (text, text.and_then(|_| repaired.next())) {
                for step in &found.steps {
                    edits.append(step.number, step.before.as_deref().unwrap_or(text), &step.edits);
                }
                if let Some(after) = found.text {
                    mended.put(row, &after);
                }
            }
            edits.finish_row();
            row += 1;
        }
    }
    Ok((mended.finish(), edits.finish()))
}

/// A column of mended texts; as long as none differs it is the one that was given.
struct Mended<'a> {
    given: &'a ArrayRef,
    texts: &'a Texts<'a>,
    /// The rows so far, once a text differs or has to be of another type.
    written: Option<LargeStringBuilder>,
}

impl<'a> Mended<'a> {
    fn of(given: &'a ArrayRef, texts: &'a Texts<'a>) -> Self {
        let mut mended = Self { given, texts, written: None };
        if given.data_type() != &DataType::LargeUtf8 {
            mended.copy(0);
        }
        mended
    }

    /// Writes the given rows up to `row`.
    fn copy(&mut self, row: usize) -> &mut LargeStringBuilder {
        let texts = self.texts;
        let written = self.written.get_or_insert_with(|| {
            // Mended texts are seldom longer: room for all of them at once saves copies and fresh pages.
            let size_bytes = (0..texts.len()).filter_map(|row| texts.get(row)).map(str::len).sum();
            LargeStringBuilder::with_capacity(texts.len(), size_bytes)
        });
        for given in written.len()..row {
            written.append_option(texts.get(given));
        }
        written
    }

    fn put(&mut self, row: usize, text: &str) {
        self.copy(row).append_value(text);
    }

    fn finish(mut self) -> ArrayRef {
        if self.written.is_none() {
            return self.given.clone();
        }
        Arc::new(self.copy(self.texts.len()).finish())
    }
}

/// list<struct<step, rule, start, end, before, after, confidence>>; offsets in code points.
struct EditsBuilder {
    list: ListBuilder<StructBuilder>,
}

impl EditsBuilder {
    fn new() -> Self {
        let fields = Fields::from(vec![
            Field::new("step", DataType::UInt8, false),
            Field::new("rule", DataType::Utf8, false),
            Field::new("start", DataType::UInt32, false),
            Field::new("end", DataType::UInt32, false),
            Field::new("before", DataType::Utf8, false),
            Field::new("after", DataType::Utf8, false),
            Field::new("confidence", DataType::Float32, false),
        ]);
        let columns: Vec<Box<dyn ArrayBuilder>> = vec![
            Box::new(UInt8Builder::new()),
            Box::new(StringBuilder::new()),
            Box::new(UInt32Builder::new()),
            Box::new(UInt32Builder::new()),
            Box::new(StringBuilder::new()),
            Box::new(StringBuilder::new()),
            Box::new(Float32Builder::new()),
        ];
        Self { list: ListBuilder::new(StructBuilder::new(fields, columns)) }
    }

    /// Adds the edits of one step on `text`.
    fn append(&mut self, step: usize, text: &str, edits: &[Edit]) {
        let (mut bytes, mut chars) = (0, 0u32);
        for edit in edits {
            let gap = text.get(bytes..edit.start).unwrap_or_default();
            let before = text.get(edit.start..edit.end).unwrap_or_default();
            let start = chars + count(gap);
            let end = start + count(before);
            (bytes, chars) = (edit.end, end);
            let row = self.list.values();
            put::<UInt8Builder>(row, 0, |b| b.append_value(u8::try_from(step).unwrap_or(u8::MAX)));
            put::<StringBuilder>(row, 1, |b| b.append_value(edit.rule));
            put::<UInt32Builder>(row, 2, |b| b.append_value(start));
            put::<UInt32Builder>(row, 3, |b| b.append_value(end));
            put::<StringBuilder>(row, 4, |b| b.append_value(before));
            put::<StringBuilder>(row, 5, |b| b.append_value(&edit.after));
            put::<Float32Builder>(row, 6, |b| b.append_value(edit.confidence));
            row.append(true);
        }
    }

    fn finish_row(&mut self) {
        self.list.append(true);
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(self.list.finish())
    }
}

fn put<B: ArrayBuilder>(row: &mut StructBuilder, field: usize, write: impl FnOnce(&mut B)) {
    if let Some(builder) = row.field_builder::<B>(field) {
        write(builder);
    }
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[pyfunction]
fn repair_model() -> &'static [u8] {
    lianjin_kernel::language_model::BYTES
}

#[pyfunction]
fn reading_table() -> String {
    lianjin_kernel::reading::source()
}

#[pyfunction]
fn han_table() -> String {
    lianjin_kernel::han::source()
}

#[pyfunction]
fn script_table() -> String {
    lianjin_kernel::repair::script::source()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(repair_model, module)?)?;
    module.add_function(wrap_pyfunction!(reading_table, module)?)?;
    module.add_function(wrap_pyfunction!(han_table, module)?)?;
    module.add_function(wrap_pyfunction!(script_table, module)?)?;
    module.add_class::<Chain>()
}
