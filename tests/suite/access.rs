//! Every page as people with other eyes, hands and screens meet it, in a real Chromium: axe-core, HTML
//! as the standard's own checker reads it, narrow screens, large text, targets, keyboard, paper.
//!
//! `ONECODE_TEST_MATRIX=full` opens every page in every way; else each in four of the six, and what
//! differs by its words alone (the forms of most documents) in one.

use std::collections::BTreeSet;
use std::process::Command;

use onecode::domain::user::Role;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::local::{Local, PASSWORD};
use crate::support::{has_tool, map, tool_file};

/// Faults by axe-core and targets that are too small, of the page that is open. The bar at the foot
/// is taken out of the way first: axe cannot tell the colour of what it covers.
const SURVEY: &str = r"
const done = arguments[0], large = document.documentElement.classList.contains('large');
for (const bar of document.querySelectorAll('.bar')) bar.style.position = 'static';
const least = large ? 60 : 24;
const whole = e => e.matches('[type=checkbox],[type=radio]') && (e.closest('label') || e.labels[0]) || e;
const inText = e => {
  if (!e.matches('a') || getComputedStyle(e).display !== 'inline') return false;
  const block = e.closest('p,li,td,th,dd,dt,h2,h3,figcaption,caption');
  const links = [...(block || e).querySelectorAll('a')].map(a => a.textContent).join('');
  return !!block && block.textContent.replace(/\s/g, '').length > links.replace(/\s/g, '').length;
};
const small = [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
  .filter(e => !e.matches('[type=hidden],[aria-hidden=true],.skip') && !inText(e))
  .map(e => [e, whole(e).getBoundingClientRect()])
  .filter(([e, r]) => r.width && r.height && Math.min(r.width, r.height) < least - 0.5)
  .map(([e, r]) => `target ${r.width | 0}x${r.height | 0}: ` + e.outerHTML.slice(0, 120));
axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'], preload: false,
}).then(found => done(found.violations.flatMap(r => r.nodes.map(n =>
  `${r.id}: ${n.html.slice(0, 120)} ${n.failureSummary}`)).concat(small)), error => done([String(error)]));
";

/// What cannot be told from its ground, as it is shown now.
const CONTRAST: &str = r"
const done = arguments[0];
axe.run(document, {runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']},
  resultTypes: ['violations'], preload: false,
}).then(found => done(found.violations.flatMap(r => r.nodes.map(n =>
  `${r.id}: ${n.html.slice(0, 120)} ${n.failureSummary}`))), error => done([String(error)]));
";

/// What is wider than a screen of so many pixels: the page, and then what makes it so.
fn too_wide(browser: &Browser, pixels: u32) -> Vec<String> {
    let faults = browser.run(&format!(
        "const wide = document.documentElement.scrollWidth; if (wide <= {pixels}) return []; \
         return [`${{wide}} pixels wide`, ...[...document.querySelectorAll('body *')].filter(e => \
         !e.closest('.table') && e.getBoundingClientRect().right > {pixels} + 1).slice(-2) \
         .map(e => e.outerHTML.slice(0, 120))]"
    ));
    strings(&faults)
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("{list} is no list"));
    list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Opens pages, and gathers what is wrong with them.
struct Survey {
    browser: Browser,
    faults: Vec<String>,
    seen: usize,
}

impl Survey {
    fn begin() -> Option<Self> {
        let axe = tool_file("axe.min.js")?;
        let browser = Browser::phone(false)?;
        let source = std::fs::read_to_string(axe).unwrap();
        browser.command("Page.addScriptToEvaluateOnNewDocument", &json!({"source": source}));
        browser.be_patient();
        Some(Self { browser, faults: Vec::new(), seen: 0 })
    }

    fn open(&mut self, url: &str) {
        self.browser.open(url);
        self.look(url);
    }

