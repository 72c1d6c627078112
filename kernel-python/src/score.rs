//! `Scorer(names, language_model)`: scores over a column, all of them in one look at each text.

use crate::column::{Texts, to_pyarrow};
use arrow_array::builder::{Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field};
use lianjin_kernel::language::{Model, Scratch, detect, label};
use lianjin_kernel::score::{
    ScoreSet, TOKEN_CLASSES, Workspace, kind, names, stop_words, token_ratios,
};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::PyArray;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const LANGUAGE: &str = "language";
const CONFIDENCE: &str = "language_confidence";

/// The scores wanted, built once and used on many columns by many threads.
#[pyclass(frozen)]
struct Scorer {
    names: Vec<String>,
    scores: ScoreSet,
    model: Option<Arc<Model>>,
    /// One per thread that is at work, kept between columns: 10 MB that need not be cleared again.
    workspaces: Mutex<Vec<Workspace>>,
}

/// A model as bytes, or where its file is.
#[derive(FromPyObject)]
enum ModelSource {
    Bytes(Vec<u8>),
    Path(PathBuf),
}

#[pymethods]
impl Scorer {
    #[new]
    #[pyo3(signature = (names, language_model=None))]
    fn new(
        py: Python<'_>,
        names: Vec<String>,
        language_model: Option<ModelSource>,
    ) -> PyResult<Self> {
        let plain = names.iter().map(String::as_str).filter(|name| !is_language(name));
        let scores = ScoreSet::new(plain).map_err(PyValueError::new_err)?;
        let model = match (names.iter().any(|name| is_language(name)), language_model) {
            (false, _) => None,
            (true, Some(source)) => Some(py.detach(|| source.read())?),
            (true, None) => {
                return Err(PyValueError::new_err("the score language needs a language_model"));
            }
        };
        Ok(Self { names, scores, model, workspaces: Mutex::default() })
    }

    /// A struct array with one field per name; null for a null text.
    fn run<'py>(&self, py: Python<'py>, texts: PyArray) -> PyResult<Bound<'py, PyAny>> {
        let array = texts.array().clone();
        let scores = py.detach(|| Ok::<_, PyErr>(self.run_column(&Texts::of(&array)?)))?;
        to_pyarrow(py, Arc::new(scores))
    }
}

impl Scorer {
    fn workspaces(&self) -> MutexGuard<'_, Vec<Workspace>> {
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn workspace(&self) -> Workspace {
        let kept = self.workspaces().pop();
        kept.unwrap_or_default()
    }

    fn run_column(&self, texts: &Texts<'_>) -> StructArray {
        let mut columns: Vec<Column> = Vec::with_capacity(self.names.len());
        let mut number = 0;
        for name in &self.names {
            columns.push(match name.as_str() {
                LANGUAGE => Column::Language(StringBuilder::new()),
                CONFIDENCE => Column::Confidence(Float64Builder::with_capacity(texts.len())),
                _ => {
                    number += 1;
                    if self.scores.is_count(number - 1) {
                        Column::Count(Int64Builder::with_capacity(texts.len()))
                    } else {
                        Column::Number(Float64Builder::with_capacity(texts.len()))
                    }
                }
            });
        }
        let (mut work, mut values) = (self.workspace(), Vec::new());
        let mut scratch = Scratch::default();
        let asks_confidence = self.names.iter().any(|name| name == CONFIDENCE);
        for row in 0..texts.len() {
            let text = texts.get(row);
            values.clear();
            if let Some(text) = text {
                self.scores.run(&mut work, text, &mut values);
            }
            let said = text
                .zip(self.model.as_ref())
                .and_then(|(text, model)| said(model, text, asks_confidence, &mut scratch));
            let mut values = values.iter().copied();
            columns.iter_mut().for_each(|column| column.append(&mut values, said));
        }
        self.workspaces().push(work);
        let fields = self
            .names
            .iter()
            .zip(&columns)
            .map(|(name, column)| Field::new(name.as_str(), column.data_type(), true));
        let fields: Vec<Field> = fields.collect();
        let arrays: Vec<ArrayRef> = columns.into_iter().map(Column::finish).collect();
        let valid = (0..texts.len()).map(|row| texts.get(row).is_some());
        let nulls = Some(NullBuffer::from_iter(valid));
        // Columns and fields are made from the same list, so only an empty list differs.
        StructArray::try_new_with_length(fields.into(), arrays, nulls, texts.len())
            .unwrap_or_else(|error| unreachable!("columns do not fit their fields: {error}"))
    }
}

