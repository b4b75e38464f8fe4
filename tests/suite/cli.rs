//! The program at the command line: exit codes, messages, and what it leaves behind.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use crate::support::{PHONE, Ran, Site, onecode, ran, run};

fn fails(site: &Site, args: &[&str], words: &str) {
    let ran = site.run(args);
    assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
    assert!(ran.stderr.contains(words), "{args:?} says: {}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

#[test]
fn wrong_names_are_answered_with_the_right_ones() {
    let site = Site::new();
    let print = ["print", "--base-url", "https://a.cn", "--out", "/nonexistent/out"];
    let with = |more: &[&'static str]| [&print[..], more].concat();
    fails(&site, &with(&["--topic", "fes"]), "no topic \"fes\": did you mean \"fees\"?");
    fails(&site, &with(&["--topic", "zzzzzz"]), "topics are onecode, fees");
    fails(&site, &with(&["--court", "nort"]), "no court \"nort\": did you mean \"north\"?");
    fails(&site, &with(&["--layout", "a4-postr"]), "did you mean \"a4-poster\"?");
    fails(&site, &with(&["--lang", "fr"]), "no language \"fr\"");
    fails(&site, &with(&["--lang", "en"]), "no guide in en for the topic");
    fails(&site, &with(&["--placement", "9"]), "no placement 9");
    fails(&site, &["print"], "--base-url is missing");
    fails(&site, &["print", "--base-url", "a.cn"], "use https://host");
    fails(&site, &["stats", "--court", "nort"], "did you mean \"north\"?");
    fails(&site, &["stats", "--court", "north,sout"], "did you mean \"south\"?");
    fails(&site, &["stats", "--from", "2026-02-01", "--to", "2026-01-01"], "is after --to");
    fails(&site, &["stats", "--by", "venue"], "dimensions are court, placement");
    fails(&site, &["stats", "--from", "2026-02-30"], "write a date like 2026-11-24");
    fails(&site, &["placement", "retire", "0"], "a placement's number is 1 to 262143");
}

#[test]
fn an_address_too_long_for_a_readable_symbol_is_refused() {
    let site = Site::new();
    let out = site.path("out");
    let url = format!("https://{}cn", "a.".repeat(300));
    let args = [
        "print",
        "--base-url",
        &url,
        "--placement",
        "1",
        "--topic",
        "fees",
        "--out",
        out.to_str().unwrap(),
    ];
    let print = site.run(&args);
    assert_eq!(print.code, 1);
    assert!(print.stderr.contains("use a shorter host"), "{}", print.stderr);
    assert!(!out.join("north").exists());
}

#[test]
fn a_store_that_is_not_there_or_not_built_is_told() {
    let site = Site::new();
    fails(&site, &["stats"], "nothing has been recorded there yet");
    for (url, words) in [
        ("postgres://u:secret@h/d", "not built yet"),
        ("mysql://u:secret@h/d", "no store engine `mysql`"),
        ("data", "no store engine `data`"),
    ] {
        let stats = run(["stats", "--store", url]);
        assert_eq!(stats.code, 2);
        assert!(
            stats.stderr.contains(words) && !stats.stderr.contains("secret"),
            "{}",
            stats.stderr
        );
    }
}

#[test]
fn a_busy_port_and_a_store_in_use_are_told_in_one_line() {
    let site = Site::new();
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    fails(&site, &["serve", "--listen", &address], "another program uses this port");
    let server = site.serve();
    fails(&site, &["serve", "--listen", "127.0.0.1:0"], "a service already runs on this store");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn nothing_is_written_where_nothing_can_be_written() {
    let site = Site::new();
    let file = site.path("file");
    fs::write(&file, "mine").unwrap();
    let out = file.join("out");
    let args =
        ["print", "--base-url", "https://a.cn", "--placement", "1", "--out", out.to_str().unwrap()];
    let print = site.run(&args);
    assert_eq!(print.code, 2);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

/// A small disk of its own; unmounted when dropped. `None` where mounting is not allowed.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(dir: std::path::PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&dir).unwrap();
        let options = format!("size={size}");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&dir)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            println!("skipped: a small disk cannot be mounted here");
        }
        mounted.then_some(Self(dir))
    }

    /// Mounts it again with `option`, as soon as nobody has a file on it open for writing.
    fn remount(&self, option: &str) {
        let tried = (0..1000).any(|_| {
            let mut mount = std::process::Command::new("mount");
            let mount = mount.args(["-o", &format!("remount,{option}")]).arg(&self.0);
            mount.output().is_ok_and(|output| output.status.success())
        });
        assert!(tried, "the disk cannot be mounted again with {option}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_in_one_line_and_leaves_only_whole_posters() {
    let site = Site::new();
    let Some(disk) = SmallDisk::mount(site.path("disk"), "100k") else { return };
    let out = disk.0.join("out");
    let print = site.run(&["print", "--base-url", "https://a.cn", "--out", out.to_str().unwrap()]);
    assert_eq!(print.code, 2, "{}", print.stderr);
    assert!(print.stderr.contains("the disk is full: make room"), "{}", print.stderr);
    assert_eq!(print.stderr.lines().count(), 2, "{}", print.stderr);
    for entry in fs::read_dir(out.join("north")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.rsplit('.').next() == Some("pdf") && !name.starts_with('.'),
            "{name} is left behind"
        );
    }
}

#[test]
fn on_a_full_disk_scans_are_kept_in_the_journal_and_counted_once_there_is_room() {
    let site = Site::new();
    let Some(disk) = SmallDisk::mount(site.path("disk"), "5m") else { return };
    let store = format!("sled:{}", disk.0.join("data").display());
    let server = crate::support::Server::start(&site.root(), &store, &[]);
    assert_eq!(server.get("/200041T").header("onecode-scan"), "kept");
    let _ = fs::write(disk.0.join("filler"), vec![1; 8 << 20]);
    // More than the engine can take on such a disk; every one of them on it all the same.
    for i in 0..400 {
        let page = server.ask("GET", "/200041T", &[("user-agent", &crate::support::phone(i))]);
        assert_eq!((page.status, page.header("onecode-scan").as_str()), (200, "kept"));
    }
    assert_eq!(server.get("/g/fees").status, 200);
    // Killed on the full disk: what was kept is there when there is room again.
    server.kill();
    fs::remove_file(disk.0.join("filler")).unwrap();
    let args =
        ["--root", site.root().to_str().unwrap(), "--store", &store, "stats", "--format", "csv"]
            .map(str::to_owned);
    let stats = run(args);
    assert!(stats.stdout.contains("401,401,0"), "{} {}", stats.stdout, stats.stderr);
}

/// The session's cookie of the admin `boss`, who signs in now.
fn signed_in(server: &crate::support::Server) -> String {
    let login = server.get("/login");
    let cookie = login.header("set-cookie").split(';').next().unwrap().to_owned();
    let text = login.text();
    let token = &text.split_once("name=\"token\" value=\"").unwrap().1[..64];
    let form = format!("token={token}&name=boss&password=correct-horse-battery");
    let done = server.post("/login", &[("cookie", &cookie)], &form);
    assert_eq!(done.status, 303, "{}", done.text());
    done.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// Scans a code so many times, one after the other on one connection, without its page.
fn scan_often(address: &str, tag: &str, times: usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    let tag = tag.to_owned();
    let mut sender = stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || {
        for i in 1..=times {
            let last = if i == times { "connection: close\r\n" } else { "" };
            let request = format!(
                "GET /200041T HTTP/1.1\r\nhost: a\r\nuser-agent: {PHONE}\r\nif-none-match: {tag}\r\n{last}\r\n"
            );
            sender.write_all(request.as_bytes()).unwrap();
        }
    });
    std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    sending.join().unwrap();
}

#[test]
fn on_a_full_disk_the_staff_can_look_and_are_told_and_the_log_is_told_once() {
    let site = Site::new();
    let Some(disk) = SmallDisk::mount(site.path("data"), "4m") else { return };
    let added = user(&site, &["add", "boss", "--role", "admin"], "correct-horse-battery\n");
    assert_eq!(added.code, 0, "{}", added.stderr);
    let server = site.serve();
    let scan = server.get("/200041T");
    assert_eq!(scan.header("onecode-scan"), "kept");
    assert_eq!(site.run(&["stats"]).code, 0);
    assert!(server.get("/readyz").text().starts_with("ready\n"));
    let _ = fs::write(disk.0.join("filler"), vec![1; 8 << 20]);
    let full =
        "ready, but the store takes nothing and scans wait in the journal: the disk is full\n";
    let is_full = || server.get("/readyz").text().starts_with(full);
    let mut scanned = 0;
    let (address, tag) = (server.url.strip_prefix("http://").unwrap(), scan.header("etag"));
    while !is_full() {
        assert!(scanned < 100_000, "the engine still has room");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| scan_often(address, &tag, 2000));
            }
        });
        scanned += 16_000;
        assert_eq!(site.run(&["stats"]).code, 0);
    }
    for _ in 0..3 {
        assert_eq!(server.get("/200041T").header("onecode-scan"), "kept");
        assert_eq!((site.run(&["stats"]).code, site.run(&["alarm", "list"]).code), (0, 0));
    }
    assert!(is_full());
    assert!(server.get("/metrics").text().contains("\nonecode_store_stalled 1\n"));
    let cookie = signed_in(&server);
    for (path, words) in [
        ("/stats", "服务器的磁盘满了"),
        ("/account", "腾出后自动恢复"),
        ("/stats?lang=en", "disk is full"),
        ("/stats.csv", "scans"),
    ] {
        let page = server.ask("GET", path, &[("cookie", &cookie)]);
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert!(page.text().contains(words), "{path}: {}", page.text());
    }
    fs::remove_file(disk.0.join("filler")).unwrap();
    let counted = site.stats(&[])[0]["scans"].to_string();
    let outcomes = server.get("/readyz").text();
    assert!(outcomes.contains(&format!("\nscans kept {counted}\n")), "{counted}: {outcomes}");
    let said = server.says("the scans that waited in the journal are counted");
    assert_eq!(said.matches("scans wait in the journal").count(), 1, "{said}");
    assert!(server.get("/readyz").text().starts_with("ready\n"));
    let stats = server.ask("GET", "/stats", &[("cookie", &cookie)]);
    assert!(!stats.text().contains("磁盘满了"));
    assert_eq!(site.run(&["verify"]).code, 0);
}

