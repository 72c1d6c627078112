//! fastText's supervised model as its quantised file holds it, and its prediction.
//!
//! The file: arguments, dictionary (words, labels, kept n-gram buckets), product-quantised input
//! matrix, dense output matrix; little-endian throughout. Prediction averages the rows of a
//! line's words and character n-grams and walks down the Huffman tree over the labels.

use super::tree::{NO_COUNT, Open, Tree};
use std::collections::HashMap;

const MAGIC: i32 = 793_712_314;
const VERSION: i32 = 12;
const CENTROIDS: usize = 256;
/// Eight times lid.176's; a damaged file shall not ask for gigabytes.
const MOST_BUCKETS: i32 = 16_000_000;
const LABEL_PREFIX: &[u8] = b"__label__";
const END_OF_LINE: &[u8] = b"</s>";
/// The width that lid.176 has; rows are arrays of it, so that adding one is two vector steps.
pub(super) const WIDTH: usize = 16;

pub(super) type Row = [f32; WIDTH];

/// A label and its probability for one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess<'a> {
    /// The label without its prefix.
    pub language: &'a str,
    /// As fastText gives it: it may exceed 1 by a hair.
    pub probability: f32,
}

/// The model, unpacked once: about 12 MB.
pub struct Model {
    labels: Vec<String>,
    words: HashMap<Vec<u8>, Word>,
    /// Bytes of the longest word.
    longest_word: usize,
    buckets: Buckets,
    ngram_chars: (usize, usize),
    input: Vec<Row>,
    tree: Tree,
}

/// A word of the dictionary: its row and the rows of its n-grams; `None` for a label.
struct Word {
    rows: Option<Vec<u32>>,
}

/// Rows of the n-gram buckets that were kept, 2 in 100: 0.6 MB that stay in the second-level cache.
struct Buckets {
    n_buckets: u32,
    /// 2^64 / `n_buckets`, rounded up.
    reciprocal: u64,
    /// One bit per bucket: whether it was kept.
    kept: Vec<u64>,
    /// For 64 buckets each: how many were kept before them.
    before: Vec<u32>,
    /// In the order of the buckets.
    rows: Vec<u32>,
}

impl Buckets {
    /// The bucket of the n-gram with this hash: the remainder, without a division.
    ///
    /// Exact for all 32-bit numbers (Lemire, Kaser and Kurz, Faster remainder by direct
    /// computation, 2019).
    #[inline]
    fn of(&self, hash: u32) -> u32 {
        let fraction = self.reciprocal.wrapping_mul(u64::from(hash));
        ((u128::from(fraction) * u128::from(self.n_buckets)) >> 64) as u32
    }

    #[inline]
    fn has(&self, bucket: u32) -> bool {
        let bits = self.kept.get(bucket as usize / 64).copied().unwrap_or(0);
        bits >> (bucket % 64) & 1 == 1
    }

    /// The row of a bucket that was kept.
    #[inline]
    fn row(&self, bucket: u32) -> Option<u32> {
        let word = bucket as usize / 64;
        let (bits, before) = (self.kept.get(word)?, self.before.get(word)?);
        let earlier = bits & ((1 << (bucket % 64)) - 1);
        self.rows.get((before + earlier.count_ones()) as usize).copied()
    }
}

/// Buffers kept from line to line; one per thread.
#[derive(Default)]
pub struct Scratch {
    characters: Vec<Character>,
    buckets: Vec<u32>,
    open: Open,
}

impl Model {
    /// Reads a quantised supervised model with hierarchical softmax, such as lid.176.ftz.
    ///
    /// Anything else, or a cut file, gives a sentence that says what was found.
    pub fn read(file: &[u8]) -> Result<Self, String> {
        let mut reader = Reader { rest: file };
        if (reader.int()?, reader.int()?) != (MAGIC, VERSION) {
            return Err("the file is not a fastText model of version 12".to_owned());
        }
        let arguments = Arguments::read(&mut reader)?;
        let mut dictionary = Dictionary::read(&mut reader)?;
        let buckets = dictionary.buckets(arguments.n_buckets)?;
        if !reader.flag()? {
            return Err("the input matrix is not quantised".to_owned());
        }
        let n_rows = dictionary.words.len() + dictionary.kept.len();
        let input = read_quantised(&mut reader, n_rows)?;
        if reader.flag()? {
            return Err("the output matrix is quantised, which lid.176.ftz's is not".to_owned());
        }
        let output = read_dense(&mut reader, dictionary.labels.len())?;
        let ngram_chars = arguments.ngram_chars;
        let label_counts: Vec<i64> = dictionary.labels.iter().map(|label| label.1).collect();
        let mut model = Self {
            labels: Vec::new(),
            words: HashMap::new(),
            longest_word: 0,
            buckets,
            ngram_chars,
            input,
            tree: Tree::new(&label_counts, output),
        };
        let mut scratch = Scratch::default();
        for (row, word) in dictionary.words.drain(..).enumerate() {
            let mut rows = vec![row as u32];
            if word != END_OF_LINE {
                model.ngram_rows(&word, &mut scratch, |ngram| rows.push(ngram));
            }
            model.longest_word = model.longest_word.max(word.len());
            model.words.insert(word, Word { rows: Some(rows) });
        }
        for (label, _) in dictionary.labels {
            let name = label.strip_prefix(LABEL_PREFIX).unwrap_or(&label);
            model.labels.push(String::from_utf8_lossy(name).into_owned());
            model.longest_word = model.longest_word.max(label.len());
            model.words.insert(label, Word { rows: None });
        }
        Ok(model)
    }

