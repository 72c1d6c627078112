//! The log: growing it by entries, proofs from its tiles, and checking them.
//!
//! Hashes travel as bytes: a tile is its hashes one after the other.

use lianjin_kernel::merkle::tile::{self, Edge, Flaw, Growth, Place};
use lianjin_kernel::merkle::{self, Hash, proof};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use std::collections::BTreeMap;
use std::ops::Range;

type Bytes<'py> = Bound<'py, PyBytes>;

fn refused(flaw: Flaw) -> PyErr {
    PyValueError::new_err(flaw.to_string())
}

/// The hashes that lie one after the other in `bytes`.
fn hashes_of(bytes: &[u8]) -> PyResult<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks();
    if rest.is_empty() {
        Ok(hashes.to_vec())
    } else {
        Err(PyValueError::new_err(format!("{} bytes are no hashes of 32 bytes", bytes.len())))
    }
}

fn hash_of(bytes: &[u8]) -> PyResult<Hash> {
    let length = bytes.len();
    bytes.try_into().map_err(|_| PyValueError::new_err(format!("{length} bytes are no hash of 32")))
}

fn path_of(path: &[PyBackedBytes]) -> PyResult<Vec<Hash>> {
    path.iter().map(|hash| hash_of(hash)).collect()
}

fn bytes<'py>(py: Python<'py>, hashes: &[Hash]) -> Bytes<'py> {
    PyBytes::new(py, hashes.as_flattened())
}

/// The right edge of a log.
#[pyclass(frozen, module = "lianjin._kernel")]
struct LogEdge(Edge);

#[pymethods]
impl LogEdge {
    #[new]
    fn new(size: u64, tiles: Vec<PyBackedBytes>, bundle: PyBackedBytes) -> PyResult<Self> {
        let tiles = tiles.iter().map(|tile| hashes_of(tile)).collect::<PyResult<_>>()?;
        Edge::new(size, tiles, bundle.to_vec()).map(Self).map_err(refused)
    }

    #[getter]
    fn size(&self) -> u64 {
        self.0.size
    }

    fn root<'py>(&self, py: Python<'py>) -> Bytes<'py> {
        bytes(py, &[py.detach(|| self.0.root())])
    }

    #[allow(clippy::type_complexity)]
    fn grown<'py>(
        &self,
        py: Python<'py>,
        entries: Vec<PyBackedBytes>,
    ) -> PyResult<(Self, Vec<(Place, Bytes<'py>)>, Vec<(u64, Bytes<'py>)>)> {
        let grow = || -> Result<(Edge, Growth), Flaw> {
            let mut edge = self.0.clone();
            let growth = edge.grow(&entries)?;
            Ok((edge, growth))
        };
        let (edge, growth) = py.detach(grow).map_err(refused)?;
        let tiles = growth.tiles.iter().map(|(place, tile)| (*place, bytes(py, tile))).collect();
        let bundle = |(index, bundle): (&u64, &Vec<u8>)| (*index, PyBytes::new(py, bundle));
        Ok((Self(edge), tiles, growth.bundles.iter().map(bundle).collect()))
    }
}

/// The hashes that a tile has in a log of `size` entries.
#[pyfunction]
fn log_tile_width(level: u32, index: u64, size: u64) -> u64 {
    tile::width((level, index), size)
}

/// The leaf hashes of the entries of a bundle, one after the other.
#[pyfunction]
fn log_leaves<'py>(py: Python<'py>, bundle: PyBackedBytes) -> PyResult<Bytes<'py>> {
    let leaves = py.detach(|| tile::leaves(&bundle)).map_err(refused)?;
    Ok(bytes(py, &leaves))
}

/// The entries of a bundle.
#[pyfunction]
fn log_entries<'py>(py: Python<'py>, bundle: PyBackedBytes) -> PyResult<Vec<Bytes<'py>>> {
    let entries = tile::entries(&bundle).map_err(refused)?;
    Ok(entries.into_iter().map(|entry| PyBytes::new(py, entry)).collect())
}

/// The root over hashes that lie one after the other.
#[pyfunction]
fn log_tile_root<'py>(py: Python<'py>, tile: PyBackedBytes) -> PyResult<Bytes<'py>> {
    let hashes = hashes_of(&tile)?;
    Ok(bytes(py, &[py.detach(|| merkle::root(hashes))]))
}

