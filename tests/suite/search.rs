//! Search over HTTP: what visitors find, what is marked, and that nothing is kept of what they asked.

use std::fs;
use std::path::Path;

use crate::support::{Server, Site, repository};

/// An address that asks for `query`.
fn asked(query: &str) -> String {
    query.bytes().fold("/search?q=".to_owned(), |address, byte| format!("{address}%{byte:02X}"))
}

/// Where the hits of a page lead, the best first.
fn hits(page: &str) -> Vec<String> {
    let Some(list) = page.split("hits\">").nth(1) else { return Vec::new() };
    let list = list.split("</ol>").next().unwrap();
    let links = list.split("<a href=\"").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
}

fn ours() -> (Site, Server) {
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    (site, server)
}

#[test]
fn visitors_find_what_they_want_in_their_own_words() {
    let (_site, server) = ours();
    for (query, wanted) in [
        // Other words for the same.
        ("退钱", "/g/fees#refund"),
        ("老赖", "/g/enforcement"),
        ("没钱交", "/g/fees#relief"),
        ("对方不给钱怎么办", "/g/enforcement"),
        ("欠钱不还怎么告", "/d/complaint-loan"),
        ("收到传票了怎么办", "/#sued"),
        ("夜里能办什么", "/g/terminals"),
        // By sound, by initials, with a character that has several readings.
        ("tuifei", "/g/fees"),
        ("tf", "/g/fees"),
        ("sqzx", "/g/enforcement"),
        ("baoquan", "/g/preservation"),
        ("laolai", "/g/enforcement"),
        ("qisuzhuang", "/d/complaint"),
        // Words that no title has, and initials of two; what straddles two words comes after.
        ("zx", "/g/enforcement"),
        ("zj", "/g/trial"),
        ("la", "/g/before"),
        ("yinhang", "/g/preservation"),
        ("lvshi", "/d/power-of-attorney"),
        ("lüshi", "/d/power-of-attorney"),
        ("shixin", "/g/enforcement"),
        ("lilv", "/d/complaint-loan"),
        // With one wrong character.
        ("申请执形", "/g/enforcement"),
        ("退废", "/g/fees"),
        ("网上保权", "/g/preservation"),
        ("tiufei", "/g/fees"),
        // Documents and calculators.
        ("离婚", "/d/complaint-divorce"),
        ("授权委托书", "/d/power-of-attorney"),
        ("撤诉", "/d/withdrawal"),
        ("算诉讼费", "/t/fee"),
        ("上诉最后一天", "/t/deadline?rule=appeal-judgment"),
        ("迟延利息", "/t/interest"),
    ] {
        let page = server.get(&asked(query));
        assert_eq!(page.status, 200, "{query}");
        let found = hits(&page.text());
        let near = found.iter().take(4).any(|link| link.starts_with(wanted));
        assert!(near, "{query}: {wanted} is not in {found:?}");
    }
}

#[test]
fn what_was_looked_for_is_marked_and_leads_to_its_section() {
    let site = Site::new();
    let server = site.serve();
    let page = server.get(&asked("身份证")).text();
    assert_eq!(hits(&page), ["/g/fees#s2"]);
    assert!(page.contains("<mark>身份证</mark>"), "{page}");
    assert!(page.contains("第二步：带材料") && page.contains("找到 1 处："));
    let page = server.get(&asked("退钱")).text();
    assert!(page.contains("缴费<mark>退费</mark>"), "{page}");
    let page = server.get(&asked("tuifei")).text();
    assert!(page.contains("按“退费”找的。"), "{page}");
    // Place, size and language last, and change without asking again.
    let page = server.get(&format!("{}&place=2&v=large", asked("身份证"))).text();
    assert_eq!(hits(&page), ["/g/fees?court=north&place=2&v=large#s2"]);
    assert!(
        page.contains("name=\"place\" value=\"2\"") && page.contains("name=\"v\" value=\"large\"")
    );
    assert!(page.contains("/search?q=%E8%BA%AB%E4%BB%BD%E8%AF%81&amp;court=north&amp;place=2\""));
}

#[test]
fn traditional_pages_are_searched_in_either_script_and_answer_in_theirs() {
    let (_site, server) = ours();
    for (query, wanted) in [
        ("退費", "/g/fees"),
        ("退錢", "/g/fees"),
        ("老賴", "/g/enforcement"),
        ("訴訟廢", "/g/fees"),
        ("強制執行", "/g/enforcement"),
        ("離婚", "/d/complaint-divorce"),
        ("退费", "/g/fees"),
        ("tuifei", "/g/fees"),
    ] {
        for language in ["zh-Hant", "zh-Hans", "en"] {
            let page = server.get(&format!("{}&lang={language}", asked(query))).text();
            let found = hits(&page);
            let near = found.iter().take(5).any(|link| link.starts_with(wanted));
            assert!(near, "{query} in {language}: {wanted} is not in {found:?}");
        }
    }
    let page = server.get(&format!("{}&lang=zh-Hant", asked("退費"))).text();
    assert!(page.contains("<html lang=\"zh-Hant\"") && page.contains("<mark>退費</mark>"));
    assert!(page.contains("value=\"退費\""), "what was typed stays: {page}");
    let list = page.split("hits\">").nth(1).unwrap().split("</ol>").next().unwrap();
    assert!(!list.contains("lang=\"") && !list.contains('费'), "{list}");
}

