//! The managers' dashboard: who sees what, filters in links, files, alarms.

use std::process::Stdio;

use onecode::domain::alarm::AlarmKind;
use onecode::domain::code::{Code, RawCode};
use onecode::domain::period::{Day, Moment};
use onecode::domain::placement::PlacementNumber;
use onecode::domain::scan::{Client, Scan, System, Target};
use onecode::domain::topic::TopicNumber;
use onecode::domain::user::Role;
use onecode::store;

use crate::support::local::{Browser, Local, MORNING, PASSWORD, wait};
use crate::support::{Site, onecode};

/// `many` people's scans of a placement's code of topic 1, an hour before `moment`.
fn scans(placement: u32, moment: i64, many: usize) -> Vec<Scan> {
    let number = PlacementNumber::new(placement).unwrap();
    let scan = Scan {
        moment: Moment(moment - 3600),
        target: Target::Live(Code::new(number, TopicNumber::new(1).unwrap())),
        client: Client::Wechat,
        system: System::Android,
        repeat: false,
        machine: false,
    };
    vec![scan; many]
}

/// A service with seven scans in the north, thirteen in the south, and two orphans.
fn service() -> Local {
    let service = Local::start();
    let orphan = Target::Orphan(RawCode::parse("2ZZZZZZ").unwrap());
    let orphans = scans(1, MORNING, 2).into_iter().map(|scan| Scan { target: orphan, ..scan });
    let all = [scans(1, MORNING, 7), scans(3, MORNING, 13), orphans.collect()].concat();
    wait(service.store.record(&all)).unwrap();
    service
}

/// The number of a headline.
fn headline(page: &str, kind: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("<li class=\"h-{kind}\">"))?;
    let (_, rest) = rest.split_once("<b>")?;
    Some(rest.split_once("</b>")?.0.to_owned())
}

#[test]
fn whoever_is_not_signed_in_is_led_to_sign_in_and_then_on() {
    let service = service();
    service.add("wang", Role::Viewer, &[]);
    let browser = service.browser();
    let to = browser.get("/stats?period=7d&court=north");
    let login = "/login?next=%2Fstats%3Fperiod%3D7d%26court%3Dnorth";
    assert_eq!(to.to(), (303, login));
    let form = browser.get(login);
    form.shows(200, "name=\"next\" value=\"/stats?period=7d&amp;court=north\"");
    let next = "/stats?period=7d&court=north";
    let fields = [("name", "wang"), ("password", "wrong horse"), ("next", next)];
    browser.post("/login", &fields).shows(401, "value=\"/stats?period=7d");
    let fields = [("name", "wang"), ("password", PASSWORD), ("next", next)];
    assert_eq!(browser.post("/login", &fields).to(), (303, next));
    browser.get(next).shows(200, "扫码统计");
    // Nowhere but to our own pages.
    for evil in ["https://evil.cn/stats", "//evil.cn", "/stats/../logout"] {
        let browser = service.browser();
        browser.get("/login");
        let fields = [("name", "wang"), ("password", PASSWORD), ("next", evil)];
        assert_eq!(browser.post("/login", &fields).to(), (303, "/account"), "{evil}");
    }
    for path in ["/stats.csv", "/stats.json?by=court", "/stats.xlsx", "/stats"] {
        let page = service.browser().get(path);
        assert_eq!(page.status, 303, "{path}");
        assert!(page.header("location").starts_with("/login?next="), "{path}");
    }
}

