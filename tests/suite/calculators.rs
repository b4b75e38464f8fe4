//! The calculators by their vectors: every row of `tests/vectors/`, through the library and the binary.

use std::fs;

use onecode::content;
use onecode::domain::calc::deadline;
use onecode::domain::calc::fee::{self, Question};
use onecode::domain::fee::Tariff;
use onecode::domain::library::Library;
use onecode::domain::period::Day;
use onecode::domain::site::SiteFiles;

use crate::support::{repository, run};

fn library() -> Library {
    let mut files = SiteFiles::default();
    for name in fs::read_dir(repository().join("guides/_facts")).unwrap() {
        let path = name.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        files.insert(format!("guides/_facts/{name}"), fs::read(&path).unwrap());
    }
    content::load(&files, Day::parse("2026-11-24").unwrap()).library
}

struct Row {
    line: usize,
    kind: String,
    pairs: Vec<(String, String)>,
    yuan: String,
    articles: String,
    steps: String,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(repository().join("tests/vectors/fees.tsv")).unwrap();
    let rows = text.lines().enumerate().skip(1).map(|(at, line)| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kind, inputs, yuan, articles, steps] = fields[..] else { panic!("{line}") };
        let pairs = inputs.split(';').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), value.to_owned())
        };
        Row {
            line: at + 1,
            kind: kind.to_owned(),
            pairs: pairs.map(pair).collect(),
            yuan: yuan.to_owned(),
            articles: articles.to_owned(),
            steps: steps.to_owned(),
        }
    });
    let rows: Vec<Row> = rows.collect();
    assert_eq!(rows.len(), 158);
    rows
}

/// The law and the articles of `诉讼费用交纳办法(2007) 第13条第1款第1项、第16条；…`.
fn cited(text: &str) -> Vec<(String, String)> {
    let text = text.replace("（小额程序在简易程序一章）", "");
    let mut cited = Vec::new();
    for part in text.split('；') {
        let (law, articles) = part.split_once(' ').unwrap();
        let name = match law.split('(').next().unwrap() {
            "民诉法" => "中华人民共和国民事诉讼法",
            "民诉法解释" => "最高人民法院关于适用《中华人民共和国民事诉讼法》的解释",
            "财产保全规定" => "最高人民法院关于人民法院办理财产保全案件若干问题的规定",
            "迟延履行债务利息解释" => {
                "最高人民法院关于执行程序中计算迟延履行期间的债务利息适用法律若干问题的解释"
            }
            name => name,
        };
        for article in articles.split('、') {
            let article = article.trim_start_matches('第');
            let article = if article.contains('条') {
                format!("第{article}")
            } else {
                format!("第{article}条")
            };
            cited.push((name.to_owned(), article));
        }
    }
    cited
}

