//! Litigation documents on a phone: step by step, the paper, its files, and nothing kept of it all.

use std::path::Path;

use onecode::content;
use onecode::domain::document::{DocumentTemplate, FieldKind};
use onecode::domain::period::Day;
use onecode::domain::site::SiteFiles;

use crate::support::forms::{Form, MARK, MARKS};
use crate::support::local::{Local, add};
use crate::support::{Answer, Server, Site, repository};

/// The documents of this repository.
pub(crate) fn documents() -> Vec<DocumentTemplate> {
    let mut files = SiteFiles::default();
    add(&mut files, &repository().join("guides"), "guides");
    add(&mut files, &repository().join("printables/documents"), "printables/documents");
    content::load(&files, Day::parse("2026-11-28").unwrap()).library.documents
}

fn served(site: &Site) -> Server {
    Server::start(repository(), &site.store(), &["--pick-up"])
}

pub(crate) fn complaint() -> DocumentTemplate {
    documents().into_iter().find(|document| document.id.as_str() == "complaint").unwrap()
}

/// Sends a form by a button.
fn send(server: &Server, form: &Form, button: &str) -> Answer {
    server.post(&form.action, &[], &form.sent(button))
}

/// Fills in a document to its end: the page of the finished paper.
pub(crate) fn finished(server: &Server, template: &DocumentTemplate) -> Answer {
    let mut page = server.get(&format!("/d/{}", template.id));
    for _ in 0..=template.steps.len() {
        let mut form = Form::on(&page.text());
        form.fill_in(template);
        page = send(server, &form, "next");
        assert_eq!(page.status, 200, "{}: {}", template.id, page.text());
        if page.text().contains("class=\"sheet\"") {
            return page;
        }
    }
    panic!("{} has no end", template.id);
}

#[test]
fn the_list_names_every_document_in_plain_words_and_pages_lead_there() {
    let site = Site::new();
    let server = served(&site);
    let list = server.get("/d/?v=large&lang=en");
    let (text, chinese) = (list.text(), server.get("/d/?v=large").text());
    for document in documents() {
        let link = format!("href=\"/d/{}?lang=en&amp;v=large\"", document.id);
        assert!(text.contains(&link), "{link}");
        assert!(chinese.contains(&document.name) && chinese.contains(&document.summary));
        assert!(document.summary.chars().count() <= 24, "{}", document.summary);
    }
    assert!(text.contains("The documents are in Chinese"));
    assert_eq!(server.get("/d").text(), server.get("/d/").text());
    for path in ["/", "/g/documents"] {
        assert!(server.get(path).text().contains("href=\"/d/"), "{path}");
    }
    assert_eq!(server.get("/d/nothing").status, 404);
}

#[test]
fn a_document_says_that_it_is_our_model_and_offers_itself_blank() {
    let site = Site::new();
    let server = served(&site);
    for document in documents() {
        let page = server.get(&format!("/d/{}?court=jingxiu", document.id));
        assert_eq!(
            (page.status, page.header("cache-control").as_str()),
            (200, "no-store"),
            "what is typed into it does not come back with the Back key"
        );
        let text = page.text();
        for words in [
            "这是我们的样本，不是官方文本。".to_owned(),
            format!("href=\"/d/{}.docx\"", document.id),
            format!("href=\"/d/{}.pdf\"", document.id),
            "在浏览器打开".to_owned(),
        ] {
            assert!(text.contains(&words), "{words} is not in {text}");
        }
        assert!(!text.contains("<script"), "{text}");
    }
}