/// Language and confidence; of the language alone not all windows need be asked.
type Said<'a> = (&'a str, Option<f32>);

fn said<'a>(
    model: &'a Model,
    text: &str,
    asks_confidence: bool,
    scratch: &mut Scratch,
) -> Option<Said<'a>> {
    if asks_confidence {
        return detect(model, text, scratch).map(|v| (v.language, Some(v.confidence)));
    }
    label(model, text, scratch).map(|language| (language, None))
}

enum Column {
    Count(Int64Builder),
    Number(Float64Builder),
    Language(StringBuilder),
    Confidence(Float64Builder),
}

impl Column {
    fn append(&mut self, values: &mut impl Iterator<Item = f64>, said: Option<Said<'_>>) {
        match self {
            Self::Count(builder) => builder.append_option(values.next().map(|value| value as i64)),
            Self::Number(builder) => builder.append_option(values.next()),
            Self::Language(builder) => builder.append_option(said.map(|said| said.0)),
            Self::Confidence(builder) => {
                builder.append_option(said.and_then(|said| said.1).map(f64::from));
            }
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Count(_) => DataType::Int64,
            Self::Number(_) | Self::Confidence(_) => DataType::Float64,
            Self::Language(_) => DataType::Utf8,
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Count(mut builder) => Arc::new(builder.finish()),
            Self::Number(mut builder) | Self::Confidence(mut builder) => Arc::new(builder.finish()),
            Self::Language(mut builder) => Arc::new(builder.finish()),
        }
    }
}

impl ModelSource {
    /// The model; a file is read once per process, for unpacking it takes longer than a batch.
    fn read(self) -> PyResult<Arc<Model>> {
        static KNOWN: Mutex<Vec<(PathBuf, Arc<Model>)>> = Mutex::new(Vec::new());
        let path = match self {
            Self::Bytes(bytes) => return unpack(&bytes, "the language model"),
            Self::Path(path) => path,
        };
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, model)) = known.iter().find(|(read, _)| *read == path) {
            return Ok(Arc::clone(model));
        }
        let named = path.display().to_string();
        let bytes = std::fs::read(&path)
            .map_err(|error| PyOSError::new_err(format!("{named} cannot be read: {error}")))?;
        let model = unpack(&bytes, &named)?;
        known.push((path, Arc::clone(&model)));
        Ok(model)
    }
}

fn unpack(bytes: &[u8], name: &str) -> PyResult<Arc<Model>> {
    let model = Model::read(bytes)
        .map_err(|fault| PyValueError::new_err(format!("{name} is no language model: {fault}")))?;
    Ok(Arc::new(model))
}

fn is_language(name: &str) -> bool {
    name == LANGUAGE || name == CONFIDENCE
}

/// The kind of every code point, one byte each, as numbers into the names.
#[pyfunction]
fn character_kinds(py: Python<'_>) -> (Bound<'_, PyBytes>, Vec<&'static str>) {
    (PyBytes::new(py, kind::table()), kind::NAMES.to_vec())
}

/// Every name that `Scorer` knows.
#[pyfunction]
fn score_names() -> Vec<&'static str> {
    names().chain([LANGUAGE, CONFIDENCE]).collect()
}

/// The stop words that the scores count.
#[pyfunction]
fn score_stop_words() -> Vec<&'static str> {
    stop_words().collect()
}

/// (class, thousandths of a token for one of it), in the order of `kernel/data/token_ratios.tsv`.
#[pyfunction]
fn score_token_ratios() -> Vec<(&'static str, u32)> {
    TOKEN_CLASSES.into_iter().zip(token_ratios()).collect()
}

/// (label, probability) of one line as the language model gives it; None: nothing known in it.
#[pyfunction]
fn guess_language(
    py: Python<'_>,
    model: ModelSource,
    line: &str,
) -> PyResult<Option<(String, f64)>> {
    let model = py.detach(|| model.read())?;
    let guess = model.guess(line, &mut Scratch::default());
    Ok(guess.map(|guess| (guess.language.to_owned(), f64::from(guess.probability))))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Scorer>()?;
    module.add_function(wrap_pyfunction!(character_kinds, module)?)?;
    module.add_function(wrap_pyfunction!(score_names, module)?)?;
    module.add_function(wrap_pyfunction!(score_stop_words, module)?)?;
    module.add_function(wrap_pyfunction!(score_token_ratios, module)?)?;
    module.add_function(wrap_pyfunction!(guess_language, module)?)
}