#[test]
fn a_disk_that_is_full_or_read_only_from_the_start_is_told_once_and_never_stops_a_page() {
    for read_only in [false, true] {
        let site = Site::new();
        let Some(disk) = SmallDisk::mount(site.path("disk"), "5m") else { return };
        let _ = fs::write(disk.0.join("filler"), vec![1; if read_only { 1 } else { 8 << 20 }]);
        if read_only {
            disk.remount("ro");
        }
        let store = format!("sled:{}", disk.0.join("data").display());
        let server = crate::support::Server::start(&site.root(), &store, &[]);
        assert_eq!(server.first.matches("The pages are served").count(), 1, "{}", server.first);
        let why = if read_only { "Read-only file system" } else { "No space left on device" };
        assert!(server.first.contains(why), "{}", server.first);
        let why_not = if read_only { "the disk is read-only" } else { "the disk is full" };
        let ready =
            format!("ready, but the store takes nothing and scans are being dropped: {why_not}\n");
        assert!(server.get("/readyz").text().starts_with(&ready));
        for _ in 0..20 {
            let page = server.get("/200041T");
            assert_eq!((page.status, page.header("onecode-scan").as_str()), (200, "dropped"));
        }
        assert_eq!(server.get("/g/fees").status, 200);
        if read_only {
            disk.remount("rw");
        }
        fs::remove_file(disk.0.join("filler")).unwrap();
        let kept = (0..20).filter(|_| server.get("/200041T").header("onecode-scan") == "kept");
        assert_eq!(kept.count(), 20, "once it can be written");
        let said = server.says("scans are being kept again");
        assert_eq!(said.matches("are not being kept").count(), 1, "{said}");
        let told = said.lines().find(|line| line.contains("are not being kept"));
        assert!(told.is_some_and(|line| line.contains(why)), "{said}");
        // The rest comes back by itself too, at the next look: the way in for commands and for the first
        // admin, and the alarm that could not be kept.
        assert!(server.says("no users yet").contains("first admin"));
        let list = ["--store", &store, "alarm", "list"];
        let mut alarms = run(list.map(str::to_owned));
        for _ in 0..30 {
            if alarms.stdout.contains("20") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_secs(2));
            alarms = run(list.map(str::to_owned));
        }
        assert!(alarms.stdout.contains("20 scans"), "{} {}", alarms.stdout, alarms.stderr);
    }
}

