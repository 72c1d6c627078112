//! Links: prints of a column, components from keys, clusters of a corpus.

use crate::column::{Texts, to_pyarrow};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, FixedSizeBinaryArray, FixedSizeListArray, Float64Array, StructArray,
    UInt32Array, UInt64Array,
};
use arrow_buffer::{Buffer, NullBuffer};
use arrow_schema::{DataType, Field, Fields};
use lianjin_kernel::link::print::Scratch;
use lianjin_kernel::link::sketch::{VALUES, thumb};
use lianjin_kernel::link::{self, Prints, Settings, exact, print};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::PyArray;
use std::sync::{Arc, Mutex, PoisonError};

/// Settings of a link, checked once and used on many columns by many threads.
#[pyclass(frozen)]
struct Link {
    settings: Settings,
}

#[pymethods]
impl Link {
    #[new]
    #[pyo3(signature = (jaccard = 0.8, ngram = 5, recall = 0.999))]
    fn new(jaccard: f64, ngram: usize, recall: f64) -> PyResult<Self> {
        let settings = Settings::new(jaccard, ngram, recall).map_err(PyValueError::new_err)?;
        Ok(Self { settings })
    }

    /// (bands, rows) that the settings lead to.
    #[getter]
    fn bands(&self) -> (usize, usize) {
        (self.settings.bands.bands, self.settings.bands.rows)
    }

    fn keys<'py>(&self, py: Python<'py>, texts: PyArray) -> PyResult<Bound<'py, PyAny>> {
        let array = texts.array().clone();
        let keys = py.detach(|| keys(&Texts::of(&array)?, &self.settings))?;
        to_pyarrow(py, keys)
    }

    #[pyo3(signature = (texts, preference = None))]
    fn clusters<'py>(
        &self,
        py: Python<'py>,
        texts: PyArray,
        preference: Option<PyArray>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let array = texts.array().clone();
        let preference = preference
            .map(|preference| column::<Float64Type>(preference.array(), "preference"))
            .transpose()?;
        let (kept, jaccard) = py.detach(|| {
            let texts = Texts::of(&array)?;
            let views: Vec<_> = (0..texts.len()).map(|row| texts.get(row)).collect();
            clusters(&views, None, preference, &self.settings)
        })?;
        Ok((to_pyarrow(py, kept)?, to_pyarrow(py, jaccard)?))
    }

    fn clusters_among<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<(PyArray, PyArray)>,
        preference: PyArray,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let preference = column::<Float64Type>(preference.array(), "preference")?;
        let known: Vec<_> = columns
            .iter()
            .map(|(texts, keys)| (texts.array().clone(), keys.array().clone()))
            .collect();
        let (kept, jaccard) = py.detach(|| {
            let (mut views, mut prints) = (Vec::new(), Prints::default());
            for (texts, keys) in &known {
                let (texts, keys) = (Texts::of(texts)?, Keys::of(keys, self.settings.bands.bands)?);
                if texts.len() != keys.exact.len() {
                    return Err(PyValueError::new_err("texts and keys differ in length"));
                }
                for row in 0..texts.len() {
                    views.push(texts.get(row));
                    keys.put(row, &mut prints);
                }
            }
            clusters(&views, Some(&prints), Some(preference), &self.settings)
        })?;
        Ok((to_pyarrow(py, kept)?, to_pyarrow(py, jaccard)?))
    }
}

/// The columns of `keys` while they are read.
struct Keys<'a> {
    exact: &'a FixedSizeBinaryArray,
    length_chars: &'a UInt32Array,
    bands: &'a FixedSizeListArray,
    values: &'a UInt64Array,
    thumbs: &'a FixedSizeBinaryArray,
}

