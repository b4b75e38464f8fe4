//! The print room: who may print what, and what they get; jobs, their end, and what is left of them.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use onecode::domain::user::{Courts, Role, User};

use crate::support::local::{Browser, Local, PASSWORD, Page, wait};
use crate::support::{Site, has_tool};

/// Two of the north hang, one of the south.
const PLACEMENTS: (&str, &str) = (
    "guides/_facts/placements.csv",
    "number,court,place,channel,since,retired\n\
     1,north,诉讼服务大厅,hall,2026-01-05,\n\
     2,north,24小时法院,court24,2026-01-05,\n\
     3,south,诉讼服务大厅,hall,,2026-10-01\n\
     4,south,二楼大厅,hall,,\n",
);

/// Two by two labels, each with a symbol and nothing else.
const LABELS: [(&str, &str); 2] = [
    (
        "printables/labels/layout.toml",
        "[layout]\nname = \"labels\"\ntitle-zh = \"试贴纸\"\ntitle-en = \"Test labels\"\npaper = \"a4\"\n\
         width_mm = 210\nheight_mm = 297\n\
         [sheet]\ncolumns = 2\nrows = 2\nleft_mm = 10\ntop_mm = 10\nwidth_mm = 90\nheight_mm = 90\n\
         pitch_x_mm = 95\npitch_y_mm = 95\n\
         [symbol]\nx_mm = 5\ny_mm = 5\nbox_mm = 60\nmin_symbol_mm = 20\n\
         [words.zh-Hans]\nscan = \"扫\"\n",
    ),
    (
        "printables/labels/main.typ",
        "#let pages(data) = {\n  set page(width: 210mm, height: 297mm, margin: 0mm)\n  for slot in data.slots {\n    \
         let s = slot.symbol\n    place(top + left, dx: s.x_mm * 1mm, dy: s.y_mm * 1mm, \
         image(s.file, width: s.size_mm * 1mm, alt: s.alt))\n  }\n}\n",
    ),
];

/// A service with a printer of the north, a viewer and an admin, and where it prints to.
struct Room {
    dir: tempfile::TempDir,
    service: Local,
}

impl Room {
    fn open() -> Self {
        Self::with(&[])
    }

    fn with(more: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let more = [&[PLACEMENTS][..], &LABELS, more].concat();
        let service = Local::printing(&dir.path().join("room"), &more);
        service.add("wang", Role::Printer, &["north"]);
        service.add("li", Role::Printer, &["south"]);
        service.add("look", Role::Viewer, &["north"]);
        service.add("chief", Role::Admin, &[]);
        Self { dir, service }
    }

    /// Signed in, with the token of the form.
    fn at_the_desk(&self, name: &str) -> Browser {
        let browser = self.service.signed_in(name);
        browser.get("/print").shows(200, "印制室");
        browser
    }

    /// What stands where it prints to.
    fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path().join("room")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn print(browser: &Browser, fields: &[(&str, &str)]) -> Page {
    browser.post("/print", &[&[("do", "print")], fields].concat())
}

/// Where the job of an order is.
#[track_caller]
fn job(page: &Page) -> String {
    let (status, to) = page.to();
    assert_eq!(status, 303, "{}", page.text);
    assert!(to.starts_with("/print/jobs/"), "{to}");
    to.to_owned()
}

/// The page of a job that has come to its end.
fn ended(browser: &Browser, job: &str) -> Page {
    loop {
        let page = browser.get(job);
        assert_eq!(page.status, 200, "{}", page.text);
        if !page.text.contains("http-equiv=\"refresh\"") {
            return page;
        }
    }
}

/// What zbar reads on the pages of a PDF, sorted.
fn read(pdf: &[u8]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.pdf");
    fs::write(&file, pdf).unwrap();
    let to = dir.path().join("page");
    let args = ["-r", "100", "-gray", "-png"];
    assert!(Command::new("pdftoppm").args(args).args([&file, &to]).status().unwrap().success());
    let mut found = Vec::new();
    for entry in fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "png") {
            let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(&path).output().unwrap();
            found.extend(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned));
        }
    }
    found.sort();
    found
}

fn can_read() -> bool {
    has_tool("pdftoppm") && has_tool("zbarimg")
}

fn unzipped(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.push((file.name().unwrap().into_owned(), bytes));
    }
    files
}