#[test]
fn init_writes_the_built_in_site_and_never_over_something() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    let root = site.to_str().unwrap();
    assert_eq!(run(["init", root]).code, 0);
    for file in ["guides/fees/zh-Hans.md", "templates/guide.html", "printables/a4-poster/main.typ"]
    {
        assert!(site.join(file).is_file(), "{file}");
    }
    let check = run(["--root", root, "check", "--today", "2026-11-24"]);
    let built_in = run(["check", "--today", "2026-11-24"]);
    assert_eq!((check.code, check.stdout), (0, built_in.stdout));
    fs::write(site.join("guides/fees/zh-Hans.md"), "mine").unwrap();
    let again = run(["init", root]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(site.join("guides/fees/zh-Hans.md")).unwrap(), "mine");
}

#[test]
fn a_root_that_is_no_site_is_told_and_never_taken_for_the_built_in_one() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().to_str().unwrap();
    for (root, words) in [(root, "holds no guides/"), ("/nonexistent", "No such file or directory")]
    {
        let check = run(["check", "--root", root]);
        assert_eq!(check.code, 2);
        assert!(check.stderr.contains(words), "{}", check.stderr);
    }
}

#[test]
fn the_built_in_site_is_not_changed() {
    for args in [
        &["placement", "add", "--court", "baoding", "--place", "大厅", "--channel", "hall"][..],
        &["placement", "retire", "1"],
        &["placement", "import", "x.csv"],
    ] {
        let ran = run(args);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("run `onecode init"), "{}", ran.stderr);
    }
}

