//! How long a query takes among 200 pages, each made of this repository's own words.
//!
//! `cargo bench --bench search` says, for each query, what it takes on average beside looking through
//! all texts for the query as it stands, which finds neither synonyms, nor pinyin, nor a wrong
//! character; and the slowest of all.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop at once")]
#![allow(clippy::disallowed_methods, reason = "a benchmark is an edge: it has a clock")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use onecode::content;
use onecode::domain::guide::Language;
use onecode::domain::library::Library;
use onecode::domain::period::Day;
use onecode::domain::search::{Index, Item};
use onecode::domain::site::SiteFiles;

const PAGES: usize = 200;
const ROUNDS: u32 = 200;

const QUERIES: &[&str] = &[
    "退钱",
    "老赖",
    "法院",
    "申请",
    "申请执行",
    "判了不给怎么办",
    "我的官司赢了交的钱怎么退给我",
    "tuifei",
    "sqzx",
    "tiufei",
    "申请执形",
    "限制消废品",
    "天气预报",
    "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
    "钱",
    "财产保全 担保 保险公司 银行 冻结 查封 起诉 立案 材料 身份证 复印件",
];

fn main() {
    let library = content::load(&files(), Day::parse("2026-11-28").unwrap()).library;
    let items = items(&library);
    let words: Vec<Vec<String>> = library
        .words
        .iter()
        .map(|word| std::iter::once(&word.word).chain(&word.also).cloned().collect())
        .collect();
    let texts: Vec<String> = items.iter().map(|item| item.text.clone()).collect();
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    let (sections, began) = (items.len(), Instant::now());
    let index = Index::new(items, &words);
    println!(
        "{PAGES} pages, {sections} sections, {characters} characters; indexed in {} ms",
        began.elapsed().as_millis()
    );
    let mut slowest = (Duration::ZERO, "");
    for query in QUERIES {
        let hits = index.find(query).hits.len();
        let found = each(|| drop(black_box(index.find(black_box(query)))));
        let scanned = each(|| {
            black_box(texts.iter().filter(|text| text.contains(black_box(*query))).count());
        });
        println!("{:>6} µs, {hits:>2} hits; scan {:>5} µs: {query}", us(found), us(scanned));
        slowest = slowest.max((found, query));
    }
    println!("slowest: {} µs: {}", us(slowest.0), slowest.1);
}

fn us(time: Duration) -> u128 {
    time.as_micros()
}

fn each(run: impl Fn()) -> Duration {
    run();
    let began = Instant::now();
    (0..ROUNDS).for_each(|_| run());
    began.elapsed() / ROUNDS
}

/// Sections like ours: their sentences are ours, in another order on each page.
fn items(library: &Library) -> Vec<Item> {
    let guides: Vec<_> = library
        .guides
        .values()
        .filter(|guide| guide.language == Language::ZhHans)
        .map(|guide| (guide, sentences(&guide.body)))
        .collect();
    let mut items = Vec::new();
    for page in 0..PAGES {
        let (guide, _) = &guides[page % guides.len()];
        let title = format!("{}{page}", guide.title);
        for (at, heading) in guide.contents.iter().enumerate() {
            let (_, sentences) = &guides[(page + at * 7) % guides.len()];
            let from = (page * 31 + at * 17) % sentences.len();
            let text: Vec<&str> = sentences
                .iter()
                .cycle()
                .skip(from)
                .step_by(3)
                .take(14)
                .map(String::as_str)
                .collect();
            let heading = if at == 0 { String::new() } else { format!("{}{page}", heading.title) };
            let (title, about) = (title.clone(), String::new());
            items.push(Item { page, title, heading, about, text: text.join("\n") });
        }
    }
    items
}

fn sentences(html: &str) -> Vec<String> {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, words)| words));
    }
    text.split_inclusive('。').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

fn files() -> SiteFiles {
    let mut files = SiteFiles::default();
    add(&mut files, Path::new("guides"));
    files
}

fn add(files: &mut SiteFiles, dir: &Path) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add(files, &path);
        } else {
            files.insert(path.to_str().unwrap(), std::fs::read(&path).unwrap());
        }
    }
}
