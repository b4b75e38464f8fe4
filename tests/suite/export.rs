//! `onecode export`: the whole site as files, that work without a service.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::forms::plain;
use crate::support::{Ran, Server, Site, repository, run};

fn is_page(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|ending| ending == "html")
}

/// An address of the search with a query.
fn asked(query: &str) -> String {
    query.bytes().fold("/search?q=".to_owned(), |address, byte| format!("{address}%{byte:02X}"))
}

/// Every file below a directory, by its path.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn export(site: &Site, out: &Path, more: &[&str]) -> Ran {
    site.run(&[&["export", "--out", out.to_str().unwrap()][..], more].concat())
}

/// An export of a throw-away site.
fn exported(more: &[&str]) -> (Site, PathBuf) {
    let site = Site::new();
    let out = site.path("files");
    let ran = export(&site, &out, more);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    (site, out)
}

fn read(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The values of an attribute.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!(" {name}=\"");
    let found = html.match_indices(&mark).map(|(at, _)| &html[at + mark.len()..]);
    found.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn a_site_becomes_files_the_same_twice_and_every_address_in_them_is_right() {
    let (site, out) = exported(&["--base-url", "https://fy.example.cn"]);
    let files = tree(&out);
    for file in ["index.html", "search.html", "g/fees.html", "t/index.html", "t/fee.html"] {
        for folder in ["", "large/", "en/", "en/large/", "zh-Hant/", "zh-Hant/large/"] {
            assert!(files.contains_key(&format!("{folder}{file}")), "{folder}{file}");
        }
    }
    let mut links = 0;
    for (file, bytes) in files.iter().filter(|(file, _)| is_page(file)) {
        let html = std::str::from_utf8(bytes).unwrap();
        let here = Path::new(file).parent().unwrap();
        for address in [values(html, "href"), values(html, "src"), values(html, "action")].concat()
        {
            if address.starts_with("tel:") || address.starts_with("https://") {
                continue;
            }
            let (to, anchor) = address.split_once('#').unwrap_or((address, ""));
            let to = if to.is_empty() { out.join(file) } else { out.join(here).join(to) };
            let there = fs::read(&to).unwrap_or_else(|_| panic!("{file}: {address}"));
            let id = format!(" id=\"{anchor}\"");
            let is_there = anchor.is_empty() || String::from_utf8_lossy(&there).contains(&id);
            assert!(is_there, "{file}: {address}");
            links += 1;
        }
        for word in ["/login", "method=\"post\"", "rel=\"canonical\"", "name=\"court\""] {
            assert!(!html.contains(word), "{file} has {word}");
        }
    }
    assert!(links > 500, "{links}");
    // Once more, into a folder of another name, then over the first.
    let again = site.path("again");
    assert_eq!(export(&site, &again, &["--base-url", "https://fy.example.cn"]).code, 0);
    assert!(files == tree(&again), "two exports differ");
    fs::write(out.join("g/stale.html"), "").unwrap();
    assert_eq!(export(&site, &out, &["--base-url", "https://fy.example.cn"]).code, 0);
    assert!(files == tree(&out), "an export leaves what was there before");
    let beside: BTreeSet<_> =
        fs::read_dir(site.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let expected = ["again", "files", "site"].map(std::ffi::OsString::from);
    assert_eq!(beside, BTreeSet::from(expected), "nothing is left beside it");
}

#[test]
fn what_needs_the_service_says_so_and_nothing_else_is_lost() {
    let (site, out) = exported(&["--base-url", "https://fy.example.cn"]);
    let server = site.serve();
    for file in ["relief.pdf", "relief.docx"] {
        let blank = fs::read(out.join("d").join(file)).unwrap();
        assert!(blank == server.get(&format!("/d/{file}")).body, "{file} is the blank form");
    }
    let online = server.get("/g/fees").text();
    let page = read(&out, "g/fees.html");
    let body = |html: &str| {
        let start = html.find("<div class=\"body\"").unwrap();
        html[start..html.find("id=\"sources\"").unwrap()].to_owned()
    };
    assert_eq!(body(&page).matches("<li").count(), body(&online).matches("<li").count());
    assert!(!page.contains("id=\"useful\"") && online.contains("id=\"useful\""));
    for (file, address) in [
        ("t/fee.html", "https://fy.example.cn/t/fee"),
        ("t/deadline.html", "https://fy.example.cn/t/deadline"),
        ("t/interest.html", "https://fy.example.cn/t/interest"),
        ("d/relief.html", "https://fy.example.cn/d/relief"),
    ] {
        let html = read(&out, file);
        assert!(html.contains("这里没有联网") && html.contains(&format!(">{address}<")), "{file}");
        assert!(!html.contains("class=\"input\"") && html.contains("<svg"), "{file}");
    }
    let rules = read(&out, "t/deadline.html");
    assert!(rules.contains(" · "), "the day from which a limit runs is told: {rules}");
    assert!(read(&out, "d/relief.html").contains("href=\"relief.pdf\""));
    // Where no address is known, there is a telephone.
    let (_site, out) = exported(&[]);
    let html = read(&out, "t/fee.html");
    assert!(html.contains("请问窗口，或者拨打 <a href=\"tel:12368\">"), "{html}");
    // Without a script everything is listed.
    let html = read(&out, "search.html");
    for file in ["g/fees.html", "t/index.html", "d/index.html"] {
        assert!(html.contains(&format!("href=\"{file}\"")), "{file}");
    }
    assert!(html.contains("<noscript>"));
}

#[test]
fn a_kiosk_s_own_court_and_place_are_on_every_page() {
    let (_site, out) = exported(&["--placement", "2"]);
    let html = read(&out, "large/g/fees.html");
    assert!(html.contains("北城区人民法院") && html.contains("夜里先算清楚"), "{html}");
    let (_site, out) = exported(&["--court", "south"]);
    let html = read(&out, "index.html");
    assert!(html.contains("南城区人民法院") && !html.contains("夜里先算清楚"), "{html}");
    let site = Site::new();
    let wrong = export(&site, &site.path("files"), &["--court", "sout"]);
    assert!(
        wrong.code == 2 && wrong.stderr.contains("did you mean \"south\"?"),
        "{}",
        wrong.stderr
    );
    let wrong = export(&site, &site.path("files"), &["--placement", "99"]);
    assert!(wrong.code == 2 && !site.path("files").exists(), "{}", wrong.stderr);
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone_and_a_site_at_fault_writes_nothing() {
    let site = Site::new();
    let out = site.path("photos");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("index.html"), "mine").unwrap();
    let ran = export(&site, &out, &[]);
    assert!(ran.code == 2 && ran.stderr.contains("is not empty"), "{}", ran.stderr);
    assert_eq!(tree(&out).into_iter().next().unwrap().1, b"mine");
    let empty = site.path("empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(export(&site, &empty, &[]).code, 0);
    let before = tree(&empty);
    // A template that leads nowhere: told with its page, and the export of before stays.
    let home = fs::read_to_string(repository().join("templates/topics.html")).unwrap();
    site.write("templates/topics.html", format!("{home}<a href=\"/nowhere\">x</a>"));
    let ran = export(&site, &empty, &[]);
    assert!(ran.code == 1 && ran.stderr.contains("index.html: error: /nowhere"), "{}", ran.stderr);
    site.write("templates/topics.html", format!("{home}<a href=\"#nowhere\">x</a>"));
    let ran = export(&site, &empty, &[]);
    assert!(ran.code == 1 && ran.stderr.contains("search.html: error: #nowhere"), "{}", ran.stderr);
    assert!(tree(&empty) == before);
    // A run before was cut short between the old one and the new one: the old one stays.
    let aside = site.path(".empty.onecode-before");
    fs::rename(&empty, &aside).unwrap();
    assert_eq!(export(&site, &empty, &[]).code, 1);
    assert!(tree(&empty) == before && !aside.exists());
    site.write("templates/topics.html", &home);
    let link = site.path("link");
    std::os::unix::fs::symlink(&empty, &link).unwrap();
    // What a link leads to is replaced, not the link.
    assert_eq!(export(&site, &link, &[]).code, 0);
    assert!(link.is_symlink() && !empty.is_symlink() && tree(&empty) == before);
}

/// What visitors ask, as they type it.
const ASKED: &[&str] = &[
    "退钱",
    "老赖",
    "没钱交",
    "对方不给钱怎么办",
    "欠钱不还怎么告",
    "收到传票了怎么办",
    "夜里能办什么",
    "tuifei",
    "tui fei",
    "tf",
    "sqzx",
    "baoquan",
    "laolai",
    "qisuzhuang",
    "申请执形",
    "退废",
    "网上保权",
    "tiufei",
    "zx",
    "xz",
    "la",
    "yinhang",
    "lüshi",
    "shixin",
    "chongxin",
    "离婚",
    "授权委托书",
    "撤诉",
    "算诉讼费",
    "上诉最后一天",
    "迟延利息",
    "refund",
    "refunds",
    "How do I appeal?",
    "enforcment",
    "last day to appeal",
    "deadline",
    "template please",
    "起诉状",
    "身份证",
    "退 费",
    "费",
    "PDF",
    "12368",
    "zhongjie",
    "立案 材料",
    "被告不来开庭",
    "多久能拿到钱",
    "法院",
    "the",
    "ｔｕｉｆｅｉ",
    "量子火车",
    "zzzzz",
    "🙂",
    "退費",
    "申請執行",
];

/// A hit of the service, as an exported page has it.
fn as_file(address: &str) -> String {
    let (address, anchor) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let chosen = pairs.clone().find(|(name, _)| ["kind", "rule"].contains(name));
    let anchor = chosen.map_or(anchor, |(_, value)| value);
    let file = match path {
        "/" => "index".to_owned(),
        "/t/" | "/d/" => format!("{}index", &path[1..]),
        _ => path[1..].to_owned(),
    };
    let joint = if anchor.is_empty() { "" } else { "#" };
    format!("{file}.html{joint}{anchor}")
}

/// The list of hits of a served page, with the addresses of an exported one.
fn served_hits(html: &str) -> String {
    let Some(list) = html.split("hits\">").nth(1) else { return String::new() };
    let list = list.split("</ol>").next().unwrap().replace('\n', "");
    let mut parts = list.split("href=\"");
    let first = parts.next().unwrap();
    let rest = parts.map(|part| {
        let (address, rest) = part.split_once('"').unwrap();
        ["href=\"", &as_file(&plain(address)), "\"", rest].concat()
    });
    plain(&[first, &rest.collect::<String>()].concat())
}

#[test]
fn an_exported_site_is_searched_from_the_disk_as_the_service_searches() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let out = site.path("files");
    let ran =
        run(["export", "--root", repository().to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let server = Server::start(repository(), &site.store(), &[]);
    let folder = format!("file://{}", out.display());
    let mut hits = 0;
    for (language, dir) in [("zh-Hans", ""), ("en", "/en")] {
        browser.open(&format!("{folder}{dir}/search.html"));
        let answers = browser.run(&format!(
            "return {}.map(query => {{ const parts = onecode.answer(query); \
             return [parts[0].textContent, parts.length > 1 ? parts[1].innerHTML : ''] }})",
            json!(ASKED)
        ));
        for (query, found) in ASKED.iter().zip(answers.as_array().unwrap()) {
            let page = server.get(&format!("{}&lang={language}", asked(query))).text();
            let expected = served_hits(&page);
            assert_eq!(plain(found[1].as_str().unwrap()), expected, "{query} {language}");
            let told = page.split("role=\"status\">").nth(1).unwrap();
            let told =
                told.split(if expected.is_empty() { "</div>" } else { "</p>" }).next().unwrap();
            let told: String =
                told.split('<').map(|part| part.rsplit('>').next().unwrap()).collect();
            let squeeze = |text: &str| plain(text).split_whitespace().collect::<String>();
            assert_eq!(squeeze(found[0].as_str().unwrap()), squeeze(&told), "{query} {language}");
            hits += usize::from(!expected.is_empty());
        }
    }
    assert!(hits > 60, "{hits}");
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn somebody_reads_and_searches_on_a_stick() {
    let Some(browser) = Browser::phone(false) else { return };
    let (_site, out) = exported(&["--base-url", "https://fy.example.cn"]);
    browser.open(&format!("file://{}/zh-Hant/index.html", out.display()));
    browser.run("document.querySelector('.find input[name=q]').focus()");
    browser.press("身份证\u{E007}");
    browser.wait("return location.pathname.endsWith('/zh-Hant/search.html') && !!document.querySelector('.hits')");
    assert_eq!(browser.run("return document.querySelector('.hits mark').textContent"), "身份證");
    browser.run("document.querySelector('.hits a').click()");
    browser.wait("return location.pathname.endsWith('/zh-Hant/g/fees.html')");
    assert_eq!(browser.run("return location.hash"), "#s2");
    browser.run("document.querySelector('header a.btn').click()");
    browser.wait("return location.pathname.endsWith('/zh-Hant/large/g/fees.html')");
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn no_exported_page_scrolls_sideways_however_long_its_address() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let out = site.path("files");
    let args = ["--base-url", "https://ssfw.baoding-jingxiu.court.example.cn", "--placement", "2"];
    let root = ["--root", repository().to_str().unwrap(), "--out", out.to_str().unwrap()];
    let ran = run([&["export"][..], &root, &args].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    browser.resize(320, 640);
    let files = tree(&out);
    let is_looked_at = |file: &&String| {
        let has_address = ["d/", "t/", "large/t/"].iter().any(|start| file.starts_with(start));
        let others = ["index.html", "search.html", "large/g/fees.html", "large/d/complaint.html"];
        is_page(file) && (has_address || others.contains(&file.as_str()))
    };
    let looked_at: Vec<&String> = files.keys().filter(is_looked_at).collect();
    assert!(looked_at.len() > 30, "{looked_at:?}");
    for file in looked_at {
        browser.open(&format!("file://{}/{file}", out.display()));
        let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
        assert!(wide.as_i64().unwrap() <= 0, "{file} scrolls sideways by {wide}");
    }
}