#[test]
fn a_viewer_of_one_court_sees_that_court_alone_on_the_page_and_in_files() {
    let service = service();
    service.add("wang", Role::Viewer, &["north"]);
    service.add("li", Role::Viewer, &[]);
    let (north, all) = (service.signed_in("wang"), service.signed_in("li"));
    let page = north.get("/stats");
    page.shows(200, "北城区人民法院");
    assert!(!page.text.contains("南城区人民法院"), "{}", page.text);
    assert_eq!(headline(&page.text, "scans").as_deref(), Some("7"));
    assert_eq!(headline(&page.text, "orphans"), None);
    assert_eq!(headline(&page.text, "alarms"), None);
    for (header, value) in [("cache-control", "no-store"), ("referrer-policy", "same-origin")] {
        assert_eq!(page.header(header), value);
        assert_eq!(north.get("/stats.csv").header(header), value);
    }
    let page = all.get("/stats");
    page.shows(200, "南城区人民法院");
    assert_eq!(headline(&page.text, "scans").as_deref(), Some("20"));
    assert_eq!(headline(&page.text, "orphans").as_deref(), Some("2"));
    for (path, some) in [
        ("/stats.csv?by=court", "court,scans,visits,repeats\nnorth,7,7,0\n"),
        ("/stats.csv?report=courts", "north,7,2,3.5,1\n"),
        ("/stats.csv?report=machines", "\n7,0,0,0,0.0,0.0,0.0\n"),
        ("/stats.csv?report=silent", "placement,court,place,last,expected,probability\n"),
    ] {
        let file = north.get(path);
        assert_eq!(file.status, 200, "{path}");
        assert!(file.text.contains(some) && !file.text.contains("south"), "{path}: {}", file.text);
    }
    assert!(all.get("/stats.csv?by=court").text.contains("south,13,13,0\n"));
    for path in ["/stats?court=south", "/stats.csv?court=south", "/stats.json?court=north,south"] {
        north.get(path).shows(403, "请去掉 court=");
        assert_eq!(all.get(path).status, 200, "{path}");
    }
}

#[test]
fn managers_see_how_many_searches_found_nothing_and_not_which() {
    let service = service();
    service.add("wang", Role::Viewer, &["north"]);
    service.add("li", Role::Viewer, &[]);
    for query in ["tuifei", "zyxwvut", "zyxwvut"] {
        assert_eq!(service.browser().get(&format!("/search?q={query}")).status, 200);
    }
    let page = service.signed_in("li").get("/stats");
    page.shows(200, "站内搜索：1 次找到了，2 次没有找到");
    assert!(!page.text.contains("zyxwvut") && !page.text.contains("tuifei"), "{}", page.text);
    // They are searches of visitors to all courts.
    assert!(!service.signed_in("wang").get("/stats").text.contains("站内搜索"));
}

#[test]
fn links_carry_the_filters_and_nothing_needs_a_script() {
    let service = service();
    service.add("li", Role::Viewer, &[]);
    let browser = service.signed_in("li");
    let page = browser.get("/stats?period=7d&court=north&topic=fees");
    let text = page.text.replace("&amp;", "&").replace("&#x2F;", "/");
    for link in [
        "/stats?period=30d&court=north&topic=fees",
        "/stats?period=7d&court=north&topic=fees&wall=1",
        "/stats.csv?report=courts&from=2026-11-18&to=2026-11-24&court=north&topic=fees",
        "/stats.xlsx?report=scans&by=day&from=2026-11-18&to=2026-11-24&court=north&topic=fees",
        "/stats?period=7d&court=north&topic=fees&lang=en",
        "/stats.csv?report=silent&court=north&topic=fees",
        "/stats/report.pdf?month=2026-11&court=north&topic=fees",
    ] {
        assert!(text.contains(&format!("href=\"{link}\"")), "{link} is not in {text}");
    }
    assert!(text.contains("value=\"north\" checked") && text.contains("value=\"fees\" checked"));
    assert!(!text.contains("value=\"south\" checked"));
    assert!(!text.contains("<script") && !text.contains(" style=") && !text.contains("onclick"));
    assert_eq!(headline(&text, "scans").as_deref(), Some("7"));
    // Each chart has its name, and its numbers in a table beside it.
    for part in ["trend", "hours", "courts", "topics"] {
        assert!(text.contains(&format!("aria-labelledby=\"{part}-title\"")), "{part}");
        assert!(text.contains(&format!("<h2 id=\"{part}-title\">")), "{part}");
    }
    assert!(text.contains("<title>2026-11-24 周二：7 次</title>"), "{text}");
    // The report of the month that is looked at; of more than one, the last whole one.
    for (query, month) in [("period=last-month", "2026-10"), ("period=year", "2026-10")] {
        let page = browser.get(&format!("/stats?{query}")).text.replace("&#x2F;", "/");
        assert!(page.contains(&format!("\"/stats/report.pdf?month={month}\"")), "{page}");
        // No key to a line that is not drawn.
        assert!(!page.contains("class=\"before\""), "{page}");
    }
    let wall = browser.get("/stats?wall=1").text;
    assert!(wall.contains("http-equiv=\"refresh\" content=\"60\"") && wall.contains("退出大屏"));
    assert!(!text.contains("http-equiv"));
    browser.get("/stats?lang=en").shows(200, "Scan statistics");
    assert!(browser.get("/stats?period=today").text.contains("<title>7时：20 次</title>"));
    // A page of the staff's leads to the other.
    assert!(browser.get("/account").text.contains("href=\"/stats\""));
}

