//! A real Chromium at phone size, driven over WebDriver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use super::{PHONE, has_tool, repository};

pub(crate) struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// A phone of 360 × 740 that says it is WeChat; `None` where there is no browser.
    pub(crate) fn phone(dark: bool) -> Option<Self> {
        Self::started(dark, &json!({}))
    }

    /// The same with scripts and pictures switched off; what a test runs still runs.
    pub(crate) fn bare() -> Option<Self> {
        let off = |what: &str| format!("profile.managed_default_content_settings.{what}");
        Self::started(false, &json!({off("javascript"): 2, off("images"): 2}))
    }

    fn started(dark: bool, preferences: &Value) -> Option<Self> {
        if !has_tool("chromedriver") || !has_tool("chromium") {
            return None;
        }
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next().expect("chromedriver says its port").unwrap();
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let url = format!("http://127.0.0.1:{port}/session");
        let mut args = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ];
        // Also what a worker asks for says so, which emulation leaves out.
        let agent = format!("--user-agent={PHONE}");
        args.push(&agent);
        if dark {
            args.push("--force-dark-mode");
            args.push("--enable-features=WebContentsForceDark");
        }
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {
                "args": args,
                "prefs": preferences,
                "mobileEmulation": {
                    "deviceMetrics": {"width": 360, "height": 740, "pixelRatio": 2.0, "touch": true},
                    "userAgent": PHONE,
                },
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let answer = post(&url, &capabilities);
        let id = answer["value"]["sessionId"].as_str().expect("a session").to_owned();
        Some(Self { driver, session: format!("{url}/{id}") })
    }

    pub(crate) fn open(&self, url: &str) {
        post(&format!("{}/url", self.session), &json!({"url": url}));
    }

    pub(crate) fn run(&self, script: &str) -> Value {
        let body = json!({"script": script, "args": []});
        post(&format!("{}/execute/sync", self.session), &body)["value"].clone()
    }

    /// Runs a script that says when it is done, with what.
    pub(crate) fn run_async(&self, script: &str) -> Value {
        let body = json!({"script": script, "args": []});
        post(&format!("{}/execute/async", self.session), &body)["value"].clone()
    }

    /// Lets scripts take their time: on a busy machine axe-core needs more than half a minute.
    pub(crate) fn be_patient(&self) {
        post(&format!("{}/timeouts", self.session), &json!({"script": 600_000}));
    }

    /// Asks Chromium for what WebDriver has no word for.
    pub(crate) fn command(&self, name: &str, params: &Value) -> Value {
        let body = json!({"cmd": name, "params": params});
        post(&format!("{}/goog/cdp/execute", self.session), &body)["value"].clone()
    }

    /// Gives the screen another size.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": true});
        self.command("Emulation.setDeviceMetricsOverride", &size);
    }

    /// The page that is open as a PDF, as the browser prints it.
    pub(crate) fn print(&self) -> Vec<u8> {
        let how = json!({"displayHeaderFooter": true, "preferCSSPageSize": true});
        let printed = self.command("Page.printToPDF", &how);
        BASE64_STANDARD.decode(printed["data"].as_str().unwrap()).unwrap()
    }

    /// Sends the example answers of a document as a form would.
    pub(crate) fn send_answers(&self, slug: &str, to: &str) {
        let answers = repository().join(format!("tests/documents/{slug}.json"));
        let answers = std::fs::read_to_string(answers).unwrap();
        self.run(&format!(
            "const form = document.body.appendChild(document.createElement('form')); \
             form.method = 'post'; form.action = '{to}'; \
             const add = (name, value) => {{ \
               if (value !== null && typeof value === 'object') \
                 for (const key in value) add(name ? name + '.' + key : key, value[key]); \
               else form.appendChild(Object.assign(document.createElement('input'), \
                 {{type: 'hidden', name, value}})); \
             }}; \
             add('', {answers}); add('do', 'look'); form.submit()"
        ));
    }

    /// Presses keys, one after the other.
    pub(crate) fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key})))
            .collect();
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]});
        post(&format!("{}/actions", self.session), &actions);
    }

    /// Waits until a script says yes.
    pub(crate) fn wait(&self, script: &str) {
        let there = (0..2000).any(|_| self.run(script) == true);
        assert!(there, "{script} never became true");
    }

    /// What the page complained of.
    pub(crate) fn console(&self) -> Value {
        post(&format!("{}/se/log", self.session), &json!({"type": "browser"}))["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let agent = ureq::Agent::new_with_defaults();
        let _ = agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn post(url: &str, body: &Value) -> Value {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.post(url).send_json(body).unwrap();
    let answer: Value = answer.body_mut().read_json().unwrap();
    assert!(answer["value"]["error"].is_null(), "{answer}");
    answer
}
