//! A browser on the staff's pages: its cookie, the token of its forms, and where a form was sent from.
//!
//! The cookie holds a random token from the first form on; signing in begins a new one. A form's
//! token is a digest of it, so that no other website can know it and nothing has to be kept.

use actix_web::HttpRequest;
use actix_web::http::header;

use super::sessions::digest;
use crate::print::address::BaseUrl;
use crate::web::views::hex;

/// What a proxy adds to a request.
const FORWARDED: [&str; 5] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"];

/// What a request tells of the browser.
pub(in crate::web) struct Visitor {
    /// The token of its cookie, if it has one that could be ours.
    pub(in crate::web) token: Option<String>,
    /// Whether it came over plain http from this machine, where `Secure` would lose the cookie.
    plain: bool,
}

impl Visitor {
    pub(in crate::web) fn of(request: &HttpRequest) -> Self {
        let plain = is_plain(request);
        let cookies = request.headers().get_all(header::COOKIE);
        let cookies = cookies.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(';'));
        let mut tokens = cookies.filter_map(|cookie| {
            let (name, token) = cookie.trim().split_once('=')?;
            let ours = token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit());
            (name == cookie_name(plain) && ours).then(|| token.to_owned())
        });
        Self { token: tokens.next(), plain }
    }

    /// The value of `Set-Cookie` that gives it `token`; without `Max-Age`, so that it ends with the
    /// browser.
    pub(in crate::web) fn cookie(&self, token: &str) -> String {
        let name = cookie_name(self.plain);
        let secure = if self.plain { "" } else { "; Secure" };
        format!("{name}={token}; Path=/; HttpOnly{secure}; SameSite=Lax")
    }

    /// The value of `Set-Cookie` that takes it away.
    pub(in crate::web) fn no_cookie(&self) -> String {
        format!("{}; Max-Age=0", self.cookie(""))
    }
}

/// The token that belongs into the forms of whoever has `token` as cookie.
pub(in crate::web) fn form_token(token: &str) -> String {
    hex(&digest(&format!("form of {token}")))
}

fn cookie_name(plain: bool) -> &'static str {
    if plain { "onecode" } else { "__Host-onecode" }
}

/// From this machine, to this machine by name, and through no proxy: the only plain http on which
/// anybody signs in.
fn is_plain(request: &HttpRequest) -> bool {
    let near = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let host = host(request).to_ascii_lowercase();
    let name = host.rsplit_once(':').map_or(&*host, |(name, port)| {
        if port.bytes().all(|b| b.is_ascii_digit()) { name } else { &*host }
    });
    let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    near && local && !FORWARDED.iter().any(|name| request.headers().contains_key(*name))
}

fn host(request: &HttpRequest) -> &str {
    request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// Whether a form was sent from one of our pages, as far as the browser tells: by `Sec-Fetch-Site`,
/// and by `Origin`, which names the host that was asked or the one on the posters (a proxy may ask
/// us by another name).
pub(in crate::web) fn sent_from_here(request: &HttpRequest, base: Option<&BaseUrl>) -> bool {
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    match text("origin") {
        None => true,
        // A browser that keeps its origin to itself has to say at least that it is ours.
        Some("null") => site.is_some(),
        Some(origin) => {
            let asked = origin.split_once("://").is_some_and(|(_, name)| {
                !name.is_empty() && name.eq_ignore_ascii_case(host(request))
            });
            asked || base.is_some_and(|base| origin.eq_ignore_ascii_case(&base.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn request(headers: &[(&'static str, &str)], peer: &str) -> HttpRequest {
        let peer = format!("{peer}:4711").parse().unwrap();
        let request = TestRequest::default().peer_addr(peer);
        headers.iter().fold(request, |r, header| r.insert_header(*header)).to_http_request()
    }

    #[test]
    fn the_cookie_is_secure_but_on_this_very_machine() {
        let token = "0f".repeat(32);
        for (headers, peer, plain) in [
            (&[("host", "127.0.0.1:8080")][..], "127.0.0.1", true),
            (&[("host", "LOCALHOST")], "127.0.0.1", true),
            (&[("host", "[::1]:80")], "127.0.0.1", true),
            (&[("host", "fy.example.cn")], "127.0.0.1", false),
            (&[("host", "localhost.example.cn")], "127.0.0.1", false),
            (&[("host", "127.0.0.1:8080"), ("x-forwarded-for", "9.9.9.9")], "127.0.0.1", false),
            (&[("host", "127.0.0.1:8080")], "10.0.0.1", false),
            (&[], "127.0.0.1", false),
        ] {
            let visitor = Visitor::of(&request(headers, peer));
            let cookie = visitor.cookie(&token);
            let expected = if plain {
                format!("onecode={token}; Path=/; HttpOnly; SameSite=Lax")
            } else {
                format!("__Host-onecode={token}; Path=/; HttpOnly; Secure; SameSite=Lax")
            };
            assert_eq!(cookie, expected, "{headers:?} {peer}");
        }
    }

    #[test]
    fn only_a_cookie_of_the_right_name_and_shape_is_taken() {
        let token = "0f".repeat(32);
        let host = ("host", "fy.example.cn");
        for (cookie, taken) in [
            (format!("a=b; __Host-onecode={token}"), true),
            (format!("onecode={token}"), false),
            (format!("__Host-onecode={token}0"), false),
            (format!("__Host-onecode={}", "x".repeat(64)), false),
            ("__Host-onecode=".to_owned(), false),
        ] {
            let request = request(&[host, ("cookie", &cookie)], "10.0.0.1");
            assert_eq!(Visitor::of(&request).token.is_some(), taken, "{cookie}");
        }
        assert_ne!(form_token(&token), form_token(&"0e".repeat(32)));
    }

    #[test]
    fn a_form_of_another_website_is_told_by_what_its_browser_says() {
        let base = BaseUrl::parse("https://fy.example.cn", false).unwrap();
        let host = ("host", "a.cn");
        for (headers, here) in [
            (&[][..], true),
            (&[("origin", "https://a.cn")], true),
            (&[("origin", "https://fy.example.cn")], true),
            (&[("origin", "https://a.cn.evil.cn")], false),
            (&[("origin", "https://evil.cn")], false),
            (&[("origin", "null")], false),
            (&[("origin", "")], false),
            (&[("origin", "null"), ("sec-fetch-site", "same-origin")], true),
            (&[("origin", "https://evil.cn"), ("sec-fetch-site", "same-origin")], false),
            (&[("origin", "https://a.cn"), ("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("origin", "https://a.cn"), ("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "none")], false),
        ] {
            let request = request(&[&[host], headers].concat(), "10.0.0.1");
            assert_eq!(sent_from_here(&request, Some(&base)), here, "{headers:?}");
        }
    }
}
