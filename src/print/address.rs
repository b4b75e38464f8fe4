//! The address that codes are printed with.

use std::fmt;

use super::PrintError;
use crate::domain::code::Code;

/// The address that codes are printed with: scheme and host, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: String,
}

impl BaseUrl {
    /// Reads `https://host` or `http://host:port`. With `upper`, whole URLs are printed in capitals,
    /// which makes a smaller symbol.
    pub fn parse(url: &str, upper: bool) -> Result<Self, PrintError> {
        let trimmed = url.trim().trim_end_matches('/');
        let host = trimmed
            .split_once("://")
            .filter(|(scheme, _)| matches!(scheme.to_ascii_lowercase().as_str(), "https" | "http"))
            .map_or("", |(_, host)| host);
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        // RFC 1123, section 2.1.
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(plain)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
        if !name.split('.').all(is_label) || !is_port {
            return Err(PrintError::BaseUrl { url: url.to_owned() });
        }
        let url = if upper { trimmed.to_ascii_uppercase() } else { trimmed.to_ascii_lowercase() };
        Ok(Self { url })
    }

    /// The URL in the symbol.
    pub fn url(&self, code: Code) -> String {
        format!("{}/{code}", self.url)
    }

    /// The address in words, for people who cannot scan.
    pub(super) fn address(&self, code: Code) -> String {
        let host = self.url.split_once("://").map_or("", |(_, host)| host);
        format!("{}/{code}", host.to_ascii_lowercase())
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_are_a_scheme_and_a_host() {
        let code = Code::parse("200041T").unwrap();
        let base = BaseUrl::parse("HTTPS://FY.Example.cn/", false).unwrap();
        assert_eq!(base.url(code), "https://fy.example.cn/200041T");
        assert_eq!(base.address(code), "fy.example.cn/200041T");
        let upper = BaseUrl::parse("https://fy.example.cn:8443", true).unwrap();
        assert_eq!(upper.url(code), "HTTPS://FY.EXAMPLE.CN:8443/200041T");
        assert_eq!(upper.address(code), "fy.example.cn:8443/200041T");
        for url in [
            "fy.example.cn",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://a?x",
            "https://a b",
            "https://a:x",
            "https://a:0",
            "https://.",
            "https://a..b",
            "https://-a",
            "https://a-.cn",
        ] {
            assert!(BaseUrl::parse(url, false).is_err(), "{url}");
        }
    }
}