#[test]
fn english_pages_search_english_words_and_then_chinese_ones() {
    let (_site, server) = ours();
    for (query, wanted) in [
        ("refunds", "/g/fees?lang=en"),
        ("How do I appeal?", "/g/trial?lang=en"),
        ("enforcment", "/t/fee?kind=enforcement"),
        ("last day to appeal", "/t/deadline?rule=appeal-judgment&lang=en"),
        // Other words for the same.
        ("deadline", "/g/trial?lang=en#limits"),
        ("What are the deadlines?", "/g/trial?lang=en#limits"),
        ("poor", "/g/fees?lang=en#relief"),
        ("translate", "/g/fees?lang=en"),
        ("template", "/g/documents?lang=en"),
        ("power of attorney", "/d/power-of-attorney?lang=en"),
        ("divorce", "/d/complaint-divorce?lang=en"),
    ] {
        let page = server.get(&format!("{}&lang=en", asked(query))).text();
        let found = hits(&page);
        assert!(found.iter().take(4).any(|link| link.starts_with(wanted)), "{query}: {found:?}");
        assert!(
            page.contains("<html lang=\"en\"")
                && (page.contains(" closest results:") || page.contains("1 result:")),
            "{query}"
        );
    }
    // A Chinese word finds Chinese pages from there, and says so; an English one the other way round.
    let page = server.get(&format!("{}&lang=en", asked("起诉状"))).text();
    assert!(page.contains("<span lang=\"zh-Hans\">") && page.contains("<mark>起诉状</mark>"));
    let found = hits(&server.get(&format!("{}&lang=en", asked("老赖"))).text());
    assert!((1..found.len()).all(|at| !found[..at].contains(&found[at])), "{found:?}");
    let page = server.get(&asked("refund")).text();
    assert!(hits(&page)[0].starts_with("/g/fees"), "{page}");
    assert!(page.contains("<span lang=\"en\">"));
}

#[test]
fn who_finds_nothing_is_shown_every_topic_and_whom_to_call() {
    let (_site, server) = ours();
    for (language, words) in [("zh-Hans", "没有找到"), ("en", "Nothing found")] {
        let page = server.get(&format!("{}&lang={language}", asked("量子火车"))).text();
        assert!(page.contains(words) && page.contains("href=\"tel:12368\""), "{page}");
        for topic in ["fees", "filing", "preservation", "enforcement", "documents", "terminals"] {
            assert!(page.contains(&format!("href=\"/g/{topic}")), "{topic}");
        }
        assert!(page.contains("href=\"/t/") && page.contains("href=\"/d/"));
        assert_eq!(hits(&page), [""; 0]);
    }
    for nothing in ["/search", "/search?q=", "/search?q=%20%E3%80%80", "/search?x=1"] {
        let page = server.get(nothing);
        assert_eq!(page.status, 200, "{nothing}");
        let text = page.text();
        assert!(text.contains("您搜什么，我们不记。") && !text.contains("没有找到"), "{nothing}");
    }
}

#[test]
fn anything_may_be_asked_and_is_shown_as_text_only() {
    let site = Site::new();
    let server = site.serve();
    let (long, letters) = ("退费怎么办".repeat(400), "a".repeat(3000));
    for query in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "{{ t.site }} {% include \"login.html\" %}",
        "🙂👨‍👩‍👧‍👦🏳️‍🌈",
        "\u{0}\u{7}\u{1b}[31m",
        "\u{202e}费退\u{2066}",
        "退\r\nset-cookie: x=1\r\n费",
        "'; DROP TABLE scans; --",
        "../../etc/passwd",
        "%s%n%x",
        "&amp;lt;b&amp;gt;",
        "𠀀𠀁",
        &long,
        &letters,
    ] {
        let page = server.get(&asked(query));
        assert_eq!(page.status, 200, "{query:?}");
        let text = page.text();
        assert!(!text.contains("<script") && !text.contains("<img"), "{query:?}");
        assert!(
            !text.contains('\u{202e}') && !text.contains('\u{2066}') && !text.contains('\u{1b}')
        );
        assert_eq!(text.matches("<h1").count(), 1, "{query:?}");
        assert!(page.header("set-cookie").is_empty() && page.body.len() < 60_000, "{query:?}");
    }
    // As it stands in a form, so that it can be mended.
    let text = server.get(&asked("<b>\"退费\"")).text();
    assert!(text.contains("value=\"&lt;b&gt;&quot;退费&quot;\""), "{text}");
    assert_eq!(server.post("/search", &[], "q=1").status, 405);
    // Too long for any form: refused or answered, and the service goes on.
    let far = server.get(&asked(&"退".repeat(6000)));
    assert!(matches!(far.status, 200 | 414 | 431), "{}", far.status);
    assert_eq!(server.get("/healthz").status, 200);
}