    /// The best label for one line of text; line feeds count as spaces. `None`: nothing known in it.
    ///
    /// The same label as fastText's `predict`, which adds a line's end too. About 3 µs for 90
    /// Chinese characters.
    pub fn guess(&self, text: &str, scratch: &mut Scratch) -> Option<Guess<'_>> {
        let mut sum: Row = [0.0; WIDTH];
        let mut n_rows = 0u32;
        let mut add = |row: u32| {
            if let Some(row) = self.input.get(row as usize) {
                // A copy, so that the sum of a row is four vector steps.
                let mut total = sum;
                total.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                sum = total;
            }
            n_rows += 1;
        };
        let is_space = |byte: &u8| matches!(byte, b' ' | 0x09..=0x0D | 0);
        for token in text.as_bytes().split(is_space).filter(|token| !token.is_empty()) {
            if token == END_OF_LINE {
                break;
            }
            self.token_rows(token, scratch, &mut add);
        }
        self.token_rows(END_OF_LINE, scratch, &mut add);
        if n_rows == 0 {
            return None;
        }
        let scale = (1.0 / f64::from(n_rows)) as f32;
        sum.iter_mut().for_each(|value| *value *= scale);
        let (label, score) = self.tree.best_leaf(&sum, &mut scratch.open)?;
        Some(Guess { language: self.labels.get(label)?, probability: score.exp() })
    }

    fn token_rows(&self, token: &[u8], scratch: &mut Scratch, mut add: impl FnMut(u32)) {
        let is_short = token.len() <= self.longest_word;
        match is_short.then(|| self.words.get(token)).flatten() {
            Some(word) => word.rows.iter().flatten().for_each(|row| add(*row)),
            None if token.starts_with(LABEL_PREFIX) || token == END_OF_LINE => {}
            None => self.ngram_rows(token, scratch, add),
        }
    }

    /// The rows of the character n-grams of `<token>`, in fastText's order.
    ///
    /// Every bucket is written where the next one that was kept would stand, so that nothing
    /// branches on whether it was: a third of Chinese n-grams were, in no order that could be
    /// foreseen.
    fn ngram_rows(&self, token: &[u8], scratch: &mut Scratch, add: impl FnMut(u32)) {
        let (low, high) = self.ngram_chars;
        let Scratch { characters, buckets, .. } = scratch;
        find_characters(token, characters);
        let n = characters.len();
        buckets.resize(buckets.len().max(n * high + 1), 0);
        let slots = buckets.as_mut_slice();
        let mut n_kept = 0;
        let mut put = |hash: u32| {
            let bucket = self.buckets.of(hash);
            if let Some(slot) = slots.get_mut(n_kept) {
                *slot = bucket;
            }
            n_kept += usize::from(self.buckets.has(bucket));
        };
        let mut start = 0;
        if (low, high) == (2, 4) {
            // lid.176's own: most starts have all three n-grams.
            for window in characters.windows(4) {
                let [a, b, c, d] = window else { break };
                let two = b.after(a.after(FNV_START));
                let three = c.after(two);
                put(two);
                put(three);
                put(d.after(three));
            }
            start = n.saturating_sub(3);
        }
        for first in start..n {
            let mut hash = FNV_START;
            let longest = characters.get(first..(first + high).min(n)).unwrap_or_default();
            for (length, character) in (1..).zip(longest) {
                hash = character.after(hash);
                let is_border = length == 1 && (first == 0 || first + 1 == n);
                if length >= low && !is_border {
                    put(hash);
                }
            }
        }
        let kept = buckets.get(..n_kept).unwrap_or_default();
        kept.iter().filter_map(|bucket| self.buckets.row(*bucket)).for_each(add);
    }
}

const FNV_START: u32 = 2_166_136_261;

