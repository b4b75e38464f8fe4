//! HTTP against a real server, as phones and proxies speak it.

use std::fs;
use std::io::Read;
use std::sync::atomic::Ordering;

use crate::support::{PHONE, Server, Site, phone};

/// Placement 1, topic 1.
const FEES: &str = "/200041T";
/// Placement 2 (a 24-hour court), topic 1.
const FEES_AT_NIGHT: &str = "/2000813";
/// Placement 3, retired.
pub(crate) const RETIRED: &str = "/2000C1Q";

#[test]
fn a_phone_with_chinese_in_its_agent_string_is_told_apart() {
    let site = Site::new();
    let server = site.serve();
    let agent = "Mozilla/5.0 (Linux; Android 13; 红米) MicroMessenger/8.0.47";
    assert_eq!(server.ask("GET", FEES, &[("user-agent", agent)]).status, 200);
    assert_eq!(site.stats(&["--by", "client"])[0]["client"], "wechat");
}

fn apart(site: &Site) -> String {
    site.run(&["stats"]).stdout.lines().last().unwrap().to_owned()
}

#[test]
fn a_scan_is_answered_at_once_with_the_guide_and_is_counted() {
    let site = Site::new();
    let server = site.serve();
    let page = server.get(FEES);
    assert_eq!((page.status, page.header("onecode-scan").as_str()), (200, "kept"));
    assert_eq!(page.header("cache-control"), "private, no-cache");
    let text = page.text();
    for words in [
        "<h1>缴费退费</h1>",
        "北城区人民法院",
        "诉讼服务大厅",
        "北城区法院路1号",
        "7日",
        "tel:03125550100",
        "交费办法第22条第1款",
        "lang=\"zh-Hans\"",
    ] {
        assert!(text.contains(words), "{words} is not in the page");
    }
    let row = &site.stats(&["--by", "court,placement,channel,topic,client"])[0];
    assert_eq!(row["court"], "north");
    assert_eq!(row["placement"], "1");
    assert_eq!(row["channel"], "hall");
    assert_eq!(row["topic"], "fees");
    assert_eq!(row["client"], "wechat");
    assert_eq!(row["scans"], 1);
}

#[test]
fn a_scan_that_was_kept_outlives_a_kill_right_after_the_answer() {
    let site = Site::new();
    for round in 1..=5 {
        let server = site.serve();
        assert_eq!(server.get(FEES).header("onecode-scan"), "kept");
        server.kill();
        assert_eq!(site.stats(&["--by", "court,topic"])[0]["scans"], round);
    }
}

/// Killed in the middle of work: what was acknowledged is counted once, what was not answered at
/// most once.
#[test]
fn a_kill_under_load_loses_nothing_that_was_acknowledged() {
    let site = Site::new();
    let (mut sent, mut kept) = (0, 0);
    for round in 1..=4 {
        let server = site.serve();
        let counted = std::sync::atomic::AtomicU64::new(0);
        let sending = std::sync::atomic::AtomicU64::new(0);
        let url = server.url.clone();
        std::thread::scope(|scope| {
            for client in 0..6 {
                let (url, counted, sending) = (&url, &counted, &sending);
                scope.spawn(move || {
                    for i in 0.. {
                        sending.fetch_add(1, Ordering::SeqCst);
                        let agent = format!("{PHONE} Number/{round}-{client}-{i}");
                        match try_scan(url, &agent).as_deref() {
                            Some("kept") => counted.fetch_add(1, Ordering::SeqCst),
                            Some(other) => panic!("{other}"),
                            None => break, // killed
                        };
                    }
                });
            }
            while counted.load(Ordering::SeqCst) < 100 * round {
                std::thread::yield_now();
            }
            server.kill();
        });
        kept += counted.into_inner();
        sent += sending.into_inner();
        let scans = site.stats(&[])[0]["scans"].as_u64().unwrap();
        assert!((kept..=sent).contains(&scans), "{kept} kept, {scans} counted, {sent} sent");
        // From now on exactly what is there counts.
        (kept, sent) = (scans, scans);
    }
}

/// The outcome of one scan, or `None` where the server is gone.
fn try_scan(url: &str, agent: &str) -> Option<String> {
    let client: ureq::Agent =
        ureq::Agent::config_builder().user_agent(agent).max_idle_connections(0).build().into();
    let answer = client.get(format!("{url}{FEES}")).call().ok()?;
    Some(answer.headers().get("onecode-scan")?.to_str().ok()?.to_owned())
}

#[test]
fn toggles_on_a_scanned_page_are_no_scans() {
    let site = Site::new();
    let server = site.serve();
    let text = server.get(FEES_AT_NIGHT).text();
    assert!(text.contains("夜里先算清楚"), "the night text is shown in a 24-hour court");
    let link = "/g/fees?court=north&amp;place=2&amp;v=large";
    assert!(text.contains(link), "the link to the large version keeps the place");
    let large = server.get("/g/fees?court=north&place=2&v=large");
    assert!(large.text().contains("class=\"large\"") && large.text().contains("夜里先算清楚"));
    assert_eq!(large.header("onecode-scan"), "");
    assert_eq!(site.stats(&[])[0]["scans"], 1);
}