impl<'a> Keys<'a> {
    fn of(keys: &'a ArrayRef, n_bands: usize) -> PyResult<Self> {
        let strange = || PyTypeError::new_err("keys are not those that `keys` gives");
        let columns = keys.as_struct_opt().ok_or_else(strange)?;
        let named = |name: &str| columns.column_by_name(name).ok_or_else(strange);
        let bands = named("bands")?.as_fixed_size_list_opt().ok_or_else(strange)?;
        let exact = named("exact")?.as_fixed_size_binary_opt().ok_or_else(strange)?;
        let thumbs = named("thumbs")?.as_fixed_size_binary_opt().ok_or_else(strange)?;
        let widths = (exact.value_length(), thumbs.value_length(), bands.value_length());
        if widths != (16, VALUES as i32, i32::try_from(n_bands).map_err(wrong)?) {
            return Err(strange());
        }
        Ok(Self {
            exact,
            length_chars: named("length_chars")?.as_primitive_opt().ok_or_else(strange)?,
            bands,
            values: bands.values().as_primitive_opt().ok_or_else(strange)?,
            thumbs,
        })
    }

    /// Adds the print of a row.
    fn put(&self, row: usize, prints: &mut Prints) {
        let exact = self.exact.value(row).try_into().map_or(0, u128::from_be_bytes);
        prints.exact.push((exact, self.length_chars.value(row)));
        let start = usize::try_from(self.bands.value_offset(row)).unwrap_or(0);
        let n_bands = usize::try_from(self.bands.value_length()).unwrap_or(0);
        prints.keys.extend(self.values.values().iter().skip(start).take(n_bands));
        prints.thumbs.push(self.thumbs.value(row).try_into().unwrap_or([0; VALUES]));
    }
}

#[pyfunction]
fn exact_keys<'py>(py: Python<'py>, texts: PyArray) -> PyResult<Bound<'py, PyAny>> {
    let array = texts.array().clone();
    let keys = py.detach(|| -> PyResult<ArrayRef> {
        let texts = Texts::of(&array)?;
        let mut columns = ExactColumns::new(texts.len());
        let mut scratch = Scratch::default();
        for row in 0..texts.len() {
            columns.append(texts.get(row).map(|text| exact(text, &mut scratch)));
        }
        let (fields, arrays, validity) = columns.finish()?;
        Ok(Arc::new(StructArray::try_new(fields.into(), arrays, Some(validity)).map_err(wrong)?))
    })?;
    to_pyarrow(py, keys)
}

/// Which documents can have to do with each other.
#[pyclass(frozen)]
struct Components {
    inner: Mutex<link::Components>,
}

#[pymethods]
impl Components {
    #[new]
    fn new(n_documents: u32) -> Self {
        Self { inner: Mutex::new(link::Components::new(n_documents)) }
    }

    fn add(&self, py: Python<'_>, keys: PyArray, documents: PyArray) -> PyResult<()> {
        let keys = column::<UInt64Type>(keys.array(), "keys")?;
        let documents = column::<UInt32Type>(documents.array(), "documents")?;
        if keys.len() != documents.len() {
            return Err(PyValueError::new_err(format!(
                "{} keys for {} documents; expected as many",
                keys.len(),
                documents.len()
            )));
        }
        py.detach(|| {
            let rows = keys.iter().zip(documents.iter());
            let rows = rows.filter_map(|(key, row)| Some((key?, row?)));
            self.inner.lock().unwrap_or_else(PoisonError::into_inner).add_all(rows);
        });
        Ok(())
    }

    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let labels =
            py.detach(|| self.inner.lock().unwrap_or_else(PoisonError::into_inner).labels());
        to_pyarrow(py, Arc::new(UInt32Array::from(labels)))
    }
}

fn column<T: arrow_array::ArrowPrimitiveType>(
    array: &ArrayRef,
    name: &str,
) -> PyResult<arrow_array::PrimitiveArray<T>> {
    array.as_primitive_opt::<T>().cloned().ok_or_else(|| {
        let (found, expected) = (array.data_type(), T::DATA_TYPE);
        PyTypeError::new_err(format!("the column {name} has type {found}; expected {expected}"))
    })
}

