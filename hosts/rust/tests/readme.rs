//! What the README shows is run as it is written there, in a project that has the crate as a dependency; so is the
//! example.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::Folder;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The only Rust snippet of a file that is marked to be run.
fn snippet(file: &str) -> String {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let marked: Vec<&str> = text.split("<!-- test: run as written -->\n```rust\n").skip(1).collect();
    assert_eq!(marked.len(), 1, "{file}");
    marked[0].split("```").next().unwrap().to_owned()
}

/// Builds and runs a program in a new project of a name of its own: all are built in one folder.
fn run(program: &str, name: &str, folder: &Path) -> String {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\nremora = {{ path = {:?} }}\n",
        crate_folder.canonicalize().unwrap()
    );
    std::fs::create_dir(folder.join("src")).unwrap();
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.join("src/main.rs"), program).unwrap();
    std::fs::copy(crate_folder.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    output(cargo.args(["run", "--quiet", "--offline"]).current_dir(folder))
}

fn output(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    said
}

#[test]
fn the_snippet_of_the_crate_s_readme_runs_as_written() {
    let folder = Folder::new();
    let said = run(&snippet("hosts/rust/README.md"), "host-of-the-crate-s-readme", folder.path());
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(["careful design for orders", "quick design for orders"].contains(&lines[0]), "{said}");
    assert!(["run as careful", "run as quick"].contains(&lines[1]), "{said}");
    assert_eq!(lines[2], "2 outcomes so far");
    assert!(folder.path().join("remora-state").is_dir());
}

#[test]
fn the_example_learns_what_it_is_to_learn() {
    let folder = Folder::new();
    let mut example = std::env::current_exe().unwrap();
    example.pop();
    example.set_file_name("examples/quickstart");
    let said = output(Command::new(example).arg(folder.path().join("state")));
    let lines: Vec<&str> = said.lines().collect();
    let chosen =
        lines[0].strip_prefix("careful was chosen for ").and_then(|rest| rest.strip_suffix(" of 1000 tasks"));
    assert!(chosen.unwrap().parse::<u32>().unwrap() > 700, "{said}");
    assert_eq!(lines[1], "quick may not run: blocked by an operator");
    assert!(
        lines[2].starts_with("restored snapshot ") && lines[2].ends_with(" with 1000 outcomes"),
        "{said}"
    );
    assert!(lines[3].ends_with(" lines of metrics"), "{said}");
}