/// Whether any file below `dir` holds `words`.
fn holds(dir: &Path, words: &[u8]) -> bool {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, words);
        }
        fs::read(&path).unwrap_or_default().windows(words.len()).any(|window| window == words)
    })
}

#[test]
fn nothing_of_a_query_is_kept_anywhere_and_only_found_or_not_is_counted() {
    const HIT: &str = "退钱给马尔克女士";
    const MISS: &str = "zyxwvut";
    let site = Site::new();
    let server = Server::start(&site.root(), &site.store(), &["-v", "-v", "-v"]);
    for query in [HIT, MISS, MISS] {
        let page = server.get(&asked(query));
        assert_eq!(page.header("cache-control"), "no-store");
        for header in ["etag", "set-cookie", "location"] {
            assert!(page.header(header).is_empty(), "{header}");
        }
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(!page.text().split("</title>").next().unwrap().contains(query), "no title has it");
    }
    // Who asks only about the page, and a machine, are nobody who searches.
    assert_eq!(server.ask("HEAD", &asked(MISS), &[]).status, 200);
    let robot = ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)");
    assert_eq!(server.ask("GET", &asked(MISS), &[robot]).status, 200);
    assert_eq!(server.get("/search").status, 200);
    let metrics = server.get("/metrics").text();
    assert!(metrics.contains("onecode_searches_total{outcome=\"hit\"} 1\n"), "{metrics}");
    assert!(metrics.contains("onecode_searches_total{outcome=\"miss\"} 2\n"), "{metrics}");
    assert!(!metrics.contains(MISS));
    let said = server.end();
    let encoded = asked(HIT).replace("/search?q=", "");
    for words in [HIT, MISS, encoded.as_str(), "马尔克", "/search"] {
        assert!(!said.contains(words), "{words} is in the log: {said}");
        assert!(!holds(site.dir.path(), words.as_bytes()), "{words} is in a file");
    }
}

#[test]
fn a_page_that_was_rewritten_is_found_by_its_new_words_alone() {
    let site = Site::new();
    let server = site.serve();
    assert_eq!(hits(&server.get(&asked("身份证")).text()), ["/g/fees#s2"]);
    assert_eq!(hits(&server.get(&asked("护照")).text()), [""; 0]);
    let file = "guides/fees/zh-Hans.md";
    let guide = fs::read_to_string(site.root().join(file)).unwrap();
    site.write(file, guide.replace("身份证", "护照"));
    let words = "guides/_facts/words.toml";
    let table = fs::read_to_string(site.root().join(words)).unwrap();
    site.write(words, table.replace("退钱", "讨回来"));
    server.hang_up();
    server.says("reloaded the site");
    assert_eq!(hits(&server.get(&asked("护照")).text()), ["/g/fees#s2"]);
    assert_eq!(hits(&server.get(&asked("身份证")).text()), [""; 0]);
    assert!(server.get(&asked("讨回来")).text().contains("<mark>退费</mark>"));
}

#[test]
fn the_box_stands_on_the_landing_page_and_at_the_foot_of_guides() {
    let (_site, server) = ours();
    for path in ["/", "/g/fees", "/g/trial?lang=en", "/200041T?v=large", "/search", "/nothing"] {
        let page = server.get(path).text();
        assert_eq!(page.matches("role=\"search\" action=\"/search\"").count(), 1, "{path}");
        assert!(!page.contains("<script "), "{path}");
        // At the foot of a guide every byte counts.
        let hints = ["/", "/search", "/nothing"].contains(&path);
        assert_eq!(page.contains("placeholder=\""), hints, "{path}");
    }
    let scanned = server.get("/2000813?v=large").text();
    let form = scanned.split("role=\"search\"").nth(1).unwrap().split("</form>").next().unwrap();
    for kept in
        ["name=\"court\" value=\"baoding\"", "name=\"place\" value=\"2\"", "value=\"large\""]
    {
        assert!(form.contains(kept), "{kept} is not in {form}");
    }
    assert!(!server.get("/d/").text().contains("role=\"search\""));
}
