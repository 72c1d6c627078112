//! Mends the texts of a JSON array on standard input by the repairs named, and prints the array.

use lianjin_kernel::repair::{Parameters, named, run};
use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let chain = names
        .iter()
        .map(|name| named(name, &Parameters::new()))
        .collect::<Result<Vec<_>, String>>()?;
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let texts: Vec<String> = serde_json::from_str(&input)?;
    let begin = cpu_seconds();
    let mend = |text: &String| run(&chain, &[text]).pop().and_then(|repaired| repaired.text);
    let mended: Vec<String> =
        texts.iter().map(|text| mend(text).unwrap_or_else(|| text.clone())).collect();
    let size: usize = texts.iter().map(String::len).sum();
    let seconds = cpu_seconds() - begin;
    eprintln!("{seconds:.2} CPU s, {:.1} MB/s", size as f64 / 1e6 / seconds);
    println!("{}", serde_json::to_string(&mended)?);
    Ok(())
}

/// CPU time of this process, user and system, to a hundredth of a second; 0 beyond Linux.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / 100.0
}
