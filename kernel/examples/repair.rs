//! `repair NAME SETTINGS < texts.jsonl`: one repair over JSON strings, one a line.
//!
//! Prints `[mended, [[rule, before, after], …]]` per line and, to stderr, bytes and seconds.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a tool for our own benches

use lianjin_kernel::edit::apply;
use lianjin_kernel::repair::named;
use std::io::{BufWriter, Write, read_to_string, stdin, stdout};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let settings = arguments.get(2).map_or("{}", String::as_str);
    let repair = named(&arguments[1], &serde_json::from_str(settings).unwrap()).unwrap();
    let input = read_to_string(stdin()).unwrap();
    let texts: Vec<String> =
        input.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let _ = repair.edits("預熱 warm-up (zhì) &amp; \u{200b}");
    let started = Instant::now();
    let found: Vec<_> = texts.iter().map(|text| repair.edits(text)).collect();
    let seconds = started.elapsed().as_secs_f64();
    let mut out = BufWriter::new(stdout());
    for (text, edits) in texts.iter().zip(&found) {
        let list: Vec<_> =
            edits.iter().map(|e| (e.rule, &text[e.start..e.end], e.after.as_str())).collect();
        serde_json::to_writer(&mut out, &(apply(text, edits), list)).unwrap();
        writeln!(out).unwrap();
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let n_edits: usize = found.iter().map(Vec::len).sum();
    eprintln!(
        "{bytes} bytes, {n_edits} edits, {seconds:.4} s, {:.0} MB/s",
        bytes as f64 / seconds / 1e6
    );
}
