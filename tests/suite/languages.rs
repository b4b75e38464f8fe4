//! Pages in each language: what is made, what is written, what stays, and the links between them.

use std::collections::BTreeMap;
use std::fs;

use encoding_rs::BIG5;
use onecode::domain::script::Script;

use crate::support::forms::Form;
use crate::support::{Server, Site, repository};

/// Every page that visitors have, without those of placements.
const PAGES: [&str; 19] = [
    "/",
    "/g/fees",
    "/g/filing",
    "/g/preservation",
    "/g/enforcement",
    "/g/documents",
    "/g/before",
    "/g/trial",
    "/g/terminals",
    "/t/",
    "/t/fee",
    "/t/fee?kind=property_halved",
    "/t/fee?kind=divorce&total=300000",
    "/t/deadline",
    "/t/deadline?rule=appeal-judgment&start=2026-11-27",
    "/t/interest",
    "/d/",
    "/d/complaint",
    "/d/fee-refund",
];

/// What a tool for converting characters gets wrong in texts of a court, and words of other regions.
const WRONG: &[&str] = &[
    "籤",
    "標準許",
    "準許",
    "準予",
    "獲準",
    "批準",
    "準不準",
    "複議",
    "複核",
    "複查",
    "覆印",
    "明瞭",
    "半隻",
    "是隻",
    "巡回",
    "后",
    "於某",
    "範某",
    "合並",
    "一並",
    "聯系",
    "關系",
    "係統",
    "制作",
    "復制",
    "錶格",
    "報錶",
    "徵明",
    "裏",
    "爲",
    "覈",
    "纔",
    "喫",
    "衆",
    "羣",
    "啓",
    "牀",
    "着",
    "叄",
    "臺",
    "資訊",
    "網路",
    "軟體",
    "影印",
    "螢幕",
    "程式",
    "列印",
    "簡訊",
    "點擊連結",
];

fn repository_server(site: &Site) -> Server {
    Server::start(repository(), &site.store(), &[])
}

fn in_language(path: &str, language: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}lang={language}")
}

/// The text of a page that is in the page's own language, and what is read aloud.
fn own_text(html: &str) -> String {
    let body = html.split("</style>").last().unwrap();
    let mut text = String::new();
    let mut foreign: Option<(String, usize)> = None;
    for part in body.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap();
        let closes = tag.starts_with('/');
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if let Some((outer, depth)) = &mut foreign {
            if *outer == name {
                *depth = if closes { *depth - 1 } else { *depth + 1 };
            }
            if *depth == 0 {
                foreign = None;
            }
        } else if tag.contains(" lang=\"") {
            foreign = Some((name, 1));
        }
        if foreign.is_none() {
            text.push_str(after);
            text.extend(tag.split("aria-label=\"").skip(1));
        }
    }
    text
}

#[test]
fn every_page_is_there_in_three_languages_that_lead_to_each_other() {
    let site = Site::new();
    let server = repository_server(&site);
    for path in PAGES {
        let mut tags = Vec::new();
        for language in ["zh-Hans", "zh-Hant", "en"] {
            let page = server.get(&in_language(path, language));
            assert!([200, 400].contains(&page.status), "{path}");
            let text = page.text();
            let html = format!("<html lang=\"{language}\" dir=\"ltr\"");
            assert!(text.contains(&html), "{path} {language}");
            for other in ["zh-Hans", "zh-Hant", "en"] {
                let link = format!("rel=\"alternate\" hreflang=\"{other}\" href=\"");
                assert_eq!(text.matches(&link).count(), 1, "{path} {language} to {other}");
            }
            assert!(text.contains(">繁體中文<") && text.contains(">简体中文<"), "{path}");
            assert!(!text.contains("还没有您所选语言的译文"), "{path} {language}");
            tags.push(page.header("etag"));
        }
        tags.dedup();
        assert_eq!(tags.iter().filter(|tag| !tag.is_empty()).count() % 3, 0, "{path}: {tags:?}");
    }
}