#[test]
fn those_who_may_print_see_their_courts_and_nobody_else_gets_in() {
    let room = Room::open();
    let stranger = room.service.browser();
    let asked = "/print?court=north&layout=a4-poster";
    let login = "/login?next=%2Fprint%3Fcourt%3Dnorth%26layout%3Da4-poster";
    assert_eq!(stranger.get(asked).to(), (303, login));
    stranger.get(login);
    let fields = [("name", "wang"), ("password", PASSWORD), ("next", asked)];
    assert_eq!(stranger.post("/login", &fields).to(), (303, asked));
    let looker = room.service.signed_in("look");
    looker.get("/print").shows(403, "不能做这件事");
    looker.get("/print/preview.png?court=north").shows(403, "不能做这件事");
    assert!(!looker.get("/stats").text.contains("href=\"/print\""));

    let wang = room.at_the_desk("wang");
    let page = wang.get(asked);
    page.shows(200, "北城区人民法院");
    assert!(!page.text.contains("南城区人民法院"), "{}", page.text);
    assert!(page.text.contains("24小时法院") && !page.text.contains("二楼大厅"));
    assert!(page.text.contains("4 件，4 页"), "two places, two topics: {}", page.text);
    assert!(wang.get("/stats").text.contains("href=\"/print\""));
    wang.get("/print?court=south").shows(403, "不能做这件事");
    wang.get("/print/preview.png?court=south").shows(403, "不能做这件事");
    print(&wang, &[("court", "south")]).shows(403, "不能做这件事");
    wang.get("/print?court=nowhere").shows(400, "没有法院“nowhere”");
    // A place of another court is none of this one's, nor is one that is retired.
    wang.get("/print?court=north&place=4").shows(400, "没有点位“4”");
    let chief = room.at_the_desk("chief");
    let page = chief.get("/print?court=south");
    page.shows(200, "南城区人民法院");
    assert!(page.text.contains("二楼大厅") && !page.text.contains("3 · 诉讼服务大厅"));
    chief.get("/print?court=south&place=3").shows(400, "没有点位“3”");
    chief.get("/print?lang=en&court=south").shows(200, "Print room");
}

#[test]
fn the_picture_is_that_of_the_page_and_its_symbol_is_read() {
    let room = Room::open();
    let wang = room.at_the_desk("wang");
    let page = wang.get("/print?court=north&place=2&topic=fees&layout=a4-poster");
    let picture = "/print/preview.png?court=north&amp;place=2&amp;topic=fees&amp;layout=a4-poster";
    page.shows(200, picture);
    assert!(page.header("content-security-policy").contains("; img-src 'self'"));
    assert!(page.text.contains("1 件，1 页"), "{}", page.text);
    let picture = wang.get(&picture.replace("&amp;", "&"));
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    let image = png::Decoder::new(Cursor::new(&picture.bytes[..])).read_info().unwrap();
    assert_eq!((image.info().width, image.info().height), (744, 1052), "90 dpi");
    if has_tool("zbarimg") {
        let file = room.dir.path().join("a.png");
        fs::write(&file, &picture.bytes).unwrap();
        let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(&file).output().unwrap();
        assert_eq!(
            String::from_utf8(output.stdout).unwrap().trim(),
            "https://fy.example.cn/2000813"
        );
    }
    assert_eq!(wang.get("/print/preview.png?copies=x").status, 400);
}

#[test]
fn the_picture_of_a_piece_of_two_pages_shows_both() {
    let room = Room::open();
    let wang = room.at_the_desk("wang");
    let query = "court=north&place=2&topic=fees&layout=handout";
    let page = wang.get(&format!("/print?{query}"));
    page.shows(200, "width=\"148\" height=\"420\"");
    let picture = wang.get(&format!("/print/preview.png?{query}"));
    let image = png::Decoder::new(Cursor::new(&picture.bytes[..])).read_info().unwrap();
    assert_eq!((image.info().width, image.info().height), (524, 2 * 744), "A5 twice at 90 dpi");
}

#[test]
fn labels_that_would_be_moved_off_the_paper_are_refused_beside_their_field() {
    let room = Room::open();
    let wang = room.at_the_desk("wang");
    let order = [("court", "north"), ("place", "2"), ("topic", "fees")];
    for (layout, field, value) in
        [("stickers-l7159", "right", "15"), ("stickers-3x8", "pitch", "1.05")]
    {
        let page = print(&wang, &[&order[..], &[("layout", layout), (field, value)]].concat());
        page.shows(400, "这样会印到纸外面");
    }
    let page =
        print(&wang, &[&order[..], &[("layout", "stickers-l7159"), ("right", "1")]].concat());
    assert_eq!(page.status, 200, "{}", page.text);
}

