//! Guides without a network: the worker in the browser, the file to keep; and what pages say in WeChat
//! and at night.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use onecode::content;
use onecode::domain::duty::Duty;
use onecode::domain::guide::Language;
use onecode::domain::period::{Day, Moment};
use onecode::domain::placement::PlacementNumber;
use onecode::domain::site::SiteFiles;
use onecode::domain::topic::TopicNumber;
use onecode::web::views::{Encoding, Page, PageKey, Views};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::browser::Browser;
use crate::support::{PHONE, Server, Site, repository};

/// Placement 1, topic 1.
const FEES: &str = "/200041T";

/// A browser that is none of another program.
const PLAIN: (&str, &str) =
    ("user-agent", "Mozilla/5.0 (Linux; Android 13) Chrome/120 Mobile Safari/537.36");

#[test]
fn a_guide_is_saved_as_one_file_that_asks_for_nothing() {
    let site = Site::new();
    let base = ["--base-url", "https://fy.example.cn"];
    let server = Server::start(repository(), &site.store(), &base);
    let file = server.get("/g/fees.html?court=baoding&place=2&v=large");
    assert_eq!(file.status, 200);
    let named = "attachment; filename=\"fees.html\"; filename*=UTF-8''%E7%BC%B4%E8%B4%B9%E9%80%80%E8%B4%B9.html";
    assert_eq!(file.header("content-disposition"), named);
    assert_eq!(file.header("onecode-scan"), "");
    let (text, page) = (file.text(), server.get("/g/fees?court=baoding&place=2&v=large").text());
    for word in ["<script", " src=", "rel=\"stylesheet\"", "href=\"/", "<form", "action=", "url("] {
        assert!(!text.contains(word), "{word} is in the file");
    }
    let sections = |html: &str| html.matches("<section id=").count();
    assert!(sections(&text) > 3 && sections(&text) == sections(&page));
    for words in [
        "<style>",
        "class=\"large\"",
        "没人值班时",
        "存下来的，可能已经不是最新的",
        "<b class=\"one\">https://fy.example.cn/g/fees",
        "href=\"https://fy.example.cn/",
        "href=\"#law-fees\"",
        "href=\"tel:12368\"",
    ] {
        assert!(text.contains(words), "{words} is not in the file");
    }
    let whole = server.get("/g/onecode.html?lang=zh-Hant");
    assert!(whole.text().contains("<html lang=\"zh-Hant\"") && whole.text().contains("存下來的"));
    assert_eq!(server.get("/g/nothing.html").status, 404);
    // Where the service has no address, links lead nowhere rather than wrong.
    server.stop();
    let text = site.serve().get("/g/fees.html").text();
    let outside =
        |rest: &&str| !["#", "tel:", "https://"].iter().any(|kind| rest.starts_with(kind));
    let wrong: Vec<&str> = text.split(" href=\"").skip(1).filter(outside).collect();
    assert_eq!(wrong, Vec::<&str>::new());
    // Nor does paper say an address that is none.
    let page = site.serve().get("/g/fees?lang=zh-Hans").text();
    assert!(page.contains("<dt>版本</dt>") && !page.contains("<dt>网址</dt>"), "{page}");
    assert!(text.contains("<dt>版本</dt>") && !text.contains("<dt>网址</dt>"), "{text}");
}

#[test]
fn a_row_that_leads_nowhere_has_no_arrow() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = site.serve();
    let arrows = |path: &str| {
        let html = server.get(path).text();
        let file = site.path("saved.html");
        fs::write(&file, html).unwrap();
        browser.open(&format!("file://{}", file.display()));
        let arrow = "getComputedStyle(a, ':after').content !== 'none'";
        browser.run(&format!(
            "return [...document.querySelectorAll('.topics a')].filter(a => {arrow}).length"
        ))
    };
    assert_ne!(arrows("/"), 0);
    assert_eq!(arrows("/g/onecode.html"), 0);
}

