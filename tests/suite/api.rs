//! The numbers for programs: by token, of its courts alone, as the description says.

use std::collections::BTreeSet;

use onecode::domain::code::{Code, RawCode};
use onecode::domain::period::{Day, Moment};
use onecode::domain::placement::PlacementNumber;
use onecode::domain::scan::{Client, Scan, System, Target};
use onecode::domain::topic::TopicNumber;
use onecode::store;
use serde_json::Value;

use crate::support::{Answer, Server, Site, repository};

/// Two scans in the north, one in the south, one of a code that is none.
fn record(site: &Site) {
    let at = |day: &str| Moment(Day::parse(day).unwrap().start().0 + 9 * 3600);
    let scan = |day: &str, target| Scan {
        moment: at(day),
        target,
        client: Client::Wechat,
        system: System::Android,
        repeat: false,
        machine: false,
    };
    let live = |placement| {
        let number = PlacementNumber::new(placement).unwrap();
        Target::Live(Code::new(number, TopicNumber::new(1).unwrap()))
    };
    let orphan = Target::Orphan(RawCode::parse("2ZZZZZ0").unwrap());
    let scans = [
        scan("2026-02-10", live(1)),
        scan("2026-02-11", live(2)),
        scan("2026-02-11", live(3)),
        scan("2026-02-11", orphan),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store::open(&site.store()).unwrap().record(&scans)).unwrap();
}

fn add(site: &Site, name: &str, more: &[&str]) -> String {
    let ran = site.run(&[&["token", "add", name], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout.trim().to_owned()
}

fn ask(server: &Server, token: &str, path: &str) -> Answer {
    server.ask("GET", path, &[("authorization", &format!("Bearer {token}"))])
}

#[track_caller]
fn json(server: &Server, token: &str, path: &str) -> Value {
    let answer = ask(server, token, path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    serde_json::from_slice(&answer.body).unwrap()
}

fn description(server: &Server) -> Value {
    let answer = server.get("/api/openapi.json");
    assert_eq!((answer.status, answer.header("content-type").as_str()), (200, "application/json"));
    serde_json::from_slice(&answer.body).unwrap()
}

/// What of `value` is not as `schema` describes it.
fn faults(value: &Value, schema: &Value, all: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return faults(value, all.pointer(&name[1..]).unwrap(), all, at);
    }
    let kind = schema["type"].as_str().into_iter();
    let kinds = schema["type"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let kinds: Vec<&str> = kind.chain(kinds).collect();
    assert!(!kinds.is_empty(), "{at} has no type");
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) if kinds.contains(&"number") => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let mut found = Vec::new();
    if !kinds.contains(&kind) {
        found.push(format!("{at} is {value}, described as {kinds:?}"));
    }
    if let (Some(choices), Some(_)) = (schema["enum"].as_array(), value.as_str())
        && !choices.contains(value)
    {
        found.push(format!("{at} is {value}, none of {choices:?}"));
    }
    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(faults(item, &schema["items"], all, &format!("{at}/{i}")));
    }
    for (name, item) in value.as_object().into_iter().flatten() {
        let described = schema["properties"].get(name).or(schema.get("additionalProperties"));
        match described {
            Some(schema) => found.extend(faults(item, schema, all, &format!("{at}/{name}"))),
            None => found.push(format!("{at}/{name} is not described")),
        }
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
            found.push(format!("{at} lacks {name}"));
        }
    }
    found
}