#[test]
fn whatever_is_wrong_with_a_code_a_useful_page_opens() {
    let site = Site::new();
    let server = site.serve();
    // Mistyped; unknown placement 4; known placement, unknown topic 2.
    for path in ["/200041X", "/2000G1M", "/2000424"] {
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("onecode-scan"), "kept", "{path}");
        assert!(page.text().contains("/g/fees"), "{path} opens the landing page");
        assert!(page.text().contains("没有认出"), "{path} says so in a line");
    }
    assert!(
        server.get("/2000424").text().contains("北城区人民法院"),
        "the court is known all the same"
    );
    let retired = server.get(RETIRED);
    assert!(retired.text().contains("<h1>缴费退费</h1>") && retired.text().contains("换"));
    assert!(apart(&site).contains("orphans 4, retired 1"), "{}", apart(&site));
    assert_eq!(site.stats(&[])[0]["scans"], 0);
}

#[test]
fn lower_case_and_look_alikes_open_the_same_page() {
    let site = Site::new();
    let server = site.serve();
    for path in ["/200041t", "/2OOO4LT", "/2ooo4it"] {
        assert!(server.get(path).text().contains("<h1>缴费退费</h1>"), "{path}");
    }
    assert_eq!(site.stats(&["--by", "topic"])[0]["scans"], 3);
}

/// What phones open is answered before the routes are asked; an escape in the address leads past that.
#[test]
fn the_short_way_answers_as_the_routes_do() {
    let site = Site::new();
    let server = site.serve();
    let asked = |method, path: &str, tag: &str| {
        let page = server.ask(method, path, &[("accept-encoding", "gzip"), ("if-none-match", tag)]);
        // What a minute changes may differ between the two.
        let brief = if path.starts_with("/g/") { "cache-control" } else { "date" };
        let lasting = |line: &&str| !line.starts_with("date") && !line.starts_with(brief);
        let headers = page.headers().trim_matches(['{', '}', '"']).split(", \"").filter(lasting);
        let mut headers: Vec<String> = headers.map(str::to_owned).collect();
        headers.sort();
        (page.status, headers, page.body)
    };
    let answer = |method, path: &str| asked(method, path, "");
    for (plain, escaped) in [
        (FEES, "/%3200041T"),
        ("/200041X", "/20004%31X"),
        (RETIRED, "/2000C1%51"),
        ("/g/fees", "/g/%66ees"),
        ("/g/fees?place=2&v=large&lang=en", "/g/fe%65s?place=2&v=large&lang=en"),
        ("/g/nothing", "/g/nothin%67"),
    ] {
        for method in ["GET", "HEAD"] {
            let (short, routed) = (answer(method, plain), answer(method, escaped));
            assert_eq!((short.0, &short.1), (routed.0, &routed.1), "{method} {plain}");
            assert!(short.2 == routed.2, "{method} {plain}");
            let said = short.1.join("\n");
            for name in ["content-security-policy", "x-content-type-options", "referrer-policy"] {
                assert!(said.contains(name), "{method} {plain}: no {name}\n{said}");
            }
        }
        assert_eq!(answer("POST", plain).0, answer("POST", escaped).0, "{plain}");
        let tag = server.ask("HEAD", plain, &[("accept-encoding", "gzip")]).header("etag");
        let (short, routed) = (asked("GET", plain, &tag), asked("GET", escaped, &tag));
        assert_eq!(short, routed, "{plain}");
        assert_eq!(short.0, if plain == "/g/nothing" { 404 } else { 304 }, "{plain}");
    }
}

#[test]
fn any_other_path_is_404_with_the_landing_page_uncounted() {
    let site = Site::new();
    let server = site.serve();
    for path in [
        "/wp-login.php",
        "/install",
        "/oldsite",
        "/g/nothing",
        "/A00041T",
        "/200041",
        "/200041TT",
        "/x/y",
    ] {
        let page = server.get(path);
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text().contains("/g/fees"), "{path}");
        assert_eq!(page.header("onecode-scan"), "", "{path}");
    }
    let refused = server.ask("POST", FEES, &[]);
    assert_eq!(
        (refused.status, refused.header("x-content-type-options").as_str()),
        (405, "nosniff")
    );
    assert_eq!(server.get("/favicon.ico").status, 204);
    assert_eq!(server.ask("DELETE", "/", &[]).status, 405);
    assert!(apart(&site).contains("orphans 0"));
}

#[test]
fn machines_are_counted_apart_and_head_is_no_scan() {
    let site = Site::new();
    let server = site.serve();
    let head = server.ask("HEAD", FEES, &[]);
    assert_eq!((head.status, head.header("onecode-scan").as_str()), (200, ""));
    assert!(head.body.is_empty());
    server.ask("GET", FEES, &[("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")]);
    server.ask("GET", FEES, &[("sec-purpose", "prefetch;prerender")]);
    assert!(apart(&site).contains("machines 2"), "{}", apart(&site));
    assert_eq!(site.stats(&[])[0]["scans"], 0);
}

