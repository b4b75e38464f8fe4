//! One file a page.

pub(super) mod api;
pub(super) mod design;
pub(super) mod document;
pub(super) mod guide;
pub(super) mod health;
pub(super) mod home;
pub(super) mod offline;
pub(super) mod scan;
pub(super) mod search;
pub(super) mod staff;
pub(super) mod tools;
pub(super) mod useful;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::client::Agent;
use super::error::PageError;
use super::state::Site;
use super::views::{App, Encoding, Page, PageKey, View, weighed};
use crate::domain::court::CourtId;
use crate::domain::guide::Language;
use crate::domain::placement::PlacementNumber;

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// What any page's address may say, as far as it can be seen; the first of each counts, anything else
/// is passed over.
#[derive(Debug, Default)]
pub(super) struct Query {
    lang: Option<String>,
    v: Option<String>,
    pub(super) court: Option<String>,
    place: Option<String>,
    thanks: Option<String>,
    /// Whatever else it says, in its order.
    pub(super) more: Vec<(String, String)>,
}

impl Query {
    pub(super) fn of(request: &HttpRequest) -> Self {
        if request.query_string().is_empty() {
            return Self::default(); // as scans are
        }
        let mut pairs = pairs(request.query_string());
        for (_, value) in &mut pairs {
            value.retain(|c| !is_unseen(c));
        }
        let mut take = |name: &str| {
            let at = pairs.iter().position(|(key, _)| key == name)?;
            let value = std::mem::take(&mut pairs[at].1);
            pairs.retain(|(key, _)| key != name);
            Some(value)
        };
        let (lang, v, court, place) = (take("lang"), take("v"), take("court"), take("place"));
        let thanks = take("thanks");
        Self { lang, v, court, place, thanks, more: pairs }
    }

    /// The first value of `name` among whatever else the address says.
    pub(super) fn more(&self, name: &str) -> Option<&str> {
        self.more.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// The page's key: what the address says, the language of the browser, and the program it is in.
    pub(super) fn key(&self, page: Page, request: &HttpRequest, site: &Site) -> PageKey {
        self.key_in(page, || App::of(Agent::of(request).client), request, site)
    }

    /// The same, of a page that is shown within `app`, which is asked for where that makes a difference.
    fn key_in(
        &self,
        page: Page,
        app: impl FnOnce() -> Option<App>,
        request: &HttpRequest,
        site: &Site,
    ) -> PageKey {
        let placement = self
            .place
            .as_deref()
            .and_then(|text| text.parse().ok())
            .and_then(PlacementNumber::new)
            .filter(|number| site.library.placements.contains_key(number));
        let court = match placement.and_then(|number| site.library.placements.get(&number)) {
            Some(placement) => Some(placement.court.clone()),
            None => self.court.as_deref().and_then(CourtId::parse),
        };
        PageKey {
            by_name: self.lang.as_deref() == Some(Language::ZhHans.tag()),
            large: self.v.as_deref() == Some("large"),
            court: court.and_then(|id| site.court(&id)),
            placement,
            thanks: page.topic().is_some() && self.thanks.as_deref() == Some("1"),
            app: page.tells_of_apps().then(app).flatten(),
            ..PageKey::plain(page, self.language(page, request, site))
        }
    }

    /// The language asked for; else the browser's dearest that the page has; else zh-Hans.
    fn language(&self, page: Page, request: &HttpRequest, site: &Site) -> Language {
        if let Some(language) = self.lang.as_deref().and_then(Language::parse) {
            // Staff pages are written pages only.
            return if matches!(page, Page::Staff(_)) { language.written() } else { language };
        }
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
        let Some(accepted) = accepted.and_then(|value| value.to_str().ok()) else {
            return Language::ZhHans;
        };
        let there = site.views.languages(page);
        let mut ranges: Vec<(&str, u16)> = weighed(accepted).filter(|(_, w)| *w > 0).collect();
        ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight)); // of equals the first
        ranges
            .into_iter()
            .filter_map(|(range, _)| Language::of_range(range))
            .find(|language| there.contains(language))
            .unwrap_or(Language::ZhHans)
    }
}

/// What a query, or a form, says; nothing where it is at fault.
fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text);
    pairs.map_or_else(|_| Vec::new(), web::Query::into_inner)
}

/// Whether nobody typed it knowingly: it comes along when an amount is copied from another program,
/// and where it is shown again it turns the words around it.
fn is_unseen(c: char) -> bool {
    let format = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    format || (c.is_control() && !c.is_whitespace())
}

/// How long a cache may keep a page at the most, in seconds: so long an old text can last.
const FEW_MINUTES: i64 = 300;