/// struct<exact, length_chars, bands, thumbs>; null for null.
fn keys(texts: &Texts<'_>, settings: &Settings) -> PyResult<ArrayRef> {
    let bands = settings.bands.bands;
    let mut columns = ExactColumns::new(texts.len());
    let mut values: Vec<u64> = Vec::with_capacity(texts.len() * bands);
    let mut has_bands = Vec::with_capacity(texts.len());
    let mut thumbs: Vec<u8> = Vec::with_capacity(texts.len() * VALUES);
    let mut scratch = Scratch::default();
    for row in 0..texts.len() {
        let print = texts.get(row).map(|text| print(text, settings.ngram, &mut scratch));
        columns.append(print.as_ref().map(|print| (print.exact, print.length_chars)));
        let sketch = print.and_then(|print| print.sketch);
        has_bands.push(sketch.is_some());
        if let Some(sketch) = &sketch {
            values.extend(settings.bands.keys(sketch));
        }
        values.resize((row + 1) * bands, 0);
        thumbs.extend(sketch.as_ref().map_or([0; VALUES], thumb));
    }
    let (mut fields, mut arrays, validity) = columns.finish()?;
    let item = Arc::new(Field::new("item", DataType::UInt64, false));
    let list = FixedSizeListArray::try_new(
        item,
        i32::try_from(bands).map_err(wrong)?,
        Arc::new(UInt64Array::from(values)),
        Some(NullBuffer::from(has_bands)),
    )
    .map_err(wrong)?;
    fields.push(Field::new("bands", list.data_type().clone(), true));
    arrays.push(Arc::new(list));
    let thumbs = FixedSizeBinaryArray::try_new(VALUES as i32, Buffer::from(thumbs), None);
    fields.push(Field::new("thumbs", DataType::FixedSizeBinary(VALUES as i32), false));
    arrays.push(Arc::new(thumbs.map_err(wrong)?));
    Ok(Arc::new(StructArray::try_new(Fields::from(fields), arrays, Some(validity)).map_err(wrong)?))
}

/// The columns `exact` and `length_chars` while they grow.
struct ExactColumns {
    hashes: Vec<u8>,
    lengths: Vec<u32>,
    valid: Vec<bool>,
}

impl ExactColumns {
    fn new(n: usize) -> Self {
        Self {
            hashes: Vec::with_capacity(n * 16),
            lengths: Vec::with_capacity(n),
            valid: Vec::with_capacity(n),
        }
    }

    fn append(&mut self, exact: Option<(u128, u32)>) {
        let (hash, length) = exact.unwrap_or_default();
        self.hashes.extend(hash.to_be_bytes());
        self.lengths.push(length);
        self.valid.push(exact.is_some());
    }

    fn finish(self) -> PyResult<(Vec<Field>, Vec<ArrayRef>, NullBuffer)> {
        let hashes =
            FixedSizeBinaryArray::try_new(16, Buffer::from(self.hashes), None).map_err(wrong)?;
        let fields = vec![
            Field::new("exact", DataType::FixedSizeBinary(16), false),
            Field::new("length_chars", DataType::UInt32, false),
        ];
        let arrays: Vec<ArrayRef> =
            vec![Arc::new(hashes), Arc::new(UInt32Array::from(self.lengths))];
        Ok((fields, arrays, NullBuffer::from(self.valid)))
    }
}

fn clusters(
    texts: &[Option<&str>],
    prints: Option<&Prints>,
    preference: Option<Float64Array>,
    settings: &Settings,
) -> PyResult<(ArrayRef, ArrayRef)> {
    let n_preferences = preference.as_ref().map_or(texts.len(), Array::len);
    if n_preferences != texts.len() || u32::try_from(texts.len()).is_err() {
        return Err(PyValueError::new_err(format!(
            "{n_preferences} preferences for {} texts; expected as many, and fewer than 2^32",
            texts.len()
        )));
    }
    let preference: Option<Vec<f64>> =
        preference.map(|column| column.iter().map(|value| value.unwrap_or(f64::NAN)).collect());
    let preference = preference.as_deref();
    let members = match prints {
        Some(prints) => link::clusters_of(texts, prints, preference, settings),
        None => link::clusters(texts, preference, settings),
    };
    let kept: UInt32Array = members.iter().map(|member| member.map(|m| m.kept)).collect();
    let jaccard: Float64Array = members.iter().map(|member| member.map(|m| m.jaccard)).collect();
    Ok((Arc::new(kept), Arc::new(jaccard)))
}

fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Link>()?;
    module.add_class::<Components>()?;
    module.add_function(pyo3::wrap_pyfunction!(exact_keys, module)?)
}