#[test]
fn what_is_missing_is_told_on_top_and_beside_the_field_and_nothing_typed_is_lost() {
    let site = Site::new();
    let server = served(&site);
    let page = server.get("/d/complaint?v=large").text();
    let mut form = Form::on(&page);
    assert_eq!(form.action, "/d/complaint?v=large");
    form.set("plaintiffs.0.kind", &["个人"]);
    form.set("plaintiffs.0.job", &["\"><script>alert(1)</script>"]);
    form.set("plaintiffs.0.born", &["前天"]);
    let page = send(&server, &form, "next");
    assert_eq!((page.status, page.header("cache-control").as_str()), (400, "no-store"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let text = page.text();
    for words in [
        "role=\"alert\" tabindex=\"-1\" autofocus",
        "<a href=\"#f-plaintiffs.0.name\">",
        "id=\"f-plaintiffs.0.name-error\">这一项要填",
        "aria-describedby=\"f-plaintiffs.0.name-hint f-plaintiffs.0.name-why f-plaintiffs.0.name-error\"",
        "法律要求写：民诉法第124条",
        "没看懂这个日期",
        "value=\"前天\"",
        "<title>有地方要改",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(!text.contains("<script"), "{text}");
    let form = Form::on(&text);
    assert_eq!(form.get("plaintiffs.0.job"), "\"><script>alert(1)</script>");
    assert!(text.contains("value=\"个人\"") && form.get("plaintiffs.0.kind") == "个人");
    // A toggle of the size sends the form again: a link would lose what was typed.
    assert!(text.contains("form=\"fill\" name=\"do\" value=\"stay\" formaction=\"/d/complaint\""));
}

#[test]
fn rows_are_added_and_taken_out_and_steps_are_walked_both_ways() {
    let site = Site::new();
    let server = served(&site);
    let template = complaint();
    let mut form = Form::on(&server.get("/d/complaint").text());
    form.fill_in(&template);
    let page = send(&server, &form, "add");
    assert_eq!(page.status, 200, "an unfinished step may have a row more");
    let mut form = Form::on(&page.text());
    form.set("plaintiffs.1.kind", &["单位"]);
    form.set("plaintiffs.1.name", &["某某公司"]);
    let text = send(&server, &form, "remove.0").text();
    let mut form = Form::on(&text);
    assert_eq!(form.get("plaintiffs.0.name"), "某某公司");
    assert!(!text.contains("plaintiffs.1."), "{text}");
    form.fill_in(&template);
    let page = send(&server, &form, "next");
    assert_eq!(page.status, 200, "{}", page.text());
    let second = Form::on(&page.text());
    assert_ne!(second.get("at"), "plaintiffs");
    assert_eq!(second.get("plaintiffs.0.name"), MARK, "carried in the form");
    // Backwards nothing is asked for.
    let page = send(&server, &second, "back");
    assert_eq!((page.status, Form::on(&page.text()).get("at")), (200, "plaintiffs"));
    let page = send(&server, &second, "look");
    assert_eq!(page.status, 400, "the paper is not finished");
}

#[test]
fn what_hangs_on_a_choice_is_hidden_by_the_style_alone() {
    let site = Site::new();
    let server = served(&site);
    let page = server.get("/d/complaint");
    let text = page.text();
    let radio = text.find("<input class=\"pick a1\" type=\"radio\"").unwrap();
    let field = text.find("class=\"field on-a1\"").unwrap();
    assert!(radio < field);
    let between = &text[radio..field];
    let opened = between.matches("<div").count();
    assert_eq!(opened, between.matches("</div").count(), "they are siblings");
    let rule = ".a1:not(:checked)~.on-a1";
    assert!(text.contains(rule) && !text.contains(" style=\""), "no attribute of style");
    let hashes = page.header("content-security-policy").matches("sha256-").count();
    assert!(hashes >= 5, "each style is allowed by its hash");
}

#[test]
fn a_court_is_chosen_from_the_registry_or_written_out() {
    let site = Site::new();
    let server = served(&site);
    let template = complaint();
    let court = "保定市竞秀区人民法院";
    let page = finished(&server, &template);
    let form = Form::on(&page.text());
    assert_eq!(form.get("court"), format!("{MARK}法院"));
    let at = |field: &str| template.steps.iter().position(|s| s.field(field).is_some()).unwrap();
    let page = send(&server, &form, &format!("go.{}", at("court")));
    let mut form = Form::on(&page.text());
    form.set("court", &[court, ""]);
    let page = send(&server, &form, "look");
    assert!(page.text().contains(&format!("<p class=\"flush\">{court}</p>")), "{}", page.text());
    // The address names the court where somebody stands.
    let page = server.get("/d/complaint?court=jingxiu").text();
    assert!(page.contains("name=\"court\" value=\"保定市竞秀区人民法院\""), "{page}");
}

#[test]
fn amounts_are_told_in_words_with_the_fee_beside_them() {
    let site = Site::new();
    let server = served(&site);
    let page = finished(&server, &complaint()).text();
    assert!(page.contains("人民币柒万陆仟伍佰肆拾叁元贰角壹分"), "{page}");
    assert!(page.contains("76,543.21元"), "{page}");
    // 50 + (76543.21 - 10000) × 2.5 %
    assert!(page.contains("1,713.58元"), "{page}");
}

#[test]
fn every_document_is_walked_to_its_paper_within_the_budget() {
    let site = Site::new();
    let server = served(&site);
    for template in documents() {
        let mut page =
            server.ask("GET", &format!("/d/{}", template.id), &[("accept-encoding", "gzip")]);
        assert!(page.body.len() <= 13 * 1024, "{}: {} bytes", template.id, page.body.len());
        page = server.get(&format!("/d/{}", template.id));
        while !page.text().contains("class=\"sheet\"") {
            let mut form = Form::on(&page.text());
            form.fill_in(&template);
            let packed = [("accept-encoding", "gzip")];
            let packed = server.post(&form.action, &packed, &form.sent("next"));
            assert_eq!(packed.status, 200);
            assert!(packed.body.len() <= 13 * 1024, "{}: {}", template.id, packed.body.len());
            page = send(&server, &form, "next");
        }
        let text = page.text();
        let lines = template.steps.iter().flat_map(|step| &step.fields);
        let has_text = lines.clone().any(|field| field.kind == FieldKind::Text);
        assert!(!has_text || text.contains("&lt;b&gt;&amp;"), "{}: {text}", template.id);
        assert!(!text.contains(" <b>&\n"), "{}", template.id);
    }
}

#[test]
fn too_much_is_refused_by_the_name_of_the_field_or_as_a_whole() {
    let site = Site::new();
    let server = served(&site);
    let form = Form::on(&finished(&server, &complaint()).text());
    let with = |facts: &str| {
        let mut form =
            Form { action: form.action.clone(), fields: form.fields.clone(), ..Form::default() };
        form.set("facts", &[facts]);
        form
    };
    let page = send(&server, &with(&"很".repeat(10_000)), "look");
    assert_eq!(page.status, 400);
    assert!(page.text().contains("最多 4000 个字"), "{}", page.text());
    assert_eq!(Form::on(&page.text()).get("facts").chars().count(), 10_000, "not lost");
    let page = send(&server, &with(&"很".repeat(21_900)), "look");
    assert_eq!((page.status, page.text().contains("写得太多了")), (413, true));
    // What nobody sees is taken out, what looks like code is text.
    let hostile = "甲\u{202e}乙\u{0}丙\u{7}😀</textarea><script>]]>&amp;丁";
    let page = send(&server, &with(hostile), "look");
    let text = page.text();
    assert_eq!(page.status, 200, "{text}");
    assert!(text.contains("甲乙丙😀&lt;/textarea&gt;&lt;script&gt;]]&gt;&amp;amp;丁"), "{text}");
    assert!(!text.contains("<script"));
}

#[test]
fn a_finished_document_is_a_file_that_nobody_keeps_and_a_get_tells_how() {
    let site = Site::new();
    let server = served(&site);
    let form = Form::on(&finished(&server, &complaint()).text());
    for (extension, start, kind) in [
        ("pdf", &b"%PDF-"[..], "application/pdf"),
        ("docx", b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ] {
        let path = format!("/d/complaint/filled.{extension}");
        let file = server.post(&path, &[], &form.sent("look"));
        assert_eq!((file.status, file.header("content-type").as_str()), (200, kind));
        assert!(file.body.starts_with(start));
        assert_eq!(file.header("cache-control"), "no-store");
        let name = file.header("content-disposition");
        assert!(
            name.starts_with(&format!("attachment; filename=\"complaint.{extension}\"; ")),
            "{name}"
        );
        assert!(name.contains("filename*=UTF-8''%E6%B0%91"), "{name}");
        let how = server.get(&path);
        assert_eq!((how.status, how.header("cache-control").as_str()), (200, "no-store"));
        assert!(how.text().contains("文件怎么拿"), "{}", how.text());
        // Unfinished, it is the step that is at fault.
        let page = server.post(&path, &[], "at=plaintiffs");
        assert_eq!(page.status, 400);
        assert!(page.text().contains("id=\"errors\""));
        let blank = server.get(&format!("/d/complaint.{extension}"));
        assert_eq!((blank.status, blank.header("content-type").as_str()), (200, kind));
        assert!(blank.body.starts_with(start));
    }
}

#[test]
fn characters_that_the_pdf_lacks_are_named_and_the_other_file_is_offered() {
    let site = Site::new();
    let server = served(&site);
    let mut form = Form::on(&finished(&server, &complaint()).text());
    form.set("plaintiffs.0.name", &["王\u{3ffff}"]);
    form.set("facts", &["王\u{1f9ff}"]);
    let page = server.post("/d/complaint/filled.pdf", &[], &form.sent("look"));
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(text.contains('\u{1f9ff}') && text.contains("filled.docx"), "{text}");
    assert_eq!(Form::on(&text).get("facts"), "王\u{1f9ff}");
}

#[test]
fn in_the_hall_a_code_gives_the_paper_once_and_only_where_the_court_wants_that() {
    let site = Site::new();
    let server = served(&site);
    let page = finished(&server, &complaint()).text();
    assert!(page.contains("到大厅打印"));
    let form = Form::on(&page);
    let page = server.post("/d/complaint/pick-up", &[], &form.sent("look"));
    assert_eq!((page.status, page.header("cache-control").as_str()), (200, "no-store"));
    let text = page.text();
    let code = text.split("<p class=\"answer code\" lang=\"zh-Hans\"><b>").nth(1).unwrap();
    let code = code.split('<').next().unwrap();
    assert!(server.get("/pick-up").text().contains("name=\"code\""));
    let wrong = server.post("/pick-up", &[], "code=00000-00000");
    assert_eq!(wrong.status, 404);
    assert!(wrong.text().contains("没有这个取件码"));
    let file = server.post("/pick-up", &[], &format!("code={}", code.to_lowercase()));
    assert_eq!((file.status, file.header("content-type").as_str()), (200, "application/pdf"));
    assert!(file.body.starts_with(b"%PDF-"));
    assert!(file.header("content-disposition").starts_with("inline; "));
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(server.post("/pick-up", &[], &format!("code={code}")).status, 404, "only once");
    let closed = Server::start(repository(), &site.store_of("other"), &[]);
    assert_eq!(closed.get("/pick-up").status, 404);
    assert_eq!(closed.post("/d/complaint/pick-up", &[], &form.sent("look")).status, 404);
    assert!(!finished(&closed, &complaint()).text().contains("到大厅打印"));
}

/// Every file under a directory holds none of the marks.
fn is_clean(dir: &Path) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_clean(&path);
        } else if let Ok(bytes) = std::fs::read(&path) {
            clean(&bytes, &path.display().to_string());
        }
    }
}

#[track_caller]
fn clean(bytes: &[u8], what: &str) {
    for mark in MARKS {
        let mark = mark.as_bytes();
        assert!(!bytes.windows(mark.len()).any(|part| part == mark), "a mark is in {what}");
    }
}

#[test]
fn nothing_that_was_typed_is_found_anywhere_afterwards() {
    let site = Site::new();
    let temporary = site.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let more = ["--pick-up", "-vv"];
    let server = Server::start_in(repository(), &site.store(), &more, &temporary);
    for template in documents() {
        let page = finished(&server, &template);
        assert!(page.text().contains(MARK), "{}", template.id);
        clean(page.headers().as_bytes(), "a header");
        let form = Form::on(&page.text());
        let path = format!("/d/{}", template.id);
        for what in ["filled.docx", "filled.pdf", "pick-up"] {
            let answer = server.post(&format!("{path}/{what}"), &[], &form.sent("look"));
            assert_eq!(answer.status, 200, "{path}/{what}");
            clean(answer.headers().as_bytes(), "a header");
        }
        // At fault: beyond the step, unknown, too long, and cut off.
        let broken = form.sent("look").replace("%31%33%36%39", "%31%58");
        for body in [broken, format!("{}&{MARK}={MARK}", form.sent("go.99")), MARK.repeat(90_000)] {
            clean(server.post(&path, &[], &body).headers().as_bytes(), "a header");
        }
        server.post("/pick-up", &[], &format!("code={MARK}"));
        server.post(&format!("/d/{MARK}"), &[], &form.sent("look"));
        for path in ["/", "/d/", &path, "/metrics", "/readyz", "/g/documents", "/nothing"] {
            let answer = server.get(path);
            clean(answer.headers().as_bytes(), path);
            clean(&answer.body, path);
        }
        clean(&server.get(&format!("{path}/filled.pdf")).body, "how to get it");
    }
    clean(server.end().as_bytes(), "the log");
    is_clean(&temporary);
    is_clean(site.dir.path());
}

#[test]
fn a_paper_in_the_hall_is_gone_after_a_quarter_of_an_hour() {
    let dir = tempfile::tempdir().unwrap();
    let service = Local::with_documents(dir.path());
    let mut browser = service.browser();
    browser.headers.push(("accept-encoding", "identity".to_owned()));
    let template = complaint();
    let mut page = browser.get("/d/complaint").text;
    while !page.contains("class=\"sheet\"") {
        let mut form = Form::on(&page);
        form.fill_in(&template);
        page = browser.send("POST", "/d/complaint", form.sent("next")).text;
    }
    let form = Form::on(&page);
    let hand_over = || {
        let page = browser.send("POST", "/d/complaint/pick-up", form.sent("look"));
        let code = page.text.split("lang=\"zh-Hans\"><b>").nth(1).unwrap();
        code.split('<').next().unwrap().to_owned()
    };
    let (first, second) = (hand_over(), hand_over());
    let fetch = |code: &str| browser.send("POST", "/pick-up", format!("code={code}")).status;
    service.pass(899);
    assert_eq!(fetch(&first), 200);
    service.pass(1);
    assert_eq!(fetch(&second), 404);
    for _ in 0..29 {
        assert_eq!(fetch("guess"), 404);
    }
    assert_eq!(fetch("guess"), 429, "guessing is slowed down");
}

#[test]
fn english_pages_call_documents_by_english_names_and_the_paper_stays_chinese() {
    assert!(documents().iter().all(|document| document.english.is_some()));
    let site = Site::new();
    let server = served(&site);
    let list = server.get("/d/?lang=en").text();
    let listed = list.split("<ul class=\"topics kinds\">").skip(1);
    let listed: String = listed.map(|rest| rest.split("</ul>").next().unwrap()).collect();
    assert!(listed.contains("<span><b>Power of attorney</b><i>Let someone act"), "{listed}");
    assert!(!listed.contains("lang=\"zh-Hans\""), "{listed}");
    let page = server.get("/d/power-of-attorney?lang=en").text();
    assert!(page.contains("<p class=\"lead\">Power of attorney. Let someone act"), "{page}");
    assert!(page.contains("<h1 class=\"mark\" lang=\"zh-Hans\">授权委托书</h1>"), "{page}");
    for language in ["zh-Hans", "zh-Hant"] {
        let list = server.get(&format!("/d/?lang={language}")).text();
        assert!(!list.contains("Power of attorney"), "{language}");
    }
}
