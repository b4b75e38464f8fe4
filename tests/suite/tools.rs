//! The pages of the calculators, their JSON and their calendar file, over HTTP.

use std::collections::BTreeSet;
use std::process::Command;

use onecode::print::symbol::Symbol;
use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::{Answer, Server, Site, has_tool, repository};

fn served(site: &Site) -> Server {
    Server::start(repository(), &site.store(), &[])
}

/// A query with its values encoded as a browser encodes them.
fn query(pairs: &[(&str, &str)]) -> String {
    let encoded =
        |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

fn ask(server: &Server, path: &str, pairs: &[(&str, &str)]) -> Answer {
    server.get(&format!("{path}?{}", query(pairs)))
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

#[test]
fn a_fee_is_shown_with_its_steps_its_article_and_who_decides() {
    let site = Site::new();
    let server = served(&site);
    let page = ask(&server, "/t/fee", &[("kind", "property_first_instance"), ("amount", "12万")]);
    assert_eq!((page.status, page.header("cache-control").as_str()), (200, "private, max-age=0"));
    assert_eq!(page.header("onecode-scan"), "");
    let text = page.text().replace("<wbr>", "");
    for words in [
        "2,700<small>元</small>",
        "(100,000−10,000)×2.5%</span> <b class=\"one\">2,250</b>",
        "合计</span> <b class=\"one\">2,700</b>",
        "第13条第1款第1项",
        "国务院令第481号",
        "以法院通知为准",
        "120,000元",
        "value=\"12万\"",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let text = ask(&server, "/t/fee", &[("kind", "preservation"), ("amount", "1,000,000")]).text();
    assert!(text.contains("5,000<small>元"), "{text}");
    // Nothing has to be known: the answer stands at once, kept like a guide.
    let range = server.get("/t/fee?kind=divorce");
    assert!(range.header("cache-control").starts_with("public"));
    let text = range.text();
    assert!(text.contains("50<small>元") && text.contains("至 300<small>元"), "{text}");
    assert!(server.get("/t/fee?kind=labour").text().contains("10<small>元"));
}

#[test]
fn the_kinds_are_links_in_groups_and_the_rare_ones_are_folded() {
    let site = Site::new();
    let server = served(&site);
    let index = server.get("/t/?place=2&v=large").text();
    for path in ["/t/fee?", "/t/deadline?", "/t/interest?"] {
        assert!(index.contains(&format!("href=\"{path}court=")), "{path}\n{index}");
    }
    let text = server.get("/t/fee?place=2&v=large").text();
    let (common, rare) = text.split_once("<details").unwrap();
    assert!(common.contains("kind=property_first_instance&amp;court="), "{common}");
    assert!(rare.contains("kind=bankruptcy&amp;") && !common.contains("kind=bankruptcy"));
    assert!(common.contains("href=\"/t/interest?court="), "interest has a page of its own");
    let rules = server.get("/t/deadline").text();
    assert!(rules.contains("href=\"/t/deadline?rule=appeal-judgment\""), "{rules}");
    assert!(server.get("/").text().contains("href=\"/t/\""));
}

#[test]
fn a_form_that_is_at_fault_says_so_on_top_and_at_the_field_and_keeps_what_was_typed() {
    let site = Site::new();
    let server = served(&site);
    let kind = ("kind", "property_halved");
    let page = ask(&server, "/t/fee", &[kind, ("amount", "\"><script>alert(1)</script>")]);
    assert_eq!(page.status, 400);
    let text = page.text();
    assert!(!text.contains("<script"), "{text}");
    for words in [
        "role=\"alert\"",
        "<a href=\"#f-amount\">您要对方给多少钱：",
        "<a href=\"#f-reason\">为什么减半：请选一项",
        "id=\"f-amount-error\"",
        "aria-describedby=\"f-amount-hint f-amount-error\" aria-invalid=\"true\"",
        "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"",
        "<title>有地方要改",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    // What was right stays chosen.
    let text = ask(&server, "/t/fee", &[kind, ("amount", ""), ("reason", "调解结案减半")]).text();
    assert!(text.contains("value=\"调解结案减半\" checked"), "{text}");
    // What need not be chosen can be taken back, also without a script; what has to be, cannot.
    let chosen = [("kind", "divorce"), ("property_total", "50万"), ("reason", "调解结案减半")];
    let text = ask(&server, "/t/fee", &chosen).text();
    assert!(text.contains("name=\"reason\" value=\"\"> 都不是</label>"), "{text}");
    let taken_back = [chosen[0], chosen[1], ("reason", "")];
    let page = ask(&server, "/t/fee", &taken_back);
    assert!(page.status == 200 && page.text().contains("value=\"\" checked> 都不是"));
    assert!(!server.get("/t/fee?kind=property_halved").text().contains("都不是"));
    let day = ask(&server, "/t/deadline", &[("rule", "answer"), ("start", "前天")]);
    assert_eq!(day.status, 400);
    assert!(day.text().contains("type=\"text\" autocomplete=\"off\" value=\"前天\""));
    assert!(day.text().contains("aria-invalid"), "{}", day.text());
}

#[test]
fn what_cannot_be_seen_in_what_was_typed_is_passed_over() {
    let site = Site::new();
    let server = served(&site);
    // As it comes along when an amount is copied from another program.
    for typed in ["\u{200b}12万", "\u{202d}12万\u{202c}", "\u{feff}12万\0"] {
        let pairs = [("kind", "property_first_instance"), ("amount", typed)];
        let page = ask(&server, "/t/fee", &pairs);
        assert!(page.status == 200 && page.text().contains("2,700<small>元"), "{typed:?}");
        assert!(page.text().contains("value=\"12万\""), "{typed:?}");
        assert_eq!(json(&ask(&server, "/t/fee.json", &pairs))["yuan"], "2700", "{typed:?}");
    }
    let turned = ask(&server, "/t/fee", &[("kind", "\u{202e}abc")]);
    assert!(turned.status == 404 && turned.text().contains("没有“abc”这一种"));
}

#[test]
fn who_made_up_an_address_does_not_speak_through_our_page() {
    let site = Site::new();
    let server = served(&site);
    let words = "请把诉讼费转到下面这个账户，过期不候，账号六二二二零二";
    for (path, name) in [("/t/fee", "kind"), ("/t/deadline", "rule")] {
        let page = ask(&server, path, &[(name, words)]);
        let text = page.text();
        assert!(page.status == 404 && text.contains("没有这一种。请从下面选"), "{path}");
        assert!(!text.contains("请把诉讼费"), "{path}\n{text}");
        assert!(!ask(&server, path, &[(name, &"a".repeat(9_000))]).text().contains("“aaa"));
    }
    let amount = words.repeat(20);
    let page = ask(&server, "/t/fee", &[("kind", "property_first_instance"), ("amount", &amount)]);
    let text = page.text();
    assert!(text.contains("“请把诉讼费转到下面这个账户，过期不候，账…”不是金额"), "{text}");
    assert_eq!(text.matches("六二二二零二").count(), 20, "in the field alone");
}

#[test]
fn other_fields_are_called_as_they_are_on_the_page() {
    let site = Site::new();
    let server = served(&site);
    let complaint = |more: &[(&str, &str)]| {
        let owed = [("principal", "20万"), ("from", "2026-05-01")];
        let page = ask(&server, "/t/interest", &[&owed[..], more].concat());
        assert_eq!(page.status, 400);
        page.text()
    };
    let text = complaint(&[("to", "2026-04-01")]);
    assert!(text.contains("不能早于“文书写的履行期最后一天”"), "{text}");
    let text = complaint(&[("to", "2026-06-01"), ("days", "30")]);
    assert!(text.contains("填了“拖了多少天”，这一项就不要填"), "{text}");
    let text = complaint(&[("to", "2026-06-01"), ("days", "30"), ("lang", "en")]);
    assert!(text.contains(">Last day to perform: does not go with Days of delay: leave"), "{text}");
    let text = complaint(&[("to", ""), ("lang", "en")]);
    assert!(text.contains("is missing: write it like 2026-11-24<"), "{text}");
}

#[test]
fn place_language_and_size_last_through_a_form_and_a_toggle_keeps_the_answer() {
    let site = Site::new();
    let server = served(&site);
    let text = server.get("/t/fee?kind=enforcement&amount=10000&place=2&lang=en&v=large").text();
    for words in [
        "name=\"kind\" value=\"enforcement\"",
        "name=\"place\" value=\"2\"",
        "name=\"lang\" value=\"en\"",
        "name=\"v\" value=\"large\"",
        "<html lang=\"en\"",
        "<li>Measures on the Payment of Litigation Costs, art. 14 item 1 point 2<br>",
        "<span lang=\"zh-Hans\">诉讼费用交纳办法",
        "yuan",
        "kind=enforcement&amp;amount=10000&amp;court=",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn every_link_from_a_guide_to_a_calculator_opens_it_and_keeps_the_place() {
    let site = Site::new();
    let server = served(&site);
    let landing = server.get("/").text();
    let guides: BTreeSet<&str> = hrefs(&landing, "/g/").collect();
    let mut links = BTreeSet::new();
    for guide in guides.iter().map(|guide| guide.split('#').next().unwrap()) {
        let text = server.get(&format!("{guide}?place=2&v=large")).text();
        links.extend(hrefs(&text, "/t/").map(|link| link.replace("&amp;", "&")));
    }
    assert!(links.len() >= 8, "{links:?}");
    for link in links {
        assert!(link.contains("place=2&v=large"), "{link}");
        let page = server.get(&link);
        assert!(page.status == 200 && page.text().contains("<form"), "{link}");
    }
}

fn hrefs<'a>(text: &'a str, folder: &'a str) -> impl Iterator<Item = &'a str> {
    let links = text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.filter(move |link| link.starts_with(folder))
}

#[test]
fn a_last_day_is_shown_with_its_weekday_the_safe_day_and_what_is_not_known() {
    let site = Site::new();
    let server = served(&site);
    let day = |start: &str| {
        ask(&server, "/t/deadline", &[("rule", "appeal-judgment"), ("start", start)]).text()
    };
    for typed in ["2026-11-24", "20261124", "2026年11月24日", "2026/11/24"] {
        let text = day(typed);
        assert!(text.contains("2026年12月9日<small>星期三</small>"), "{typed}\n{text}");
        assert!(text.contains("value=\"2026-11-24\""), "{typed}");
        assert!(!text.contains("最稳妥"), "{typed}");
    }
    let moved = day("2026-11-27");
    for words in [
        "2026年12月14日<small>星期一",
        "2026年12月12日 星期六",
        "最稳妥在2026年12月11日 星期五当天或之前办完",
    ] {
        assert!(moved.contains(words), "{words} is not in {moved}");
    }
    let unknown = day("2037-12-24");
    assert!(unknown.contains("2038年1月8日<small>星期五"), "{unknown}");
    assert!(unknown.contains("还没公布，请按这一天办，越早越好"), "{unknown}");
    assert!(!unknown.contains("已经过了"), "{unknown}");
    // Who comes too late must not read of a last day as if there were time; the holidays of 2005
    // are not told either, and nobody waits for them.
    for start in ["2026-03-02", "2005-03-01"] {
        let late = day(start);
        assert!(late.contains("最后一天（已经过了）"), "{late}");
        assert!(late.contains("这一天已经过了。别再等，马上打 12368"), "{late}");
        assert!(!late.contains("还没公布"), "{late}");
    }
}

#[test]
fn interest_takes_what_was_paid_in_between() {
    let site = Site::new();
    let server = served(&site);
    let owed = [("principal", "20万"), ("from", "2026-01-01"), ("to", "2026-02-20")];
    let paid =
        [("paid_day", "2026-01-31"), ("paid_amount", "5万"), ("paid_day", ""), ("paid_amount", "")];
    let page = ask(&server, "/t/interest", &[&owed[..], &paid].concat());
    let text = page.text();
    assert!(page.status == 200 && text.contains("1,575<small>元"), "{text}");
    assert!(text.contains("2026年1月31日 50,000元"), "{text}");
    assert!(text.contains("只算加倍的那一部分"), "beside the sum, not on the empty form alone");
    assert!(text.contains("id=\"f-paid_day-3\""));
    let half = ask(
        &server,
        "/t/interest",
        &[&owed[..], &[("paid_day", ""), ("paid_amount", "5万")]].concat(),
    );
    assert_eq!(half.status, 400);
    assert!(half.text().contains("href=\"#f-paid_day-1\""), "{}", half.text());
    let nothing =
        ask(&server, "/t/interest", &[("principal", ""), ("from", ""), ("to", "")]).text();
    assert!(nothing.contains("#f-principal") && nothing.contains("#f-from"), "{nothing}");
    // Reckoned from the whole principal, less what was paid on its day: nobody is to take it off twice.
    let form = server.get("/t/interest").text();
    assert!(form.contains(">到期时欠的本金<") && form.contains("到期以后还过的先别减"), "{form}");
    let more = [("paid_day", "2026-01-31"), ("paid_amount", "50万")];
    let more = ask(&server, "/t/interest", &[&owed[..], &more].concat());
    assert!(
        more.status == 400
            && more
                .text()
                .contains("href=\"#f-paid_amount-1\">第1次，还了多少：不能大于“到期时欠的本金”"),
        "{}",
        more.text()
    );
    // Handed on in WeChat, with what it adds.
    let shared = server.get("/t/interest?from=singlemessage&isappinstalled=0");
    assert!(shared.status == 200 && !shared.text().contains("aria-invalid"));
}

#[test]
fn scripts_are_answered_in_json_as_the_contract_has_it() {
    let site = Site::new();
    let server = served(&site);
    let exact = json(&server.get("/t/fee.json?kind=property_first_instance&amount=10001"));
    assert_eq!(exact["yuan"], "50.025");
    assert_eq!(exact["rounded"], false);
    assert_eq!(exact["steps"], serde_json::json!(["50", "(10001-10000)×2.5%=0.025", "合计50.025"]));
    assert!(exact["articles"][0].as_str().unwrap().contains("第13条第1款第1项"));
    let keys: Vec<&String> = exact.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["articles", "kind", "rounded", "schedule", "steps", "yuan"]);
    let range = json(&server.get("/t/fee.json?kind=divorce"));
    assert_eq!((&range["min_yuan"], &range["max_yuan"]), (&"50".into(), &"300".into()));
    assert!(range.get("yuan").is_none());
    let several =
        json(&server.get("/t/fee.json?kind=multi_claims_property&amounts=60000&amounts=40000"));
    assert_eq!(several["yuan"], "2300");
    let day = json(&server.get("/t/deadline.json?rule=pay-fee&start=2025-03-08"));
    for (key, value) in [
        ("rule", "pay-fee"),
        ("start", "2025-03-08"),
        ("period", "7日"),
        ("counted_to", "2025-03-15"),
        ("last_day", "2025-03-17"),
    ] {
        assert_eq!(day[key], value);
    }
    assert_eq!((&day["moved"], &day["certain"]), (&true.into(), &true.into()));
    let interest =
        json(&ask(&server, "/t/interest.json", &[("principal", "100000"), ("days", "100")]));
    assert_eq!(interest["yuan"], "1750");
}

#[test]
fn scripts_are_told_what_is_wrong_and_what_could_be_written() {
    let site = Site::new();
    let server = served(&site);
    for (path, status, input, hint) in [
        ("/t/fee.json?kind=propety_first_instance", 404, "", "property_first_instance"),
        ("/t/fee.json", 404, "", "property_first_instance"),
        ("/t/fee.json?kind=property_first_instance&amount=12x", 400, "amount", "amount=12万"),
        ("/t/fee.json?kind=property_first_instance", 400, "amount", "amount=12万"),
        ("/t/fee.json?kind=labour&colour=red", 400, "colour", "any_amount"),
        ("/t/deadline.json?rule=anser&start=2026-11-24", 404, "", "answer"),
        ("/t/deadline.json?rule=answer", 400, "start", "start=2026-11-24"),
        ("/t/deadline.json?rule=answer&start=2026-13-01", 400, "start", "start=2026-11-24"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}");
        let fault = json(&answer);
        assert_eq!(fault["input"].as_str().unwrap_or_default(), input, "{path}");
        assert!(fault["hint"].as_str().unwrap().contains(hint), "{path}: {fault}");
        assert!(!fault["error"].as_str().unwrap().is_empty());
    }
    let unknown = server.get("/t/fee?kind=propety_first_instance");
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("是不是要算：要钱要物的案子"), "{}", unknown.text());
    assert_eq!(server.get("/t/deadline?rule=nothing").status, 404);
}

#[test]
fn pages_of_calculators_are_small_and_as_locked_down_as_guides() {
    let site = Site::new();
    let server = served(&site);
    for path in [
        "/t/",
        "/t/fee",
        "/t/fee?place=2&v=large",
        "/t/fee?kind=property_halved",
        "/t/fee?kind=property_halved&amount=x",
        "/t/fee?kind=bankruptcy&assets=200000000",
        "/t/deadline",
        "/t/deadline?rule=appeal-judgment&start=2026-11-27",
        "/t/interest",
    ] {
        let packed = server.ask("GET", path, &[("accept-encoding", "gzip")]);
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert!(packed.body.len() <= 13 * 1024, "{path} is {} bytes packed", packed.body.len());
        let plain = server.get(path);
        let policy = plain.header("content-security-policy");
        assert!(policy.contains("form-action 'self'") && !policy.contains("unsafe"), "{policy}");
        let text = plain.text();
        assert!(!text.contains("<script") && !text.contains(" style=\""), "{path}");
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
    }
}

#[test]
fn the_addresses_in_the_readme_answer() {
    let site = Site::new();
    let server = served(&site);
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let mut asked = 0;
    for line in readme.lines().filter(|line| line.starts_with("curl ")) {
        let (_, address) = line.split_once("'http://127.0.0.1:8080").unwrap();
        assert_eq!(server.get(address.trim_end_matches('\'')).status, 200, "{line}");
        asked += 1;
    }
    assert!(asked >= 5, "{asked}");
}

#[test]
fn amounts_joined_by_a_plus_are_never_taken_for_one() {
    let site = Site::new();
    let server = served(&site);
    // Typed into the address bar, a plus is a space.
    let typed = server.get("/t/fee?kind=multi_claims_property&amounts=60000+40000");
    assert!(typed.text().contains("2,300<small>元"), "{}", typed.text());
    let script = server.get("/t/fee.json?kind=multi_claims_property&amounts=60000+40000");
    assert_eq!(json(&script)["yuan"], "2300");
}

#[test]
fn a_last_day_goes_into_a_calendar_the_same_each_time() {
    let site = Site::new();
    let server = served(&site);
    let path = "/t/deadline.ics?rule=appeal-judgment&start=2026-11-27";
    let file = server.get(path);
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
    assert!(file.header("content-disposition").contains("appeal-judgment-2026-12-14.ics"));
    let text = file.text();
    assert!(text.split_inclusive('\n').all(|line| line.ends_with("\r\n") && line.len() <= 77));
    let text = text.replace("\r\n ", "");
    for words in [
        "DTSTART;VALUE=DATE:20261214",
        "DTEND;VALUE=DATE:20261215",
        "SUMMARY:最后一天：对判决上诉",
        "最稳妥在 2026-12-11 当天或之前办完",
        "以法院通知为准",
        "BEGIN:VALARM",
        "UID:appeal-judgment-2026-11-27@onecode",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert_eq!(server.get(path).body, file.body);
    assert_eq!(server.get("/t/deadline.ics?rule=appeal-judgment&start=x").status, 404);
    let page = server.get("/t/deadline?rule=appeal-judgment&start=2026-11-27").text();
    assert!(page.contains(&path.replace('&', "&amp;")), "{page}");
}

#[test]
fn an_answer_on_paper_says_where_it_is_had_again_and_of_when_it_is() {
    let site = Site::new();
    let base = "https://fy.example.cn";
    let server = Server::start(repository(), &site.store(), &["--base-url", base]);
    let colophon = |path: &str| {
        let html = server.get(path).text();
        let colophon = html.split("<div class=\"paper colophon\">").nth(1);
        colophon.map(|rest| rest.split("</section>").next().unwrap().to_owned())
    };
    let version = |paper: &str| paper.split("版本</dt><dd>").nth(1).unwrap()[..8].to_owned();
    let path = "/t/fee?kind=property_first_instance&amount=120000&court=jingxiu&lang=zh-Hans";
    let paper = colophon(path).expect("an answer has it");
    let address = format!("{base}{path}");
    assert!(paper.contains(&format!("<dd>{}</dd>", address.replace('&', "&amp;"))), "{paper}");
    assert!(paper.contains(&Symbol::small(&address).unwrap().short_svg()), "{paper}");
    assert!(paper.contains("<dt>算于</dt><dd>20"), "{paper}");
    assert_eq!(version(&paper), version(&colophon(&format!("{path}&v=large")).unwrap()));
    assert_ne!(version(&paper), version(&colophon(&path.replace("12", "13")).unwrap()));
    // Too long for a phone to read: the calculator's own address, to be typed.
    let many =
        "kind=multi_claims_property&lang=zh-Hans".to_owned() + &"&amounts=123456.78".repeat(20);
    let paper = colophon(&format!("/t/fee?{many}")).expect("an answer has it");
    let plain = format!("<dd>{base}/t/fee?kind=multi_claims_property&amp;lang=zh-Hans</dd>");
    assert!(paper.contains(&plain) && !paper.contains("<svg"), "{paper}");
    for none in ["/t/fee", "/t/fee?kind=property_first_instance", "/t/fee?amount=much"] {
        assert_eq!(colophon(none), None, "{none}");
    }
    if let Some(browser) = Browser::phone(false).filter(|_| has_tool("pdftotext")) {
        browser.open(&format!("{}{path}", server.url));
        std::fs::write(site.path("answer.pdf"), browser.print()).unwrap();
        let text =
            Command::new("pdftotext").arg(site.path("answer.pdf")).arg("-").output().unwrap();
        let text: String = String::from_utf8(text.stdout).unwrap().split_whitespace().collect();
        for words in ["算于20", "版本", "fy.example.cn/t/fee?kind=property_first_instance"] {
            assert!(text.contains(words), "{words} is not on paper: {text}");
        }
    }
    server.stop();
    let html = site.serve().get(path).text();
    assert!(html.contains("<dt>算于</dt>") && !html.contains("<dt>网址</dt>"), "{html}");
}
