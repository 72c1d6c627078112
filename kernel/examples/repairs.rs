//! Shows what repairs do to files: `cargo run --example repairs -- cut_boilerplate,cut_spam_tail FILE…`

use lianjin_kernel::repair::{Parameters, named, run};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let names = arguments.next().unwrap_or_default();
    let chain: Vec<_> = names
        .split(',')
        .filter_map(|name| named(name, &Parameters::new()).map_err(|e| eprintln!("{e}")).ok())
        .collect();
    for path in arguments {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        println!("=== {path}");
        let mut before = text.clone();
        for (_, edits) in run(&chain, &text).steps {
            for edit in &edits {
                let cut = before.get(edit.start..edit.end).unwrap_or_default();
                println!("  {:18} {:?} -> {:?}", edit.rule, cut, edit.after);
            }
            before = lianjin_kernel::edit::apply(&before, &edits);
        }
    }
}