#[test]
fn every_address_is_described_and_answers_as_described() {
    let site = Site::new();
    record(&site);
    let token = add(&site, "wall", &[]);
    let server = site.serve();
    let all = description(&server);
    assert_eq!(all["openapi"], "3.1.0");
    assert_eq!(all["info"]["version"], env!("CARGO_PKG_VERSION"));
    let paths = all["paths"].as_object().unwrap();
    let routes = std::fs::read_to_string(repository().join("src/web/routes.rs")).unwrap();
    let programs: BTreeSet<String> = routes
        .split("program(\"")
        .skip(1)
        .map(|rest| format!("/api/v1{}", rest.split('"').next().unwrap()))
        .collect();
    assert!(programs.len() > 4);
    assert_eq!(programs, paths.keys().cloned().collect());
    let reports = all["paths"]["/api/v1/stats"]["get"]["parameters"][0]["schema"]["enum"].clone();
    let reports: Vec<String> = serde_json::from_value(reports).unwrap();
    let names: Vec<&str> = onecode::report::asked::Table::names().collect();
    assert_eq!(reports, names, "reports are described as they are");
    let stats = reports.iter().map(|name| format!("/api/v1/stats?report={name}"));
    for path in paths.keys().cloned().chain(stats) {
        let (plain, answer) = (path.split('?').next().unwrap(), json(&server, &token, &path));
        let content = &paths[plain]["get"]["responses"]["200"]["content"];
        let schema = &content["application/json"]["schema"];
        assert_eq!(faults(&answer, schema, &all, &path), Vec::<String>::new());
        assert!(answer.as_array().is_none_or(|list| !list.is_empty()), "{path} is empty");
        // HEAD is answered as well, and nothing else is.
        let header = ("authorization", format!("Bearer {token}"));
        let header = [(header.0, header.1.as_str())];
        assert_eq!(server.ask("HEAD", &path, &header).status, 200);
        assert_eq!(server.ask("DELETE", &path, &header).status, 405);
    }
}

#[test]
fn a_program_reads_what_the_command_line_reads() {
    let site = Site::new();
    record(&site);
    let token = add(&site, "wall", &[]);
    let server = site.serve();
    for (query, args) in [
        ("by=court", &["--by", "court"][..]),
        ("report=courts&from=2026-02-11", &["--report", "courts", "--from", "2026-02-11"]),
        ("report=useful", &["--useful"]),
        ("by=topic,day&court=north", &["--by", "topic,day", "--court", "north"]),
    ] {
        let answer = json(&server, &token, &format!("/api/v1/stats?{query}"));
        assert_eq!(answer["rows"], site.stats(args), "{query}");
    }
    let silent = json(&server, &token, "/api/v1/silent");
    let told = site.run(&["silent", "--format", "json"]).stdout;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(silent["too_little_history"], told["too_little_history"]);
    let placements = site.run(&["placement", "list", "--format", "json"]).stdout;
    let placements: Value = serde_json::from_str(&placements).unwrap();
    assert_eq!(json(&server, &token, "/api/v1/placements"), placements);
    let args = ["placement", "list", "--court", "north", "--format", "json"];
    let north: Value = serde_json::from_str(&site.run(&args).stdout).unwrap();
    assert_ne!(north, placements);
    assert_eq!(json(&server, &token, "/api/v1/placements?court=north"), north);
}

#[test]
fn a_token_of_one_court_reads_nothing_of_others() {
    let site = Site::new();
    record(&site);
    let server = site.serve();
    let token = add(&site, "south-wall", &["--court", "south"]);
    server.says("token south-wall added, from the command line");
    let rows = json(&server, &token, "/api/v1/stats?report=courts");
    assert_eq!(rows["rows"].as_array().unwrap().len(), 1, "{rows}");
    assert_eq!(rows["rows"][0]["court"], "south");
    assert_eq!(json(&server, &token, "/api/v1/stats")["rows"][0]["scans"], 1);
    let machines = json(&server, &token, "/api/v1/stats?report=machines");
    assert_eq!(machines["rows"][0]["orphans"], 0, "an orphan is nobody's");
    for path in ["/api/v1/courts", "/api/v1/placements"] {
        let text = ask(&server, &token, path).text();
        assert!(text.contains("south") && !text.contains("north"), "{text}");
    }
    for path in ["/api/v1/silent", "/api/v1/stats?report=silent", "/api/v1/stats?report=placements"]
    {
        assert!(!ask(&server, &token, path).text().contains("north"), "{path}");
    }
    for path in [
        "/api/v1/stats?court=north",
        "/api/v1/silent?court=south,north",
        "/api/v1/placements?court=north",
    ] {
        let refused = ask(&server, &token, path);
        let says =
            ["\"hint\"", "this token does not read this court"].map(|t| refused.text().contains(t));
        assert_eq!((refused.status, says), (403, [true, true]), "{path}");
    }
}