#[test]
fn every_guide_offers_its_file_and_says_in_other_programs_how_to_get_it() {
    let site = Site::new();
    let server = site.serve();
    let hint = "存不了文件，也打印不了。点右上角“···”，选“在浏览器打开”";
    for (path, file) in [
        ("/g/fees", "/g/fees.html"),
        ("/", "/g/onecode.html"),
        (FEES, "/g/fees.html?court=north&amp;place=1"),
        ("/g/fees?v=large&place=2", "/g/fees.html?court=north&amp;place=2&amp;v=large"),
    ] {
        let plain = server.ask("GET", path, &[PLAIN]);
        assert!(plain.text().contains(&format!("href=\"{file}\"")), "{path}");
        assert!(!plain.text().contains(hint), "{path}");
        let mut tags = vec![plain.header("etag")];
        for (agent, name) in [
            (PHONE, "微信"),
            ("Mozilla/5.0 (Linux; Android 12) AliApp(AP/10.5) AlipayClient/10.5", "支付宝"),
            ("Mozilla/5.0 (Linux; Android 12) DingTalk/7.0", "钉钉"),
            ("Mozilla/5.0 (Linux; Android 12) MQQBrowser/6.2 QQ/8.9", "QQ"),
        ] {
            let page = server.ask("GET", path, &[("user-agent", agent)]);
            assert!(page.text().contains(&format!("<p>{name}里{hint}")), "{path} {name}");
            tags.push(page.header("etag"));
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 5, "{path} has a tag for each");
    }
    // A cache in between has to know.
    assert!(server.get("/g/fees").headers().contains("user-agent"));
    assert!(!server.get("/search").headers().contains("user-agent"));
    // A PDF may be shown there; elsewhere it is saved.
    let blank = |agent| server.ask("GET", "/d/relief.pdf", &[agent]).header("content-disposition");
    assert!(blank(PLAIN).starts_with("attachment; "));
    assert!(blank(("user-agent", PHONE)).starts_with("inline; "));
    let answer = "/t/fee?kind=property_first_instance&amount=1";
    assert!(!server.ask("GET", answer, &[PLAIN]).text().contains("点了没反应"));
}

#[test]
fn one_script_is_allowed_by_its_hash_and_stands_on_guides_alone() {
    let site = Site::new();
    let server = site.serve();
    for path in ["/", "/g/fees", FEES, "/g/fees?lang=zh-Hant&v=large"] {
        let page = server.get(path);
        let text = page.text();
        assert_eq!(text.matches("<script>").count(), 1, "{path}");
        let script = text.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
        let hash = BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()));
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains(&format!("script-src 'sha256-{hash}'; worker-src 'self'")),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
    }
    for path in
        ["/d/", "/d/relief", "/t/", "/search", "/search?q=1", "/login", "/design", "/nothing"]
    {
        assert!(!server.get(path).text().contains("<script"), "{path}");
    }
    let worker = server.get("/sw.js");
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(worker.header("content-security-policy"), "default-src 'none'; connect-src 'self'");
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert_eq!(
        server.ask("GET", "/sw.js", &[("if-none-match", &worker.header("etag"))]).status,
        304
    );
    assert_eq!(site.stats(&[])[0]["scans"], 1, "the one code that was opened");
}

/// The addresses that the worker keeps.
fn kept(browser: &Browser) -> Vec<String> {
    let keys = browser.run(
        "return caches.open('pages-1').then(c => c.keys()) \
         .then(keys => keys.map(k => new URL(k.url)).map(u => u.pathname + u.search))",
    );
    let keys = keys.as_array().unwrap().iter();
    let mut keys: Vec<String> = keys.map(|key| key.as_str().unwrap().to_owned()).collect();
    keys.sort();
    keys
}

/// Waits until the worker keeps so many addresses.
fn wait_for(browser: &Browser, count: usize) {
    browser.wait(&format!(
        "return caches.open('pages-1').then(c => c.keys()).then(keys => keys.length >= {count})"
    ));
}

