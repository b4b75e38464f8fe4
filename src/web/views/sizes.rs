//! How many bytes pages take, for `onecode check`.

use std::collections::BTreeMap;

use super::coding::size;
use super::{Page, PageKey, Views, ViewsError};
use crate::domain::guide::Language;
use crate::domain::topic::TopicNumber;

impl Views {
    /// The landing page and every guide with the most bytes that it takes, compressed by gzip, and in
    /// which language that is.
    pub fn sizes(&self) -> Result<BTreeMap<TopicNumber, (usize, Language)>, ViewsError> {
        let mut largest: BTreeMap<(TopicNumber, Language), (usize, PageKey)> = BTreeMap::new();
        for key in self.keys() {
            let number = match key.page {
                Page::Home => TopicNumber::ALL,
                Page::Guide(number) => number,
                Page::Design
                | Page::NotFound
                | Page::Tool(_)
                | Page::Document(_)
                | Page::Search
                | Page::Staff(_) => continue,
            };
            let bytes = size(&self.render(&key, &self.library)?);
            let most = largest.entry((number, key.language)).or_insert((bytes, key.clone()));
            if bytes > most.0 {
                *most = (bytes, key);
            }
        }
        let mut sizes = BTreeMap::new();
        let mut count = |number, found: (usize, Language)| {
            let most = sizes.entry(number).or_insert(found);
            *most = (*most).max(found);
        };
        for ((number, language), (bytes, key)) in &largest {
            count(*number, (*bytes, *language));
            // What is made from it changes its characters, not its manners.
            for made in self.texts.made_languages() {
                if made.written() == *language {
                    let key = PageKey { language: made, ..key.clone() };
                    let html = self.finished(&key, self.render(&key, &self.library)?);
                    count(*number, (size(&html), made));
                }
            }
        }
        Ok(sizes)
    }
}
