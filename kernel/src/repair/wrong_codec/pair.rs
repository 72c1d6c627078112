//! Charsets that take pair for pair: what a line gains by another one, character by character.
//!
//! Out of context and before any text is made of it: some nanoseconds a character.

use super::charset::{Charset, code, pair_char};
use super::gate::cost_of;
use std::sync::OnceLock;

use Charset::{Big5, EucJp, EucKr, Gbk};

/// (written in, read in) where a character of the one is a character of the other.
const NEIGHBOURS: [(Charset, Charset); 5] =
    [(Big5, Gbk), (Gbk, Big5), (Gbk, EucJp), (Gbk, EucKr), (Big5, EucKr)];
/// What a line loses by a character that the charset it was read in lacks.
const NONE: i8 = -128;
/// And by one of which the other charset makes no one character.
const BROKEN: i8 = -16;

/// What a character gains by each of [`NEIGHBOURS`]; the others are for speed.
type Gains = [i8; 8];

/// What the first `most` characters of a line beyond ASCII gain by the best of the neighbours, in
/// the gate's units.
pub fn gain_of(line: &str, most: usize) -> i32 {
    let gains = gains();
    let mut total = [0_i32; 8];
    for c in line.chars().filter(|c| !c.is_ascii()).take(most) {
        let gain = gains.get(c as usize).unwrap_or(&[NONE; 8]);
        for (sum, gain) in total.iter_mut().zip(gain) {
            *sum += i32::from(*gain);
        }
    }
    total.into_iter().take(NEIGHBOURS.len()).max().unwrap_or_default()
}

/// For each character of the basic plane what it gains, in half a megabyte.
fn gains() -> &'static [Gains] {
    static GAINS: OnceLock<Vec<Gains>> = OnceLock::new();
    GAINS.get_or_init(|| {
        (0..0x1_0000).map(|code| char::from_u32(code).map_or([NONE; 8], gains_of)).collect()
    })
}

fn gains_of(c: char) -> Gains {
    let mut gains = [NONE; 8];
    for (gain, (wrote, taken)) in gains.iter_mut().zip(NEIGHBOURS) {
        if let Some(code) = code(c, taken) {
            let meant = pair_char(code, wrote);
            *gain = meant.map_or(BROKEN, |meant| (cost_of(c) - cost_of(meant)) as i8);
        }
    }
    gains
}
