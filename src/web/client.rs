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
const CLIENTS: [(&str, Client); 14] = [
    ("micromessenger", Client::Wechat),
    ("alipayclient", Client::Alipay),
    ("dingtalk", Client::Dingtalk),
    ("mqqbrowser", Client::Qq),
    (" qq/", Client::Qq),
    ("mozilla/", Client::Browser),
    ("opera", Client::Browser),
    ("applewebkit", Client::Browser),
    ("ucweb", Client::Browser),
    ("lynx/", Client::Browser),
    ("w3m/", Client::Browser),
    // Phones with keys.
    ("midp", Client::Browser),
    ("wap browser", Client::Browser),
    ("browser/webkit", Client::Browser),
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

/// What robots, link previews, scanners of the net and programs' libraries call themselves where they also
/// say `Mozilla/`, or the name of an app; those that say neither are machines without being listed. A word
/// is as long as it takes to be nobody's phone: `WeChat` is none of them, nor is a `CUBOT`, nor what only
/// holds `python` or `preview`.
///
/// Looked over 2026-11-29, against monperrus/crawler-user-agents and the names that HTTP libraries send
/// where nobody tells them another.
const MACHINES: [&str; 106] = [
    "bot/",
    "bot;",
    "bot (",
    "bot)",
    "bot-link",
    "bot-google",
    "bot-mobile",
    "bot-image",
    "bot-web",
    "adsbot",
    "spider",
    "crawler",
    "crawling",
    "slurp",
    "scrapy",
    "scraper",
    "+http",
    "bingpreview",
    "microsoftpreview",
    "uripreview",
    "web preview",
    "link preview",
    "linkpreview",
    "link-preview",
    "url preview",
    "urlpreview",
    "linkexpanding",
    "facebookexternalhit",
    "facebookcatalog",
    "meta-external",
    "whatsapp/",
    "embedly",
    "iframely",
    "qwantify",
    "chatgpt-user",
    "perplexity-user",
    "claude-user",
    "mistralai-user",
    "googleother",
    "google-",
    "google favicon",
    "mediapartners",
    "feedfetcher",
    "feedburner",
    "yandex.com/",
    "archive.org",
    "ia_archiver",
    "yunguance",
    "yunjiankong",
    "jiankongbao",
    "alibaba.security",
    "headless",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "cypress/",
    "lighthouse",
    "pagespeed",
    "gtmetrix",
    "ptst/",
    "monitoring",
    "uptime",
    "pingdom",
    "statuscake",
    "site24x7",
    "newrelicpinger",
    "datadog",
    "zabbix",
    "prometheus",
    "censysinspect",
    "netcraft",
    "zgrab",
    "masscan",
    "nmap",
    "nikto",
    "sqlmap",
    "nuclei",
    "nessus",
    "openvas",
    "acunetix",
    "netsparker",
    "qualys",
    "internetmeasurement",
    "internet-measurement",
    "curl/",
    "wget/",
    "python/",
    "python-requests",
    "python-urllib",
    "python-httpx",
    "go-http-client",
    "okhttp",
    "java/",
    "httpclient",
    "http-client",
    "http_client",
    "libwww-perl",
    "guzzle",
    "axios/",
    "node-fetch",
    "undici",
    "postman",
    "insomnia",
    "aiohttp",
    "apachebench",
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
        let client = first(held, &CLIENTS, Client::Other);
        let ends = agent.last_chunk::<3>();
        Self {
            client,
            system: first(held >> CLIENTS.len(), &SYSTEMS, System::Other),
            // Every browser says what it is, and after `Mozilla/5.0` where it runs.
            machine: held >> MACHINE != 0
                || client == Client::Other
                || agent.len() <= b"Mozilla/5.0".len()
                || ends.is_some_and(|end| end.eq_ignore_ascii_case(b"bot")),
        }
    }
}

/// The bit that all words of machines share.
const MACHINE: usize = CLIENTS.len() + SYSTEMS.len();

/// All words, those of clients, then of systems, then of machines, to be looked for in one pass. As a table
/// of all transitions it takes half the steps; of its 470 KB an agent string sees little. Without a
/// prefilter: nearly every string holds a word, and soon.
static WORDS: LazyLock<DFA> = LazyLock::new(|| {
    let clients = CLIENTS.iter().map(|(word, _)| *word);
    let words = clients.chain(SYSTEMS.iter().map(|(word, _)| *word)).chain(MACHINES);
    let built = DFA::builder().ascii_case_insensitive(true).prefilter(false).build(words);
    built.expect("a few short words are within the limits")
});