#[test]
fn a_question_that_is_not_understood_is_answered_with_what_to_do() {
    let service = service();
    service.add("li", Role::Viewer, &[]);
    let browser = service.signed_in("li");
    for (path, words) in [
        ("/stats?court=nort", "did you mean &quot;north&quot;?"),
        ("/stats.csv?report=cort", "did you mean &quot;courts&quot;?"),
        ("/stats.csv?report=courts&by=topic", "请去掉 by=topic"),
        ("/stats?from=2026-11-02&to=2026-11-01", "请对调"),
        ("/stats?period=%3Cb%3E", "没有时段“&lt;b&gt;”"),
        ("/stats.json?cuort=north", "did you mean &quot;court&quot;?"),
        ("/stats?from=tomorrow", "请写成 2026-11-24"),
        ("/stats?from=2026-11-01&period=30d", "请只留一样"),
        ("/stats.csv?from=2026-11-01&period=30d&to=2026-11-10", "请只留一样"),
    ] {
        browser.get(path).shows(400, words);
    }
}

#[test]
fn days_typed_into_the_form_of_moving_days_take_their_place() {
    let service = service();
    service.add("li", Role::Viewer, &[]);
    let browser = service.signed_in("li");
    let form = browser.get("/stats?period=7d").text;
    let (moving, typed) = ("name=\"period\" value=\"7d\"", "name=\"from\" value=\"\"");
    let places = [moving, typed].map(|field| form.find(field).expect(field));
    assert!(places[0] < places[1], "the form sends them in this order");
    for (query, days) in [
        ("period=7d&from=&to=", "2026-11-18 至 2026-11-24"),
        ("period=7d&from=2026-10-01&to=2026-10-05", "2026-10-01 至 2026-10-05"),
        ("period=7d&from=2026-10-01&to=", "2026-10-01 至 2026-11-24"),
        ("period=year&from=&to=2026-06-30", "2026-01-01 至 2026-06-30"),
    ] {
        browser.get(&format!("/stats?{query}")).shows(200, days);
    }
}

#[test]
fn an_alarm_stays_until_somebody_has_seen_it_by_a_form_of_ours() {
    let service = service();
    service.add("wang", Role::Viewer, &["north"]);
    service.add("li", Role::Viewer, &[]);
    let kind = AlarmKind::Clock { seconds: 3600 };
    wait(service.store.raise(&kind, Moment(MORNING - 60))).unwrap();
    let (north, all) = (service.signed_in("wang"), service.signed_in("li"));
    let seen = |path: &str, browser: &Browser| browser.post(path, &[]);
    assert!(!north.get("/stats").text.contains("3600"), "it is about all courts");
    north.get("/account");
    assert_eq!(seen("/stats/alarms/1/seen", &north).status, 403);
    let page = all.get("/stats?period=7d");
    page.shows(200, "时钟被拨动了 3600 秒");
    assert_eq!(headline(&page.text, "alarms").as_deref(), Some("1"));
    // A form of another website has another token.
    let token = std::mem::replace(&mut *all.token.lock().unwrap(), "0".repeat(64));
    assert_eq!(seen("/stats/alarms/1/seen", &all).status, 403);
    assert_eq!(service.browser().post("/stats/alarms/1/seen", &[]).status, 303, "signed out");
    assert_eq!(wait(service.store.alarms()).unwrap()[0].seen, None);
    *all.token.lock().unwrap() = token;
    let done = seen("/stats/alarms/1/seen?period=7d", &all);
    assert_eq!(done.to(), (303, "/stats?period=7d"));
    let by = wait(service.store.alarms()).unwrap()[0].seen.clone().unwrap().by;
    assert_eq!(by, "li");
    let page = all.get("/stats");
    assert_eq!(headline(&page.text, "alarms").as_deref(), Some("0"));
    page.shows(200, "li 于 2026-11-24 08:00 阅");
    // Some web views repeat a POST as GET: nothing is done by that.
    assert_eq!(all.get("/stats/alarms/1/seen?period=7d").to(), (303, "/stats?period=7d"));
    assert_eq!(seen("/stats/alarms/99/seen", &all).to(), (303, "/stats"));
}