/// A page of the content, that any cache may keep for a few minutes, but not past the next change of
/// what it says.
pub(super) fn content(
    page: Page,
    request: &HttpRequest,
    site: &Site,
) -> Result<HttpResponse, PageError> {
    of_key(&Query::of(request).key(page, request, site), request, site)
}

/// The page of that key, that any cache may keep for a few minutes: as long as nobody comes or goes.
pub(super) fn of_key(
    key: &PageKey,
    request: &HttpRequest,
    site: &Site,
) -> Result<HttpResponse, PageError> {
    let key = site.timed(key.clone());
    let view = site.views.get(&key)?;
    let mut response = answer(&view, StatusCode::OK, request, site);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, kept_for(site.holds(&key)));
    let language = header::HeaderName::from_static("accept-language");
    headers.append(header::VARY, HeaderValue::from(language));
    if key.page.tells_of_apps() {
        headers.append(header::VARY, HeaderValue::from_static("user-agent"));
    }
    Ok(response)
}

/// The `Cache-Control` of what is right for so many seconds.
pub(super) fn kept_for(seconds: i64) -> HeaderValue {
    if seconds >= FEW_MINUTES {
        return HeaderValue::from_static("public, max-age=300"); // nearly always
    }
    let value = format!("public, max-age={}", seconds.clamp(0, FEW_MINUTES));
    HeaderValue::from_str(&value).expect("words and digits are ASCII")
}

/// The name of a file, in Chinese as RFC 6266 writes it, and plainly for whoever cannot read that.
pub(super) fn disposition(manner: &str, id: &str, title: &str, extension: &str) -> HeaderValue {
    let name: String = title.bytes().fold(String::new(), |name, byte| {
        if byte.is_ascii_alphanumeric() {
            name + &char::from(byte).to_string()
        } else {
            name + &format!("%{byte:02X}")
        }
    });
    let text =
        format!("{manner}; filename=\"{id}.{extension}\"; filename*=UTF-8''{name}.{extension}");
    HeaderValue::from_str(&text).expect("letters, digits and signs are ASCII")
}

/// A view in the encoding that the request accepts, or 304 where the browser has it.
pub(super) fn answer(
    view: &View,
    status: StatusCode,
    request: &HttpRequest,
    site: &Site,
) -> HttpResponse {
    let encoding = encoding(request);
    tagged(view, encoding, &view.tag(encoding), status, request, site)
}

/// The same under a tag of its own.
fn tagged(
    view: &View,
    encoding: Encoding,
    tag: &HeaderValue,
    status: StatusCode,
    request: &HttpRequest,
    site: &Site,
) -> HttpResponse {
    let mut response = if status == StatusCode::OK && has_it(request, tag) {
        HttpResponse::new(StatusCode::NOT_MODIFIED)
    } else {
        let mut response = HttpResponse::with_body(status, BoxBody::new(view.body(encoding)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HTML);
        if let Some(name) = encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response
    };
    dress(&mut response, site);
    response.headers_mut().insert(header::ETAG, tag.clone());
    response
}

/// A page made for this request alone, which nobody else may keep.
pub(super) fn fresh(
    html: String,
    status: StatusCode,
    request: &HttpRequest,
    site: &Site,
) -> HttpResponse {
    let encoding = encoding(request);
    let mut response = HttpResponse::build(status);
    response.content_type("text/html; charset=utf-8");
    response.insert_header((header::CACHE_CONTROL, "private, max-age=0"));
    if let Some(name) = encoding.name() {
        response.insert_header((header::CONTENT_ENCODING, name));
    }
    let mut response = response.body(encoding.pack_once(html));
    dress(&mut response, site);
    response
}

/// The headers that every page has.
fn dress(response: &mut HttpResponse, site: &Site) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, site.views.policy());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
}

/// The form that the request asks for.
fn encoding(request: &HttpRequest) -> Encoding {
    let accepted = request.headers().get(header::ACCEPT_ENCODING);
    Encoding::suiting(accepted.and_then(|value| value.to_str().ok()).unwrap_or_default())
}

fn has_it(request: &HttpRequest, tag: &HeaderValue) -> bool {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| {
        known.split(',').any(|t| *tag == *t.trim().trim_start_matches("W/") || t.trim() == "*")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_keeps_a_page_for_a_few_minutes_but_not_past_what_it_says() {
        for (seconds, age) in [(i64::MAX, 300), (300, 300), (299, 299), (1, 1), (0, 0), (-5, 0)] {
            assert_eq!(kept_for(seconds), *format!("public, max-age={age}"), "{seconds}");
        }
        assert_eq!(FEW_MINUTES, 300);
    }
}
