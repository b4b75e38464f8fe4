//! A real Chromium at phone size, driven over WebDriver: what somebody sees who scanned a poster.

use std::process::Command;

use onecode::domain::alarm::AlarmKind;
use onecode::domain::period::Moment;
use onecode::domain::user::Role;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::local::{Local, MORNING, PASSWORD, wait};
use crate::support::{Server, Site, has_tool, repository};

/// Touch targets that are too small: links in running text are exempt (WCAG 2.5.8).
const SMALL_TARGETS: &str = "return [...document.querySelectorAll('.btn, .topics a, .toc a, .brand, \
    .input, .find input, .go, summary, .back a, input[type=checkbox], input[type=radio]')].map(e => (e.closest('label') || e)).filter(e => { \
    const r = e.getBoundingClientRect(); return r.width > 0 && r.height < 44 }) \
    .map(e => e.outerHTML.slice(0, 80))";

/// What is set in smaller letters than that many pixels, but for the bars at the head and the foot.
const SMALL_LETTERS: &str = "const says = n => n.nodeType === 3 && n.textContent.trim(); \
    return [...document.querySelectorAll('body *:not(script, style)')].filter(e => \
    !e.closest('.top, .bar, .skip, [aria-hidden]') && [...e.childNodes].some(says) \
    && e.getBoundingClientRect().height > 0 && parseFloat(getComputedStyle(e).fontSize) < least) \
    .map(e => e.outerHTML.slice(0, 80))";

/// The heights of what is tapped to say whether a page was useful.
const ANSWERS: &str = "return [...document.querySelectorAll('#useful button')] \
    .map(e => Math.round(e.getBoundingClientRect().height))";

#[test]
fn a_phone_that_opens_a_code_sees_the_guide_and_is_counted() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = site.serve();
    browser.open(&format!("{}/200041T", server.url));
    assert_eq!(browser.run("return document.querySelector('h1').textContent"), "缴费退费");
    assert_eq!(browser.run("return document.documentElement.lang"), "zh-Hans");
    let here = browser.run("return document.querySelector('header').innerText");
    assert!(here.as_str().unwrap().contains("北城区人民法院"), "{here}");
    // A large-version link leads to the same guide and is no scan.
    browser.run("document.querySelector('header a.btn').click()");
    assert_eq!(
        browser.run("return location.pathname + location.search"),
        "/g/fees?court=north&place=1&v=large"
    );
    let stats = site.run(&["stats", "--by", "court,topic,client", "--format", "csv"]);
    assert!(stats.stdout.contains("north,fees,wechat,1,1,0"), "{}", stats.stdout);
}

#[test]
fn a_tap_at_the_end_of_a_page_is_counted_and_thanked_for_there() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = site.serve();
    browser.open(&format!("{}/200041T?v=large", server.url));
    browser.run("document.querySelector('#useful button[value=partly]').click()");
    assert_eq!(
        browser.run("return location.pathname + location.search + location.hash"),
        "/g/fees?court=north&place=1&v=large&thanks=1#useful"
    );
    let seen = browser.run(
        "const r = document.querySelector('#useful h2').getBoundingClientRect(); \
         return r.top >= 0 && r.bottom <= innerHeight",
    );
    assert_eq!(seen, true, "the thanks are in sight");
    let stats = site.run(&["stats", "--useful", "--by", "placement,topic", "--format", "csv"]);
    assert!(stats.stdout.contains("1,fees,0,1,0"), "{}", stats.stdout);
}

/// The pages that are looked at in every manner.
const LOOKED_AT: &str = "/ /g/fees /g/filing /g/preservation /g/enforcement /g/documents /200041T /2000813 \
    /nothing /design /t/ /t/fee /t/fee?kind=property_halved \
    /t/fee?kind=property_first_instance&amount=1234567890.12 /t/deadline \
    /t/deadline?rule=appeal-judgment&start=2026-11-27 \
    /t/deadline?rule=apply-enforcement&start=2026-12-24 /t/interest /d/ /d/complaint \
    /d/complaint/filled.pdf /search /search?q=tuifei /search?q=zzzzz \
    /search?q=refund&lang=en";

