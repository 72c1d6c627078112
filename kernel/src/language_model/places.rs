//! Where the followers of a token stand among them, told by one load.

use super::Token;
use super::pages;

/// Tokens that one word of a [`Places`] row tells of.
const PER_WORD: usize = 48;
/// Fewer followers are found as fast among themselves.
const MANY: u32 = 32;

/// Where the followers of a token stand among them, for tokens that have [`MANY`]: one load, where
/// a search takes ten.
#[derive(Default)]
pub struct Places {
    /// For each token the number of its row and 1, or 0.
    rows: Vec<u16>,
    /// Row by row; of a word the lowest [`PER_WORD`] bits say which of so many tokens follow, the
    /// others how many do so before them.
    words: &'static [[u8; 8]],
    n_words: usize,
}

impl Places {
    /// Those of the tokens whose followers are `lasts`, each token's from one of `starts` on.
    pub fn of(starts: &[u32], lasts: &[Token]) -> Self {
        let n_words = starts.len().div_ceil(PER_WORD);
        let (mut rows, mut words) = (Vec::with_capacity(starts.len()), Vec::new());
        let mut n_rows = 0;
        for two in starts.windows(2) {
            if two[1] - two[0] < MANY {
                rows.push(0);
                continue;
            }
            n_rows += 1;
            rows.push(n_rows);
            let followers = lasts.get(two[0] as usize..two[1] as usize).unwrap_or_default();
            words.extend(words_of(followers, n_words));
        }
        Self { rows, words: pages::keep(words.into_iter().map(u64::to_le_bytes)), n_words }
    }

    /// The row of a token, if it has one.
    #[inline(always)]
    pub fn row(&self, token: Token) -> Option<Row<'_>> {
        let row = usize::from(*self.rows.get(usize::from(token))?).checked_sub(1)?;
        Some(Row(self.words.get(row * self.n_words..(row + 1) * self.n_words)?))
    }
}

/// The words of one row.
fn words_of(followers: &[Token], n_words: usize) -> Vec<u64> {
    let mut words = vec![0_u64; n_words];
    for token in followers {
        if let Some(word) = words.get_mut(usize::from(*token) / PER_WORD) {
            *word |= 1 << (usize::from(*token) % PER_WORD);
        }
    }
    let mut n = 0;
    for word in &mut words {
        let here = u64::from(word.count_ones());
        *word |= n << PER_WORD;
        n += here;
    }
    words
}

/// Where the followers of one token stand.
pub struct Row<'a>(&'a [[u8; 8]]);

impl Row<'_> {
    /// How many followers stand before this one.
    #[inline(always)]
    pub fn place(&self, token: Token) -> Option<u32> {
        let word = u64::from_le_bytes(*self.0.get(usize::from(token) / PER_WORD)?);
        let bit = 1_u64 << (usize::from(token) % PER_WORD);
        (word & bit != 0).then(|| (word >> PER_WORD) as u32 + (word & (bit - 1)).count_ones())
    }
}
