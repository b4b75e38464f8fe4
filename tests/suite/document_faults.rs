//! What goes wrong while a document is filled in: too many at a time, a fault of the site's or of the
//! program's, hostile forms. Nothing typed is lost, and nothing of it is told.

use std::fs;
use std::sync::{Mutex, mpsc};

use crate::document_web::{complaint, documents, finished};
use crate::support::forms::{Form, MARK};
use crate::support::local::{Browser, Local};
use crate::support::{Server, Site, repository};

/// What can be had of a finished paper: the end of its address, and the button.
const GETS: [(&str, &str); 3] =
    [("filled.pdf", "存成 PDF"), ("filled.docx", "存成 Word"), ("pick-up", "到大厅打印")];

/// The paper of `withdrawal`, filled in by a browser.
fn withdrawal(browser: &Browser) -> Form {
    let templates = documents();
    let template = templates.iter().find(|template| template.id.as_str() == "withdrawal").unwrap();
    let mut page = browser.get("/d/withdrawal").text;
    while !page.contains("class=\"sheet\"") {
        let mut form = Form::on(&page);
        form.fill_in(template);
        page = browser.send("POST", "/d/withdrawal", form.sent("next")).text;
    }
    Form::on(&page)
}

/// What was typed.
fn typed(form: &Form) -> Vec<(String, String)> {
    let mut typed = form.fields.clone();
    typed.sort();
    typed
}

#[test]
fn when_more_is_asked_for_than_is_written_the_answers_stay_at_hand() {
    let dir = tempfile::tempdir().unwrap();
    let (open, closed) = mpsc::channel::<()>();
    let closed = Mutex::new(closed);
    // The first that writes waits to be let in, and another one for it: that is all who may write.
    let service = Local::with_documents_after(dir.path(), move || {
        let _ = closed.lock().unwrap().recv();
    });
    let mut browser = service.browser();
    browser.headers.push(("accept-encoding", "identity".to_owned()));
    let (browser, form) = (&browser, &withdrawal(&browser));
    let ask =
        |path: &str| browser.send("POST", &format!("/d/withdrawal/{path}"), form.sent("look"));
    std::thread::scope(|scope| {
        let (say, said) = mpsc::channel();
        for (path, button) in GETS.repeat(3) {
            let say = say.clone();
            scope.spawn(move || say.send((path, button, ask(path))).unwrap());
        }
        for (path, button, page) in said.iter().take(7) {
            page.shows(503, "现在人多，请过一会儿再点一次");
            assert!(!page.header("retry-after").is_empty());
            assert_eq!(page.header("cache-control"), "no-store");
            let again = format!("formaction=\"/d/withdrawal/{path}\">{button}</button>");
            assert!(page.text.contains(&again), "{again} is not in {}", page.text);
            assert_eq!(typed(&Form::on(&page.text)), typed(form));
        }
        drop(open);
        let let_in: Vec<u16> = said.iter().take(2).map(|(_, _, page)| page.status).collect();
        assert_eq!(let_in, [200, 200]);
    });
    for (path, _) in GETS {
        assert_eq!(ask(path).status, 200, "{path}: the same button, a moment later");
    }
}

#[test]
fn where_the_program_is_at_fault_the_answers_stay_at_hand_and_the_log_has_the_place_alone() {
    let site = Site::new();
    let design = fs::read_to_string(repository().join("printables/documents/_paper.typ")).unwrap();
    // Typst panics on that, in words of its own.
    let fault = "#let fault = duration(weeks: 9223372036854775807)\n";
    site.write("printables/documents/_paper.typ", format!("{fault}{design}"));
    let server = Server::start(&site.root(), &site.store(), &["--pick-up"]);
    let body = format!(
        "people.0.kind=%E4%B8%AA%E4%BA%BA&people.0.name={MARK}&facts={MARK}&court={MARK}&sum=5"
    );
    // More often than there are turns: each is given back.
    for path in ["filled.pdf", "filled.pdf", "filled.pdf", "pick-up"] {
        let page = server.post(&format!("/d/relief/{path}"), &[], &body);
        let text = page.text();
        assert_eq!(
            (page.status, page.header("cache-control").as_str()),
            (500, "no-store"),
            "{text}"
        );
        assert!(text.contains("是我们这边出了错"), "{text}");
        let form = Form::on(&text);
        assert_eq!((form.get("facts"), form.get("people.0.name")), (MARK, MARK));
        assert!(text.contains(&format!("formaction=\"/d/relief/{path}\"")), "{text}");
        assert!(text.contains("formaction=\"/d/relief/filled.docx\""), "{text}");
    }
    assert_eq!(server.post("/d/relief/filled.docx", &[], &body).status, 200);
    let blank = server.get("/d/relief.pdf");
    assert_eq!(blank.status, 500);
    let log = server.end();
    let told = log.matches("the program is at fault at ").count();
    assert_eq!(told, 5, "{log}");
    assert!(log.contains("duration.rs:") && !log.contains("overflow"), "{log}");
    assert!(!log.contains(MARK), "{log}");
}

