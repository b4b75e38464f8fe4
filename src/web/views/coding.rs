//! In which form a page is sent: what the browser takes, and the compressors.
//!
//! A coding more is a variant of [`Encoding`], its name, its place in `ALL` and its compressor.

use std::io::Write;

use actix_web::web::Bytes;

/// In which form a page is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// Compressed by gzip.
    Gzip,
    /// Compressed by zstd.
    Zstd,
    /// Compressed by brotli.
    Brotli,
}

impl Encoding {
    /// All of them; of two that are as welcome the later one is smaller.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Gzip, Self::Zstd, Self::Brotli];

    /// The name of each in headers; none for what is sent as it is.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
            Self::Brotli => Some("br"),
        }
    }

    /// The form that suits an `Accept-Encoding` best (RFC 9110, 12.5.3); where none does, as it is,
    /// which every browser reads.
    pub fn suiting(accepted: &str) -> Self {
        let (mut named, mut others) = ([None; Self::ALL.len()], None);
        for (name, weight) in weighed(accepted) {
            if name == "*" {
                others = Some(weight);
            } else if let Some(encoding) = Self::of(name) {
                named[encoding as usize] = Some(weight);
            }
        }
        // As it is, a page may be sent unless that is refused; but whatever is asked for comes first.
        let left = |encoding: Self| match (encoding, others) {
            (Self::Plain, Some(weight)) if weight > 0 => 0.5,
            (Self::Plain, None) => 0.5,
            (_, others) => f32::from(others.unwrap_or_default()),
        };
        let weight = |encoding: Self| {
            named[encoding as usize].map_or_else(|| left(encoding), |weight: u16| f32::from(weight))
        };
        let best = Self::ALL.into_iter().max_by(|a, b| weight(*a).total_cmp(&weight(*b)));
        best.filter(|best| weight(*best) > 0.0).unwrap_or(Self::Plain)
    }

    /// The one of that name, in whatever case, as it stands in requests.
    fn of(name: &str) -> Option<Self> {
        let is = |encoding: &Self| {
            let own = encoding.name().unwrap_or("identity");
            own.eq_ignore_ascii_case(name)
        };
        Self::ALL.into_iter().find(is)
    }

    /// A page in that form, as small as can be: it is compressed once and sent many times.
    pub(super) fn pack(self, page: &Bytes) -> Bytes {
        match self {
            Self::Plain => page.clone(),
            Self::Gzip => gzip(page, flate2::Compression::best()).into(),
            Self::Zstd => zstd(page, 19).into(),
            // Quality 9, window 2^18.
            Self::Brotli => brotli(page, 9, 18).into(),
        }
    }

    /// A page in that form, made for one visitor who waits for it.
    pub fn pack_once(self, page: String) -> Bytes {
        match self {
            Self::Plain => page.into(),
            Self::Gzip => gzip(page.as_bytes(), flate2::Compression::default()).into(),
            Self::Zstd => zstd(page.as_bytes(), 3).into(),
            Self::Brotli => brotli(page.as_bytes(), 4, 18).into(),
        }
    }
}

/// What a list of a browser's names, and the weight of each in thousandths (RFC 9110, 12.4.2); what
/// cannot be read is passed over.
pub(in crate::web) fn weighed(accepted: &str) -> impl Iterator<Item = (&str, u16)> {
    accepted.split(',').filter_map(|item| {
        let mut parts = item.split(';');
        let name = parts.next().unwrap_or_default().trim();
        Some((name, weight(parts)?))
    })
}

/// The weight that an item's parameters give it, in thousandths; none where it cannot be read, and
/// the item is passed over.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    let Some(given) = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    }) else {
        return Some(1000);
    };
    let (whole, part) = given.split_once('.').unwrap_or((given, ""));
    let is_number = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" if is_number && part.bytes().all(|byte| byte == b'0') => Some(1000),
        "0" if is_number => format!("{part:0<3}").parse().ok(),
        _ => None,
    }
}

fn gzip(page: &[u8], level: flate2::Compression) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), level);
    writer.write_all(page).expect("writing into memory cannot fail");
    writer.finish().expect("writing into memory cannot fail")
}

fn zstd(page: &[u8], level: i32) -> Vec<u8> {
    ::zstd::bulk::compress(page, level).expect("compressing in memory cannot fail")
}

fn brotli(page: &[u8], quality: u32, window: u32) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut writer = ::brotli::CompressorWriter::new(&mut packed, 4096, quality, window);
    writer.write_all(page).expect("writing into memory cannot fail");
    drop(writer);
    packed
}

/// The most bytes that a page takes in any form that phones ask for.
pub(super) fn size(page: &str) -> usize {
    gzip(page.as_bytes(), flate2::Compression::best()).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_one_that_the_browser_likes_best_and_of_several_the_smallest() {
        for (accepted, form) in [
            ("", Encoding::Plain),
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("gzip,zstd", Encoding::Zstd),
            ("GZIP", Encoding::Gzip),
            ("br;q=0.5, gzip;q=0.8", Encoding::Gzip),
            ("br;q=0.5,\tgzip;Q=0.5", Encoding::Brotli),
            ("br;q=0, gzip;q=0.001", Encoding::Gzip),
            ("br;q=0.000", Encoding::Plain),
            ("identity, gzip;q=0.9", Encoding::Plain),
            ("identity;q=0.5, gzip", Encoding::Gzip),
            ("identity;q=0.5, zstd;q=0.4", Encoding::Plain),
            ("*", Encoding::Brotli),
            ("*;q=0", Encoding::Plain),
            ("br;q=0, *", Encoding::Zstd),
            ("gzip, *;q=0", Encoding::Gzip),
            ("identity;q=0, *;q=0.3", Encoding::Brotli),
            ("identity;q=0, br;q=0", Encoding::Plain),
            ("deflate, compress", Encoding::Plain),
            // What cannot be read is passed over.
            ("br;q=high, gzip", Encoding::Gzip),
            ("br;q=1.5, gzip;q=0.2", Encoding::Gzip),
            ("br;q=0.0001, gzip;q=1.000", Encoding::Gzip),
            (",;,br;level=9;q=0.7,,", Encoding::Brotli),
        ] {
            assert_eq!(Encoding::suiting(accepted), form, "{accepted:?}");
        }
    }
}
