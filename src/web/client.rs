//! An agent string -> client family, system, machine or person. The string is then forgotten.

use std::sync::LazyLock;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue, USER_AGENT};
use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;

use crate::domain::scan::{Client, System};

/// What in-app browsers call themselves; the first that is found counts. Their strings also hold
/// those of the browser inside, so they come before it.
const CLIENTS: [(&str, Client); 7] = [
    ("micromessenger", Client::Wechat),
    ("alipayclient", Client::Alipay),
    ("dingtalk", Client::Dingtalk),
    ("mqqbrowser", Client::Qq),
    (" qq/", Client::Qq),
    ("mozilla/", Client::Browser),
    ("opera", Client::Browser),
];

/// `HarmonyOS` also says Android, so it comes first.
const SYSTEMS: [(&str, System); 7] = [
    ("harmonyos", System::Harmonyos),
    ("openharmony", System::Harmonyos),
    ("arkweb", System::Harmonyos),
    ("android", System::Android),
    ("iphone", System::Ios),
    ("ipad", System::Ios),
    ("ipod", System::Ios),
];

/// What robots, link previews, scanners of the net and programs' libraries call themselves. `WeChat` is
/// none of them, nor is a `CUBOT` phone.
///
/// Looked over 2026-11-28, against monperrus/crawler-user-agents and the names that HTTP libraries send
/// where nobody tells them another.
const MACHINES: [&str; 64] = [
    "bot/",
    "bot;",
    "bot (",
    "bot)",
    "bot-link",
    "spider",
    "crawler",
    "crawling",
    "slurp",
    "scrap",
    "preview",
    "linkexpanding",
    "facebookexternalhit",
    "facebookcatalog",
    "meta-externalagent",
    "whatsapp/",
    "embedly",
    "googleother",
    "google-",
    "mediapartners",
    "feedfetcher",
    "feedburner",
    "yandex.com/",
    "archive.org",
    "ia_archiver",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "lighthouse",
    "pagespeed",
    "monitoring",
    "uptime",
    "pingdom",
    "statuscake",
    "prometheus",
    "censysinspect",
    "zgrab",
    "masscan",
    "nmap",
    "nuclei",
    "expanse",
    "internetmeasurement",
    "internet-measurement",
    "curl/",
    "wget/",
    "python",
    "go-http",
    "okhttp",
    "java/",
    "httpclient",
    "http-client",
    "http_client",
    "libwww",
    "guzzle",
    "axios/",
    "node-fetch",
    "undici",
    "postman",
    "insomnia",
    "aiohttp",
    "apachebench",
    "wrk/",
];

/// Where a browser says that nobody looks yet.
static AHEAD: [HeaderName; 4] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-purpose"),
    HeaderName::from_static("x-moz"),
];

/// What a request tells of the program behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agent {
    /// The client family.
    pub client: Client,
    /// The phone's system.
    pub system: System,
    /// Whether it is a machine: a bot, a link preview, a prefetch.
    pub machine: bool,
}

impl Agent {
    /// What `request` tells.
    pub fn of(request: &HttpRequest) -> Self {
        let headers = request.headers();
        let ahead = AHEAD
            .iter()
            .filter_map(|name| headers.get(name))
            .map(|value| value.as_bytes().to_ascii_lowercase())
            .any(|value| {
                let held = |word: &[u8]| value.windows(word.len()).any(|part| part == word);
                [&b"prefetch"[..], b"prerender", b"preview"].into_iter().any(held)
            });
        let agent = Self::parse(headers.get(USER_AGENT).map_or(b"", HeaderValue::as_bytes));
        Self { machine: agent.machine || ahead, ..agent }
    }

    /// What an agent string tells; some phones put their Chinese name into it, in whatever encoding.
    pub fn parse(agent: &[u8]) -> Self {
        let agent = agent.trim_ascii_end();
        let held = words_in(agent);
        let machines = held >> (CLIENTS.len() + SYSTEMS.len());
        let ends = agent.last_chunk::<3>();
        Self {
            client: first(held, &CLIENTS, Client::Other),
            system: first(held >> CLIENTS.len(), &SYSTEMS, System::Other),
            // Every browser says what it is.
            machine: machines != 0
                || agent.is_empty()
                || ends.is_some_and(|end| end.eq_ignore_ascii_case(b"bot")),
        }
    }
}

