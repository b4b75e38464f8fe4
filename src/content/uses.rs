//! Where the content cites an article: what has to be read again when a law is revised.
//!
//! Gathered while loading: by the tables of facts, by guides, and by whatever joins them. To let a
//! new kind of file join, push its citations to [`super::Loaded::uses`].

use std::ops::Range;

use crate::domain::law::{Article, Citation, LawId};

/// One place that rests on an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The file's path inside the site.
    pub file: String,
    /// Byte range in that file.
    pub span: Range<usize>,
    /// The article.
    pub citation: Citation,
    /// The fact by which it does, such as `limit:pay-fee`; `None` where it cites the article itself.
    pub through: Option<String>,
}

/// What a revision changes: a law, or one article of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The law.
    pub law: LawId,
    /// The article; all of them where none is named.
    pub article: Option<Article>,
}

impl Revision {
    /// Reads `cpl`, `cpl#122` or `cpl#62-2`; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (law, article) = match text.split_once('#') {
            Some((law, article)) => (law, Some(Article::parse(article)?)),
            None => (text, None),
        };
        Some(Self { law: LawId::parse(law)?, article })
    }

    /// Whether a citation may be touched: a paragraph touches the citations of its whole article.
    pub fn touches(&self, citation: &Citation) -> bool {
        let Some(revised) = self.article else { return self.law == citation.law };
        let meet = |a: Option<u16>, b: Option<u16>| a.is_none() || b.is_none() || a == b;
        self.law == citation.law
            && revised.article == citation.article.article
            && meet(revised.paragraph, citation.article.paragraph)
            && meet(revised.item, citation.article.item)
            && meet(revised.point, citation.article.point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revised_article_touches_its_paragraphs_and_nothing_else() {
        let touches = |revised: &str, cited: &str| {
            Revision::parse(revised).unwrap().touches(&Citation::parse(cited).unwrap())
        };
        for (revised, cited) in
            [("cpl", "cpl#1"), ("cpl#62", "cpl#62-2"), ("cpl#62-2", "cpl#62"), ("cpl#6", "cpl#6")]
        {
            assert!(touches(revised, cited), "{revised} {cited}");
        }
        for (revised, cited) in [("cpl", "fees#1"), ("cpl#62", "cpl#6"), ("cpl#62-1", "cpl#62-2")] {
            assert!(!touches(revised, cited), "{revised} {cited}");
        }
        assert_eq!(Revision::parse("cpl#"), None);
    }
}
