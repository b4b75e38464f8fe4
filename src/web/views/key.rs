//! What a page depends on: what it shows, and in which manner.

use super::{Calculator, DocumentPage, StaffPage};
use crate::domain::duty::Duty;
use crate::domain::guide::Language;
use crate::domain::placement::PlacementNumber;
use crate::domain::scan::Client;
use crate::domain::topic::TopicNumber;

/// What a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Page {
    /// Every topic.
    Home,
    /// One topic's guide.
    Guide(TopicNumber),
    /// A page of the calculators.
    Tool(Calculator),
    /// A page of the litigation documents.
    Document(DocumentPage),
    /// What was searched for, and the box to search from.
    Search,
    /// A page of the staff's.
    Staff(StaffPage),
    /// Every component, for designers.
    Design,
    /// The landing page with a line that says that there is no such page.
    NotFound,
}

impl Page {
    /// The calculator that it shows, if it shows one.
    pub(super) fn calculator(self) -> Option<Calculator> {
        match self {
            Self::Tool(calculator) => Some(calculator),
            Self::Home
            | Self::Guide(_)
            | Self::Document(_)
            | Self::Search
            | Self::Staff(_)
            | Self::Design
            | Self::NotFound => None,
        }
    }

    /// Whether it says how files and paper are got in a program that shows it within itself.
    pub fn tells_of_apps(self) -> bool {
        match self {
            Self::Home | Self::Guide(_) | Self::Tool(_) => true,
            Self::Document(_) | Self::Search | Self::Staff(_) | Self::Design | Self::NotFound => {
                false
            }
        }
    }

    /// The topic that it is on; none for a page that is on none.
    pub fn topic(self) -> Option<TopicNumber> {
        match self {
            Self::Home => Some(TopicNumber::ALL),
            Self::Guide(topic) => Some(topic),
            Self::Tool(_)
            | Self::Document(_)
            | Self::Search
            | Self::Staff(_)
            | Self::Design
            | Self::NotFound => None,
        }
    }
}

/// The line on top of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// None.
    None,
    /// The code is mistyped or unknown.
    Orphan,
    /// The poster was replaced.
    Retired,
    /// What was said of the page is none of the answers.
    Unclear,
}

/// Where a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Medium {
    /// From the service: everything works.
    Served,
    /// As one of the files of an exported site: whatever needs the service says so.
    Exported,
    /// As a file by itself, which a visitor saved.
    Saved,
}

impl Medium {
    /// Its name in templates.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Exported => "exported",
            Self::Saved => "saved",
        }
    }
}

/// A program that shows pages within itself: files and paper are got in another way there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum App {
    /// 微信
    Wechat,
    /// 支付宝
    Alipay,
    /// 钉钉
    Dingtalk,
    /// QQ
    Qq,
}

impl App {
    /// The program of that family, if it is one.
    pub fn of(client: Client) -> Option<Self> {
        match client {
            Client::Wechat => Some(Self::Wechat),
            Client::Alipay => Some(Self::Alipay),
            Client::Dingtalk => Some(Self::Dingtalk),
            Client::Qq => Some(Self::Qq),
            Client::Browser | Client::Other => None,
        }
    }

    /// The string that is its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Wechat => "app_wechat",
            Self::Alipay => "app_alipay",
            Self::Dingtalk => "app_dingtalk",
            Self::Qq => "app_qq",
        }
    }
}

/// Everything a page depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageKey {
    /// What it shows.
    pub page: Page,
    /// In which language it was asked for.
    pub language: Language,
    /// Whether simplified Chinese was asked for by name, whatever the browser prefers.
    pub by_name: bool,
    /// Whether it is the large version.
    pub large: bool,
    /// The court whose details it shows: its place in the library's list.
    pub court: Option<usize>,
    /// The spot where the visitor stands.
    pub placement: Option<PlacementNumber>,
    /// The line on top.
    pub notice: Notice,
    /// Whether it thanks for an answer, in the place of the question.
    pub thanks: bool,
    /// Where it is read.
    pub medium: Medium,
    /// The program that shows it, where the page says something of that.
    pub app: Option<App>,
    /// Whether somebody is on duty where the visitor stands, where the page says something of that.
    pub duty: Option<Duty>,
}

impl PageKey {
    /// The page without any particulars.
    pub fn plain(page: Page, language: Language) -> Self {
        Self {
            page,
            language,
            by_name: false,
            large: false,
            court: None,
            placement: None,
            notice: Notice::None,
            thanks: false,
            medium: Medium::Served,
            app: None,
            duty: None,
        }
    }
}