#[test]
fn equal_alarms_are_one_line_and_all_are_seen_by_one_button() {
    let service = service();
    service.add("wang", Role::Viewer, &["north"]);
    service.add("li", Role::Viewer, &[]);
    for (at, seconds) in [(300, 3600), (240, 3600), (180, 61), (120, 62), (60, 63), (0, 3600)] {
        let kind = AlarmKind::Clock { seconds };
        wait(service.store.raise(&kind, Moment(MORNING - at))).unwrap();
    }
    let (north, all) = (service.signed_in("wang"), service.signed_in("li"));
    let page = all.get("/stats?period=7d");
    assert_eq!(headline(&page.text, "alarms").as_deref(), Some("6"));
    assert_eq!(page.text.matches("时钟被拨动了 3600 秒").count(), 1);
    page.shows(200, "共 3 次，最早 2026-11-24 07:55");
    // The fourth line stands behind a click.
    let (shown, more) = page.text.split_once("<summary>还有 1 条提醒</summary>").unwrap();
    assert!(shown.contains("62 秒") && !shown.contains("61 秒") && more.contains("61 秒"));
    page.shows(200, "<button class=\"btn\">全部已阅</button>");
    north.get("/account");
    assert_eq!(north.post("/stats/alarms/seen", &[("number", "1")]).status, 403);
    let numbers = [("number", "1"), ("number", "2"), ("number", "6"), ("number", "x")];
    let done = all.post("/stats/alarms/seen?period=7d", &numbers);
    assert_eq!(done.to(), (303, "/stats?period=7d"));
    let seen: Vec<_> =
        wait(service.store.alarms()).unwrap().iter().map(|a| a.seen.is_some()).collect();
    assert_eq!(seen, [true, true, false, false, false, true]);
    assert_eq!(all.get("/stats/alarms/seen").to(), (303, "/stats"));
}

#[test]
fn what_is_not_over_says_what_it_stands_against_and_what_has_not_begun_against_nothing() {
    let service = service();
    service.add("li", Role::Viewer, &[]);
    let before = (1..=24).flat_map(|day| scans(1, MORNING - (day + 30) * 86_400, 2));
    wait(service.store.record(&before.collect::<Vec<_>>())).unwrap();
    let browser = service.signed_in("li");
    for query in ["period=month", "from=2026-11-01&to=2026-11-30"] {
        let page = browser.get(&format!("/stats?{query}"));
        page.shows(200, "上期 2026-10-01 至 2026-10-24");
        page.shows(200, "这个月还没有过完，对比的是同样几天");
        page.shows(200, "<i>比上期 ▼ 58.3%（2026-10-01 至 2026-10-24）</i>");
    }
    let today = browser.get("/stats?period=today");
    today.shows(200, "今天还没有过完，不和整天比");
    let ahead = browser.get("/stats?from=2026-12-01&to=2026-12-31");
    ahead.shows(200, "本期还没有开始");
    for page in [today, ahead] {
        assert!(!page.text.contains("比上期") && !page.text.contains("记录不全"), "{}", page.text);
    }
}

#[test]
fn the_english_dashboard_has_names_and_no_ids() {
    let service = service();
    service.add("li", Role::Viewer, &[]);
    let page = service.signed_in("li").get("/stats?lang=en");
    for name in ["北城区人民法院", "WeChat", "Service hall"] {
        page.shows(200, &format!("<span>{name}</span>"));
    }
    for id in ["north", "wechat", "hall", "fees"] {
        for tag in ["span", "td"] {
            let cell = format!("<{tag}>{id}</{tag}>");
            assert!(!page.text.contains(&cell), "{cell}");
        }
    }
}