#[test]
fn a_wrong_token_and_a_wrong_question_are_told_what_to_do() {
    let site = Site::new();
    let token = add(&site, "wall", &[]);
    let server = site.serve();
    let none = server.get("/api/v1/stats");
    assert_eq!((none.status, none.header("www-authenticate").as_str()), (401, "Bearer"));
    assert_eq!(none.header("content-type"), "application/problem+json");
    let problem: Value = serde_json::from_slice(&none.body).unwrap();
    let all = description(&server);
    let schema = &all["components"]["schemas"]["Problem"];
    assert_eq!(faults(&problem, schema, &all, "problem"), Vec::<String>::new());
    assert!(problem["hint"].as_str().unwrap().contains("onecode token add"), "{problem}");
    let hash = onecode::domain::token::TokenHash::of(&token);
    // Any number of wrong ones lock nobody out; what is kept of a token opens nothing.
    for wrong in ["x", &token[1..], &token.to_uppercase(), hash.as_str(), &"x".repeat(5000)] {
        for _ in 0..20 {
            let refused = ask(&server, wrong, "/api/v1/courts");
            assert_eq!(refused.status, 401, "{wrong}");
            assert!(refused.header("www-authenticate").contains("invalid_token"));
            assert!(!refused.text().contains("north"));
        }
    }
    assert_eq!(json(&server, &token, "/api/v1/courts")[0]["id"], "north");
    for (path, status, hint) in [
        ("/api/v1/stats?report=cort", 400, "did you mean \\\"courts\\\"?"),
        ("/api/v1/stats?cuort=north", 400, "did you mean \\\"court\\\"?"),
        ("/api/v1/stats?from=soon", 400, "write a date like 2026-11-24"),
        ("/api/v1/stats?from=2026-11-01&period=30d", 400, "leave one out"),
        ("/api/v1/stats?period=today&from=2026-01-01", 400, "leave one out"),
        ("/api/v1/silent?from=2026-01-01", 400, "parameters are court"),
        ("/api/v1/placements?topic=fees", 400, "parameters are court"),
        ("/api/v1/placements?court=nort", 400, "did you mean \\\"north\\\"?"),
        ("/api/v1/topics?foo=1", 400, "there are none here"),
        ("/api/v1/courts?foo=1", 400, "there are none here"),
        ("/api/v1/scans", 404, "/api/openapi.json"),
    ] {
        let refused = ask(&server, &token, path);
        assert_eq!(refused.status, status, "{path}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(refused.text().contains(hint), "{path}: {}", refused.text());
    }
}

#[test]
fn a_token_is_shown_once_listed_by_name_and_gone_when_removed() {
    let site = Site::new();
    let token = add(&site, "wall", &["--court", "north", "--court", "south"]);
    assert!(token.starts_with("onecode_") && token.len() == 72, "{token}");
    let twice = site.run(&["token", "add", "wall"]);
    assert!(twice.code == 2 && twice.stderr.contains("a token wall already"), "{}", twice.stderr);
    let wrong = site.run(&["token", "add", "other", "--court", "nort"]);
    assert!(
        wrong.code == 2 && wrong.stderr.contains("did you mean \"north\"?"),
        "{}",
        wrong.stderr
    );
    let server = site.serve();
    let list = site.run(&["token", "list"]).stdout;
    assert!(list.starts_with("wall  20") && list.ends_with("  north, south\n"), "{list}");
    let json_list = site.run(&["token", "list", "--format", "json"]).stdout;
    assert!(json_list.contains("\"north\"") && !json_list.contains(&token), "{json_list}");
    let hash = onecode::domain::token::TokenHash::of(&token);
    assert!(!list.contains(hash.as_str()) && !json_list.contains(hash.as_str()));
    assert_eq!(ask(&server, &token, "/api/v1/topics").status, 200);
    assert_eq!(site.run(&["token", "remove", "wall"]).code, 0);
    assert_eq!(ask(&server, &token, "/api/v1/topics").status, 401, "at once");
    let gone = site.run(&["token", "remove", "wall"]);
    assert!(gone.code == 2 && gone.stderr.contains("no token wall"), "{}", gone.stderr);
    let log = server.says("token wall removed, from the command line");
    assert!(!log.contains(&token), "{log}");
}