#[test]
fn a_second_opening_of_the_day_is_a_repeat_also_as_304() {
    let site = Site::new();
    let server = site.serve();
    let tag = server.get(FEES).header("etag");
    let again = server.ask("GET", FEES, &[("if-none-match", &tag)]);
    assert_eq!((again.status, again.header("onecode-scan").as_str()), (304, "kept"));
    assert!(again.body.is_empty());
    server.ask("GET", FEES, &[("user-agent", &phone(2))]);
    let row = &site.stats(&[])[0];
    assert_eq!((&row["scans"], &row["visits"], &row["repeats"]), (&3.into(), &2.into(), &1.into()));
    // The phone has another address now, and the service has forgotten: its page has not.
    server.stop();
    let server = site.serve();
    let [third, fourth] = [3, 4].map(phone);
    let later = [("user-agent", &*third), ("if-none-match", &*tag)];
    assert_eq!(server.ask("GET", FEES, &later).status, 304);
    // A page kept from another day says nothing of this one.
    let (start, day) = tag.trim_end_matches('"').rsplit_once('.').unwrap();
    let yesterday = format!("{start}.{}\"", day.parse::<i64>().unwrap() - 1);
    let earlier = [("user-agent", &*fourth), ("if-none-match", &*yesterday)];
    assert_eq!(server.ask("GET", FEES, &earlier).status, 200);
    let row = &site.stats(&[])[0];
    assert_eq!((&row["visits"], &row["repeats"]), (&3.into(), &2.into()));
}

#[test]
fn behind_a_trusted_proxy_phones_are_told_apart_by_the_last_hop() {
    let site = Site::new();
    let ask = |server: &Server, from: &str| {
        server.ask("GET", FEES, &[("x-forwarded-for", from)]);
    };
    let server = site.serve();
    ask(&server, "192.0.2.1");
    ask(&server, "192.0.2.2");
    assert_eq!(site.stats(&[])[0]["repeats"], 1, "nobody is believed who was not named");
    server.stop();
    let server = Server::start(&site.root(), &site.store(), &["--trusted-proxy", "127.0.0.1"]);
    ask(&server, "192.0.2.1");
    ask(&server, "198.51.100.9, 192.0.2.2");
    ask(&server, "203.0.113.7, 192.0.2.2");
    let row = &site.stats(&[])[0];
    assert_eq!((&row["visits"], &row["repeats"]), (&3.into(), &2.into()));
}

#[test]
fn nothing_of_a_person_is_kept() {
    let site = Site::new();
    let server =
        Server::start(&site.root(), &site.store(), &["-v", "-v", "--trusted-proxy", "127.0.0.1"]);
    let marker = "ZzMarkerAgentZz";
    let agent = format!("{PHONE} {marker}");
    let headers = [("user-agent", &*agent), ("x-forwarded-for", "203.0.113.77")];
    server.ask("GET", FEES, &headers);
    assert_eq!(server.post("/g/fees/useful", &headers, "answer=yes").status, 303);
    // What is told to machines, what is saved, what was logged.
    let backup = site.path("data/backup");
    assert_eq!(site.run(&["backup", backup.to_str().unwrap()]).code, 0);
    fs::write(site.path("data/metrics"), server.ask("GET", "/metrics", &headers).text()).unwrap();
    let log = server.end();
    assert!(log.contains("serving"));
    fs::write(site.path("data/log"), log).unwrap();
    let mut files = 0;
    let mut folders = vec![site.path("data")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut bytes = Vec::new();
            let Ok(mut file) = fs::File::open(&path) else { continue }; // the socket
            file.read_to_end(&mut bytes).unwrap();
            files += 1;
            for trace in [marker.as_bytes(), b"203.0.113.77", b"MicroMessenger", b"PEGM00"] {
                assert!(!bytes.windows(trace.len()).any(|w| w == trace), "{}", path.display());
            }
        }
    }
    assert!(files > 5, "{files}");
}

#[test]
fn a_damaged_store_is_put_aside_and_pages_are_served() {
    let site = Site::new();
    site.serve().stop();
    let db = site.path("data/scans/db");
    let length = fs::metadata(&db).unwrap().len();
    fs::write(&db, vec![0x5a; usize::try_from(length).unwrap().max(4096)]).unwrap();
    fs::write(site.path("data/scans/conf"), "nonsense".repeat(8)).unwrap();
    let server = site.serve();
    assert_eq!(server.get(FEES).header("onecode-scan"), "kept");
    let aside = fs::read_dir(site.path("data")).unwrap().filter(|entry| {
        entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with("scans-damaged-")
    });
    assert_eq!(aside.count(), 1);
}

#[test]
fn machines_are_told_that_the_service_lives() {
    let site = Site::new();
    let server = site.serve();
    assert_eq!(server.get("/healthz").text(), "ok\n");
    server.get(FEES);
    assert!(server.get("/readyz").text().contains("scans kept 1"));
    assert!(server.get("/robots.txt").text().contains("Disallow: /"));
}
