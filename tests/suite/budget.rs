//! What a page may cost and may do: its bytes in every coding, how long it is kept, its policy.

use crate::support::html::{Tag, tags};
use crate::support::local::{Browser, Local, MORNING};
use crate::support::{Server, Site, map, repository, unpacked};

/// What a phone gets in the first flight of packets: ten of 1460 bytes, less the headers.
const BUDGET: usize = 13 * 1024;

/// The codings, with a header that asks for each.
const CODINGS: [(&str, &str); 3] =
    [("gzip", "gzip, deflate"), ("zstd", "gzip, deflate, zstd"), ("br", "gzip, deflate, br, zstd")];

#[test]
fn every_guide_takes_one_request_of_at_most_13_kb_in_each_coding_language_and_size() {
    let address = ["--base-url", "https://fy.example.cn"];
    let server = Server::start(repository(), &Site::new().store(), &address);
    let guides = map::guides().into_iter().map(|slug| format!("/g/{slug}"));
    let others = ["/", "/?place=2", "/g/fees?place=2", "/200041T"].map(str::to_owned);
    let mut pages = 0;
    for path in guides.chain(others) {
        for (language, large) in map::LANGUAGES.map(|l| [(l, false), (l, true)]).concat() {
            let path = map::shown(&path, language, large);
            let plain = server.get(&path);
            let html = plain.text();
            assert!(plain.header("content-encoding").is_empty(), "{path}");
            for (coding, asked) in CODINGS {
                let packed = server.ask("GET", &path, &[("accept-encoding", asked)]);
                assert_eq!(packed.header("content-encoding"), coding, "{path}");
                assert!(packed.body.len() <= BUDGET, "{path}: {} B {coding}", packed.body.len());
                assert!(
                    unpacked(coding, &packed.body) == plain.body,
                    "{path} is another page in {coding}"
                );
            }
            // Whatever a browser would fetch by itself before the page can be read.
            for tag in tags(&html) {
                let fetched = ["src", "srcset", "data", "poster", "background", "xlink:href"];
                let fetched = fetched.iter().find_map(|name| tag.attribute(name));
                let sheet = tag.name == "link" && tag.attribute("rel") == Some("stylesheet");
                let later = tag.attribute("defer").is_some();
                assert!((fetched.is_none() && !sheet) || later, "{path}: {tag:?}");
                assert!(!tag.raw.contains("url(") && !tag.raw.contains("@import"), "{path}");
            }
            pages += 1;
        }
    }
    assert!(pages >= 6 * 12, "{pages}");
}

#[test]
fn each_coding_has_its_own_tag_and_a_browser_that_has_it_gets_304() {
    let site = Site::new();
    let server = site.serve();
    let mut known = Vec::new();
    for asked in ["", "gzip", "zstd", "br", "br;q=0.1, gzip;q=0.2", "*;q=0"] {
        for path in ["/g/fees", "/nothing"] {
            let answer = server.ask("GET", path, &[("accept-encoding", asked)]);
            let vary = answer.header("vary").to_ascii_lowercase();
            assert!(vary.contains("accept-encoding"), "{path}: {vary}");
            let tag = answer.header("etag");
            assert!(tag.starts_with('"'), "{tag} is strong: it stands for these very bytes");
            if path != "/g/fees" {
                continue;
            }
            known.push((answer.header("content-encoding"), tag.clone()));
            let again = |tag: &str| {
                server.ask("GET", path, &[("accept-encoding", asked), ("if-none-match", tag)])
            };
            for have in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
                let again = again(&have);
                assert_eq!((again.status, again.body.len()), (304, 0), "{asked:?} {have}");
                for name in ["etag", "vary", "cache-control", "content-security-policy"] {
                    assert_eq!(again.header(name), answer.header(name), "{name}");
                }
                assert!(again.header("content-type").is_empty());
            }
            assert_eq!(again("\"x\"").status, 200);
        }
    }
    let codings: Vec<&str> = known.iter().map(|(coding, _)| coding.as_str()).collect();
    assert_eq!(codings, ["", "gzip", "zstd", "br", "gzip", ""]);
    let mut tags: Vec<&String> = known.iter().map(|(_, tag)| tag).collect();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4, "one for each form");
}