#[test]
fn what_the_room_prints_carries_the_courts_emblem_and_is_read() {
    if !can_read() {
        return;
    }
    let emblem = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>\
                  <path fill='#c00' d='M0 0h9v9H0z'/></svg>";
    let room = Room::with(&[("printables/logo.svg", emblem)]);
    let wang = room.at_the_desk("wang");
    let order = [("court", "north"), ("place", "2"), ("topic", "fees"), ("layout", "a4-poster")];
    let zip = print(&wang, &[&order[..], &[("format", "zip")]].concat());
    let files = unzipped(&zip.bytes);
    let (_, manifest) = files.iter().find(|(name, _)| name.ends_with("manifest.csv")).unwrap();
    let manifest = String::from_utf8_lossy(manifest);
    assert!(manifest.contains("under the logo, contrast"), "{manifest}");
    let pdf = print(&wang, &[&order[..], &[("format", "pdf")]].concat());
    assert_eq!(read(&pdf.bytes), ["https://fy.example.cn/2000813"]);
}

#[test]
fn a_small_set_is_answered_with_its_zip_the_same_each_time() {
    let room = Room::open();
    let wang = room.at_the_desk("wang");
    let fields = [("court", "north"), ("layout", "a4-poster"), ("format", "zip")];
    let first = print(&wang, &fields);
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(first.header("content-type"), "application/zip");
    let name = "attachment; filename=\"north-a4-poster.zip\"";
    assert_eq!(first.header("content-disposition"), name);
    assert_eq!(room.left(), [""; 0], "nothing is left of it");
    let files = unzipped(&first.bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        [
            "manifest.csv",
            "north/1-fees-a4-poster.pdf",
            "north/1-onecode-a4-poster.pdf",
            "north/2-fees-a4-poster.pdf",
            "north/2-onecode-a4-poster.pdf",
            "north/index.pdf",
        ]
    );
    let manifest = String::from_utf8(files[0].1.clone()).unwrap();
    assert_eq!(manifest.lines().count(), 5, "{manifest}");
    if can_read() {
        for (name, pdf) in files.iter().filter(|(name, _)| name.ends_with("a4-poster.pdf")) {
            let [url] = &read(pdf)[..] else { panic!("{name} has one symbol") };
            assert!(manifest.contains(&format!("{url},")), "{name}: {url} is not in {manifest}");
        }
    }
    assert_eq!(print(&wang, &fields).bytes, first.bytes);
}

#[test]
fn a_sheet_begins_after_the_labels_that_are_used() {
    let room = Room::open();
    let wang = room.at_the_desk("wang");
    let fields = [
        ("court", "north"),
        ("layout", "labels"),
        ("topic", "fees"),
        ("skip", "3"),
        ("copies", "2"),
    ];
    let looked = wang.post("/print", &fields);
    let address = "/print?court=north&topic=fees&layout=labels&copies=2&skip=3";
    assert_eq!(looked.to(), (303, &*format!("{address}#look")));
    let page = wang.get(address);
    page.shows(200, "4 件，2 页");
    assert!(page.text.contains("<details open"), "what is for sheets is in sight");
    let printed = print(&wang, &fields);
    assert_eq!(printed.header("content-type"), "application/pdf", "{}", printed.text);
    if can_read() {
        let urls = ["200041T", "200041T", "2000813", "2000813"];
        assert_eq!(read(&printed.bytes), urls.map(|code| format!("https://fy.example.cn/{code}")));
    }
}

