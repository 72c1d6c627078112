use super::*;
use crate::link::jaccard::jaccard;

fn settings(threshold: f64) -> Settings {
    Settings::new(threshold, 5, 0.999_999_999).unwrap_or_else(|error| panic!("{error}"))
}

fn run(texts: &[&str], preference: &[f64], threshold: f64) -> Vec<(u32, f64)> {
    let texts: Vec<_> = texts.iter().copied().map(Some).collect();
    let members = clusters(&texts, Some(preference), &settings(threshold));
    members.into_iter().flatten().map(|member| (member.kept, member.jaccard)).collect()
}

/// What the definition says, pair by pair.
fn brute(texts: &[String], preference: &[f64], threshold: f64) -> Vec<u32> {
    let mut rows: Vec<usize> = (0..texts.len()).collect();
    rows.sort_by(|&a, &b| preference[b].total_cmp(&preference[a]));
    let mut kept = vec![None; texts.len()];
    for (i, &row) in rows.iter().enumerate() {
        if kept[row].is_none() {
            kept[row] = Some(row as u32);
            for &other in &rows[i + 1..] {
                let index = jaccard(&texts[row], &texts[other], 5);
                let near = index.is_some_and(|index| index >= threshold);
                if kept[other].is_none() && (near || texts[row] == texts[other]) {
                    kept[other] = Some(row as u32);
                }
            }
        }
    }
    kept.into_iter().flatten().collect()
}

/// Texts of 4 to 83 characters in families with small changes, from a seed.
fn corpus(mut seed: u64, n: usize) -> Vec<String> {
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut texts: Vec<String> = Vec::new();
    for i in 0..n {
        let mut chars: Vec<char> = if i > 0 && next(10) < 7 {
            texts[next(i as u64) as usize].chars().collect()
        } else {
            let length = 4 + next(80);
            (0..length).filter_map(|_| char::from_u32(0x4E00 + next(300) as u32)).collect()
        };
        for _ in 0..next(4) {
            let at = next(chars.len() as u64) as usize;
            chars[at] = char::from_u32(0x5000 + next(300) as u32).unwrap_or('一');
        }
        texts.push(chars.into_iter().collect());
    }
    texts
}

#[test]
fn the_most_preferred_is_kept_and_takes_its_neighbours() {
    let a = "数据质量决定模型质量，清洗数据要留下证据。";
    let b = "数据质量决定模型质量，清洗数据要留下证据！";
    let texts = [a, b, "另一篇完全不同的文章，讲的是天气。", a];
    assert_eq!(run(&texts, &[0.0; 4], 0.8), [(0, 1.0), (0, 16.0 / 18.0), (2, 1.0), (0, 1.0)]);
    let kept: Vec<_> = run(&texts, &[0.0, 3.0, 0.0, 1.0], 0.8).iter().map(|m| m.0).collect();
    assert_eq!(kept, [1, 1, 2, 1]);
}

#[test]
fn short_blank_and_null_texts_stay_apart() {
    let texts = [Some("是"), Some("否"), None, Some(""), Some("是 "), Some("。"), Some(" \n")];
    let kept: Vec<_> = clusters(&texts, Some(&[0.0; 7]), &settings(0.8))
        .into_iter()
        .map(|member| member.map(|member| member.kept))
        .collect();
    assert_eq!(kept, [Some(0), Some(1), None, Some(3), Some(0), Some(5), Some(3)]);
}

#[test]
fn the_kernel_does_what_brute_force_does() {
    for seed in 0..30 {
        let texts = corpus(seed, 60);
        let views: Vec<_> = texts.iter().map(String::as_str).collect();
        for threshold in [0.3, 0.5, 0.8, 1.0] {
            let preference: Vec<_> = texts.iter().map(|text| text.len() as f64).collect();
            let kept: Vec<_> = run(&views, &preference, threshold).iter().map(|m| m.0).collect();
            assert_eq!(kept, brute(&texts, &preference, threshold), "{seed} {threshold}");
        }
    }
}

#[test]
fn large_components_are_settled_like_small_ones() {
    let texts = corpus(99, 600);
    let views: Vec<_> = texts.iter().map(String::as_str).collect();
    let preference = vec![0.0; texts.len()];
    let kept: Vec<_> = run(&views, &preference, 0.4).iter().map(|m| m.0).collect();
    assert_eq!(kept, brute(&texts, &preference, 0.4));
}

#[test]
fn a_missing_preference_comes_last() {
    let text = "数据质量决定模型质量，清洗数据要留下证据。";
    assert_eq!(run(&[text, text, text], &[f64::NAN, -1.0], 0.8)[0].0, 1);
    assert_eq!(run(&[], &[], 0.8), []);
}

#[test]
fn without_a_preference_the_longest_normal_form_is_kept() {
    let text = "数据质量决定模型质量，清洗数据要留下证据。";
    let padded = format!("{text}{}", " ".repeat(99));
    let longer = format!("{text}完");
    let texts = [Some(text), Some(&padded), Some(&longer)];
    let kept: Vec<_> =
        clusters(&texts, None, &settings(0.8)).iter().flatten().map(|member| member.kept).collect();
    assert_eq!(kept, [2, 2, 2]);
}

#[test]
fn a_bucket_of_any_size_is_one_cluster_if_its_texts_are_alike() {
    let base = corpus(7, 1).concat().repeat(3);
    let texts: Vec<_> = (0..6_000).map(|i| format!("{base}{i:04}")).collect();
    let views: Vec<_> = texts.iter().map(String::as_str).collect();
    assert!(run(&views, &vec![0.0; texts.len()], 0.5).iter().all(|member| member.0 == 0));
}