    /// Looks at the page that is open: by day and, in the usual size, by night; on a narrow screen,
    /// as 400 % zoom leaves of a large one; in the usual size with letters of twice that.
    fn look(&mut self, url: &str) {
        let browser = &self.browser;
        let large = browser.run("return document.documentElement.className") == "large";
        let mut faults = strings(&browser.run_async(SURVEY));
        if !large {
            let night = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
            browser.command("Emulation.setEmulatedMedia", &json!({"features": night}));
            let dark = strings(&browser.run_async(CONTRAST));
            faults.extend(dark.into_iter().map(|fault| format!("by night: {fault}")));
            browser.command("Emulation.setEmulatedMedia", &json!({"features": []}));
        }
        browser.resize(320, 256);
        faults.extend(too_wide(browser, 320));
        browser.resize(360, 740);
        // The large version's letters are nearly that already.
        if !large {
            browser.run(
                "const root = document.documentElement; \
                 root.style.fontSize = 2 * parseFloat(getComputedStyle(root).fontSize) + 'px'",
            );
            let twice = too_wide(browser, 360).into_iter();
            faults.extend(twice.map(|fault| format!("letters twice as large: {fault}")));
        }
        for entry in browser.console().as_array().unwrap() {
            let message = entry["message"].as_str().unwrap();
            // What the address itself answers is meant: 404 for what is not there, 400 for a form.
            if !["400 (", "404 ("].iter().any(|status| message.contains(status)) {
                faults.push(message.to_owned());
            }
        }
        self.faults.extend(faults.into_iter().map(|fault| format!("{url}: {fault}")));
        self.seen += 1;
    }
}

/// In which ways a page is opened: in the source's language in both sizes, in English, and in
/// traditional characters in one of the sizes. Of what differs by its words alone, in one way.
fn ways(path: &str, turn: usize) -> Vec<(&'static str, bool)> {
    let all = map::LANGUAGES.map(|language| [(language, false), (language, true)]).concat();
    let is_full = std::env::var("ONECODE_TEST_MATRIX").is_ok_and(|value| value == "full");
    let alike = path.starts_with("/d/") && path.len() > 3 && !path.starts_with("/d/complaint");
    match (is_full, alike) {
        (true, _) => all,
        (false, true) => vec![all[turn % all.len()]],
        (false, false) => vec![all[0], all[1], all[2 + turn % 2], all[4 + (turn / 2) % 2]],
    }
}

#[test]
fn every_page_can_be_used_in_each_language_by_day_by_night_and_large() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut survey) = Survey::begin() else { return };
    let service = Local::whole(dir.path());
    for (turn, path) in map::open().into_iter().enumerate() {
        for (language, large) in ways(&path, turn) {
            survey.open(&format!("{}{}", service.url, map::shown(&path, language, large)));
        }
    }
    assert!(survey.faults.is_empty(), "{:#?}", survey.faults);
    assert!(survey.seen > 120, "{}", survey.seen);
}

#[test]
fn what_is_answered_to_a_form_and_what_staff_see_can_be_used_too() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut survey) = Survey::begin() else { return };
    let service = Local::whole(dir.path());
    service.add("li", Role::Admin, &[]);
    service.scan_a_little();
    for (language, large) in [("zh-Hans", false), ("zh-Hans", true), ("en", false)] {
        let url = |path: &str| format!("{}{}", service.url, map::shown(path, language, large));
        // A form with nothing in it; the finished paper; the paper handed over in the hall.
        survey.browser.open(&url("/d/withdrawal"));
        survey.browser.run("document.querySelector('#fill .go').click()");
        survey.browser.wait("return !!document.querySelector('#errors')");
        survey.look(&url("/d/withdrawal, empty"));
        for (to, sign) in [("/d/withdrawal", ".sheet"), ("/d/withdrawal/pick-up", ".code b")] {
            survey.browser.send_answers("withdrawal", &map::shown(to, language, large));
            survey.browser.wait(&format!("return !!document.querySelector('{sign}')"));
            survey.look(&url(&format!("{to}, filled in")));
        }
    }
    survey.browser.open(&format!("{}/login?next=%2Faccount", service.url));
    survey.browser.run(&format!(
        "document.querySelector('#name').value = 'li'; \
         document.querySelector('#password').value = '{PASSWORD}'; \
         document.querySelector('.go').click()"
    ));
    survey.browser.wait("return location.pathname === '/account'");
    for path in map::SIGNED_IN {
        for (language, large) in [("zh-Hans", false), ("zh-Hans", true), ("en", false)] {
            survey.open(&format!("{}{}", service.url, map::shown(path, language, large)));
        }
    }
    assert!(survey.faults.is_empty(), "{:#?}", survey.faults);
}

