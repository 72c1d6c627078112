//! Tables made by the scripts in `kernel/data`, carried deflated in the library.

/// The inflated text of a bundled table; about 200 MB/s, called once per table.
///
/// The bytes are our own, so anything but valid deflated UTF-8 is a bug and panics.
pub(crate) fn inflate(deflated: &[u8]) -> String {
    let Ok(bytes) = miniz_oxide::inflate::decompress_to_vec_zlib(deflated) else {
        panic!("a bundled table is not deflated data");
    };
    let Ok(text) = String::from_utf8(bytes) else { panic!("a bundled table is not UTF-8") };
    text
}

/// As [`inflate`], for tables that live as long as the process and lend slices.
pub(crate) fn inflate_static(deflated: &[u8]) -> &'static str {
    Box::leak(inflate(deflated).into_boxed_str())
}