#[test]
fn a_page_is_handed_over_also_while_the_worker_is_asked_for_again_or_away() {
    let Some(browser) = Browser::phone(false) else { return };
    browser.open("about:blank");
    let script = fs::read_to_string(repository().join("templates/offline/register.js")).unwrap();
    let handed = |worker: &str| {
        browser.run_async(&format!(
            "const done = arguments[0], handed = [], never = new Promise(() => 0), faults = []; \
             addEventListener('unhandledrejection', fault => faults.push(String(fault.reason))); \
             const there = Promise.resolve({{active: {{postMessage: page => handed.push(page)}}}}); \
             const navigator = {{serviceWorker: {worker}}}; \
             {script}; \
             setTimeout(() => done([handed.map(page => page.slice(0, 5)), faults]), 50)"
        ))
    };
    let kept = json!([["<html"], []]);
    // Chromium looks for a newer one first, as long as that takes.
    assert_eq!(handed("{register: () => never, ready: there}"), kept);
    assert_eq!(handed("{register: () => Promise.resolve(), ready: there}"), kept);
    assert_eq!(handed("{register: () => Promise.reject('404'), ready: there}"), kept);
    let nothing = json!([[], []]);
    assert_eq!(handed("{register: () => Promise.reject('404'), ready: never}"), nothing);
    assert_eq!(handed("undefined"), nothing);
}

#[test]
fn a_guide_opened_once_is_shown_again_without_a_network_and_each_opening_counts_once() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = site.serve();
    let url = server.url.clone();
    browser.open(&format!("{url}{FEES}"));
    // Under its own address and its guide's; nothing was asked for ahead, and nothing twice.
    wait_for(&browser, 2);
    assert_eq!(kept(&browser), [FEES, "/g/fees?court=north&place=1"]);
    assert_eq!(site.stats(&[])[0]["scans"], 1);
    // Through the worker: counted once more, as a repeat, and answered from the network.
    for again in 1..=2 {
        browser.open(&format!("{url}{FEES}"));
        assert_eq!(browser.run("return !!navigator.serviceWorker.controller"), true);
        assert_eq!(browser.run("return document.querySelectorAll('.alert').length"), 0);
        let row = &site.stats(&[])[0];
        assert_eq!((&row["visits"], &row["repeats"]), (&1.into(), &json!(again)));
    }
    let outcomes = server.get("/readyz").text();
    assert!(outcomes.contains("scans kept 3\n"), "{outcomes}");
    // What may hold somebody's words is never kept.
    // Nor that a code is wrong.
    for path in ["/d/relief", "/search?q=1", "/t/fee", "/login", "/2ZZZZZ7", "/g/fees?court=south"]
    {
        browser.open(&format!("{url}{path}"));
    }
    wait_for(&browser, 3);
    let pages = ["/200041T", "/g/fees?court=north&place=1", "/g/fees?court=south"];
    assert_eq!(kept(&browser), pages);
    server.stop();
    for path in [FEES, "/g/fees?court=north&place=1", "/g/fees?court=north&place=1&v=large"] {
        browser.open(&format!("{url}{path}"));
        assert_eq!(
            browser.run("return document.querySelector('h1').textContent"),
            "缴费退费",
            "{path}"
        );
        let said = browser.run("return document.querySelector('.alert').innerText");
        assert!(said.as_str().unwrap().contains("现在连不上"), "{path}: {said}");
        let left = "return document.querySelectorAll('form, script, #save').length";
        assert_eq!(browser.run(left), 0, "{path}");
        let color = "return getComputedStyle(document.querySelector('.icon')).backgroundColor";
        assert_eq!(browser.run(color), "rgb(166, 28, 28)", "{path} has its style");
    }
    // In another size the same court's, though another one's was opened first.
    browser.open(&format!("{url}/g/fees?court=south&v=large"));
    let shown =
        browser.run("return document.querySelector('[rel=canonical]').getAttribute('href')");
    assert_eq!(shown, "/g/fees?court=south");
    // Another code, another place: what there is, and whom to call.
    for path in ["/g/fees?court=north&place=2", "/2000813"] {
        browser.open(&format!("{url}{path}"));
        let title = browser.run("return document.querySelector('h1').textContent");
        assert_eq!(title, "现在连不上", "{path}");
    }
    let links = "return [...document.querySelectorAll('li a')].map(a => a.getAttribute('href'))";
    assert_eq!(browser.run(links), json!(["/g/fees?court=south", "/g/fees?court=north&place=1"]));
    let row = &site.stats(&[])[0];
    assert_eq!(
        (&row["scans"], &row["visits"]),
        (&3.into(), &1.into()),
        "no page from a cache counts"
    );
}