#[test]
fn the_time_before_stands_in_the_table_of_the_trend_too() {
    let service = service();
    service.add("li", Role::Viewer, &[]);
    let month =
        |back: i64| (1..=20).flat_map(move |day| scans(1, MORNING - (day + back) * 86_400, 2));
    wait(service.store.record(&month(30).collect::<Vec<_>>())).unwrap();
    let page = service.signed_in("li").get("/stats?from=2026-11-05&to=2026-11-24");
    let (_, trend) = page.text.split_once("id=\"trend\"").unwrap();
    let (trend, _) = trend.split_once("</table>").unwrap();
    assert!(trend.contains("<table aria-labelledby=\"trend-title\">"), "{trend}");
    assert!(trend.contains("<th scope=\"col\" class=\"n\">上期</th>"), "{trend}");
    // Nobody scanned on the first day, but twenty days before.
    let row = "<tr><td>2026-11-05</td><td class=\"n\">0</td><td class=\"n\">0</td>\
               <td class=\"n\">0</td><td class=\"n\">2</td></tr>";
    assert!(trend.contains(row), "{trend}");
    page.shows(200, "<i>比上期 ▲ 11.1%（2026-10-16 至 2026-11-04）</i>");
    // The fields for days stay empty where they move with the calendar, and it is said which they are.
    service.signed_in("li").get("/stats").shows(200, "现在是“近30天”：2026-10-26 至 2026-11-24");
}

#[test]
fn a_file_is_to_the_byte_what_the_command_line_writes() {
    let site = Site::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    {
        let store = store::open(&site.store()).unwrap();
        let at = Day::parse("2026-02-10").unwrap().start().0 + 36_000;
        let all = [scans(1, at, 3), scans(2, at + 86_400, 5), scans(3, at, 2)].concat();
        runtime.block_on(store.record(&all)).unwrap();
    }
    let mut user = onecode();
    user.args(["user", "add", "wang", "--role", "viewer", "--store", &site.store()]);
    let mut user = user.arg("--root").arg(site.root()).stdin(Stdio::piped()).spawn().unwrap();
    let typed = format!("{PASSWORD}\n{PASSWORD}\n");
    std::io::Write::write_all(&mut user.stdin.take().unwrap(), typed.as_bytes()).unwrap();
    assert!(user.wait().unwrap().success());
    let server = site.serve();
    let browser = Browser { url: server.url.clone(), ..Browser::default() };
    browser.get("/login");
    assert_eq!(browser.sign_in("wang", PASSWORD).status, 303);
    let cookie = browser.cookie.lock().unwrap().clone();
    for (query, args) in [
        ("", &[][..]),
        (
            "by=court,topic&from=2026-02-01&to=2026-02-28",
            &["--by", "court,topic", "--from", "2026-02-01", "--to", "2026-02-28"],
        ),
        ("report=courts&court=north", &["--report", "courts", "--court", "north"]),
        (
            "report=compare&from=2026-02-01&to=2026-02-28",
            &["--report", "compare", "--from", "2026-02-01", "--to", "2026-02-28"],
        ),
        ("report=hours&topic=fees", &["--report", "hours", "--topic", "fees"]),
        ("report=placements", &["--report", "placements"]),
        ("report=useful&by=topic", &["--useful", "--by", "topic"]),
    ] {
        for format in ["csv", "json", "xlsx"] {
            let path = format!("/stats.{format}?{query}");
            let file = server.ask("GET", &path, &[("cookie", &cookie)]);
            assert_eq!(file.status, 200, "{path}: {}", String::from_utf8_lossy(&file.body));
            assert!(file.header("content-disposition").ends_with(&format!(".{format}\"")));
            let mut command = onecode();
            command.args(["stats", "--format", format, "--store", &site.store(), "--root"]);
            let told = command.arg(site.root()).args(args).output().unwrap();
            assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
            assert_eq!(file.body, told.stdout, "{path}");
        }
    }
    // The way in is found on the landing page, and on no guide.
    assert!(server.get("/").text().contains(" href=\"/login\">"));
    assert!(!server.get("/g/fees").text().contains("/login"));
    // What a monitor reads, it reads openly: numbers only.
    let metrics = server.get("/metrics");
    assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = metrics.text();
    assert!(text.contains("\nonecode_sessions 1\n"), "{text}");
    assert!(text.contains("\nonecode_scans_total{outcome=\"kept\"} 0\n"), "{text}");
    assert!(text.contains("\nonecode_store_bytes "), "{text}");
    assert!(!text.contains("wang") && !text.contains("127.0.0.1"), "{text}");
}