/// The root over a log, from the unfinished tiles of each level.
#[pyfunction]
fn log_root<'py>(py: Python<'py>, tiles: Vec<PyBackedBytes>) -> PyResult<Bytes<'py>> {
    let tiles = tiles.iter().map(|tile| hashes_of(tile)).collect::<PyResult<Vec<_>>>()?;
    Ok(bytes(py, &[py.detach(|| tile::root_of(&tiles))]))
}

fn inclusion(index: u64, size: u64) -> PyResult<Vec<Range<u64>>> {
    proof::inclusion(index, size).ok_or(Flaw::NoSuchLeaf(index)).map_err(refused)
}

fn consistency(old: u64, new: u64) -> PyResult<Vec<Range<u64>>> {
    proof::consistency(old, new).ok_or(Flaw::NoSuchLeaf(old)).map_err(refused)
}

fn hashed<'py>(
    py: Python<'py>,
    ranges: &[Range<u64>],
    tiles: &[PyBackedBytes],
) -> PyResult<Vec<Bytes<'py>>> {
    let tiles = tiles.iter().map(|tile| hashes_of(tile)).collect::<PyResult<Vec<_>>>()?;
    let tiles: BTreeMap<Place, Vec<Hash>> = tile::places(ranges).into_iter().zip(tiles).collect();
    let path = py.detach(|| tile::hashes(ranges, &tiles)).map_err(refused)?;
    Ok(path.into_iter().map(|hash| bytes(py, &[hash])).collect())
}

/// The places of the tiles that an inclusion proof is made of.
#[pyfunction]
fn log_inclusion_tiles(index: u64, size: u64) -> PyResult<Vec<Place>> {
    Ok(tile::places(&inclusion(index, size)?))
}

/// The inclusion proof, from those tiles.
#[pyfunction]
fn log_inclusion<'py>(
    py: Python<'py>,
    index: u64,
    size: u64,
    tiles: Vec<PyBackedBytes>,
) -> PyResult<Vec<Bytes<'py>>> {
    hashed(py, &inclusion(index, size)?, &tiles)
}

/// The places of the tiles that a consistency proof is made of.
#[pyfunction]
fn log_consistency_tiles(old: u64, new: u64) -> PyResult<Vec<Place>> {
    Ok(tile::places(&consistency(old, new)?))
}

/// The consistency proof, from those tiles.
#[pyfunction]
fn log_consistency<'py>(
    py: Python<'py>,
    old: u64,
    new: u64,
    tiles: Vec<PyBackedBytes>,
) -> PyResult<Vec<Bytes<'py>>> {
    hashed(py, &consistency(old, new)?, &tiles)
}

/// Whether a path proves that an entry is in the log.
#[pyfunction]
fn log_is_included(
    py: Python<'_>,
    entry: PyBackedBytes,
    index: u64,
    head: (u64, PyBackedBytes),
    path: Vec<PyBackedBytes>,
) -> PyResult<bool> {
    let (root, path) = (hash_of(&head.1)?, path_of(&path)?);
    let leaf = || merkle::leaf(&entry);
    Ok(py.detach(|| proof::is_included(&leaf(), index, head.0, &path, &root)))
}

/// Whether a path proves that one log is the beginning of another.
#[pyfunction]
fn log_is_consistent(
    py: Python<'_>,
    old: (u64, PyBackedBytes),
    new: (u64, PyBackedBytes),
    path: Vec<PyBackedBytes>,
) -> PyResult<bool> {
    let (old, new) = ((old.0, hash_of(&old.1)?), (new.0, hash_of(&new.1)?));
    let path = path_of(&path)?;
    Ok(py.detach(|| proof::is_consistent(&old, &new, &path)))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<LogEdge>()?;
    module.add_function(wrap_pyfunction!(log_tile_width, module)?)?;
    module.add_function(wrap_pyfunction!(log_leaves, module)?)?;
    module.add_function(wrap_pyfunction!(log_entries, module)?)?;
    module.add_function(wrap_pyfunction!(log_tile_root, module)?)?;
    module.add_function(wrap_pyfunction!(log_root, module)?)?;
    module.add_function(wrap_pyfunction!(log_inclusion_tiles, module)?)?;
    module.add_function(wrap_pyfunction!(log_inclusion, module)?)?;
    module.add_function(wrap_pyfunction!(log_consistency_tiles, module)?)?;
    module.add_function(wrap_pyfunction!(log_consistency, module)?)?;
    module.add_function(wrap_pyfunction!(log_is_included, module)?)?;
    module.add_function(wrap_pyfunction!(log_is_consistent, module)?)
}