/// All words, those of clients, then of systems, then of machines, to be looked for in one pass. As a table
/// of all transitions it takes half the steps; of its 280 KB an agent string sees little. Without a
/// prefilter: nearly every string holds a word, and soon.
static WORDS: LazyLock<DFA> = LazyLock::new(|| {
    let clients = CLIENTS.iter().map(|(word, _)| *word);
    let words = clients.chain(SYSTEMS.iter().map(|(word, _)| *word)).chain(MACHINES);
    let built = DFA::builder().ascii_case_insensitive(true).prefilter(false).build(words);
    built.expect("a few short words are within the limits")
});

/// A bit for each of [`WORDS`] that an agent string holds. Every scan and every guide waits for this.
fn words_in(agent: &[u8]) -> u128 {
    let words = &*WORDS;
    let mut state = words.start_state(Anchored::No).expect("a search from anywhere is built");
    let mut held = 0;
    for byte in agent {
        state = words.next_state(Anchored::No, state, *byte);
        if words.is_match(state) {
            held |= words_of(words, state);
        }
    }
    held
}

/// A bit for each of the words that end in a state. Apart, or the loop above spills its registers.
#[cold]
#[inline(never)]
fn words_of(words: &DFA, state: StateID) -> u128 {
    let words = (0..words.match_len(state)).map(|at| words.match_pattern(state, at));
    words.fold(0, |held, word| held | 1 << word.as_usize())
}

/// The kind of the first word of `table` whose bit is set.
fn first<T: Copy>(held: u128, table: &[(&str, T)], otherwise: T) -> T {
    let at = held.trailing_zeros() as usize;
    table.get(at).map_or(otherwise, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_told_apart_and_wechat_is_no_machine() {
        let cases = [
            (
                "Mozilla/5.0 (Linux; Android 13; V2148A) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 XWEB/1160 MMWEBSDK/20231202 MicroMessenger/8.0.47 WeChat/arm64",
                Client::Wechat,
                System::Android,
                false,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.44",
                Client::Wechat,
                System::Ios,
                false,
            ),
            (
                "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114 Safari/537.36 ArkWeb/4.1 Mobile",
                Client::Browser,
                System::Harmonyos,
                false,
            ),
            (
                "Mozilla/5.0 (Linux; U; Android 12) AliApp(AP/10.5) AlipayClient/10.5",
                Client::Alipay,
                System::Android,
                false,
            ),
            (
                "Mozilla/5.0 (Linux; Android 12) DingTalk/7.0",
                Client::Dingtalk,
                System::Android,
                false,
            ),
            (
                "Mozilla/5.0 (Linux; Android 12) MQQBrowser/6.2 QQ/8.9",
                Client::Qq,
                System::Android,
                false,
            ),
            (
                "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
                Client::Browser,
                System::Other,
                true,
            ),
            ("Mozilla/5.0 (compatible; Googlebot/2.1)", Client::Browser, System::Other, true),
            ("TelegramBot (like TwitterBot)", Client::Other, System::Other, true),
            (
                "Mozilla/5.0 (Linux; Android 10; CUBOT X30) Chrome/99 Mobile",
                Client::Browser,
                System::Android,
                false,
            ),
            ("curl/8.5.0", Client::Other, System::Other, true),
            ("", Client::Other, System::Other, true),
        ];
        for (agent, client, system, machine) in cases {
            let told = Agent { client, system, machine };
            assert_eq!(Agent::parse(agent.as_bytes()), told, "{agent}");
        }
    }

    #[test]
    fn programs_that_are_no_browser_are_machines() {
        for agent in [
            "Wget/1.21",
            "python-requests/2.32",
            "Go-http-client/1.1",
            "okhttp/4.12.0",
            "Java/17.0.2",
            "Apache-HttpClient/4.5 (Java/17)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36",
            "Scrapy/2.11 (+https://scrapy.org)",
            "axios/1.7",
            "node-fetch",
            "PostmanRuntime/7.39",
            "masscan/1.3",
            "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)",
            "Expanse, a Palo Alto Networks company, searches across the global IPv4 space",
            "Mozilla/5.0 (compatible; InternetMeasurement/1.0)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "DingTalkBot-LinkService/1.0",
            "GoogleOther",
            "Mozilla/5.0 (compatible; Google-InspectionTool/1.0)",
            "Mediapartners-Google",
        ] {
            assert!(Agent::parse(agent.as_bytes()).machine, "{agent}");
        }
    }
}