#[test]
fn placements_are_added_retired_and_listed_and_numbers_are_never_reused() {
    let site = Site::new();
    let add =
        ["placement", "add", "--court", "south", "--place", "三楼 2 号柱", "--channel", "center"];
    let added = site.run(&add);
    assert_eq!(added.code, 0, "{}", added.stderr);
    assert!(added.stdout.contains('4') && added.stdout.contains("三楼 2 号柱"), "{}", added.stdout);
    assert_eq!(site.run(&["placement", "retire", "4", "--on", "2026-11-20"]).code, 0);
    assert_eq!(site.run(&["placement", "retire", "4"]).code, 2);
    assert_eq!(site.run(&add).code, 0);
    let list = site.run(&["placement", "list", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    let numbers: Vec<_> = list.as_array().unwrap().iter().map(|p| p["number"].as_u64()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5].map(Some));
    assert_eq!(list[3]["retired"], "2026-11-20");
    assert_eq!(site.run(&["check", "--today", "2026-11-24"]).code, 0);
    for (place, says) in [(" ", "--place is empty"), ("大厅\t2 号柱", "--place holds a tab")] {
        let mut wrong = add;
        wrong[5] = place;
        let wrong = site.run(&wrong);
        assert!(wrong.code == 2 && wrong.stderr.contains(says), "{}", wrong.stderr);
    }
}

#[test]
fn an_excel_table_is_imported_whole_or_not_at_all() {
    let site = Site::new();
    // 南城: GB 18030, as Excel saves it in Chinese.
    let table = "court,place,channel\r\nsouth,诉讼服务大厅,hall\r\nnorth,流动法庭,outreach\r\n";
    let file = site.path("new.csv");
    let (bytes, _, _) = encoding_rs::GB18030.encode(table);
    fs::write(&file, bytes).unwrap();
    let import = site.run(&["placement", "import", file.to_str().unwrap()]);
    assert_eq!(import.code, 0, "{}", import.stderr);
    assert!(import.stderr.contains("2 placement(s) added"), "{}", import.stderr);
    let list = site.run(&["placement", "list"]).stdout;
    assert!(list.contains("流动法庭"), "{list}");

    let before = fs::read(site.root().join("guides/_facts/placements.csv")).unwrap();
    fs::write(&file, "number,court,place,channel\n7,north,门口,hall\n1,north,别处,hall\n").unwrap();
    let import = site.run(&["placement", "import", file.to_str().unwrap()]);
    assert_eq!(import.code, 1);
    assert!(
        import.stderr.contains("new.csv:3:1: error: placement 1 is taken"),
        "{}",
        import.stderr
    );
    assert_eq!(fs::read(site.root().join("guides/_facts/placements.csv")).unwrap(), before);
}

#[test]
fn commands_at_once_never_give_one_number_twice() {
    let site = Site::new();
    let add = |place: &str| {
        let args = ["placement", "add", "--court", "south", "--channel", "hall", "--place", place];
        assert_eq!(site.run(&args).code, 0);
    };
    std::thread::scope(|scope| {
        for place in ["一号柱", "二号柱", "三号柱", "四号柱"] {
            scope.spawn(move || add(place));
        }
    });
    let list = site.run(&["placement", "list"]).stdout;
    assert_eq!(list.lines().count(), 3 + 4, "{list}");
}

#[test]
fn help_and_messages_follow_the_locale() {
    let help = ran(onecode().env("LC_ALL", "zh_CN.UTF-8").args(["print", "--help"]));
    assert_eq!(help.code, 0);
    assert!(help.stdout.contains("每张都校验能扫才写出"), "{}", help.stdout);
    let wrong = ran(onecode()
        .env("LANG", "zh_CN.UTF-8")
        .args(["stats", "--topic", "fes", "--store", "memory:"]));
    assert_eq!(wrong.stderr, "错误：没有主题“fes”：是不是“fees”？\n");
    let missing =
        ran(onecode().env("LANG", "zh_CN.UTF-8").args(["stats", "--store", "sled:/nonexistent"]));
    assert!(
        missing.stderr.starts_with("错误：/nonexistent 中没有数据\n  提示：那里还没有任何记录"),
        "{}",
        missing.stderr
    );
    let usage = ran(onecode().env("LANG", "zh_CN.UTF-8").args(["stats", "--from", "2026-02-30"]));
    assert_eq!(usage.code, 2);
    assert!(
        usage.stderr.starts_with("错误：--from <DATE> 的值“2026-02-30”不对：请写成"),
        "{}",
        usage.stderr
    );
    let gone = ran(onecode().env("LANG", "zh_CN.UTF-8").args(["restore", "/nonexistent/file"]));
    assert!(
        gone.stderr.starts_with("错误：读不了 /nonexistent/file：没有这个文件"),
        "{}",
        gone.stderr
    );
    let english = run(["print", "--help"]);
    assert!(english.stdout.contains("each proven to scan"), "{}", english.stdout);
}

/// Adds a user, with the password on stdin.
fn user(site: &Site, args: &[&str], password: &str) -> Ran {
    let mut child = onecode()
        .args(["--root", site.root().to_str().unwrap(), "--store", &site.store(), "user"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails before it asks has closed its stdin.
    let _ = child.stdin.take().unwrap().write_all(password.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn users_are_managed_with_the_service_and_without_it() {
    let site = Site::new();
    let list = || site.run(&["user", "list"]);
    assert_eq!((list().code, list().stdout.as_str()), (0, ""));
    assert!(!site.path("data").exists(), "a list makes no store");
    let added =
        user(&site, &["add", "Wang", "--role", "viewer", "--court", "north"], "0123456789\n");
    assert_eq!((added.code, added.stderr.as_str()), (0, "added wang as viewer, north\n"));
    let server = site.serve();
    let added = user(&site, &["add", "王芳", "--role", "admin"], "一二三四五六七八九十\n");
    assert_eq!(added.stderr, "added 王芳 as admin, all courts\n");
    server.says("user 王芳 added as admin, from the command line");
    assert_eq!(list().stdout, "wang  viewer  north\n王芳  admin  all courts\n");
    let set = user(&site, &["password", "wang"], "another password");
    assert_eq!((set.code, set.stderr.as_str()), (0, "wang has the new password\n"));
    let refused = site.run(&["user", "remove", "王芳"]);
    let said = &refused.stderr;
    assert!(refused.code == 2 && said.contains("王芳 is the last admin"), "{said}");
    assert_eq!(user(&site, &["add", "li", "--role", "admin"], "0123456789").code, 0);
    assert_eq!(site.run(&["user", "remove", "王芳"]).code, 0);
    assert_eq!(site.run(&["user", "role", "wang", "admin"]).code, 0);
    assert_eq!(site.run(&["user", "remove", "li"]).code, 0);
    let back = site.run(&["user", "role", "wang", "viewer", "--court", "north"]);
    assert_eq!(back.code, 2, "{}", back.stdout);
    let said = server.says("user 王芳 removed");
    assert!(said.contains("user wang has another password"), "{said}");
    drop(server);
    let json = site.run(&["user", "list", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let wang = serde_json::json!([{ "name": "wang", "role": "admin", "courts": null }]);
    assert_eq!(json, wang);
}

#[test]
fn what_is_wrong_with_a_user_is_told_and_changes_nothing() {
    let site = Site::new();
    assert_eq!(user(&site, &["add", "wang", "--role", "printer"], "0123456789").code, 0);
    for (args, password, words) in [
        (&["add", "wang", "--role", "admin"][..], "0123456789", "there is a user wang already"),
        (&["add", "li", "--role", "root"], "0123456789", "roles are viewer, printer, admin"),
        (&["add", "li li", "--role", "admin"], "0123456789", "letters, digits"),
        (&["add", "li", "--role", "admin"], "012345678\n", "at least 10 characters"),
        (&["add", "li", "--role", "admin"], "", "at least 10 characters"),
        (&["add", "li", "--role", "admin", "--court", "north"], "0123456789", "all courts"),
        (&["add", "li", "--role", "viewer", "--court", "nort"], "0123456789", "did you mean"),
        (&["add", "li"], "0123456789", "--role"),
        (&["remove", "li"], "", "no user li"),
        (&["password", "li"], "0123456789", "no user li"),
        (&["password", "wang"], "short", "at least 10 characters"),
    ] {
        let ran = user(&site, args, password);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{args:?} says: {}", ran.stderr);
        assert!(password.is_empty() || !ran.stderr.contains(password));
    }
    assert_eq!(site.run(&["user", "list"]).stdout, "wang  printer  all courts\n");
    let memory = run(["user", "list", "--store", "memory:"]);
    assert!(memory.stderr.contains("forgets its users"), "{}", memory.stderr);
}