#[test]
fn where_a_template_is_at_fault_with_what_was_typed_the_log_does_not_repeat_it() {
    let site = Site::new();
    let page = fs::read_to_string(repository().join("templates/document_hidden.html")).unwrap();
    let fault = "{% for h in document.hidden %}{% if h.value is containing(pat=\"QXZ\") %}{{ h.value | int }}\
                 {% endif %}{% endfor %}";
    site.write("templates/document_hidden.html", format!("{fault}{page}"));
    let server = Server::start(&site.root(), &site.store(), &[]);
    let body = format!("at=rest&do=back&people.0.name=x&facts={MARK}");
    let page = server.post("/d/relief", &[], &body);
    assert_eq!(page.status, 500);
    assert!(!page.text().contains(MARK));
    let log = server.end();
    assert!(log.contains("could not be rendered"), "{log}");
    assert!(!log.contains(MARK), "{log}");
}

#[test]
fn on_the_page_of_a_code_no_link_loses_it_and_elsewhere_none_loses_what_was_typed() {
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &["--pick-up"]);
    let mut form = Form::on(&finished(&server, &complaint()).text());
    let code = server.post("/d/complaint/pick-up?v=large", &[], &form.sent("look")).text();
    assert!(code.contains("class=\"answer code\""), "{code}");
    for lost in ["hreflang=\"en\">", "标准版", "formaction=\"/d/complaint?lang=en"] {
        let body = code.split("</head>").nth(1).unwrap();
        assert!(!body.contains(lost), "{lost} is in {body}");
    }
    form.set("facts", &["\u{1f9ff}"]);
    let page = server.post("/d/complaint/filled.pdf?v=large", &[], &form.sent("look"));
    assert_eq!(page.status, 422);
    for kept in [
        "name=\"do\" value=\"look\" formaction=\"/d/complaint\">标准版",
        "name=\"do\" value=\"look\" formaction=\"/d/complaint?lang=en&amp;v=large\" lang=\"en\"",
    ] {
        assert!(page.text().contains(kept), "{kept} is not in {}", page.text());
    }
    let form = Form::on(&page.text());
    let paper = server.post("/d/complaint?lang=en", &[], &form.sent("look")).text();
    assert!(paper.contains("class=\"sheet\"") && paper.contains('\u{1f9ff}'), "{paper}");
}

#[test]
fn a_table_of_the_paper_has_a_head_and_its_cells_say_what_they_head() {
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    for template in documents() {
        let text = finished(&server, &template).text();
        let paper =
            text.split("class=\"sheet\"").nth(1).unwrap().split("</article>").next().unwrap();
        assert_eq!(paper.matches("<th ").count(), paper.matches("<th scope=\"").count());
        for table in paper.split("<table>").skip(1) {
            let table = table.split("</table>").next().unwrap();
            let parts = |part: &str| {
                (
                    table.matches(&format!("<{part}>")).count(),
                    table.matches(&format!("</{part}>")).count(),
                )
            };
            assert_eq!(parts("tbody"), (1, 1), "{}: {table}", template.id);
            let (heads, ends) = parts("thead");
            assert!(heads == ends && heads < 2, "{}: {table}", template.id);
            if let Some(head) = table.split("<thead>").nth(1) {
                let head = head.split("</thead>").next().unwrap();
                assert!(head.contains("<th scope=\"col\"") && !head.contains("<td"), "{head}");
            }
        }
    }
    let list = documents().into_iter().find(|d| d.id.as_str() == "evidence-list").unwrap();
    assert!(finished(&server, &list).text().contains("<thead>"));
}

#[test]
fn what_is_no_form_is_not_read_as_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let service = Local::with_documents(dir.path());
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let sent = |kind: &str, body: &str| {
        let asked = agent.post(format!("{}/d/withdrawal", service.url));
        let mut answer = asked.header("content-type", kind).send(body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    };
    let part = format!("--x\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\n{MARK}");
    for (kind, body) in [
        ("multipart/form-data; boundary=x", part.clone()),
        ("multipart/form-data; boundary=x", part.repeat(1_000)),
        ("application/json", format!("{{\"reason\":\"{MARK}\"}}")),
    ] {
        let (status, page) = sent(kind, &body);
        assert!(status == 400 && page.contains("没有收全") && !page.contains(MARK), "{page}");
    }
    let (status, page) =
        sent("Application/X-WWW-Form-Urlencoded; charset=UTF-8", &format!("reason={MARK}"));
    assert!(status == 200 && page.contains(MARK), "{page}");
}
