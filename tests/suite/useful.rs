//! The question at the end of each page, from button to statistics.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::{PHONE, Server, Site, phone, repository};

fn told(site: &Site, more: &[&str]) -> String {
    let ran = site.run(&[&["stats", "--useful", "--format", "csv"][..], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

fn by_topic(site: &Site) -> String {
    told(site, &["--by", "topic"]).replace("topic,yes,partly,no\n", "").trim_end().to_owned()
}

/// A person's answer, by a phone of its own.
fn say(server: &Server, path: &str, phone: &str, answer: &str) -> String {
    let sent = server.post(path, &[("user-agent", phone)], &format!("answer={answer}"));
    assert_eq!(sent.status, 303, "{path} {answer}");
    sent.header("location")
}

#[test]
fn an_answer_is_counted_and_thanked_for_on_the_page_that_it_is_about() {
    let site = Site::new();
    let server = site.serve();
    // From the page that a scan opens, as its form says.
    let scanned = server.get("/2000813?v=large").text();
    let action = scanned.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(action, "/g/fees/useful?court=north&amp;place=2&amp;v=large");
    let (before, after) = scanned.split_at(scanned.find("id=\"useful\"").unwrap());
    assert!(before.contains("id=\"sources\"") && after.contains("class=\"part more\""));
    for answer in ["yes", "partly", "no"] {
        assert!(after.contains(&format!("name=\"answer\" value=\"{answer}\"")), "{answer}");
    }
    let to = say(&server, &action.replace("&amp;", "&"), PHONE, "no");
    assert_eq!(to, "/g/fees?court=north&place=2&v=large&thanks=1#useful");
    let thanks = server.get(to.split('#').next().unwrap());
    assert_eq!((thanks.status, thanks.header("set-cookie").as_str()), (200, ""));
    let text = thanks.text();
    assert!(text.contains("谢谢") && !text.contains("<form method=\"post\""));
    assert!(text.contains("<html lang=\"zh-Hans\" dir=\"ltr\" class=\"large\">"));
    assert!(!text.contains("thanks=1"), "no link thanks for what was not said");
    assert_eq!(
        told(&site, &["--by", "court,placement,topic"]),
        "court,placement,topic,yes,partly,no\nnorth,2,fees,0,0,1\n"
    );
    assert!(site.run(&["stats"]).stdout.starts_with("scans  visits  repeats\n    1"));
}

#[test]
fn the_landing_page_is_judged_as_topic_0_and_other_pages_are_not() {
    let site = Site::new();
    let server = site.serve();
    assert!(server.get("/").text().contains("action=\"/g/onecode/useful\""));
    assert_eq!(
        say(&server, "/g/onecode/useful?lang=en", PHONE, "yes"),
        "/?lang=en&thanks=1#useful"
    );
    assert!(server.get("/?lang=en&thanks=1").text().contains("Thank you for your answer"));
    assert_eq!(
        told(&site, &["--by", "court,topic"]),
        "court,topic,yes,partly,no\nnone,onecode,1,0,0\n"
    );
    for path in ["/nothing?thanks=1", "/design?thanks=1"] {
        assert!(!server.get(path).text().contains("/useful\""), "{path}");
    }
}

#[test]
fn the_same_person_counts_once_a_day_a_page() {
    let site = Site::new();
    let server = site.serve();
    let pages = ["/g/fees/useful", "/g/fees/useful?place=1", "/g/fees/useful?court=south"];
    for (path, answer) in pages.into_iter().zip(["partly", "no", "yes"]) {
        say(&server, path, PHONE, answer);
    }
    assert_eq!(by_topic(&site), "fees,0,1,0", "the first answer counts");
    say(&server, pages[0], &phone(2), "yes");
    say(&server, "/g/onecode/useful", PHONE, "yes");
    assert_eq!(by_topic(&site), "onecode,1,0,0\nfees,1,1,0");
}

#[test]
fn a_machine_and_another_website_are_thanked_and_not_counted() {
    let site = Site::new();
    let server = site.serve();
    say(&server, "/g/fees/useful", "Mozilla/5.0 (compatible; Googlebot/2.1)", "yes");
    let elsewhere = ("sec-fetch-site", "cross-site");
    assert_eq!(server.post("/g/fees/useful", &[elsewhere], "answer=yes").status, 303);
    assert_eq!(by_topic(&site), "");
    assert_eq!(told(&site, &[]), "yes,partly,no\n0,0,0\n");
    assert_eq!(
        server.post("/g/fees/useful", &[("sec-fetch-site", "same-origin")], "answer=no").status,
        303
    );
    assert_eq!(by_topic(&site), "fees,0,0,1");
}

#[test]
fn what_is_no_answer_is_400_with_the_page_and_counts_nothing() {
    let site = Site::new();
    let server = site.serve();
    let long = format!("answer=yes&x={}", "x".repeat(1024));
    let broken = [
        "",
        "answer=",
        "answer=YES",
        "answer=5",
        "Answer=yes",
        "answer=no&answer=%ff",
        "%%%",
        "answer[]=yes",
        "answer=yes%00",
        "answer=maybe&answer=yes",
        &long,
    ];
    for form in broken {
        let page = server.post("/g/fees/useful?place=1", &[], form);
        assert_eq!(page.status, if form == "answer=no&answer=%ff" { 303 } else { 400 }, "{form}");
        if page.status == 400 {
            let text = page.text();
            assert!(text.contains("没看懂") && text.contains("<h1>缴费退费</h1>"), "{form}");
            assert!(page.header("content-security-policy").contains("form-action 'self'"));
        }
    }
    assert_eq!(told(&site, &[]), "yes,partly,no\n0,0,1\n");
}

#[test]
fn hostile_addresses_lead_to_our_own_pages_and_nowhere_else() {
    let site = Site::new();
    let server = site.serve();
    for (query, to) in [
        ("", "/g/fees"),
        ("?place=1", "/g/fees?court=north&place=1"),
        ("?place=99&court=%0d%0aX:%20y&lang=//evil&v=%22%3E", "/g/fees"),
        ("?court=north%22%3E%3Cscript&place=-1&thanks=1", "/g/fees"),
        ("?lang=en&v=large&lang=zh-Hant", "/g/fees?lang=en&v=large"),
    ] {
        let seen = server.get(&format!("/g/fees/useful{query}"));
        assert_eq!((seen.status, seen.header("location").as_str()), (303, to), "{query}");
        let joint = if to.contains('?') { '&' } else { '?' };
        let sent = server.post(&format!("/g/fees/useful{query}"), &[], "answer=yes");
        assert_eq!(sent.header("location"), format!("{to}{joint}thanks=1#useful"), "{query}");
    }
    for path in ["/g/nothing/useful", "/g/..%2f/useful", "/g/%00/useful", "/g/FEES/useful"] {
        for page in [server.post(path, &[], "answer=yes"), server.get(path)] {
            assert_eq!(page.status, 404, "{path}");
            assert!(page.text().contains("/g/fees"), "{path}");
        }
    }
    for path in ["/g/fees/useful/", "/g/fees/useless"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert_eq!(server.ask("DELETE", "/g/fees/useful", &[]).status, 405);
    assert_eq!(server.post("/g/fees", &[], "answer=yes").status, 405);
    assert_eq!(by_topic(&site), "fees,1,0,0");
}

#[test]
fn a_form_that_never_ends_is_let_go() {
    let site = Site::new();
    let server = site.serve();
    let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let head = "POST /g/fees/useful HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nansw";
    stream.write_all(head.as_bytes()).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 400");
}

#[test]
fn answers_outlive_a_kill_and_are_read_while_the_service_runs_and_after() {
    let site = Site::new();
    for round in 1..=3 {
        let server = site.serve();
        say(&server, "/g/fees/useful?place=1", PHONE, "yes");
        assert_eq!(by_topic(&site), format!("fees,{round},0,0"));
        assert!(server.get("/readyz").text().contains("answers kept 1\n"));
        server.kill();
        assert_eq!(by_topic(&site), format!("fees,{round},0,0"));
    }
}

#[test]
fn answers_are_told_by_what_is_kept_of_them_in_every_format() {
    let site = Site::new();
    let server = site.serve();
    say(&server, "/g/fees/useful?place=1", &phone(1), "yes");
    say(&server, "/g/fees/useful?place=3", &phone(2), "no");
    say(&server, "/g/onecode/useful?court=north", &phone(3), "partly");
    assert_eq!(
        told(&site, &["--by", "court"]),
        "court,yes,partly,no\nnorth,1,0,0\nsouth,0,0,1\nnone,0,1,0\n"
    );
    assert_eq!(told(&site, &["--court", "south"]), "yes,partly,no\n0,0,1\n");
    assert_eq!(told(&site, &["--topic", "onecode"]), "yes,partly,no\n0,1,0\n");
    assert_eq!(told(&site, &["--to", "2001-01-01"]), "yes,partly,no\n0,0,0\n");
    let dated = told(&site, &["--by", "day,week,month,weekday", "--from", "2001-01-01"]);
    assert!(dated.lines().nth(1).unwrap().ends_with(",1,1,1"), "{dated}");
    let json = site.run(&["stats", "--useful", "--by", "topic", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[1], serde_json::json!({"topic": "fees", "yes": 1, "partly": 0, "no": 1}));
    let table = site.run(&["stats", "--useful", "--by", "topic"]).stdout;
    assert!(table.contains("total      1       1   1\neach person once a day a page"), "{table}");
    for dimension in ["client", "hour"] {
        let refused = site.run(&["stats", "--useful", "--by", dimension]);
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.contains(&format!("the {dimension} of an answer is not kept")));
    }
}

#[test]
fn our_own_pages_ask_in_every_language_and_size() {
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    for path in ["/", "/g/fees", "/g/filing", "/g/preservation", "/g/enforcement", "/g/documents"] {
        for (query, words) in [
            ("", "这一页有用吗？"),
            ("?v=large", "没找到要的"),
            ("?lang=en", "Was this page useful?"),
            ("?lang=zh-Hant&thanks=1", "謝謝您的回答"),
        ] {
            let text = server.get(&format!("{path}{query}")).text();
            assert_eq!(text.matches(words).count(), 1, "{path}{query}");
        }
    }
    let design = server.get("/design").text();
    assert!(design.contains("这一页有用吗？") && design.contains("谢谢您的回答"));
    assert!(!design.contains("method=\"post\""), "a sample is not counted");
}