/// A bit for each word of clients and systems that an agent string holds, and [`MACHINE`]. Every scan and
/// every guide waits for this.
fn words_in(agent: &[u8]) -> u32 {
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
fn words_of(words: &DFA, state: StateID) -> u32 {
    let words = (0..words.match_len(state)).map(|at| words.match_pattern(state, at));
    words.fold(0, |held, word| held | 1 << word.as_usize().min(MACHINE))
}

/// The kind of the first word of `table` whose bit is set.
fn first<T: Copy>(held: u32, table: &[(&str, T)], otherwise: T) -> T {
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
            "AdsBot-Google (+http://www.google.com/adsbot.html)",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 14_7_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari/604.1 (compatible; AdsBot-Google-Mobile)",
            "Slackbot 1.0 (+https://api.slack.com/robots)",
            "libcurl-agent/1.0",
            "reqwest/0.12",
            "Ruby",
            "Faraday v2.9.0",
            "got (https://github.com/sindresorhus/got)",
            "Dart/3.4 (dart:io)",
            "fasthttp",
            "GRequests/0.10",
            "Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:Port Check)",
            "sqlmap/1.8#stable (https://sqlmap.org)",
            "Zabbix",
            "Mozilla/5.0 (compatible; Zabbix)",
            "kube-probe/1.30",
            "Mozilla/5.0 (compatible; NetcraftSurveyAgent/1.0; +info@netcraft.com)",
            "Iframely/1.3.1 (+https://iframely.com/docs/about)",
            "ChatGPT-User",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0)",
            "meta-externalfetcher/1.1",
            "Mozilla/5.0 (compatible; coccocbot-web/1.0)",
            "Mozilla/5.0 (compatible; Qwantify/2.4w)",
            "Mozilla/5.0 (compatible; SomethingNew/1.0; +https://new.example/about)",
            "Dalvik/2.1.0 (Linux; U; Android 12; M2012K11AC)",
            "-",
            "Mozilla/5.0",
            "Mozilla/5.0 (compatible) python-requests/2.32",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 Chrome/27 Safari/537.36 BingPreview/1.0b",
            "Mozilla/5.0 (compatible; Yahoo Link Preview)",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        ] {
            assert!(Agent::parse(agent.as_bytes()).machine, "{agent}");
        }
    }

    #[test]
    fn phones_and_their_apps_are_people() {
        const ANDROID: &str = "Mozilla/5.0 (Linux; Android 12; M2012K11AC Build/SKQ1) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/108.0.5359.128 Mobile Safari/537.36";
        const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
        for app in [
            "",
            " MicroMessenger/8.0.47.2560(0x28002F30) WeChat/arm64 NetType/WIFI Language/zh_CN",
            " wxwork/4.1.20 MicroMessenger/7.0.1 NetType/WIFI Language/zh",
            " V1_AND_SQ_9.0.8_5000 QQ/9.0.8.14755 NetType/WIFI",
            " MQQBrowser/13.6",
            " NebulaSDK/1.8 AlipayDefined(nt:WIFI) AliApp(AP/10.5.80) AlipayClient/10.5.80 Language/zh-Hans",
            " AliApp(DingTalk/7.5.10) com.alibaba.android.rimet/3018 Channel/263200",
            " UCBrowser/16.4 U4/1.0",
            " XiaoMi/MiuiBrowser/18.2",
            " HuaweiBrowser/14.0 HMSCore/6.12",
            " aweme_280400 JsSdk/1.0 NetType/WIFI Channel/xiaomi ByteLocale/zh-CN BytedanceWebview/d8a21c6",
            " T7/13.45 SP-engine/2.80 baiduboxapp/13.45.5.10 (Baidu; P1 12) NABar/1.0",
            " Lark/7.10 LarkLocale/zh_CN ChannelName/Feishu TTWebView/114",
            " Pythonista/3.4",
            " VivoPreviewMode/1",
        ] {
            for phone in [ANDROID, IPHONE] {
                assert!(!Agent::parse(format!("{phone}{app}").as_bytes()).machine, "{phone}{app}");
            }
        }
        for agent in [
            "Mozilla/5.0 (Linux; Android 10; CUBOT_NOTE_S) AppleWebKit/537.36 Chrome/99 Mobile Safari/537.36",
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114 Safari/537.36 ArkWeb/4.1 Mobile",
            "Mozilla/5.0 (Linux; Android 12; HarmonyOS; LIO-AN00) AppleWebKit/537.36 Chrome/99 Mobile Safari/537.36",
            "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; zh) Presto/2.12.423 Version/12.16",
            "Lenovo-A288t_TD/S100 Linux/2.6.35 Android/2.3.5 Browser/AppleWebkit533.1 Mobile Safari/533.1",
            "UCWEB7.0.2.37/28/999",
            "Lynx/2.9.0 libwww-FM/2.14 SSL-MM/1.4.1",
            "Nokia6120c/3.83; Profile/MIDP-2.0 Configuration/CLDC-1.1",
            "MAUI WAP Browser",
            "HS-EG906_TD/1.0 Android/4.0.3 Release/02.01.2012 Browser/WebKit534.30 Mobile Safari",
        ] {
            assert!(!Agent::parse(agent.as_bytes()).machine, "{agent}");
        }
    }
}
