//! The commands of README.md run as they stand, one after the other, in one empty directory.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Server, repository};

/// The lines that begin with `onecode` in blocks marked as shell.
fn commands(readme: &str) -> Vec<String> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in readme.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside && line.trim() == "```sh";
        } else if inside && line.starts_with("onecode ") {
            commands.push(line.to_owned());
        }
    }
    commands
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let commands = commands(&readme);
    assert!(commands.len() >= 12, "{commands:?}");
    let dir = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_onecode")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    fs::write(dir.path().join("new.csv"), "court,place,channel\njingxiu,流动法庭,outreach\n")
        .unwrap();
    let answers = repository().join("tests/documents/complaint-loan.json");
    fs::copy(answers, dir.path().join("answers.json")).unwrap();
    // `serve` and `demo` do not end by themselves: a service of ours stands for them.
    let (after, before): (Vec<_>, Vec<_>) = commands.iter().partition(|command| {
        ["stats", "silent", "report", "verify", "compact", "backup", "alarm", "strike"]
            .map(|name| format!("onecode {name}"))
            .iter()
            .any(|asks| command.starts_with(asks.as_str()))
    });
    let run = |command: &str| {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(dir.path())
            .env("PATH", &path)
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command}\n{said}");
    };
    for command in before {
        let endless = command.starts_with("onecode serve")
            || (command.starts_with("onecode demo") && !command.contains("--no-serve"));
        if !endless {
            run(command);
        }
    }
    let store = format!("sled:{}", dir.path().join("data").display());
    let server = Server::start(&dir.path().join("site"), &store, &[]);
    assert_eq!(server.get("/200041T").header("onecode-scan"), "kept");
    for command in after {
        run(command);
    }
}

#[test]
fn the_readme_names_every_subcommand() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    assert!(
        !readme.contains("FIRST_POSTER") && !readme.contains("\nFIGURES\n"),
        "a figure is missing"
    );
    let help = crate::support::run(["--help"]).stdout;
    let names = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<&str> = names
        .take_while(|line| !line.is_empty())
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    assert!(names.len() >= 7, "{help}");
    for name in names.iter().filter(|name| **name != "help") {
        assert!(
            readme.contains(&format!("onecode {name}")),
            "README does not show `onecode {name}`"
        );
    }
}
