//! Who may look: signing in as browsers do it, and what other websites and guessers come to.

use onecode::domain::court::CourtId;
use onecode::domain::password::Password;
use onecode::domain::scan::ScanQuery;
use onecode::domain::user::{Account, Courts, Role, User, UserName};
use onecode::store;

use crate::support::Site;
use crate::support::local::{Browser, Local, PASSWORD, Page, wait};

#[test]
fn a_user_signs_in_sees_the_account_and_signs_out() {
    let service = Local::start();
    service.add("wang", Role::Viewer, &["north"]);
    let browser = service.browser();
    assert_eq!(browser.get("/account").to(), (303, "/login"));
    let login = browser.get("/login");
    login.shows(200, "工作人员登录");
    let before = browser.cookie.lock().unwrap().clone();
    let signed_in = browser.sign_in(" Wang ", PASSWORD);
    assert_eq!(signed_in.to(), (303, "/account"));
    assert_ne!(*browser.cookie.lock().unwrap(), before, "nobody who knew the first knows this one");
    let account = browser.get("/account");
    account.shows(200, "wang");
    assert!(account.text.contains("看统计") && account.text.contains("北城区人民法院"));
    assert!(!account.text.contains("新增用户"), "only an admin sees who else may look");
    assert_eq!(browser.get("/login").to(), (303, "/account"));
    for page in [&login, &signed_in, &account] {
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("content-encoding"), "");
        assert_eq!(page.header("onecode-scan"), "");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
    }
    assert!(browser.get("/account?lang=en").text.contains("My account"));
    let session = browser.cookie.lock().unwrap().clone();
    let out = browser.post("/logout", &[]);
    assert_eq!(out.to(), (303, "/login"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    *browser.cookie.lock().unwrap() = session;
    assert_eq!(
        browser.get("/account").to(),
        (303, "/login"),
        "the session is over, not the cookie"
    );
    assert_eq!(wait(service.store.counts(&ScanQuery::default())).unwrap(), [], "no scans");
}

#[test]
fn the_cookie_is_for_this_host_over_tls_alone_but_on_this_very_machine() {
    let service = Local::start();
    service.add("wang", Role::Viewer, &[]);
    let plain = service.browser().get("/login");
    let cookie = plain.header("set-cookie");
    let (token, flags) = cookie.strip_prefix("onecode=").unwrap().split_at(64);
    assert!(token.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(flags, "; Path=/; HttpOnly; SameSite=Lax");
    let headers = vec![
        ("x-forwarded-for", "192.0.2.1".to_owned()),
        ("host", "fy.example.cn".to_owned()),
        ("origin", "https://fy.example.cn".to_owned()),
    ];
    let browser = Browser { headers, ..service.browser() };
    browser.get("/login");
    let signed_in = browser.sign_in("wang", PASSWORD);
    assert_eq!(signed_in.to(), (303, "/account"));
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.starts_with("__Host-onecode="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; Secure; SameSite=Lax"), "{cookie}");
    assert_eq!(browser.get("/account").status, 200);
}

#[test]
fn a_wrong_name_and_a_wrong_password_are_answered_alike() {
    let service = Local::start();
    service.add("wang", Role::Viewer, &[]);
    let browser = service.browser();
    browser.get("/login");
    let text = |page: &Page| page.text.replace("value=\"wang\"", "").replace("value=\"nobo\"", "");
    let wrong = browser.sign_in("wang", "wrong horse");
    wrong.shows(401, "用户名或密码不对");
    let unknown = browser.sign_in("nobo", "wrong horse");
    assert_eq!((unknown.status, text(&unknown)), (wrong.status, text(&wrong)));
    let names = |page: &Page| {
        page.headers.keys().map(ToString::to_string).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&unknown), names(&wrong));
    for (name, password) in [("wang", ""), ("", PASSWORD), ("<b>", PASSWORD), ("wang", "x")] {
        let page = browser.sign_in(name, password);
        page.shows(401, "用户名或密码不对");
        assert!(!page.text.contains("<b>wang") && !page.text.contains("value=\"<b>\""));
    }
    // And both are slowed down alike.
    service.pass(7200);
    for name in ["wang", "nobo"] {
        for _ in 0..5 {
            browser.sign_in(name, "wrong horse").shows(401, "");
        }
        let page = browser.sign_in(name, "wrong horse");
        assert_eq!((page.status, page.header("retry-after")), (429, "2"), "{name}");
    }
}

#[test]
fn guessing_has_to_wait_also_with_the_right_password() {
    let service = Local::start();
    service.add("wang", Role::Viewer, &[]);
    service.add("li", Role::Viewer, &[]);
    let browser = service.browser();
    browser.get("/login");
    for _ in 0..5 {
        browser.sign_in("wang", "wrong horse").shows(401, "");
    }
    let page = browser.sign_in("wang", PASSWORD);
    page.shows(429, "请 2 秒后再试");
    assert_eq!(page.header("retry-after"), "2");
    // From another address too; other names are not kept waiting.
    let elsewhere = vec![("x-forwarded-for", "192.0.2.77".to_owned())];
    let other = Browser { headers: elsewhere, ..service.browser() };
    other.get("/login");
    other.sign_in("wang", PASSWORD).shows(429, "");
    assert_eq!(other.sign_in("li", PASSWORD).to(), (303, "/account"));
    service.pass(2);
    assert_eq!(browser.sign_in("wang", PASSWORD).to(), (303, "/account"));
}

#[test]
fn an_address_that_tries_many_names_has_to_wait() {
    let service = Local::start();
    let guesser = |n: u8| {
        let headers = vec![("x-forwarded-for", format!("192.0.2.{n}"))];
        let browser = Browser { headers, ..service.browser() };
        browser.get("/login");
        browser
    };
    let browser = guesser(1);
    for i in 0..30 {
        browser.sign_in(&format!("user{i}"), "wrong horse").shows(401, "");
    }
    browser.sign_in("another", "wrong horse").shows(429, "");
    guesser(2).sign_in("another", "wrong horse").shows(401, "");
}

#[test]
fn a_form_without_its_token_or_from_elsewhere_does_nothing() {
    let service = Local::start();
    service.add("chief", Role::Admin, &[]);
    service.add("wang", Role::Viewer, &[]);
    let browser = service.signed_in("chief");
    browser.get("/account");
    let good = browser.token.lock().unwrap().clone();
    let remove = |browser: &Browser| browser.post("/account/remove", &[("name", "wang")]);
    let foreign = service.browser();
    foreign.get("/login");
    let foreign = foreign.token.lock().unwrap().clone();
    for token in ["", "0", &foreign, &good[1..]] {
        token.clone_into(&mut browser.token.lock().unwrap());
        remove(&browser).shows(403, "没有办成");
        browser.post("/logout", &[]).shows(403, "没有办成");
    }
    *browser.token.lock().unwrap() = good;
    let mut browser = browser;
    for headers in [
        vec![("origin", "https://evil.example".to_owned())],
        vec![("origin", "null".to_owned())],
        vec![("sec-fetch-site", "cross-site".to_owned())],
        vec![("sec-fetch-site", "same-site".to_owned())],
    ] {
        browser.headers = headers;
        remove(&browser).shows(403, "没有办成");
    }
    browser.headers = vec![];
    assert_eq!(wait(service.store.users()).unwrap().len(), 2);
    let own = service.url.clone();
    browser.headers = vec![("origin", own), ("sec-fetch-site", "same-origin".to_owned())];
    assert_eq!(remove(&browser).to(), (303, "/account?done=removed"));
    assert_eq!(wait(service.store.users()).unwrap().len(), 1);
    // Signing in is a form like any other.
    let stranger = service.browser();
    stranger.sign_in("chief", PASSWORD).shows(403, "没有办成");
    stranger.get("/login");
    stranger.cookie.lock().unwrap().clear();
    stranger.sign_in("chief", PASSWORD).shows(403, "https");
}

#[test]
fn a_session_ends_when_it_is_idle_when_the_user_goes_and_when_the_password_changes() {
    let service = Local::start();
    let wang = service.add("wang", Role::Viewer, &[]);
    let browser = service.signed_in("wang");
    service.pass(8 * 3600 - 1);
    assert_eq!(browser.get("/account").status, 200);
    service.pass(8 * 3600 - 1);
    assert_eq!(browser.get("/account").status, 200, "it was used");
    service.pass(8 * 3600);
    assert_eq!(browser.get("/account").to(), (303, "/login"));

    let browser = service.signed_in("wang");
    wait(service.store.remove_user(&wang.user.name)).unwrap();
    assert_eq!(browser.get("/account").to(), (303, "/login"));
    assert!(wait(service.store.add_user(&wang)).unwrap());
    assert_eq!(browser.get("/account").to(), (303, "/login"), "who comes back signs in anew");

    let (browser, other) = (service.signed_in("wang"), service.signed_in("wang"));
    browser.get("/account");
    let change = |present: &str, new: &str, again: &str| {
        browser.post("/account/password", &[("password", present), ("new", new), ("again", again)])
    };
    change("wrong horse", "battery staple", "battery staple").shows(400, "现在的密码不对");
    change(PASSWORD, "battery staple", "battery stable").shows(400, "不一样");
    change(PASSWORD, "too short", "too short").shows(400, "至少 10 个字符");
    let changed = change(PASSWORD, "battery staple", "battery staple");
    assert_eq!(changed.to(), (303, "/account?done=password"));
    browser.get("/account?done=password").shows(200, "密码已更换");
    assert_eq!(other.get("/account").to(), (303, "/login"));
    other.get("/login");
    other.sign_in("wang", PASSWORD).shows(401, "");
    assert_eq!(other.sign_in("wang", "battery staple").to(), (303, "/account"));
}

#[test]
fn an_admin_adds_and_removes_users_and_nobody_else_does() {
    let service = Local::start();
    service.add("chief", Role::Admin, &[]);
    service.add("wang", Role::Printer, &[]);
    let add = |browser: &Browser, more: &[(&str, &str)]| {
        let fields = [("name", "li"), ("new", PASSWORD), ("again", PASSWORD)];
        browser.post("/account/add", &[more, &fields].concat())
    };
    let printer = service.signed_in("wang");
    printer.get("/account");
    add(&printer, &[("role", "admin")]).shows(403, "不能做这件事");
    printer.post("/account/remove", &[("name", "chief")]).shows(403, "不能做这件事");
    let chief = service.signed_in("chief");
    chief.get("/account").shows(200, "wang");
    add(&chief, &[("role", "viewer")]).shows(400, "至少选一个法院");
    add(&chief, &[("role", "viewer"), ("court", "nowhere")]).shows(400, "至少选一个法院");
    add(&chief, &[("role", "root"), ("all", "yes")]).shows(400, "");
    add(&chief, &[("role", "viewer"), ("all", "yes"), ("name", "a b")]).shows(400, "用户名只能用");
    let added = add(&chief, &[("role", "viewer"), ("court", "north"), ("court", "south")]);
    assert_eq!(added.to(), (303, "/account?done=added"));
    add(&chief, &[("role", "viewer"), ("all", "yes")]).shows(400, "已有这个用户名");
    let li = wait(service.store.user(&UserName::parse("li").unwrap())).unwrap().unwrap();
    assert!(li.user.may_see(&CourtId::parse("north").unwrap()));
    assert!(!li.user.may_see(&CourtId::parse("east").unwrap()));
    assert_eq!(service.signed_in("li").get("/account").status, 200);
    // One tap removes nobody: it opens the button that does.
    let account = chief.get("/account").text;
    let (_, remove) = account.split_once("<details><summary aria-label=\"删除 li\">").unwrap();
    let (step, _) = remove.split_once("</details>").unwrap();
    assert!(step.contains("/account/remove") && step.contains("确定删除 li</button>"), "{step}");
    assert_eq!(account.matches("\"/account/remove").count(), 2, "li and wang, in a step each");
    chief.post("/account/remove", &[("name", "chief")]).shows(400, "或者是您自己");
    chief.post("/account/remove", &[("name", "nobody")]).shows(400, "没有这个用户");
    assert_eq!(chief.post("/account/remove", &[("name", "li")]).to().0, 303);
    assert_eq!(wait(service.store.users()).unwrap().len(), 2);
}

#[test]
fn another_role_counts_at_once_and_nobody_changes_their_own() {
    let service = Local::start();
    service.add("chief", Role::Admin, &[]);
    service.add("wang", Role::Viewer, &["north"]);
    let wang = service.signed_in("wang");
    wang.get("/account");
    let role = |browser: &Browser, name: &str, role: &str, more: &[(&str, &str)]| {
        browser.post("/account/role", &[&[("name", name), ("role", role)], more].concat())
    };
    role(&wang, "wang", "admin", &[]).shows(403, "不能做这件事");
    let chief = service.signed_in("chief");
    chief.get("/account").shows(200, "换角色");
    role(&chief, "chief", "viewer", &[("all", "yes")]).shows(400, "或者是您自己");
    role(&chief, "nobody", "admin", &[]).shows(400, "没有这个用户");
    role(&chief, "wang", "printer", &[]).shows(400, "至少选一个法院");
    role(&chief, "wang", "root", &[("all", "yes")]).shows(400, "");
    wang.get("/account").shows(200, "北城区人民法院");
    let changed = role(&chief, "wang", "printer", &[("court", "south")]);
    assert_eq!(changed.to(), (303, "/account?done=role"));
    chief.get("/account?done=role").shows(200, "角色已改");
    let account = wang.get("/account");
    account.shows(200, "看统计、印海报");
    assert!(account.text.contains("南城区人民法院") && !account.text.contains("北城区人民法院"));
    assert_eq!(role(&chief, "wang", "admin", &[]).to().0, 303);
    wang.get("/account").shows(200, "新增用户");
    // Now that there are two, one may take it from the other.
    assert_eq!(role(&wang, "chief", "viewer", &[("all", "yes")]).to().0, 303);
    let page = chief.get("/account");
    assert!(page.status == 200 && !page.text.contains("新增用户"), "{}", page.text);
    assert_eq!(service.browser().get("/account/role").to().0, 303);
}

#[test]
fn the_command_line_changes_a_role_but_never_the_last_admins() {
    let site = Site::new();
    let store = store::open(&site.store()).unwrap();
    for (name, role) in [("chief", Role::Admin), ("wang", Role::Viewer)] {
        let password = Password::parse(PASSWORD).unwrap().hash([9; 16]);
        let user = User { name: UserName::parse(name).unwrap(), role, courts: Courts::All };
        wait(store.add_user(&Account { user, password })).unwrap();
    }
    drop(store);
    let server = site.serve();
    let browser = Browser { url: server.url.clone(), ..Browser::default() };
    browser.get("/login");
    assert_eq!(browser.sign_in("wang", PASSWORD).to(), (303, "/account"));
    let last = site.run(&["user", "role", "chief", "viewer"]);
    assert!(last.code == 2 && last.stderr.contains("chief is the last admin"), "{}", last.stderr);
    let ran = site.run(&["user", "role", "wang", "printer", "--court", "north"]);
    assert!(ran.code == 0 && ran.stderr.contains("is printer now, north"), "{}", ran.stderr);
    browser.get("/account").shows(200, "看统计、印海报");
    server.says("user wang is printer now, from the command line");
    assert_eq!(site.run(&["user", "role", "wang", "admin"]).code, 0);
    assert_eq!(site.run(&["user", "role", "chief", "viewer"]).code, 0, "there is another");
    let users = site.run(&["user", "list"]).stdout;
    assert_eq!(users, "chief  viewer  all courts\nwang  admin  all courts\n");
    let wrong = site.run(&["user", "role", "wang", "admin", "--court", "north"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("leave --court out"), "{}", wrong.stderr);
    let nobody = site.run(&["user", "role", "nobody", "viewer"]);
    assert!(nobody.code == 2 && nobody.stderr.contains("no user nobody"), "{}", nobody.stderr);
}

#[test]
fn the_set_up_link_makes_one_admin_once() {
    let service = Local::start();
    let (browser, late) = (service.browser(), service.browser());
    let fields = [("name", "王芳"), ("new", PASSWORD), ("again", PASSWORD)];
    for path in ["/setup/", "/setup/0", &service.setup[..service.setup.len() - 1]] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
    // Looking at it, as a preview does, does not use it up.
    late.get(&service.setup).shows(200, "给第一位管理员开户");
    browser.get(&service.setup).shows(200, "action=\"?\"");
    let wrong = [("name", "a b"), ("new", PASSWORD), ("again", PASSWORD)];
    browser.post(&service.setup, &wrong).shows(400, "用户名只能用");
    assert_eq!(browser.post(&service.setup, &fields).to(), (303, "/account"));
    browser.get("/account").shows(200, "王芳");
    let fields = [("name", "thief"), ("new", PASSWORD), ("again", PASSWORD)];
    assert_eq!(late.post(&service.setup, &fields).status, 404);
    assert_eq!(late.get(&service.setup).status, 404);
    assert_eq!(wait(service.store.users()).unwrap().len(), 1);
    // With a user from elsewhere it is no longer good either.
    let service = Local::start();
    service.add("wang", Role::Viewer, &[]);
    assert_eq!(service.browser().get(&service.setup).status, 404);
}

#[test]
fn a_redirect_goes_to_our_own_pages_whatever_is_asked() {
    let service = Local::start();
    service.add("wang", Role::Viewer, &[]);
    let browser = service.browser();
    browser.get("/login?next=https://evil.example&lang=en").shows(200, "action=\"/login?lang=en\"");
    let fields = [("name", "wang"), ("password", PASSWORD), ("next", "//evil.example")];
    let page = browser.post("/login?lang=en&next=//evil.example", &fields);
    assert_eq!(page.to(), (303, "/account?lang=en"));
    for path in ["/logout", "/account/add", "/account/remove", "/account/password"] {
        assert_eq!(browser.get(path).to(), (303, "/account"), "{path}");
    }
}

#[test]
fn the_first_start_prints_the_link_and_the_log_tells_who_and_never_from_where() {
    let site = Site::new();
    let server = site.serve();
    let link = server.first.split("/setup/").nth(1).unwrap().split_whitespace().next().unwrap();
    let path = &format!("/setup/{link}");
    let browser = Browser { url: server.url.clone(), ..Browser::default() };
    browser.get(path).shows(200, "给第一位管理员开户");
    let fields = [("name", "chief"), ("new", PASSWORD), ("again", PASSWORD)];
    assert_eq!(browser.post(path, &fields).to(), (303, "/account"));
    let other = Browser { url: server.url.clone(), ..Browser::default() };
    other.get("/login");
    other.sign_in("chief", "wrong horse").shows(401, "");
    other.sign_in("hunter2-typed-as-a-name", "wrong horse").shows(401, "");
    let mut log = server.says("sign-in failed: no such user");
    let removed = site.run(&["user", "remove", "chief"]);
    assert_eq!(removed.code, 0, "{}", removed.stderr);
    log += &server.says("user chief removed, from the command line");
    for words in [
        "user chief added as admin, by the set-up link",
        "signed in: chief (admin)",
        "failed: chief",
    ] {
        assert!(log.contains(words), "{words} is not in {log}");
    }
    for words in ["127.0.0.1", "horse", "hunter2", "argon2"] {
        assert!(!log.contains(words), "{words} is in {log}");
    }
    assert_eq!(browser.get("/account").to(), (303, "/login"), "removed, and out at once");
    server.stop();
    // With a user there is no link.
    let site = Site::new();
    let service = store::open(&site.store()).unwrap();
    let password = Password::parse(PASSWORD).unwrap().hash([9; 16]);
    let name = UserName::parse("wang").unwrap();
    let user = User { name, role: Role::Viewer, courts: Courts::All };
    wait(service.add_user(&Account { user, password })).unwrap();
    drop(service);
    let server = site.serve();
    let browser = Browser { url: server.url.clone(), ..Browser::default() };
    browser.get("/login");
    browser.sign_in("wang", "wrong horse").shows(401, "");
    server.says("sign-in failed: wang (viewer)");
    assert!(!server.first.contains("/setup/"), "{}", server.first);
}