#[test]
fn every_page_is_valid_html() {
    if !has_tool("java") {
        return;
    }
    let Some(checker) = tool_file("vnu.jar") else { return };
    let (dir, pages) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let service = Local::whole(dir.path());
    let mut paths = Vec::new();
    service.visit_all(|turn, path, browser| {
        for (language, large) in ways(path, turn) {
            let path = map::shown(path, language, large);
            let page = pages.path().join(format!("{:03}.html", paths.len()));
            std::fs::write(page, browser.get(&path).bytes).unwrap();
            paths.push(path);
        }
    });
    let output = Command::new("java")
        .args(["-Xss4m", "-jar"])
        .arg(checker)
        .args(["--format", "json", "--exit-zero-always"])
        .arg(pages.path())
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&output.stderr).unwrap();
    let faults = told["messages"].as_array().unwrap().iter().map(|message| {
        let file = message["url"].as_str().unwrap_or_default().rsplit('/').next().unwrap();
        let number: Option<usize> = file.trim_end_matches(".html").parse().ok();
        let path = number.map_or("", |number| &paths[number]);
        format!("{path}: {} {}", message["message"], message["extract"])
    });
    let faults: BTreeSet<String> = faults.collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Whether all of a line is in a text: as it stands, or its letters and its characters apart, since
/// where a line holds both, what reads a PDF may put one before the other.
fn says(text: &str, line: &str) -> bool {
    let apart = |a: &char, b: &char| a.is_ascii_alphanumeric() != b.is_ascii_alphanumeric();
    let characters: Vec<char> = line.chars().collect();
    let mut parts = characters.chunk_by(|a, b| !apart(a, b)).map(String::from_iter);
    text.contains(line) || parts.all(|part: String| text.contains(&part))
}

#[test]
fn a_printed_guide_has_every_step_and_every_word_of_its_text() {
    if !has_tool("pdftotext") {
        return;
    }
    let Some(browser) = Browser::phone(false) else { return };
    let dir = tempfile::tempdir().unwrap();
    let service = Local::whole(dir.path());
    for (turn, slug) in map::guides().iter().enumerate() {
        let (language, large) = (["zh-Hans", "en"][turn % 2], turn % 4 == 3);
        let path = map::shown(&format!("/g/{slug}?place=4"), language, large);
        browser.open(&format!("{}{path}", service.url));
        let text = browser.run(
            "return [...document.querySelectorAll('h1,.lead,.body')].map(e => e.innerText).join('\\n')",
        );
        let steps = browser.run("return document.querySelectorAll('.body li').length");
        assert!(steps.as_u64() > Some(3), "{path} has {steps} steps");
        let pdf = dir.path().join(format!("{slug}.pdf"));
        std::fs::write(&pdf, browser.print()).unwrap();
        let printed =
            Command::new("pdftotext").arg("-raw").arg(&pdf).arg("-").output().unwrap().stdout;
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let printed = bare(std::str::from_utf8(&printed).unwrap());
        let lines =
            text.as_str().unwrap().split(['\n', '\t']).map(bare).filter(|line| !line.is_empty());
        let missing: Vec<String> = lines.filter(|line| !says(&printed, line)).collect();
        assert_eq!(missing, [""; 0], "{path} on paper: {printed}");
        // The day of the text and the page's own address are there too.
        for words in ["fy.example.cn", "2026"] {
            assert!(printed.contains(words), "{path} does not say {words}: {printed}");
        }
    }
}