#[test]
fn what_is_typed_wrong_is_told_beside_its_field_and_stays_there() {
    let room = Room::open();
    let wang = room.at_the_desk("wang");
    for (field, value, words) in [
        ("copies", "0", "请写 1 到 500 的整数"),
        ("copies", "1e2", "请写 1 到 500 的整数"),
        ("copies", "-1", "请写 1 到 500 的整数"),
        ("copies", "501", "请写 1 到 500 的整数"),
        ("skip", "4", "请写 0 到 3 的整数"),
        ("skip", "99999999999999999999", "请写 0 到 3 的整数"),
        ("right", "inf", "请写 -20 到 20 的数"),
        ("down", "20.1", "请写 -20 到 20 的数"),
        ("pitch", "NaN", "请写 0.95 到 1.05 的数"),
        ("pitch", "2", "请写 0.95 到 1.05 的数"),
    ] {
        let fields = [("court", "north"), ("layout", "labels"), (field, value)];
        for page in [print(&wang, &fields), wang.post("/print", &fields)] {
            page.shows(400, words);
            let kept = format!("name=\"{field}\" ");
            let input = page.text.split("<input ").find(|input| input.contains(&kept)).unwrap();
            let typed = format!("value=\"{}\"", value.chars().take(40).collect::<String>());
            assert!(input.contains(&typed) && input.contains("aria-invalid"), "{input}");
        }
    }
    for (field, value, words) in [
        ("layout", "../a4-poster", "没有这种版式"),
        ("topic", "nothing", "没有事项“nothing”"),
        ("format", "exe", "请从下面选一种"),
        ("wording", "fr", "没有这种文字"),
        ("wording", "en", "还没有所选文字的指引：onecode, fees"),
        ("court", "<b>", "没有法院“&lt;b&gt;”"),
    ] {
        print(&wang, &[(field, value)]).shows(400, words);
    }
    print(&wang, &[("wording", "en"), ("layout", "labels")]).shows(400, "没有 en 的文字");
    let some = [("layout", "a4-poster"), ("copies", "26"), ("format", "pdf")];
    print(&wang, &some).shows(400, "一个 PDF 最多 100 页");
    let some = [("layout", "a4-poster"), ("copies", "101"), ("format", "zip")];
    print(&wang, &some).shows(400, "请写 1 到 100 的整数");
    let some = [("layout", "handout"), ("copies", "51"), ("format", "zip")];
    print(&wang, &some).shows(400, "请写 1 到 50 的整数");
    let many: Vec<(&str, &str)> = vec![("topic", "fees"); 6000];
    print(&wang, &many).shows(400, "选得太多了");
    assert_eq!(wang.get("/print?court=north&copies=600&lang=en").status, 400);
}

#[test]
fn a_large_set_becomes_a_job_that_its_owner_and_admins_see() {
    let room = Room::open();
    let (wang, li, chief) =
        (room.at_the_desk("wang"), room.at_the_desk("li"), room.at_the_desk("chief"));
    let fields = [
        ("court", "north"),
        ("layout", "labels"),
        ("copies", "26"),
        ("format", "zip"),
        ("skip", "1"),
    ];
    let job = job(&print(&wang, &fields));
    assert_eq!(job.len(), "/print/jobs/".len() + 64);
    for path in [job.clone(), format!("{job}/set.zip"), format!("{job}/../../x")] {
        li.get(&path).shows(404, "");
    }
    li.post(&format!("{job}/cancel"), &[]).shows(404, "");
    assert_eq!(room.service.browser().get(&job).to().0, 303);
    let page = ended(&wang, &job);
    page.shows(200, "印好了");
    wang.get("/print").shows(200, &format!("href=\"{job}\""));
    chief.get(&job).shows(200, "北城区人民法院");
    let file = chief.get(&format!("{job}/set.zip"));
    assert_eq!((file.status, file.header("content-type")), (200, "application/zip"));
    // 104 labels and one that is used, four a sheet; the manifest and the contact sheet.
    assert_eq!(unzipped(&file.bytes).len(), 27 + 2);
    for name in ["combined.pdf", "manifest.csv", "..%2Fset.zip", "set.zip%00"] {
        wang.get(&format!("{job}/{name}")).shows(404, "");
    }
    // Whoever may no longer print for that court has no more to do with it.
    let set = |role, courts| {
        let name = onecode::domain::user::UserName::parse("wang").unwrap();
        assert!(wait(room.service.store.set_role(&User { name, role, courts })).unwrap());
    };
    let court = |id| Courts::named_or_all(onecode::domain::court::CourtId::parse(id));
    set(Role::Printer, court("south"));
    wang.get(&format!("{job}/set.zip")).shows(403, "不能做这件事");
    set(Role::Viewer, court("north"));
    wang.get(&job).shows(403, "不能做这件事");
    set(Role::Printer, court("north"));
    assert_eq!(wang.get(&format!("{job}/set.zip")).bytes, file.bytes);
    room.service.pass(3599);
    wang.get(&job).shows(200, "印好了");
    room.service.pass(1);
    wang.get(&job).shows(404, "");
    assert_eq!(room.left(), [""; 0], "an hour later it is gone");
}