#[test]
fn every_page_fits_a_phone_reads_large_and_complains_of_nothing() {
    for dark in [false, true] {
        let Some(browser) = Browser::phone(dark) else { return };
        let site = Site::new();
        let server = Server::start(repository(), &site.store(), &[]);
        for path in LOOKED_AT.split(' ') {
            let joint = if path.contains('?') { "&" } else { "?" };
            for large in [String::new(), format!("{joint}v=large")] {
                browser.open(&format!("{}{path}{large}", server.url));
                let at = format!("{path}{large} dark={dark}");
                let overflow =
                    browser.run("return document.documentElement.scrollWidth - window.innerWidth");
                assert!(overflow.as_i64().unwrap() <= 0, "{at} scrolls sideways by {overflow}");
                let least = if large.is_empty() { 18 } else { 30 };
                let small = browser.run(&format!("const least = {least}; {SMALL_LETTERS}"));
                assert_eq!(small, json!([]), "{at}");
                assert_eq!(browser.run(SMALL_TARGETS), json!([]), "{at}");
                let answers = browser.run(ANSWERS);
                let answers = answers.as_array().unwrap();
                let asks = ["/g/", "/2", "/design"].iter().any(|start| path.starts_with(start));
                let asked = if asks || path == "/" { 3 } else { 0 };
                assert_eq!(answers.len(), asked, "{at}");
                let least = if large.is_empty() { 44 } else { 60 };
                assert!(answers.iter().all(|height| height.as_i64() >= Some(least)), "{at}");
                let complaints: Vec<Value> = browser
                    .console()
                    .as_array()
                    .unwrap()
                    .iter()
                    // The favicon that Chromium asks for by itself, and the 404 that is meant.
                    .filter(|entry| !entry["message"].as_str().unwrap().contains("404"))
                    .cloned()
                    .collect();
                assert_eq!(complaints, Vec::<Value>::new(), "{at}");
            }
        }
    }
}

#[test]
fn the_bar_at_the_foot_is_one_row_and_leaves_the_screen_to_the_page() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    browser.resize(360, 640);
    for path in ["/", "/g/fees", "/g/trial", "/t/fee", "/t/interest", "/d/", "/d/complaint"] {
        for language in ["zh-Hans", "zh-Hant", "en"] {
            for large in ["", "&v=large"] {
                let address = format!("{path}?lang={language}{large}");
                browser.open(&format!("{}{address}", server.url));
                let height = "return document.querySelector('.bar').getBoundingClientRect().height";
                let height = browser.run(height).as_f64().unwrap();
                assert!(height > 40.0 && height < 0.18 * 640.0, "{address}: {height} px");
            }
        }
    }
}

#[test]
fn a_phone_searches_from_the_landing_page_and_lands_in_the_section() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    browser.open(&format!("{}/?place=2&lang=zh-Hans", server.url));
    browser.run("document.querySelector('.find input[type=search]').focus()");
    browser.press("老赖\u{E007}");
    browser.wait("return location.pathname === '/search' && !!document.querySelector('.hits')");
    let marked = "return document.querySelector('.hits li mark').textContent";
    assert_eq!(browser.run(marked), "失信名单");
    // Not by colour alone, and with what was typed in the box.
    let weight = "return getComputedStyle(document.querySelector('mark')).fontWeight";
    assert_eq!(browser.run(weight), "700");
    assert_eq!(browser.run("return document.querySelector('.find [name=q]').value"), "老赖");
    browser.run("document.querySelector('.hits a').click()");
    browser.wait(
        "return location.pathname === '/g/enforcement' && document.readyState === 'complete'",
    );
    assert_eq!(
        browser.run("return location.search + location.hash"),
        "?court=baoding&place=2&lang=zh-Hans#after"
    );
    let seen = "const r = document.querySelector('#after h2').getBoundingClientRect(); \
        return r.top >= 0 && r.bottom <= innerHeight";
    browser.wait(seen);
    assert_eq!(browser.console(), json!([]));
}

