//! Where the library comes from, and what is said when it cannot be loaded.

use std::path::{Path, PathBuf};

use crate::loader::{candidates, check_numbers, Candidates, NAMES};
use crate::{Library, Status};

fn origins(found: &Candidates) -> Vec<&'static str> {
    found.names.iter().map(|(_, origin)| *origin).collect()
}

#[test]
fn a_path_that_is_given_is_all_that_is_tried() {
    let found =
        candidates(Some(Path::new("/here.so")), Some("/there.so".into()), Some(Path::new("/bin/host")));
    assert_eq!(found.names, [(PathBuf::from("/here.so"), "given by the host")]);
}

#[test]
fn the_environment_variable_comes_before_executable_and_system() {
    let found = candidates(None, Some("/there.so".into()), Some(Path::new("/bin/host")));
    assert_eq!(found.names, [(PathBuf::from("/there.so"), "from REMORA_LIBRARY")]);
    assert!(found.advice.contains("unset REMORA_LIBRARY"));
}

#[test]
fn a_library_beside_the_executable_comes_before_the_system() {
    let folder = std::env::temp_dir().join(format!("remora-beside-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("lib")).unwrap();
    std::fs::write(folder.join("lib").join(NAMES[0]), "").unwrap();
    let found = candidates(None, None, Some(&folder.join("host")));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(found.names[0], (folder.join("lib").join(NAMES[0]), "beside the executable"));
    assert_eq!(origins(&found)[1..], vec!["in the system's search"; NAMES.len()]);
}

#[test]
fn a_file_that_is_not_there_is_named_with_the_system_s_reason_and_what_to_do() {
    let error = Library::load_from("/nowhere/libremora.so").unwrap_err();
    assert_eq!(error.code(), Status::NOT_FOUND);
    assert!(error.text().contains("/nowhere/libremora.so (given by the host): "), "{error}");
    assert!(error.text().contains("No such file"), "{error}");
    assert!(error.text().ends_with("Correct the path that the host passes."), "{error}");
}

#[test]
fn a_library_that_is_no_remora_is_refused_with_its_name() {
    let error = Library::load_from("libc.so.6").unwrap_err();
    assert_eq!(error.code(), Status::FORMAT);
    assert!(error.text().starts_with("libc.so.6 is not a Remora library"), "{error}");
}

#[test]
fn a_library_of_another_abi_is_refused_with_both_versions() {
    let error = check_numbers(2 << 16 | 3, "libremora.so.2").unwrap_err();
    assert_eq!(error.code(), Status::VERSION);
    assert!(error.text().contains("has ABI version 2.3, but this crate needs 1.1"), "{error}");
    assert!(check_numbers(1 << 16 | 7, "libremora.so.1").is_ok());
}