#[test]
fn a_job_that_is_cancelled_leaves_nothing_and_one_is_enough_for_each() {
    let room = Room::open();
    let wang = room.at_the_desk("wang");
    let fields = [("court", "north"), ("layout", "labels"), ("copies", "100"), ("format", "zip")];
    let job = job(&print(&wang, &fields));
    wang.get(&job).shows(200, "/ 100");
    print(&wang, &fields).shows(503, "您还有一个任务没印完");
    // Somebody else's page, and their small order, do not wait for the end of it.
    let li = room.at_the_desk("li");
    assert_eq!(print(&li, &[("layout", "labels"), ("topic", "fees")]).status, 200);
    wang.get(&job);
    let token = wang.token.lock().unwrap().clone();
    "0".clone_into(&mut wang.token.lock().unwrap());
    wang.post(&format!("{job}/cancel"), &[]).shows(403, "没有办成");
    *wang.token.lock().unwrap() = token;
    let to = wang.post(&format!("{job}/cancel"), &[]);
    let again = "/print?court=north&layout=labels&format=zip&copies=100&done=cancelled";
    assert_eq!(to.to(), (303, again));
    wang.get(again).shows(200, "已取消");
    wang.get(&job).shows(404, "");
    while !room.left().is_empty() {
        std::thread::yield_now(); // the document in hand is finished first
    }
    assert_eq!(room.service.browser().get(&format!("{job}/cancel")).to(), (303, &*job));
}

#[test]
fn a_set_that_is_at_fault_says_so_in_words_and_offers_nothing() {
    let broken = "#let pages(data) = {\n  if data.topic.slug == \"fees\" { panic(\"the title is too long: shorten it\") }\n  \
        set page(width: 210mm, height: 297mm, margin: 0mm)\n  let s = data.symbol\n  \
        place(top + left, dx: s.x_mm * 1mm, dy: s.y_mm * 1mm, image(s.file, width: s.size_mm * 1mm, alt: s.alt))\n}\n";
    let layout = LABELS[0].1.replace("labels", "broken");
    let (head, rest) = layout.split_once("[sheet]").unwrap();
    let layout = format!("{head}[symbol]{}", rest.split_once("[symbol]").unwrap().1);
    let room = Room::with(&[
        ("printables/broken/layout.toml", &layout),
        ("printables/broken/main.typ", broken),
    ]);
    let wang = room.at_the_desk("wang");
    // The first piece comes out, the second one does not.
    let fields = [("layout", "broken")];
    print(&wang, &fields).shows(400, "标题太长：请改短");
    wang.get("/print?layout=broken&topic=fees").shows(200, "标题太长：请改短");
    let picture = wang.get("/print/preview.png?layout=broken&topic=fees");
    assert_eq!(picture.status, 404);
    let job = job(&print(&wang, &[&fields[..], &[("copies", "10"), ("format", "zip")]].concat()));
    let page = ended(&wang, &job);
    page.shows(200, "没有印成");
    assert!(page.text.contains("标题太长：请改短"), "{}", page.text);
    wang.get(&format!("{job}/set.zip")).shows(404, "");
    assert_eq!(room.left(), [""; 0]);
}

#[test]
fn the_service_begins_and_ends_with_an_empty_room() {
    let site = Site::new();
    let room = site.path("data").join("print-room");
    fs::create_dir_all(room.join("left")).unwrap();
    fs::write(room.join("left/set.zip"), "half").unwrap();
    let server = site.serve();
    assert!(!room.exists(), "what a killed service left is cleared away");
    server.stop();
    assert!(!Path::new(&room).exists());
}

#[test]
fn a_court_with_very_many_places_begins_with_a_form_and_not_with_a_fault() {
    let row = |number: u32| {
        let court = if number <= 320 { "north" } else { "south" };
        format!("{number},{court},{number} 号窗口,hall,,\n")
    };
    let rows: String = (1..=320 + 1001).map(row).collect();
    let rows = format!("number,court,place,channel,since,retired\n{rows}");
    let room = Room::with(&[(PLACEMENTS.0, &rows)]);
    // More than one PDF takes, and it is not said which file is wanted.
    let page = room.at_the_desk("wang").get("/print");
    page.shows(200, "640 件");
    assert!(page.text.contains("name=\"format\" value=\"zip\" checked"), "{}", page.text);
    // More than an order takes: told once something is ordered.
    let li = room.at_the_desk("li");
    li.get("/print?lang=en").shows(200, "Print room");
    li.get("/print?layout=a4-poster").shows(400, "一共 2002 件，一次最多 2000 件");
    print(&li, &[]).shows(400, "一共 2002 件");
}
