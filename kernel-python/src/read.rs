//! `Mapping` and `read_jsonl`: lines of a buffer as a batch of records.

use crate::column::to_pyarrow_batch;
use crate::record::Rows;
use lianjin_kernel::read::{jsonl, mapping};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

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

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Mapping>()?;
    module.add_function(wrap_pyfunction!(read_jsonl, module)?)
}
