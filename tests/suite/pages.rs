//! Pages over HTTP: what they show, how they are sent, and how they follow the content.

use std::fs;

use crate::support::{Server, Site, repository};
use crate::web::RETIRED;

/// A scan of the fees poster.
const FEES: &str = "/200041T";

#[test]
fn a_template_at_fault_shows_at_start_and_not_to_a_visitor() {
    let site = Site::new();
    let file = "templates/place.html";
    let good = fs::read_to_string(repository().join(file)).unwrap();
    site.write(file, good.replace("place.address }}", "place.adress }}"));
    let serve = site.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(serve.code, 2, "{}", serve.stderr);
    assert!(site.run(&["check"]).stdout.contains("adress"));
}

#[test]
fn a_law_that_ran_out_overnight_is_told_and_does_not_stop_the_service() {
    let site = Site::new();
    let laws = fs::read_to_string(site.root().join("guides/_facts/laws.toml")).unwrap();
    let ended = laws.replace("articles = 56", "articles = 56\nin_force_until = 2026-01-01");
    site.write("guides/_facts/laws.toml", ended);
    assert_eq!(site.run(&["check"]).code, 1);
    assert_eq!(site.serve().get(FEES).status, 200);
}

#[test]
fn place_and_size_last_on_every_link_and_the_answer_stands_before_the_contents() {
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    let text = server.get("/g/fees?place=2&v=large").text();
    let inner = text.split("href=\"/g/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut links = 0;
    for link in inner.filter(|link| !link.contains("fees")) {
        assert!(link.contains("place=2") && link.contains("v=large"), "{link}");
        links += 1;
    }
    assert!(links >= 4, "{links}");
    assert!(text.contains("<b class=\"one\">2000813</b>"), "the poster's code is on the page");
    let at = |words: &str| text.find(words).unwrap();
    assert!(at("接到法院的交费通知") < at("class=\"toc\""));
}

#[test]
fn a_court_s_own_text_shows_on_its_pages_and_the_default_on_all_others() {
    let site = Site::new();
    let text = fs::read_to_string(site.root().join("guides/fees/zh-Hans.md")).unwrap();
    site.write(
        "guides/fees/zh-Hans.md",
        text.replace("{{ fee_table", "{{ local id=\"screens\" }}\n\n{{ fee_table"),
    );
    let server = site.serve();
    let (own, default) = ("<p>点“缴费”，7日内交。</p>", "<p>以屏幕上的提示为准。</p>");
    for (page, shown, hidden, label) in [
        ("/g/fees?court=south", own, default, "本院说明"),
        (RETIRED, own, default, "本院说明"),
        ("/g/fees?court=north", default, own, "各法院不同"),
        ("/g/fees", default, own, "各法院不同"),
        (FEES, default, own, "各法院不同"),
    ] {
        let text = server.get(page).text();
        assert!(text.contains(shown) && text.contains(label) && !text.contains(hidden), "{page}");
        assert!(!text.contains("<!--local:"), "{page}");
    }
    let english = server.get("/g/fees?court=south&lang=en").text();
    assert!(english.contains("From this court"), "{english}");
}

#[test]
fn a_heading_s_own_id_opens_its_section() {
    let site = Site::new();
    let text = fs::read_to_string(site.root().join("guides/fees/zh-Hans.md")).unwrap();
    let text =
        text.replace("## 第一步：算", "见[材料](#s2)、[证件](#card)。\n\n## 第一步：算 {#sum}");
    site.write("guides/fees/zh-Hans.md", text.replace("- [ ] 身", "### 证件 {#card}\n\n- [ ] 身"));
    let text = site.serve().get("/g/fees?court=north").text();
    for words in [
        "<section id=\"sum\">",
        "<h2>第一步：算</h2>",
        "<li><a href=\"#sum\">第一步：算</a></li>",
        "<section id=\"s2\">",
        "<h3><span id=\"card\"></span>证件</h3>",
        "<a href=\"#card\">证件</a>",
    ] {
        assert!(text.contains(words), "{words} is not in the page");
    }
    // What stands before the first section stays before the contents.
    assert!(text.find("接到通知").unwrap() < text.find("class=\"toc\"").unwrap());
}

#[test]
fn a_choice_of_language_lasts_from_page_to_page() {
    let site = Site::new();
    let server = site.serve();
    assert!(server.get("/?lang=en").text().contains("href=\"/g/fees?lang=en\""));
    assert!(!server.get("/").text().contains("lang=zh-Hans\""));
    // Chinese too, where the browser prefers English.
    let text = server.ask("GET", "/?lang=zh-Hans", &[("accept-language", "en")]).text();
    assert!(text.contains("href=\"/g/fees?lang=zh-Hans\""));
}

#[test]
fn a_court_that_gave_no_address_is_answered_by_12368() {
    let site = Site::new();
    let server = site.serve();
    let text = server.get("/g/fees?court=south").text();
    assert!(text.contains("南城区人民法院"));
    assert!(text.contains("请致电 <a href=\"tel:12368\">12368</a>"), "{text}");
}

#[test]
fn every_page_a_scan_may_open_is_locked_down_and_says_that_it_asks_for_nothing() {
    let server =
        Server::start(repository(), &Site::new().store(), &["--base-url", "https://fy.example.cn"]);
    for path in ["/", "/g/filing", "/g/fees?court=baoding&v=large", "/200041T", "/2000813"] {
        let plain = server.get(path);
        assert_eq!(plain.header("x-content-type-options"), "nosniff");
        assert_eq!(plain.header("referrer-policy"), "no-referrer");
        let text = plain.text();
        assert_eq!(text.matches("<script").count(), 1, "{path}");
        assert!(!text.contains(" style=\""), "{path}");
        assert!(text.contains("本页不收费、不要身份证号、不要验证码"), "{path}");
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
    }
}

#[test]
fn the_landing_page_tells_the_whole_way_and_leads_to_every_topic() {
    let site = Site::new();
    let server = Server::start(repository(), &site.store(), &[]);
    let text = server.get("/").text();
    for words in [
        "/g/fees",
        "/g/filing",
        "/g/preservation",
        "/g/enforcement",
        "/g/documents",
        "从头到尾",
        "12368",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

#[test]
fn a_browser_in_another_language_gets_a_page_that_says_what_it_is() {
    let site = Site::new();
    let english = fs::read_to_string(site.root().join("guides/fees/zh-Hans.md")).unwrap();
    site.write("guides/fees/en.md", english.replace("缴费退费", "Paying fees"));
    let server = site.serve();
    let text = server.ask("GET", "/g/fees", &[("accept-language", "en-GB,en;q=0.9")]).text();
    assert!(text.contains("<html lang=\"en\"") && text.contains("Paying fees"));
    assert!(text.contains("hreflang=\"zh-Hans\""));
    // Not translated: a browser gets the source, who asks for English is told.
    assert!(
        server
            .ask("GET", "/", &[("accept-language", "en")])
            .text()
            .contains("<html lang=\"zh-Hans\"")
    );
    assert!(server.get("/?lang=en").text().contains("<html lang=\"en\""));
}

#[test]
fn a_placement_that_is_added_or_retired_is_known_to_the_running_service() {
    let site = Site::new();
    let server = site.serve();
    let add = ["placement", "add", "--court", "north", "--place", "北门", "--channel", "hall"];
    let retire = ["placement", "retire", "4"];
    for args in [&add[..], &retire] {
        let ran = site.run(args);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("the running service was told"), "{}", ran.stderr);
        assert_eq!(server.says("guides\n"), "reloaded the site: 2 guides\n");
        // Placement 4, topic 1.
        assert_eq!(server.get("/2000G1M").header("onecode-scan"), "kept");
    }
    let counted = site.run(&["stats"]).stdout;
    assert!(counted.contains("orphans 0") && counted.contains("retired 1"), "{counted}");
    assert_eq!(site.stats(&["--by", "placement"])[0]["placement"], "4");
    // It stops as ever, and then there is nobody to tell.
    server.stop();
    let quiet = site.run(&add);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
}

#[test]
fn a_site_that_changed_is_served_anew_and_one_at_fault_is_not() {
    let site = Site::new();
    let server = site.serve();
    assert_eq!(server.get(FEES).header("onecode-scan"), "kept");
    let file = "guides/fees/zh-Hans.md";
    let guide = fs::read_to_string(site.root().join(file)).unwrap();
    site.write(file, guide.replace("缴费退费", "交费和退费"));
    server.hang_up();
    assert_eq!(server.says("guides\n"), "reloaded the site: 2 guides\n");
    let changed = server.get("/g/fees");
    assert!(changed.text().contains("<h1>交费和退费</h1>"));

    // Content at fault, a template at fault, no site at all: told, and the last good one stays.
    site.write(file, guide.replace("limit:pay-fee", "limit:pay-fe"));
    server.hang_up();
    let told = server.says("still serving the last good site");
    assert!(
        told.contains(file) && told.contains("pay-fe") && told.contains("2 error(s)"),
        "{told}"
    );
    site.write(file, &guide);
    let place = fs::read_to_string(repository().join("templates/place.html")).unwrap();
    site.write("templates/place.html", place.replace("place.address }}", "place.adress }}"));
    server.hang_up();
    let told = server.says("still serving the last good site");
    assert!(told.contains("error: templates") && told.contains("adress"), "{told}");
    fs::rename(site.root(), site.path("elsewhere")).unwrap();
    server.hang_up();
    server.says("still serving the last good site");
    assert_eq!(server.get("/g/fees").body, changed.body);
    fs::rename(site.path("elsewhere"), site.root()).unwrap();

    site.write("templates/place.html", place);
    server.hang_up();
    server.says("reloaded the site: 2 guides");
    assert!(server.get(FEES).text().contains("<h1>缴费退费</h1>"));
    assert_eq!(site.stats(&[])[0]["scans"], 2, "no scan was lost on the way");
}