/// The files of a directory, by their paths in the site.
fn add(dir: &Path, name: &str, files: &mut SiteFiles) {
    for entry in fs::read_dir(dir.join(name)).unwrap() {
        let path = entry.unwrap().file_name().to_str().unwrap().to_owned();
        let path = format!("{name}/{path}");
        if dir.join(&path).is_dir() {
            add(dir, &path, files);
        } else {
            files.insert(path.clone(), fs::read(dir.join(&path)).unwrap());
        }
    }
}

#[test]
fn a_code_in_a_24_hour_court_says_whether_somebody_is_there_and_until_when() {
    let mut files = SiteFiles::default();
    add(repository(), "templates", &mut files);
    add(&repository().join("tests/sites/good"), "guides", &mut files);
    let today = Day::parse("2026-11-27").unwrap();
    let library = Arc::new(content::load(&files, today).library);
    let views = Views::new(library, &files, None, today).unwrap();
    let moment = |text| Moment::typed(text).unwrap();
    let page = |duty, language| {
        let plain = PageKey::plain(Page::Guide(TopicNumber::new(1).unwrap()), language);
        let key = PageKey { duty, placement: PlacementNumber::new(2), ..plain };
        let bytes = views.get(&key).unwrap().body(Encoding::Plain);
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let monday = Duty::Closed { until: Some(moment("2026-11-30 08:30")) };
    let noon = Duty::Open { until: moment("2026-11-27 12:00") };
    for (duty, language, title, words) in [
        (None, Language::ZhHans, "没人值班时", ""),
        (Some(monday), Language::ZhHans, "现在没人值班", "下次上班：2026年11月30日（星期一）08:30"),
        (
            Some(monday),
            Language::En,
            "Nobody is on duty now",
            "Open again: Monday 30 November 2026, 08:30",
        ),
        (Some(noon), Language::ZhHans, "没人值班时", "现在是上班时间，到 12:00。"),
        (Some(Duty::Closed { until: None }), Language::ZhHans, "现在没人值班", "请拨打 12368 问"),
    ] {
        let html = page(duty, language);
        let night = html.split("<section class=\"night").nth(1).unwrap();
        let night = night.split("</section>").next().unwrap();
        let said = night.split("</h2>").next().unwrap();
        assert!(said.contains(title) && night.contains(words), "{night}");
        assert!(night.contains("夜里先算清楚"), "{night}");
        // What the worker leaves out of a copy, which may be read tomorrow.
        assert_eq!(night.matches("<p class=\"turns\">").count(), usize::from(duty.is_some()));
        let closed = matches!(duty, Some(Duty::Closed { .. }));
        assert_eq!(night.matches("<span class=\"now\" data-else=\"").count(), usize::from(closed));
    }
}

#[test]
fn hours_are_told_where_the_court_gave_them_and_in_its_24_hour_hall_alone() {
    let site = Site::new();
    let file = "guides/_facts/courts.toml";
    let courts = fs::read_to_string(site.root().join(file)).unwrap();
    let hours = "\non_duty = [\"08:30-12:00\", \"14:00-17:30\"]";
    site.write(file, courts.replacen("level = \"basic\"", &format!("level = \"basic\"{hours}"), 1));
    assert_eq!(site.run(&["check", "--today", "2026-11-24"]).code, 0);
    let server = site.serve();
    let tells = |path: &str| {
        let text = server.get(path).text();
        text.contains("现在没人值班") || text.contains("现在是上班时间")
    };
    assert!(tells("/g/fees?place=2") && tells("/2000813"));
    assert!(!tells("/g/fees?place=1") && !tells("/g/fees?court=north") && !tells(FEES));
    assert!(!tells("/g/fees.html?place=2"), "a file that is kept knows no time");
    let kept = server.get("/g/fees?place=2").header("cache-control");
    let seconds: u64 = kept.strip_prefix("public, max-age=").unwrap().parse().unwrap();
    assert!(seconds <= 300, "{kept}");
}
