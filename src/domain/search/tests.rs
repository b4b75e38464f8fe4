//! What queries find in a small library.

use std::sync::LazyLock;

use super::*;

fn item(page: usize, title: &str, heading: &str, about: &str, text: &str) -> Item {
    let [title, heading, about, text] = [title, heading, about, text].map(str::to_owned);
    Item { page, title, heading, about, text }
}

fn index() -> &'static Index {
    static INDEX: LazyLock<Index> = LazyLock::new(build);
    &INDEX
}

fn build() -> Index {
    let items = vec![
        item(0, "缴费退费", "", "交多少、怎么退", "接到通知，7日内交。官司赢了，法院退给您。"),
        item(
            0,
            "缴费退费",
            "第三步：交不起，申请缓减免",
            "",
            "书面申请，写明要缓交、减交还是免交。",
        ),
        item(0, "缴费退费", "办退费", "", "带上生效文书和银行卡。"),
        item(1, "申请执行", "", "对方不给，怎么请法院执行", "判了不给，就申请。可以存成 PDF。"),
        item(1, "申请执行", "对方赖账", "", "法院可以把他列入失信被执行人名单，限制消费。"),
        item(2, "重庆的长期合同", "", "", "银行行长还款的事。"),
        item(3, "Court fees and refunds", "", "What comes back", "Refunding takes 15 days."),
        item(3, "Court fees and refunds", "If you cannot pay", "", "Ask to pay later, or less."),
        item(4, "一码通", "", "", "量子力学不归法院管，24小时都可以看。"),
    ];
    let words = [
        vec!["退费", "退钱", "退诉讼费"],
        vec!["失信被执行人", "老赖", "黑名单"],
        vec!["缓减免", "没钱交"],
    ];
    Index::new(items, &words.map(Owned::map_to_owned))
}

trait Owned {
    fn map_to_owned(self) -> Vec<String>;
}

impl Owned for Vec<&str> {
    fn map_to_owned(self) -> Vec<String> {
        self.into_iter().map(str::to_owned).collect()
    }
}

/// The name of the first hit, with what is marked in brackets.
fn first(query: &str) -> String {
    let found = index().find(query);
    found.hits.first().map_or(String::new(), |hit| marked(&hit.name))
}

fn marked(pieces: &[Piece]) -> String {
    let piece = |p: &Piece| if p.mark { format!("[{}]", p.text) } else { p.text.clone() };
    pieces.iter().map(piece).collect()
}

#[test]
fn words_of_people_find_the_words_of_the_law() {
    assert_eq!(first("退钱"), "缴费[退费]");
    assert_eq!(first("老赖"), "对方赖账");
    assert_eq!(first("怎么退钱？"), "缴费[退费]");
    assert_eq!(first("没钱交怎么办"), "第三步：交不起，申请[缓减免]");
    let found = index().find("老赖");
    assert_eq!(marked(&found.hits[0].words), "法院可以把他列入[失信被执行人]名单，限制消费。");
}

#[test]
fn traditional_characters_find_texts_in_simplified_ones() {
    for (query, name) in [
        ("退費", "缴费[退费]"),
        ("退錢", "缴费[退费]"),
        ("老賴", "对方赖账"),
        ("申請執行", "[申请执行]"),
        ("申請執形", "[申请执行]"),
        ("重慶的長期合同", "[重庆的长期合同]"),
    ] {
        assert_eq!(first(query), name, "{query}");
    }
}

#[test]
fn pinyin_its_initials_and_every_reading_find_names() {
    for query in ["tuifei", "tui fei", "TuiFei", "tuif", "tf", "ｔｕｉｆｅｉ"] {
        assert_eq!(first(query), "缴费[退费]", "{query}");
    }
    for query in ["sqzx", "shenqingzhixing", "shenqing zhixing", "sqzhix"] {
        assert_eq!(first(query), "[申请执行]", "{query}");
    }
    for query in ["chongqing", "cqd", "zqd", "changqi", "chongqingdechangqihetong"] {
        assert!(first(query).contains('['), "{query}");
    }
    // By sound to what people say, and from there to what the law says.
    assert_eq!(first("laolai"), "对方赖账");
    assert_eq!(index().find("tuifei").meant, ["退费"]);
}

#[test]
fn words_of_the_texts_are_found_by_sound_and_what_straddles_two_comes_after() {
    let about = |title: &str, text: &str| item(title.len(), title, "", "", text);
    let index = Index::new(
        vec![
            about("海事行政", "官司。"),
            about("名单", "他失信了，法院说他失信，就是失信。"),
            about("其他", "请律师。找律师，问律师。去窗口，看窗口，办证据，交证据，收证据。窗口。"),
        ],
        &[vec!["证据".to_owned(), "凭证".to_owned()]],
    );
    for (query, meant) in [
        ("shixin", "失信"),
        ("lvshi", "律师"),
        ("lüshi", "律师"),
        ("lushi", "律师"),
        ("chuangkou", "窗口"),
        ("zj", "证据"),
        ("ls", "律师"),
        // Where nothing else is.
        ("shixing", "事行"),
    ] {
        assert_eq!(index.find(query).meant, [meant], "{query}");
    }
}

