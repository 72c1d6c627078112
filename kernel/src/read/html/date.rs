//! Dates as pages write them, as ISO 8601.

/// The first date in `text` as ISO 8601, as precise as it stands there: `2019-09-07`,
/// `2019-09-07T13:43`, `2019-09-07T13:43:45+08:00`. Years 1900 to 2099. O(text).
///
/// Reads 2019年9月7日 13:43, 2019-09-07T13:43:45Z, 2019/9/7, 2019.09.07, 20190907 in a whole word,
/// Sep 7, 2019, 7 September 2019 13:43:45 GMT. Day before month (07/09/2019) is not read: nobody
/// can tell which is which.
pub fn find(text: &str) -> Option<String> {
    let characters: Vec<char> = text.chars().take(400).collect();
    (0..characters.len()).find_map(|at| {
        let is_start =
            at == 0 || !characters.get(at - 1).is_some_and(|c| c.is_ascii_alphanumeric());
        let tail = characters.get(at..).filter(|_| is_start)?;
        year_first(tail).or_else(|| month_named(tail))
    })
}

/// A reader of characters that knows where it stands.
#[derive(Clone, Copy)]
struct Scan<'a> {
    rest: &'a [char],
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.first().copied()
    }

    fn take(&mut self, wanted: &[char]) -> Option<char> {
        let found = self.peek().filter(|character| wanted.contains(character))?;
        self.rest = self.rest.get(1..)?;
        Some(found)
    }

    fn skip(&mut self, wanted: &[char]) {
        while self.take(wanted).is_some() {}
    }

    /// A number of `least` to `most` digits, not followed by another.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let n_digits = self.rest.iter().take(most + 1).take_while(|c| c.is_ascii_digit()).count();
        if n_digits < least || n_digits > most {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(n_digits)?;
        self.rest = rest;
        digits.iter().collect::<String>().parse().ok()
    }

    fn word(&mut self) -> String {
        let n = self.rest.iter().take(12).take_while(|c| c.is_ascii_alphabetic()).count();
        let (word, rest) = self.rest.split_at_checked(n).unwrap_or_default();
        self.rest = rest;
        word.iter().collect::<String>().to_ascii_lowercase()
    }
}

fn year_first(characters: &[char]) -> Option<String> {
    let mut scan = Scan { rest: characters };
    if let Some(digits) = scan.number(8, 8) {
        return day(digits / 10_000, digits / 100 % 100, digits % 100);
    }
    let year = scan.number(4, 4)?;
    scan.skip(&[' ']);
    let mark = scan.take(&['-', '/', '.', '年', '–', '－'])?;
    scan.skip(&[' ']);
    let month = scan.number(1, 2)?;
    scan.skip(&[' ']);
    scan.take(if mark == '年' { &['月'] } else { &['-', '/', '.', '–', '－'] })?;
    scan.skip(&[' ']);
    let date = day(year, month, scan.number(1, 2)?)?;
    scan.skip(&[' ', '日', 'T', '\u{a0}', '\n', '(', ')']);
    Some(date + &time(&mut scan).unwrap_or_default())
}

fn month_named(characters: &[char]) -> Option<String> {
    let mut scan = Scan { rest: characters };
    let first = scan.number(1, 2);
    if first.is_some() {
        ordinal(&mut scan);
    }
    scan.skip(&[' ', '-']);
    let month = month(&scan.word())?;
    scan.skip(&['.', ' ', '-']);
    let number = match first {
        Some(number) => number,
        None => {
            let number = scan.number(1, 2)?;
            ordinal(&mut scan);
            scan.skip(&[' ', ',']);
            number
        }
    };
    scan.skip(&[' ', ',']);
    let date = day(scan.number(4, 4)?, month, number)?;
    scan.skip(&[' ', ',', '-', '|', '\n']);
    if scan.peek().is_some_and(|character| character.is_ascii_alphabetic()) {
        let _ = scan.word();
        scan.skip(&[' ']);
    }
    Some(date + &time(&mut scan).unwrap_or_default())
}

fn ordinal(scan: &mut Scan<'_>) {
    let mut ahead = *scan;
    if matches!(ahead.word().as_str(), "st" | "nd" | "rd" | "th") {
        *scan = ahead;
    }
}

/// `T13:43`, with seconds and zone where they stand.
fn time(scan: &mut Scan<'_>) -> Option<String> {
    let mut hour = scan.number(1, 2)?;
    scan.take(&[':', '：', '时', '時'])?;
    let minute = scan.number(2, 2)?;
    let mut text = String::new();
    if scan.take(&[':', '：']).is_some() {
        let second = scan.number(2, 2).filter(|second| *second < 60)?;
        text = format!(":{second:02}");
        if scan.take(&['.']).is_some() {
            scan.skip(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        }
    }
    scan.skip(&[' ']);
    text += &zone_or_half(scan, &mut hour).unwrap_or_default();
    (hour < 24 && minute < 60).then(|| format!("T{hour:02}:{minute:02}{text}"))
}

fn zone_or_half(scan: &mut Scan<'_>, hour: &mut u32) -> Option<String> {
    if let Some(sign) = scan.take(&['+', '-']) {
        let hours = scan.number(2, 4)?;
        if hours >= 100 {
            return Some(format!("{sign}{:02}:{:02}", hours / 100, hours % 100));
        }
        scan.take(&[':']);
        let minutes = scan.number(2, 2).unwrap_or_default();
        return (hours <= 14).then(|| format!("{sign}{hours:02}:{minutes:02}"));
    }
    match scan.word().as_str() {
        "z" | "gmt" | "utc" => return Some("Z".to_owned()),
        "pm" | "p" if *hour < 12 => *hour += 12,
        "am" | "a" if *hour == 12 => *hour = 0,
        _ => {}
    }
    None
}

fn day(year: u32, month: u32, day: u32) -> Option<String> {
    let is_date =
        (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word.len() < 3 {
        return None;
    }
    let is_sept = word == "sept";
    let at = MONTHS.iter().position(|name| *name == word || name.get(..3) == Some(word));
    at.or_else(|| is_sept.then_some(8)).map(|at| at as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn dates_are_read_as_precisely_as_they_are_written() {
        for (written, read) in [
            ("2019年9月7日 13:43 来源", "2019-09-07T13:43"),
            ("发布时间：2019-09-07 13:43:45", "2019-09-07T13:43:45"),
            ("2019-09-07T13:43:45+08:00", "2019-09-07T13:43:45+08:00"),
            ("2019-09-07T13:43:45.123Z", "2019-09-07T13:43:45Z"),
            ("2016/11/22", "2016-11-22"),
            ("20190907", "2019-09-07"),
            ("Updated Sept 7, 2019", "2019-09-07"),
            ("Sat, 7 September 2019 13:43:45 GMT", "2019-09-07T13:43:45Z"),
            ("November 18, 2019 at 5:30 PM", "2019-11-18T17:30"),
            ("2019-09-07 99:99", "2019-09-07"),
        ] {
            assert_eq!(find(written).as_deref(), Some(read), "{written}");
        }
        for text in ["", "2019", "13/07/2019", "2019-13-07", "电话 201909071234", "may be"] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