/// One byte into a 32-bit FNV-1a hash, sign-extended as fastText does.
#[inline]
fn fnv(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as i8 as u32).wrapping_mul(16_777_619)
}

/// The bytes of one character, as FNV takes them in.
struct Character {
    bytes: [u8; 4],
    n: u8,
}

impl Character {
    #[inline]
    fn after(&self, hash: u32) -> u32 {
        let [a, b, c, d] = self.bytes;
        match self.n {
            3 => fnv(fnv(fnv(hash, a), b), c),
            1 => fnv(hash, a),
            2 => fnv(fnv(hash, a), b),
            _ => fnv(fnv(fnv(fnv(hash, a), b), c), d),
        }
    }
}

/// Writes the characters of `<token>`. Text has at most four bytes to one.
fn find_characters(token: &[u8], found: &mut Vec<Character>) {
    let is_more = |byte: u8| byte & 0xC0 == 0x80;
    let one = |byte: u8| Character { bytes: [byte, 0, 0, 0], n: 1 };
    found.clear();
    found.push(one(b'<'));
    let mut rest = token;
    while let [first, after @ ..] = rest {
        if let [0xE0..=0xEF, second, third, tail @ ..] = rest
            && is_more(*second)
            && is_more(*third)
        {
            found.push(Character { bytes: [*first, *second, *third, 0], n: 3 });
            rest = tail;
            continue;
        }
        rest = after;
        match found.last_mut().filter(|last| is_more(*first) && last.n < 4) {
            Some(last) => {
                last.bytes[usize::from(last.n)] = *first;
                last.n += 1;
            }
            None => found.push(one(*first)),
        }
    }
    found.push(one(b'>'));
}

struct Arguments {
    n_buckets: u32,
    ngram_chars: (usize, usize),
}

impl Arguments {
    fn read(reader: &mut Reader<'_>) -> Result<Self, String> {
        let mut values = [0; 12];
        for value in &mut values {
            *value = reader.int()?;
        }
        reader.take(8)?; // sampling threshold, used in training
        let [width, _, _, _, _, word_ngrams, loss, kind, buckets, low, high, _] = values;
        if (width as usize, word_ngrams, loss, kind) != (WIDTH, 1, 1, 3) {
            return Err(format!(
                "the model has width {width}, word n-grams {word_ngrams}, loss {loss}, kind {kind}; \
                 expected {WIDTH}, 1, 1 (hierarchical softmax), 3 (supervised), as lid.176 has"
            ));
        }
        let is_sound =
            (1..=MOST_BUCKETS).contains(&buckets) && low >= 1 && high >= low && high <= 16;
        if !is_sound {
            return Err(format!("{buckets} buckets for n-grams of {low} to {high} characters"));
        }
        Ok(Self { n_buckets: buckets as u32, ngram_chars: (low as usize, high as usize) })
    }
}

struct Dictionary {
    words: Vec<Vec<u8>>,
    labels: Vec<(Vec<u8>, i64)>,
    /// (bucket, row after the words') of the n-grams that were kept.
    kept: Vec<(i32, i32)>,
}

impl Dictionary {
    fn read(reader: &mut Reader<'_>) -> Result<Self, String> {
        let (n_entries, n_words, n_labels) = (reader.int()?, reader.int()?, reader.int()?);
        let (_, n_kept) = (reader.long()?, reader.long()?);
        let mut dictionary = Self { words: Vec::new(), labels: Vec::new(), kept: Vec::new() };
        for _ in 0..n_entries {
            let name = reader.name()?;
            let count = reader.long()?;
            match reader.take(1)?.first() {
                Some(0) => dictionary.words.push(name),
                _ => dictionary.labels.push((name, count)),
            }
        }
        let found = (dictionary.words.len() as i32, dictionary.labels.len() as i32);
        let total = dictionary
            .labels
            .iter()
            .try_fold(0i64, |sum, label| sum.checked_add(label.1).filter(|_| label.1 >= 0));
        if total.is_none_or(|total| total >= NO_COUNT) {
            return Err("the labels' counts are out of range".to_owned());
        }
        if found != (n_words, n_labels) || n_labels == 0 {
            return Err(format!("{found:?} words and labels; said are {n_words} and {n_labels}"));
        }
        for _ in 0..n_kept {
            dictionary.kept.push((reader.int()?, reader.int()?));
        }
        Ok(dictionary)
    }