#[test]
fn a_calculator_is_filled_in_and_asked_by_keyboard_alone() {
    const TAB: &str = "\u{E004}";
    const ENTER: &str = "\u{E007}";
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    browser
        .open(&format!("{}/t/fee?kind=property_first_instance&place=2&lang=zh-Hans", server.url));
    let focused = || browser.run("return document.activeElement.id");
    let reach = |id: &str| {
        for _ in 0..20 {
            if focused() == id {
                return;
            }
            browser.press(TAB);
        }
        panic!("{id} is not reached by the tab key");
    };
    reach("f-amount");
    browser.press("a lot");
    browser.press(ENTER);
    browser.wait("return !!document.getElementById('errors')");
    // The summary leads to the field, which kept what was typed.
    assert_eq!(browser.run("return document.querySelector('#errors a').hash"), "#f-amount");
    let described = "const f = document.getElementById('f-amount'); return f.value + '|' + \
        f.getAttribute('aria-describedby').split(' ').every(id => document.getElementById(id))";
    assert_eq!(browser.run(described), "a lot|true");
    reach("f-amount");
    browser.run("document.activeElement.select()");
    browser.press("12万");
    browser.press(ENTER);
    browser.wait("return !!document.querySelector('.sum')");
    assert_eq!(browser.run("return document.querySelector('.sum').innerText.trim()"), "2,700元");
    assert_eq!(browser.run("return new URLSearchParams(location.search).get('place')"), "2");
    assert!(site.run(&["stats", "--format", "csv"]).stdout.contains("0,0,0"), "no page is a scan");
}

#[test]
fn the_first_admin_gets_an_account_and_signs_out_and_in_on_a_phone() {
    let Some(browser) = Browser::phone(false) else { return };
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    let link = server.first.split("/setup/").nth(1).unwrap().split_whitespace().next().unwrap();
    let fits = |at: &str, path: &str| {
        browser.wait(&format!("return location.pathname == '{path}'"));
        let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
        assert!(wide.as_i64().unwrap() <= 0, "{at} scrolls sideways by {wide}");
        assert_eq!(browser.run(SMALL_TARGETS), json!([]), "{at}");
        assert_eq!(browser.console(), json!([]), "{at}");
    };
    // As a person does: the browser sends its cookie and says where its form comes from.
    let send = |fields: &[(&str, &str)]| {
        for (id, text) in fields {
            browser.run(&format!("document.getElementById('{id}').value = '{text}'"));
        }
        browser.run("document.querySelector('main form button').click()");
    };
    for large in ["", "?v=large"] {
        browser.open(&format!("{}/setup/{link}{large}", server.url));
        fits("set-up", &format!("/setup/{link}"));
    }
    send(&[("name", "王芳"), ("new", "correct horse"), ("again", "correct horse")]);
    fits("large account", "/account");
    assert_eq!(browser.run("return document.documentElement.className"), "large");
    browser.open(&format!("{}/account?lang=en", server.url));
    fits("account", "/account");
    send(&[]); // the first button signs out
    fits("sign-in", "/login");
    send(&[("name", "王芳"), ("password", "correct horse")]);
    browser.wait("return location.pathname == '/account'");
    assert_eq!(browser.run("return document.querySelector('h1').textContent"), "My account");
}

/// What is wider than the screen, but for tables, which scroll by themselves.
const TOO_WIDE: &str = "return [...document.querySelectorAll('body *')].filter(e => \
    !e.closest('.table') && e.getBoundingClientRect().right > innerWidth + 1) \
    .map(e => e.outerHTML.slice(0, 80))";

/// The words of a chart that lie on one another: dates under the trend, names and their numbers.
const ON_ONE_ANOTHER: &str = "const box = e => e.getBoundingClientRect(); \
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; \
    return ['.trend .axis', ...[...document.querySelectorAll('.measure')].map((e, at) => \
    { e.id = 'measure-' + at; return `#${e.id} > :is(span, b)` })].filter(words => { \
    const all = [...document.querySelectorAll(words)].map(box).filter(b => b.width > 0); \
    return all.some((a, at) => all.slice(at + 1).some(b => meet(a, b))) })";