#[test]
fn a_page_is_kept_for_five_minutes_but_not_past_midnight_when_what_it_says_changes() {
    const MIDNIGHT: i64 = 16 * 3600; // from eight in the morning
    let service = Local::start();
    let browser = service.browser();
    for (passed, kept) in [
        (0, "public, max-age=300"),
        (MIDNIGHT - 300, "public, max-age=300"),
        (MIDNIGHT - 299, "public, max-age=299"),
        (MIDNIGHT - 1, "public, max-age=1"),
        // The day is over, the site was not read again yet: asked for anew each time.
        (MIDNIGHT, "public, max-age=0"),
        (MIDNIGHT + 86_400, "public, max-age=0"),
    ] {
        service.clock.0.store(MORNING + passed, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(browser.get("/g/fees").header("cache-control"), kept, "{passed} s later");
    }
}

/// What is wrong with a page's tags by its own policy.
fn against(policy: &str, page: &[Tag]) -> Vec<String> {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use sha2::{Digest, Sha256};
    let allowed = |directive: &str, source: &str| {
        let mut directives = policy.split(';').map(str::trim);
        directives.any(|d| {
            let mut words = d.split(' ');
            words.next() == Some(directive) && words.any(|word| word == source)
        })
    };
    let mut faults = Vec::new();
    for tag in page {
        let mut fault = |what: &str| faults.push(format!("<{}> {what}", tag.name));
        for (name, value) in &tag.attributes {
            let runs = value.trim_start().to_ascii_lowercase().starts_with("javascript:");
            if name == "style" || name.starts_with("on") || runs {
                fault(&format!("{name}={value:?}"));
            }
        }
        let hash = || BASE64_STANDARD.encode(Sha256::digest(tag.raw.as_bytes()));
        let source = || format!("'sha256-{}'", hash());
        match (tag.name.as_str(), tag.attribute("src")) {
            ("style", _) if !allowed("style-src", &source()) => fault("of an unknown hash"),
            ("script", None) if !allowed("script-src", &source()) => fault("of an unknown hash"),
            ("script", Some(_)) if !allowed("script-src", "'self'") => fault("from elsewhere"),
            _ => {}
        }
    }
    faults
}

/// What is wrong with an answer that is a page, by its policy.
fn faults(policy: &str, html: &str) -> Vec<String> {
    let mut faults = against(policy, &tags(html));
    if !policy.starts_with("default-src 'none'") || policy.contains("unsafe") {
        faults.push(policy.to_owned());
    }
    faults
}

#[test]
fn what_a_policy_forbids_is_seen() {
    let policy =
        "default-src 'none'; style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
    for (html, faulty) in [
        ("<style></style><p class=\"style\">a < b</p><!-- <p style='x'> -->", false),
        ("<style>p{}</style>", true),
        ("<p STYLE='color:red'>", true),
        ("<br/><g fill=red onclick=x>", true),
        ("<a href=\" JavaScript:x\">", true),
        ("<script></script>", true),
        ("<script src=/x.js></script>", true),
    ] {
        assert_eq!(!faults(policy, html).is_empty(), faulty, "{html}");
    }
    assert_eq!(faults("default-src 'none'; style-src 'unsafe-inline'", "").len(), 1);
}

#[test]
fn no_page_has_a_style_or_a_script_that_its_policy_does_not_name() {
    let dir = tempfile::tempdir().unwrap();
    let service = Local::whole(dir.path());
    let (mut pages, mut charts) = (0, 0);
    let mut look = |path: &str, browser: &Browser, large: bool| {
        for language in map::LANGUAGES {
            let path = map::shown(path, language, large);
            let page = browser.get(&path);
            assert!(page.text.starts_with("<!DOCTYPE html>"), "{path} {}", page.status);
            let found = faults(page.header("content-security-policy"), &page.text);
            assert_eq!(found, [""; 0], "{path}");
            charts += page.text.matches("class=\"chart ").count();
            pages += 1;
        }
    };
    service.visit_all(|_, path, browser| {
        look(path, browser, false);
        // The large version differs by a class alone: a guide and the dashboard stand for all.
        if path == "/g/fees" || path == "/stats" {
            look(path, browser, true);
        }
    });
    assert!(pages > 150 && charts > 0, "{pages} pages, {charts} charts");
}