#[test]
fn every_vector_comes_out_exactly() {
    let library = library();
    let day = Day::parse("2026-11-24").unwrap();
    let mut faults = Vec::new();
    for row in rows() {
        let question = Question { kind: &row.kind, pairs: &row.pairs, day, court: None };
        let reckoned = match fee::reckon(&question, &library) {
            Ok(reckoned) => reckoned,
            Err(error) => {
                faults.push(format!("{}: {}: {error}", row.line, row.kind));
                continue;
            }
        };
        let sum = if row.kind.ends_with("_max") { reckoned.high } else { reckoned.low };
        let ranged = row.kind.ends_with("_min") || row.kind.ends_with("_max");
        if sum.to_string() != row.yuan || reckoned.is_range() != ranged {
            faults.push(format!("{}: {}: {sum}, not {}", row.line, row.kind, row.yuan));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn every_vector_names_its_articles() {
    let library = library();
    let day = Day::parse("2026-11-24").unwrap();
    let mut faults = Vec::new();
    for row in rows() {
        let question = Question { kind: &row.kind, pairs: &row.pairs, day, court: None };
        let reckoned = fee::reckon(&question, &library).unwrap();
        let ours: Vec<String> = reckoned.citations.iter().map(|c| library.cited(c)).collect();
        for (law, article) in cited(&row.articles) {
            // A vector may name a whole article where ours names the very paragraph.
            let named = |c: &String| c.starts_with(&law) && c.contains(&article);
            if !ours.iter().any(named) {
                faults.push(format!("{}: {}: {law}{article} not in {ours:?}", row.line, row.kind));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn the_working_is_written_as_in_the_vectors() {
    // These are said in other words than a formula with `max`, or with more words.
    const OTHERWISE: &[&str] = &[
        "divorce",
        "personality",
        "labour",
        "labour_summary",
        "administrative_ip_maritime",
        "administrative_other",
        "preservation_no_amount",
        "public_notice",
        "arbitration_setaside_or_validity",
        "maritime_claim_registration",
        "maritime_general_average",
        "enforcement_prepaid_by_applicant",
        "refund_winner",
        "refund_withdraw_after_full_prepay",
        "summary_to_ordinary_topup",
    ];
    let library = library();
    let day = Day::parse("2026-11-24").unwrap();
    let mut compared = 0;
    for row in rows() {
        let ends = row.kind.ends_with("_min") || row.kind.ends_with("_max");
        if ends || OTHERWISE.contains(&row.kind.as_str()) {
            continue;
        }
        let question = Question { kind: &row.kind, pairs: &row.pairs, day, court: None };
        let steps = fee::reckon(&question, &library).unwrap().steps.join("；");
        assert_eq!(steps, row.steps, "line {}", row.line);
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn every_kind_has_a_vector_and_every_entry_of_the_schedule_is_there() {
    let (library, rows) = (library(), rows());
    let day = Day::parse("2026-11-24").unwrap();
    for kind in fee::KINDS {
        let asked = rows.iter().any(|row| fee::kind(&row.kind).unwrap().name == kind.name);
        assert!(asked, "{} has no vector", kind.name);
        assert!(kind.is_offered(&library, day), "{} is not offered", kind.name);
    }
}

#[test]
fn last_days_come_out_as_counted_by_hand() {
    let text = fs::read_to_string(repository().join("tests/vectors/deadlines.tsv")).unwrap();
    let library = library();
    assert!(text.lines().count() > 30);
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [rule, start, counted_to, last_day, moved, certain] = fields[..] else {
            panic!("{line}")
        };
        let found = deadline::reckon(rule, Day::parse(start).unwrap(), &library).unwrap();
        let got = [
            found.counted_to.to_string(),
            found.last_day.to_string(),
            found.moved.to_string(),
            found.certain.to_string(),
        ];
        assert_eq!(got, [counted_to, last_day, moved, certain].map(str::to_owned), "{line}");
        let (safe, start) = (found.safe_day, Day::parse(start).unwrap());
        assert!(library.calendar.is_workday(safe) || safe == found.counted_to, "{line}");
        assert!(found.rule.back || safe > start, "{line}");
        assert!(found.safe_day <= found.counted_to, "{line}");
    }
}

#[test]
fn a_limit_counted_back_into_an_unannounced_year_is_told_as_a_workday() {
    let library = library();
    let start = Day::parse("2027-01-09").unwrap();
    let found = deadline::reckon("renew-preservation", start, &library).unwrap();
    // By contract the answer is `counted_to`, a Saturday; people are told New Year's Eve.
    assert_eq!(found.last_day.to_string(), "2027-01-02");
    assert_eq!(found.day_to_tell().to_string(), "2026-12-31");
    let asked = run(["deadline", "renew-preservation", "2027-01-09"]);
    assert!(asked.stdout.contains("last day 2026-12-31 (Thu)"), "{}", asked.stdout);
    let suit = deadline::reckon("administrative-suit", start, &library).unwrap();
    assert!(suit.citations.iter().any(|c| library.cited(c).ends_with("第101条")));
}

#[test]
fn a_share_that_an_author_changes_changes_the_answer() {
    let day = Day::parse("2026-11-24").unwrap();
    let mut halved = library();
    for rule in &mut halved.schedules[0].rules {
        if let Tariff::Share { share: share @ (1, 1), .. } = &mut rule.tariff {
            *share = (1, 2);
        }
    }
    for (kind, pairs, yuan) in [
        ("refund_dismissed", vec![("paid", "2300")], "1150"),
        ("refund_remand", vec![("paid_appeal", "5800")], "2900"),
        ("refund_winner", vec![("prepaid", "2300"), ("borne_by_winner", "300")], "1000"),
        ("property_appeal", vec![("appealed_amount", "300000")], "2900"),
        ("multi_claims_property", vec![("amounts", "60000+40000")], "1150"),
        ("increase_claim_topup", vec![("from", "100000"), ("to", "150000")], "500"),
        ("summary_to_ordinary_topup", vec![("amount", "100000"), ("already_paid", "1150")], "575"),
    ] {
        let pairs: Vec<(String, String)> =
            pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let question = Question { kind, pairs: &pairs, day, court: None };
        let reckoned = fee::reckon(&question, &halved).unwrap();
        assert_eq!(reckoned.low.to_string(), yuan, "{kind}");
    }
}

#[test]
fn the_command_answers_in_the_form_of_the_contract() {
    let fee = run(["fee", "payment_order", "amount=10万", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&fee.stdout).unwrap();
    assert_eq!((json["yuan"].as_str(), json["rounded"].as_bool()), (Some("766.67"), Some(true)));
    assert_eq!(
        (json["kind"].as_str(), json["schedule"].as_str()),
        (Some("payment_order"), Some("2007"))
    );
    assert!(json["min_yuan"].is_null() && json["max_yuan"].is_null());
    let range = run(["fee", "non_property_other", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&range.stdout).unwrap();
    assert_eq!((json["min_yuan"].as_str(), json["max_yuan"].as_str()), (Some("50"), Some("100")));
    assert!(json["yuan"].is_null() && !json["steps"].as_array().unwrap().is_empty());
    let several =
        run(["fee", "multi_claims_property", "amounts=60000", "amounts=40000", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&several.stdout).unwrap();
    assert_eq!(json["yuan"], "2300");
    let last = run(["deadline", "renew-preservation", "2026-01-09", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&last.stdout).unwrap();
    assert_eq!(json["rule"], "renew-preservation");
    assert_eq!(
        (json["counted_to"].as_str(), json["last_day"].as_str()),
        (Some("2026-01-02"), Some("2025-12-31"))
    );
    assert_eq!((json["moved"].as_bool(), json["certain"].as_bool()), (Some(true), Some(true)));
    assert!(json["articles"][0].as_str().unwrap().ends_with("第18条"));
}

#[test]
fn bad_questions_are_refused_with_what_to_write() {
    for (asked, said) in [
        (vec!["fee", "property_frist_instance"], "did you mean \"property_first_instance\"?"),
        (vec!["fee", "property_first_instance"], "amount is missing: write it like amount=12万"),
        (vec!["fee", "property_first_instance", "amount=lots"], "write it like 30000, 12万"),
        (vec!["fee", "property_first_instance", "amount=-5"], "\"-5\" is not an amount"),
        (vec!["fee", "property_first_instance", "amount=0"], "has to be more than 0"),
        (vec!["fee", "property_first_instance", "amount"], "write key=value"),
        (vec!["fee", "property_first_instance", "amount=1", "amount=2"], "given twice"),
        (vec!["fee", "property_first_instance", "sum=1"], "takes no input \"sum\""),
        (vec!["fee", "divorce", "base=500"], "base has to be from 50 to 300"),
        (vec!["fee", "exemption", "fee=100", "applicant=公司"], "none of 自然人"),
        (vec!["fee", "increase_claim_topup", "from=5", "to=5"], "to has to be more than from"),
        (vec!["fee", "refund_winner", "prepaid=5", "borne_by_winner=6"], "is more than prepaid"),
        (
            vec!["fee", "property_first_instance", "amount=1", "--on", "2006-01-01"],
            "no fee schedule for",
        ),
        (vec!["fee", "divorce", "--court", "jingxi"], "did you mean \"jingxiu\"?"),
        (vec!["fee", "property"], "no kind \"property\"; `onecode fee` lists them all"),
        (vec!["deadline", "apply-enforcement", "9999-01-01"], "write it like 2026-11-24"),
        (vec!["deadline", "pay-fee", "9999-12-31"], "write it like 2026-11-24"),
        (vec!["fee", "divorce", "--court", "zzzzzz"], "no court \"zzzzzz\" in courts.toml\n"),
        (vec!["deadline", "zzzzzz", "2026-11-24"], "no rule \"zzzzzz\"; `onecode deadline` lists"),
        (vec!["deadline", "pay-fees", "2026-11-24"], "did you mean \"pay-fee\"?"),
        (vec!["deadline", "pay-fee", "2026-02-30"], "write a date like 2026-11-24"),
        (vec!["deadline", "pay-fee"], "needs the day to count from"),
    ] {
        let refused = run(&asked);
        assert_eq!(refused.code, 2, "{asked:?}");
        assert!(refused.stdout.is_empty(), "{asked:?}");
        assert!(refused.stderr.contains(said), "{asked:?}\n{}", refused.stderr);
    }
}

#[test]
fn interest_told_in_two_ways_at_once_is_refused_and_nothing_is_passed_over() {
    for (asked, said) in [
        (&["principal=10万", "days=100", "paid=2026-01-31:5万"][..], "paid does not go with days"),
        (&["principal=10万", "days=100", "from=2026-01-01"], "from does not go with days"),
        (
            &["principal=10万", "from=2026-01-01", "to=2026-02-01", "then=5万:20天"],
            "from does not go with then",
        ),
        (&["principal=10万:30天", "days=40"], "days does not go with principal"),
        (&["principal=10万", "to=2026-02-01"], "from is missing"),
        (&["principal=10万"], "days is missing"),
        (&["principal=10万", "from=2026-02-02", "to=2026-02-01"], "to is before from"),
        (
            &["principal=10万", "from=2026-01-01", "to=2026-02-01", "paid=2025-12-31:1万"],
            "paid: 2025-12-31 is not from 2026-01-01 to 2026-02-01",
        ),
    ] {
        let refused = run([&["fee", "delay_interest_double_part"], asked].concat());
        assert_eq!(refused.code, 2, "{asked:?}");
        assert!(refused.stderr.contains(said), "{asked:?}\n{}", refused.stderr);
    }
}

#[test]
fn what_the_list_of_kinds_says_to_write_is_answered() {
    let library = library();
    let day = Day::parse("2026-11-24").unwrap();
    for kind in fee::KINDS {
        // The ways of telling interest exclude each other, and only the court knows its base.
        let shown = |name: &str| {
            name != "base" && (kind.name != "delay_interest_double_part" || name == "principal")
        };
        let inputs = kind.inputs.iter().filter(|input| shown(input.name));
        let mut pairs: Vec<(String, String)> =
            inputs.map(|input| (input.name.to_owned(), input.example().to_owned())).collect();
        if kind.name == "delay_interest_double_part" {
            pairs.push(("days".to_owned(), "30".to_owned()));
        }
        let question = Question { kind: kind.name, pairs: &pairs, day, court: None };
        let answer = fee::reckon(&question, &library);
        assert!(answer.is_ok(), "{} {pairs:?}: {answer:?}", kind.name);
    }
}

#[test]
fn an_input_may_be_repeated_fifty_times_and_then_says_so() {
    let many = |times: usize| {
        run([vec!["fee", "multi_claims_property"], vec!["amounts=1"; times]].concat())
    };
    assert_eq!(many(50).code, 0);
    let refused = many(51).stderr;
    assert!(refused.contains("amounts is given more than 50 times"), "{refused}");
}

#[test]
fn the_safe_day_is_never_one_before_the_period_runs() {
    let library = library();
    let safe = |rule: &str, start: &str| {
        let found = deadline::reckon(rule, Day::parse(start).unwrap(), &library).unwrap();
        (found.safe_day.to_string(), found.last_day.to_string())
    };
    // Served on the first day of the Spring Festival of 2026: no workday until the fifth day is over.
    assert_eq!(
        safe("preservation-review", "2026-02-15"),
        ("2026-02-20".to_owned(), "2026-02-24".to_owned())
    );
    assert_eq!(safe("pay-fee", "2026-01-31"), ("2026-02-06".to_owned(), "2026-02-09".to_owned()));
}

#[test]
fn interest_by_days_follows_each_payment() {
    let by_days = run([
        "fee",
        "delay_interest_double_part",
        "principal=20万",
        "from=2026-01-01",
        "to=2026-02-20",
        "paid=2026-01-31:5万",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&by_days.stdout).unwrap();
    // 30 days on 200000, then 20 days on 150000: the vector's own figure.
    assert_eq!(json["yuan"], "1575");
}