    fn buckets(&self, n_buckets: u32) -> Result<Buckets, String> {
        let mut ordered = Vec::with_capacity(self.kept.len());
        for &(bucket, row) in &self.kept {
            let row = usize::try_from(row).ok().filter(|row| *row < self.kept.len());
            let bucket = u32::try_from(bucket).ok().filter(|bucket| *bucket < n_buckets);
            let (Some(bucket), Some(row)) = (bucket, row) else {
                return Err(format!("bucket {bucket:?} of {n_buckets} is not one that was kept"));
            };
            ordered.push((bucket, (self.words.len() + row) as u32));
        }
        ordered.sort_unstable();
        ordered.dedup_by_key(|(bucket, _)| *bucket);
        let mut kept = vec![0u64; n_buckets.div_ceil(64) as usize];
        for (bucket, _) in &ordered {
            if let Some(bits) = kept.get_mut(*bucket as usize / 64) {
                *bits |= 1 << (bucket % 64);
            }
        }
        let mut n_before = 0;
        let counted = |bits: &u64| {
            n_before += bits.count_ones();
            n_before - bits.count_ones()
        };
        let before = kept.iter().map(counted).collect();
        let rows = ordered.into_iter().map(|(_, row)| row).collect();
        let reciprocal = (u64::MAX / u64::from(n_buckets)).wrapping_add(1);
        Ok(Buckets { n_buckets, reciprocal, kept, before, rows })
    }
}

/// The rows of a product-quantised matrix whose norms are quantised too, unpacked.
fn read_quantised(reader: &mut Reader<'_>, n_expected: usize) -> Result<Vec<Row>, String> {
    let has_norms = reader.flag()?;
    let (n_rows, width, n_codes) = (reader.long()?, reader.long()?, reader.int()?);
    if !has_norms || n_rows as usize != n_expected || width as usize != WIDTH {
        return Err(format!("an input matrix of {n_rows} rows of {width}; norms: {has_norms}"));
    }
    let codes = reader.take(usize::try_from(n_codes).unwrap_or(usize::MAX))?;
    let (parts, centroids) = read_quantiser(reader, WIDTH)?;
    let norm_codes = reader.take(n_expected)?;
    let (_, norms) = read_quantiser(reader, 1)?;
    if parts == 0 || !WIDTH.is_multiple_of(parts) || codes.len() != n_expected * parts {
        return Err(format!("{} codes in {parts} parts for {n_rows} rows", codes.len()));
    }
    let width = WIDTH / parts;
    let row = |(codes, norm): (&[u8], &u8)| {
        let norm = norms.get(usize::from(*norm)).copied().unwrap_or(0.0);
        let mut row = [0.0; WIDTH];
        for (part, (values, code)) in row.chunks_mut(width).zip(codes).enumerate() {
            let start = (part * CENTROIDS + usize::from(*code)) * width;
            let centroid = centroids.get(start..start + width).unwrap_or_default();
            values.iter_mut().zip(centroid).for_each(|(value, c)| *value = norm * c);
        }
        row
    };
    Ok(codes.chunks(parts).zip(norm_codes).map(row).collect())
}

/// (number of parts, centroids of all of them).
fn read_quantiser(reader: &mut Reader<'_>, width: usize) -> Result<(usize, Vec<f32>), String> {
    let (found, parts, part_width, last) =
        (reader.int()?, reader.int()?, reader.int()?, reader.int()?);
    if found as usize != width || parts.checked_mul(part_width) != Some(found) || last != part_width
    {
        return Err(format!("a quantiser of {parts} parts of {part_width}, {last} for {width}"));
    }
    Ok((parts as usize, reader.floats(width * CENTROIDS)?))
}

fn read_dense(reader: &mut Reader<'_>, n_expected: usize) -> Result<Vec<Row>, String> {
    let (n_rows, width) = (reader.long()?, reader.long()?);
    if (n_rows as usize, width as usize) != (n_expected, WIDTH) {
        return Err(format!("an output matrix of {n_rows} rows of {width}"));
    }
    let values = reader.floats(n_expected * WIDTH)?;
    Ok(values.as_chunks::<WIDTH>().0.to_vec())
}

/// Reads values off the front of a file.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| format!("the model ends where {length} more bytes belong"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.try_into().map_err(|_| "wrong length".to_owned())
    }

    fn int(&mut self) -> Result<i32, String> {
        self.array().map(i32::from_le_bytes)
    }

    fn long(&mut self) -> Result<i64, String> {
        self.array().map(i64::from_le_bytes)
    }

    fn flag(&mut self) -> Result<bool, String> {
        Ok(self.take(1)? != [0])
    }

    fn floats(&mut self, n: usize) -> Result<Vec<f32>, String> {
        let bytes = self.take(n * 4)?;
        Ok(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// Bytes up to a zero.
    fn name(&mut self) -> Result<Vec<u8>, String> {
        let length = memchr::memchr(0, self.rest).ok_or("the model ends within a word")?;
        let name = self.take(length)?.to_vec();
        self.take(1)?;
        Ok(name)
    }
}