#[test]
fn english_words_that_mean_the_same_find_each_other_also_where_they_are_several() {
    let items = vec![
        item(0, "Trial", "Time limits", "", "Count the days."),
        item(1, "Fees", "", "", "The time is short."),
    ];
    let words = [vec!["time limits", "deadline"].map_to_owned()];
    let index = Index::new(items, &words);
    for query in ["deadline", "deadline please", "Time limits"] {
        let found = index.find(query);
        assert_eq!(found.hits.len(), 1, "{query}: {found:?}");
        assert_eq!(marked(&found.hits[0].name), "[Time limits]", "{query}");
    }
}

#[test]
fn one_wrong_character_is_forgiven() {
    for (query, name) in [
        ("退废", "缴费[退费]"),     // sounds the same
        ("申情执行", "[申请执行]"), // the same, in the middle
        ("申请执形", "[申请执行]"),
        ("申报执行", "[申请执行]"),
        ("申请行", "[申请执行]"),
        ("申请执执行", "[申请执行]"),
        ("tiufei", "缴费[退费]"),
        ("shenqinzhixing", "[申请执行]"),
        ("refnud", "Court fees and [refunds]"),
    ] {
        assert_eq!(first(query), name, "{query}");
    }
    assert_eq!(index().find("申请执形").meant, ["申请执行"]);
    // In a text as well, where no name has it.
    let found = index().find("限制消废");
    assert_eq!(marked(&found.hits[0].words), "法院可以把他列入失信被执行人名单，[限制消费]。");
}

#[test]
fn a_sentence_finds_what_it_is_about() {
    assert_eq!(first("我的官司赢了钱怎么退"), "缴费退费");
    assert_eq!(first("判了不给，能不能请法院执行"), "申请执行");
    assert_eq!(first("量子力学"), "一码通");
    assert_eq!(first("一码通"), "[一码通]");
    assert_eq!(first("24小时"), "一码通");
    assert_eq!(first("pdf"), "[申请执行]".replace(['[', ']'], ""));
}

#[test]
fn english_is_found_by_its_words() {
    for query in ["refund", "refunded", "How do I get a refund?", "REFUNDS", "refu"] {
        assert_eq!(first(query), "Court fees and [refunds]", "{query}");
    }
    assert_eq!(first("cannot pay"), "If you [cannot] [pay]");
    assert_eq!(first("fun"), "", "a part of a word is no word");
}

#[test]
fn what_is_nowhere_is_not_found() {
    for query in ["火车票", "天气预报", "xyzzy", "zzz", "今天天气怎么样", "9999", "怎么办", "的"]
    {
        assert_eq!(index().find(query), Found::default(), "{query}");
    }
    // What is nowhere takes nothing away from what is there.
    assert_eq!(first("火车票 退费"), "缴费[退费]");
}

#[test]
fn a_name_is_better_than_a_text_and_a_page_shows_three_times_at_most() {
    let mut items = vec![item(0, "甲", "", "", "说说保全。")];
    items.extend((0..9).map(|n| item(1, "乙", &format!("第{n}节"), "", "这里也说保全。")));
    items.push(item(2, "网上保全", "", "", "怎么办。"));
    let found = Index::new(items, &[]).find("保全");
    let places: Vec<usize> = found.hits.iter().map(|hit| hit.item).collect();
    assert_eq!(places, [10, 0, 1, 2, 3]);
}

#[test]
fn anything_may_be_asked() {
    let index = index();
    let long = "退费怎么办理".repeat(2000);
    for query in [
        "",
        " ",
        "\u{3000}\n\t",
        "🙂👨‍👩‍👧",
        "<script>alert(1)</script>",
        "\u{0}\u{7}\u{202e}",
        "' OR 1=1 --",
        "%00",
        "a",
        "é",
        "𠀀𠀀",
        "退\u{0}费",
        "ㄊㄨㄟ",
        "ི་ྂ",
        &long,
        &"a".repeat(10_000),
        &"tuifei ".repeat(500),
    ] {
        for hit in index.find(query).hits {
            assert!(hit.item < 9);
        }
    }
    assert!(!index.find(&long).hits.is_empty());
    assert_eq!(Index::new(Vec::new(), &[]).find("退费"), Found::default());
}