#[test]
fn traditional_pages_hold_no_other_character_and_none_of_the_known_mistakes() {
    let site = Site::new();
    let server = repository_server(&site);
    let mut faults = Vec::new();
    for path in PAGES {
        let text = own_text(&server.get(&in_language(path, "zh-Hant")).text());
        assert!(text.contains("訴訟"), "{path}");
        for c in text.chars().filter(|c| ('\u{3400}'..='\u{9fff}').contains(c)) {
            if BIG5.encode(c.encode_utf8(&mut [0; 4])).2 {
                faults.push(format!("{path}: {c} is no traditional character"));
            }
        }
        let wrong = WRONG.iter().filter(|wrong| text.contains(**wrong));
        faults.extend(wrong.map(|wrong| format!("{path}: {wrong}")));
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn what_has_two_forms_is_written_as_its_sentence_wants_it() {
    let site = Site::new();
    let server = repository_server(&site);
    for (path, words) in [
        ("/g/fees", &["文書生效之日起", "復核", "巡迴法庭", "只減一次"][..]),
        ("/g/documents", &["准不准法院定", "複印件", "怎麼簽", "復議"]),
        ("/g/filing", &["巡迴立案", "複印件", "拿不準", "行政復議"]),
        ("/g/enforcement", &["恢復執行", "被執行人", "准不准"]),
        ("/g/trial", &["准不准", "別急著簽", "證據"]),
        ("/g/preservation", &["範圍", "復議"]),
    ] {
        let text = own_text(&server.get(&in_language(path, "zh-Hant")).text());
        for word in words {
            assert!(text.contains(word), "{path} lacks {word}");
        }
    }
}

#[test]
fn a_browser_gets_its_script_and_caches_keep_the_two_apart() {
    let site = Site::new();
    let server = repository_server(&site);
    let ask = |path: &str, range: &str, tag: &str| {
        server.ask("GET", path, &[("accept-language", range), ("if-none-match", tag)])
    };
    for (range, language) in [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("ja,en;q=0.5", "en"),
        ("ja", "zh-Hans"),
        // By weight, wherever it stands; what has none is not wanted.
        ("en;q=0, zh", "zh-Hans"),
        ("en;q=0.1, zh;q=0.9", "zh-Hans"),
        ("zh-TW;q=0, zh-CN", "zh-Hans"),
        ("zh;q=0.5,en;q=0.8,zh-TW", "zh-Hant"),
        ("en;q=0.5,zh-TW;q=0.5", "en"),
        ("en;q=0", "zh-Hans"),
    ] {
        for path in ["/g/fees", "/", "/t/fee", "/200041T"] {
            let page = ask(path, range, "");
            let html = format!("<html lang=\"{language}\"");
            assert!(page.text().contains(&html), "{path} for {range}");
        }
    }
    let (simplified, traditional) = (ask("/g/fees", "zh-CN", ""), ask("/g/fees", "zh-TW", ""));
    assert!(traditional.header("vary").contains("accept-encoding"));
    assert!(traditional.headers().contains("accept-language"), "{}", traditional.headers());
    let tags = [simplified.header("etag"), traditional.header("etag")];
    assert_ne!(tags[0], tags[1]);
    assert_eq!(ask("/g/fees", "zh-TW", &tags[1]).status, 304);
    assert_eq!(ask("/g/fees", "zh-TW", &tags[0]).status, 200);
}

#[test]
fn the_paper_and_what_was_typed_stay_as_they_are() {
    let site = Site::new();
    let server = repository_server(&site);
    let page = server.get("/d/complaint?lang=zh-Hant").text();
    assert!(page.contains("文書本身是簡體"), "the page says what the paper is written in");
    let mut form = Form::on(&page);
    assert_eq!(form.action, "/d/complaint?lang=zh-Hant");
    form.set("plaintiffs.0.kind", &["个人"]);
    form.set("plaintiffs.0.name", &["后发云"]);
    let answer = server.post(&form.action, &[], &form.sent("next")).text();
    assert!(answer.contains("<html lang=\"zh-Hant\""));
    assert!(answer.contains("value=\"后发云\""), "a name is nobody's to change");
    assert!(answer.contains("value=\"个人\"") && answer.contains("個人"), "{answer}");
    let pdf = |language| server.get(&in_language("/d/complaint.pdf", language)).body;
    assert_eq!(pdf("zh-Hant"), pdf("zh-Hans"));
}

#[test]
fn the_site_s_own_exceptions_and_words_count() {
    let site = Site::new();
    let file = "templates/strings/zh-Hant.toml";
    let good = fs::read_to_string(repository().join(file)).unwrap();
    let own = good
        .replace("[exceptions]", "[exceptions]\n\"缴费\" = \"缴費\"")
        .replace("[strings]", "[strings]\nlarge = \"大字版的\"");
    site.write(file, own);
    let server = site.serve();
    let text = server.get("/g/fees?lang=zh-Hant").text();
    assert!(text.contains("<h1>缴費退費</h1>") && text.contains(">大字版的</a>"), "{text}");
    assert!(server.get("/g/fees").text().contains(">长辈版</a>"));
}

#[test]
fn a_guide_written_in_traditional_characters_is_shown_as_it_was_written() {
    let site = Site::new();
    let guide = fs::read_to_string(site.root().join("guides/fees/zh-Hans.md")).unwrap();
    let script = Script::new(&BTreeMap::new(), BTreeMap::from([('着', '著')])).unwrap();
    let guide = script.traditional(&guide).replace("繳費退費", "繳費與退費裏");
    site.write("guides/fees/zh-Hant.md", guide);
    let server = site.serve();
    let text = server.get("/g/fees?lang=zh-Hant").text();
    assert!(text.contains("<html lang=\"zh-Hant\""));
    assert!(text.contains("<h1>繳費與退費裏</h1>"), "{text}");
    assert!(text.contains("<div class=\"body\" lang=\"zh-Hant\">"));
    assert!(text.contains("長輩版") && !text.contains("還沒有您所選語言"));
    // The other pages are made.
    assert!(server.get("/?lang=zh-Hant").text().contains("全部事項"));
}

#[test]
fn a_translation_that_is_missing_shows_the_source_and_says_so() {
    let site = Site::new();
    let server = site.serve();
    let text = server.get("/g/fees?lang=en").text();
    assert!(
        text.contains("<html lang=\"en\"")
            && text.contains("<div class=\"body\" lang=\"zh-Hans\">")
    );
    assert!(text.contains("This page is not translated yet"), "{text}");
}

#[test]
fn staff_pages_are_written_ones_only() {
    let site = Site::new();
    let server = repository_server(&site);
    let text = server.get("/login?lang=zh-Hant").text();
    assert!(text.contains("<html lang=\"zh-Hans\"") && !text.contains("繁體中文"), "{text}");
    let text = server.ask("GET", "/login", &[("accept-language", "zh-TW,en;q=0.5")]).text();
    assert!(text.contains("<html lang=\"en\""));
}

#[test]
fn exceptions_at_fault_are_told_with_what_to_do() {
    let site = Site::new();
    let file = "templates/strings/zh-Hant.toml";
    let good = fs::read_to_string(repository().join(file)).unwrap();
    let bad = good
        .replace("[exceptions]", "[exceptions]\n\"网络信息\" = \"網路資訊信\"\n\"诉\" = \"诉\"")
        .replace("[strings]", "[strings]\nlarg = \"大\"")
        .replace("\"爲\" = \"為\"", "\"爲\" = \"为\"");
    site.write(file, bad);
    let check = site.run(&["check", "--today", "2026-11-24"]);
    assert_eq!(check.code, 1);
    for words in [
        "error: zh-Hans.toml has no string \"larg\"",
        "did you mean \"large\"?",
        "\"网络信息\" and \"網路資訊信\" are not the same number of Chinese characters",
        "change characters, not words",
        "error: 诉 (U+8BC9) is not a traditional character",
        "error: 为 (U+4E3A) is not a traditional character",
    ] {
        assert!(check.stdout.contains(words), "{words}: {}", check.stdout);
    }
    site.write(file, good);
    let guide = "guides/fees/zh-Hans.md";
    let text = fs::read_to_string(site.root().join(guide)).unwrap();
    site.write(guide, text.replace("## 第二步", "吃一钵面。\n\n## 第二步"));
    let check = site.run(&["check", "--today", "2026-11-24"]);
    let words = "warning: 钵 becomes 鉢 on traditional pages";
    assert!(check.stdout.contains(words), "{}", check.stdout);
}