#[test]
fn the_dashboard_fits_a_phone_and_its_style_is_allowed() {
    let Some(browser) = Browser::phone(false) else { return };
    let service = Local::start();
    service.add("li", Role::Viewer, &[]);
    service.scan_a_little();
    browser.open(&format!("{}/login?next=%2Fstats%3Fperiod%3D7d", service.url));
    browser.run(&format!(
        "document.querySelector('#name').value = 'li'; \
         document.querySelector('#password').value = '{PASSWORD}'; \
         document.querySelector('.go').click()"
    ));
    browser.wait("return location.pathname === '/stats' && document.readyState === 'complete'");
    assert_eq!(browser.run("return document.querySelectorAll('.card').length"), 9);
    // Everything open: tables, filters.
    for large in ["", "&v=large"] {
        browser.open(&format!("{}/stats?period=7d&lang=zh-Hans{large}", service.url));
        browser.run("document.querySelectorAll('details').forEach(d => d.open = true)");
        let wide = browser.run("return document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= 360, "{large}: {wide} {}", browser.run(TOO_WIDE));
        assert_eq!(browser.run(TOO_WIDE), json!([]), "{large}");
        assert_ne!(browser.run("return document.querySelectorAll('.measure').length"), 0);
        for width in [320, 360] {
            browser.resize(width, 780);
            assert_eq!(browser.run("return innerWidth"), width);
            assert_eq!(browser.run(ON_ONE_ANOTHER), json!([]), "{large} {width}");
        }
    }
    // The charts are drawn with the page's own style, and nothing was refused.
    let fill =
        "return getComputedStyle(document.querySelector('.trend .mark rect:last-child')).fill";
    assert_eq!(browser.run(fill), "rgb(166, 28, 28)");
    assert_eq!(browser.run(SMALL_TARGETS), json!([]));
    // On a wall all of it is on one screen, with an alarm too.
    let kind = AlarmKind::Clock { seconds: 3600 };
    wait(service.store.raise(&kind, Moment(MORNING))).unwrap();
    browser.open(&format!("{}/stats?wall=1&lang=zh-Hans", service.url));
    browser.resize(1920, 1080);
    assert_eq!(browser.run("return innerWidth"), 1920);
    let high = browser.run("return document.documentElement.scrollHeight");
    assert!(high.as_u64().unwrap() <= 1080, "{high}");
    assert_eq!(browser.run(ON_ONE_ANOTHER), json!([]));
    assert_eq!(browser.console(), json!([]));
}

/// Fills in what the page asks of `answers`, and goes on.
fn answer(browser: &Browser, answers: &Value) {
    browser.run(&format!(
        "const answers = {answers}; \
         const at = name => name.split('.').reduce((v, k) => v == null ? v : v[k], answers); \
         for (const e of document.querySelectorAll('#fill [name]:not([type=hidden])')) {{ \
           const value = at(e.name); \
           if (value == null || e.tagName === 'BUTTON') continue; \
           if (e.type === 'radio' || e.type === 'checkbox') \
             e.checked = [].concat(value).includes(e.value); \
           else if (!e.id.endsWith('-other')) e.value = value; \
         }}"
    ));
    browser.run("document.querySelector('#fill .go').click()");
}

#[test]
fn a_person_comes_from_a_poster_to_a_filled_in_pdf_on_the_phone() {
    let Some(browser) = Browser::phone(false) else { return };
    fills_in_a_pdf(&browser);
}

#[test]
fn a_person_does_the_same_with_scripts_and_pictures_switched_off() {
    let Some(browser) = Browser::bare() else { return };
    let page = "data:text/html,<title>off</title><script>document.title = 'on'</script>\
        <img src='data:image/svg%2Bxml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22/>'>";
    browser.open(page);
    assert_eq!(browser.run("return document.title"), "off", "a page's script runs");
    assert_eq!(browser.run("return document.images[0].naturalWidth"), 0, "a picture is shown");
    fills_in_a_pdf(&browser);
    // A calculator and the search as well.
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    browser.open(&format!("{}/t/fee?kind=property_first_instance&lang=zh-Hans", server.url));
    browser.run("document.querySelector('[name=amount]').value = '12万'");
    browser.run("document.querySelector('.go').click()");
    browser.wait("return !!document.querySelector('.answer')");
    assert_eq!(browser.run("return document.querySelector('.sum').innerText.trim()"), "2,700元");
    browser.open(&format!("{}/?lang=zh-Hans", server.url));
    browser.run("document.querySelector('.find input[type=search]').value = '退钱'");
    browser.run("document.querySelector('.find button').click()");
    browser.wait("return !!document.querySelector('.hits mark')");
    browser.run("document.querySelector('.hits a').click()");
    browser.wait("return location.pathname === '/g/fees'");
}

/// From a poster's code through a document's questions to its PDF.
fn fills_in_a_pdf(browser: &Browser) {
    if !has_tool("pdftotext") {
        return;
    }
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    let downloads = site.path("downloads");
    let allow = json!({"behavior": "allow", "downloadPath": downloads});
    browser.command("Browser.setDownloadBehavior", &allow);

    browser.open(&format!("{}/200045Q?lang=zh-Hans", server.url));
    assert_eq!(browser.run("return document.querySelector('h1').textContent"), "文书模板");
    browser.run("document.querySelector('main a[href^=\"/d/\"]').click()");
    browser.wait("return location.pathname === '/d/' && document.readyState === 'complete'");
    browser.run("document.querySelector('main a[href^=\"/d/withdrawal\"]').click()");
    browser
        .wait("return location.pathname === '/d/withdrawal' && !!document.querySelector('#fill')");
    // Nothing typed: the summary has the focus and leads to each field.
    browser.run("document.querySelector('#fill .go').click()");
    browser.wait("return !!document.querySelector('#errors')");
    assert_eq!(browser.run("return document.activeElement.id"), "errors");
    let answers = repository().join("tests/documents/withdrawal.json");
    let answers: Value = serde_json::from_slice(&std::fs::read(answers).unwrap()).unwrap();
    for _ in 0..8 {
        if browser.run("return !!document.querySelector('.sheet')") == true {
            break;
        }
        answer(browser, &answers);
        browser.wait("return document.readyState === 'complete'");
    }
    assert_eq!(browser.run("return document.querySelector('.sheet h2').textContent"), "撤诉申请书");
    let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
    assert!(wide.as_i64().unwrap() <= 0, "the paper scrolls sideways by {wide}");
    assert_eq!(browser.run(SMALL_TARGETS), json!([]));
    browser.run("document.querySelector('button[formaction*=\"filled.pdf\"]').click()");
    let is_pdf = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "pdf");
    let found = || {
        let entries = std::fs::read_dir(&downloads).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).find(is_pdf)
    };
    let pdf = (0..2000).find_map(|_| {
        found().or_else(|| {
            browser.run("return 1");
            None
        })
    });
    let pdf = pdf.expect("the PDF is downloaded");
    assert_eq!(pdf.file_stem().unwrap(), "撤诉申请书");
    let text = Command::new("pdftotext").arg(&pdf).arg("-").output().unwrap();
    let text: String = String::from_utf8(text.stdout).unwrap().split_whitespace().collect();
    for words in ["李桂兰", "保定市莲池区人民法院", "2026年11月28日"] {
        assert!(text.contains(words), "{words} is not in: {text}");
    }
    // The answer that said what was missing is a 400.
    let console = browser.console();
    let said = console.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap());
    assert_eq!(said.filter(|message| !message.contains("400 (")).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_paper_is_printed_without_an_address_and_its_code_is_one_line_in_large_print() {
    let Some(browser) = Browser::phone(false) else { return };
    if !has_tool("pdftotext") {
        return;
    }
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &["--pick-up"]);
    browser.open(&format!("{}/d/withdrawal?lang=zh-Hans", server.url));
    browser.send_answers("withdrawal", "/d/withdrawal");
    browser.wait("return !!document.querySelector('.sheet')");
    std::fs::write(site.path("printed.pdf"), browser.print()).unwrap();
    let text = Command::new("pdftotext").arg(site.path("printed.pdf")).arg("-").output().unwrap();
    let text: String = String::from_utf8(text.stdout).unwrap().split_whitespace().collect();
    assert!(text.starts_with("撤诉申请书") && text.contains("第1页共1页"), "{text}");
    for words in ["诉讼服务一码通", "http", "12368", "存成"] {
        assert!(!text.contains(words), "{words} is in: {text}");
    }
    browser.send_answers("withdrawal", "/d/withdrawal/pick-up?v=large");
    browser.wait("return !!document.querySelector('.code b')");
    let code = "const b = document.querySelector('.code b'); const r = document.createRange(); \
        r.selectNodeContents(b); const lines = [...r.getClientRects()]; \
        return b.textContent.length + ' ' + lines.length + ' ' + (lines[0].right < innerWidth - 16)";
    assert_eq!(browser.run(code), "11 1 true");
    let letters = "return parseFloat(getComputedStyle(document.querySelector('.code b')).fontSize)";
    assert!(browser.run(letters).as_f64().unwrap() >= 30.0);
    let wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
    assert_eq!(wide, 0);
}
