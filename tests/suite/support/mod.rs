//! What tests share: a throw-away site, a real server, tools that may be missing.

pub(crate) mod browser;
pub(crate) mod forms;
pub(crate) mod html;
pub(crate) mod local;
pub(crate) mod map;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, speaking English and reading nothing from our environment.
pub(crate) fn onecode() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onecode"));
    for (name, _) in std::env::vars() {
        if name.starts_with("ONECODE_") || name.starts_with("LC_") || name.starts_with("LANG") {
            command.env_remove(name);
        }
    }
    command
}

/// What a run came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program to its end.
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    ran(onecode().args(args))
}

pub(crate) fn ran(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Ran {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// A throw-away site: `tests/sites/good` in a directory of its own.
pub(crate) struct Site {
    pub(crate) dir: tempfile::TempDir,
}

impl Site {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&repository().join("tests/sites/good"), &dir.path().join("site"));
        Self { dir }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("site")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn store(&self) -> String {
        format!("sled:{}", self.path("data").display())
    }

    /// A store of its own beside that of [`Site::store`].
    pub(crate) fn store_of(&self, name: &str) -> String {
        format!("sled:{}", self.path(name).display())
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs the program on this site.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        ran(onecode().arg("--root").arg(self.root()).arg("--store").arg(self.store()).args(args))
    }

    /// What `onecode stats` counts.
    pub(crate) fn stats(&self, args: &[&str]) -> serde_json::Value {
        let ran = self.run(&[&["stats", "--format", "json"][..], args].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    pub(crate) fn serve(&self) -> Server {
        Server::start(&self.root(), &self.store(), &[])
    }
}

/// Copies a directory with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A real server on a port of its own; killed when dropped.
pub(crate) struct Server {
    child: Child,
    said: Receiver<String>,
    /// What it said before it served.
    pub(crate) first: String,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(root: &Path, store: &str, more: &[&str]) -> Self {
        Self::started(&mut onecode(), root, store, more)
    }

    /// A server whose temporary files, if it wrote any, would stand in `temporary`.
    pub(crate) fn start_in(root: &Path, store: &str, more: &[&str], temporary: &Path) -> Self {
        Self::started(onecode().env("TMPDIR", temporary), root, store, more)
    }

    fn started(command: &mut Command, root: &Path, store: &str, more: &[&str]) -> Self {
        let mut child = command
            // No test is about time: the slowest disk may take its time.
            .args(["serve", "--scan-wait", "10000"])
            .args(["--listen", "127.0.0.1:0", "--store", store, "--root"])
            .arg(root)
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut first = String::new();
        let url = loop {
            let line = lines.next().expect("the server said where it serves").unwrap();
            first = first + &line + "\n";
            if let Some(url) = line.strip_prefix("serving ") {
                break url.to_owned();
            }
        };
        // Keep the pipe open and empty, so that the server can go on saying things.
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| drop(say.send(line)));
        });
        Self { child, said, first, url }
    }

    /// What it says from here on, up to a line that holds `words`.
    pub(crate) fn says(&self, words: &str) -> String {
        let mut said = String::new();
        while !said.contains(words) {
            // Far longer than anything takes: a test at fault must end too.
            let line = self.said.recv_timeout(Duration::from_mins(2));
            said.push_str(&line.unwrap_or_else(|_| panic!("not {words:?} but {said}")));
            said.push('\n');
        }
        said
    }

    /// SIGHUP: read the site anew.
    pub(crate) fn hang_up(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// SIGKILL, now.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits until it has ended well.
    pub(crate) fn stop(mut self) {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success());
    }

    /// SIGTERM; all that it said from its start to its end.
    pub(crate) fn end(mut self) -> String {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success());
        let said: Vec<String> = self.said.iter().collect();
        std::mem::take(&mut self.first) + &said.join("\n")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, ())
    }

    /// Sends a form.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send("POST", path, &[&[kind], headers].concat(), form)
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl ureq::AsSendBody,
    ) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(PHONE)
            .accept_encoding("")
            .build()
            .into();
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = agent.run(request.body(body).unwrap()).unwrap();
        let headers = response.headers().clone();
        Answer {
            status: response.status().as_u16(),
            all: format!("{headers:?}"),
            header: Box::new(move |name| {
                headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
            }),
            body: response.body_mut().read_to_vec().unwrap(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// WeChat on a cheap phone.
pub(crate) const PHONE: &str = "Mozilla/5.0 (Linux; Android 11; PEGM00) AppleWebKit/537.36 \
    Chrome/116.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231202 MicroMessenger/8.0.47";

/// Another one.
pub(crate) fn phone(number: usize) -> String {
    format!("{PHONE} Number/{number}")
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    header: Box<dyn Fn(&str) -> String>,
    all: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> String {
        (self.header)(name)
    }

    /// All headers, as they came.
    pub(crate) fn headers(&self) -> &str {
        &self.all
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// A body as it was before it was packed.
pub(crate) fn unpacked(coding: &str, packed: &[u8]) -> Vec<u8> {
    let mut page = Vec::new();
    match coding {
        "" => return packed.to_vec(),
        "gzip" => flate2::read::GzDecoder::new(packed).read_to_end(&mut page).unwrap(),
        "br" => brotli::Decompressor::new(packed, 4096).read_to_end(&mut page).unwrap(),
        "zstd" => zstd::stream::read::Decoder::new(packed).unwrap().read_to_end(&mut page).unwrap(),
        other => panic!("{other:?} is no coding"),
    };
    page
}

/// Whether a tool is there. Where `ONECODE_TEST_TOOLS=required`, its absence is a failure; else it
/// is a printed skip.
pub(crate) fn has_tool(name: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", "command -v \"$0\" || test -f \"$0\"", name])
        .stdout(Stdio::null())
        .status()
        .unwrap()
        .success();
    let required = std::env::var("ONECODE_TEST_TOOLS").is_ok_and(|value| value == "required");
    assert!(found || !required, "{name} is missing: run `bash tests/run`, which installs it");
    if !found {
        println!("skipped: {name} is missing; `bash tests/run` installs it");
    }
    found
}

/// A file that `tests/run` fetches; where it is missing, the same as for a tool.
pub(crate) fn tool_file(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools").join(name);
    has_tool(path.to_str().unwrap()).then_some(path)
}
