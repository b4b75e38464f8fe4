//! HTML taken apart as a browser does it, as far as our own pages go.

/// A tag that opens: its name, and its attributes with their values.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// What stands in it, where that is no HTML.
    pub(crate) raw: String,
}

impl Tag {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Every tag that opens, in its order.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (mut tag, after) = tag(rest);
            rest = after;
            if matches!(tag.name.as_str(), "style" | "script") {
                let (raw, after) = rest.split_once(&format!("</{}", tag.name)).unwrap();
                (tag.raw, rest) = (raw.to_owned(), after);
            }
            tags.push(tag);
        }
    }
    tags
}

/// The tag that begins here, and what follows it.
fn tag(html: &str) -> (Tag, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '=');
    let (name, mut rest) = html.split_at(html.find(ends).unwrap());
    let mut tag =
        Tag { name: name.to_ascii_lowercase(), attributes: Vec::new(), raw: String::new() };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let (name, after) = rest.split_at(rest.find(ends).unwrap());
        let Some(value) = after.trim_start().strip_prefix('=') else {
            tag.attributes.push((name.to_ascii_lowercase(), String::new()));
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value[1..].split_once(quote).unwrap(),
            None => value.split_at(value.find(|c: char| ends(c) && c != '/' && c != '=').unwrap()),
        };
        tag.attributes.push((name.to_ascii_lowercase(), value.to_owned()));
        rest = after;
    }
}
