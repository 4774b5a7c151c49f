//! Finds the library, loads it, and checks that it is one that this crate can use.

use std::ffi::{CString, OsString};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, Status};
use crate::ffi::{struct_sizes, Functions};
use crate::{ABI_MAJOR, ABI_MINOR};

#[cfg(windows)]
pub(crate) const NAMES: &[&str] = &["remora.dll"];
#[cfg(target_vendor = "apple")]
pub(crate) const NAMES: &[&str] = &["libremora.1.dylib", "libremora.dylib"];
#[cfg(not(any(windows, target_vendor = "apple")))]
pub(crate) const NAMES: &[&str] = &["libremora.so.1", "libremora.so"];

/// What to try, each with where it comes from, and the advice when none of it loads.
pub(crate) struct Candidates {
    pub(crate) names: Vec<(PathBuf, &'static str)>,
    pub(crate) advice: &'static str,
}

/// What is given but cannot be loaded is an error: nothing else is tried, so that no other copy runs unnoticed.
pub(crate) fn candidates(
    given: Option<&Path>,
    variable: Option<OsString>,
    executable: Option<&Path>,
) -> Candidates {
    if let Some(path) = given {
        let advice = "Correct the path that the host passes";
        return Candidates { names: vec![(path.to_owned(), "given by the host")], advice };
    }
    if let Some(path) = variable {
        let advice = "Correct or unset REMORA_LIBRARY";
        return Candidates { names: vec![(path.into(), "from REMORA_LIBRARY")], advice };
    }
    let mut names = Vec::new();
    if let Some(folder) = executable.and_then(Path::parent) {
        for place in [folder.to_owned(), folder.join("lib"), folder.join("../lib")] {
            let files = NAMES.iter().map(|name| place.join(name)).filter(|file| file.exists());
            names.extend(files.map(|file| (file, "beside the executable")));
        }
    }
    names.extend(NAMES.iter().map(|name| (PathBuf::from(name), "in the system's search")));
    let advice = "Pass the library's path, set REMORA_LIBRARY to it, or install it where the system searches";
    Candidates { names, advice }
}

/// REMORA_LIBRARY; ignored in a program that runs with more rights than its caller.
fn variable() -> Option<OsString> {
    std::env::var_os("REMORA_LIBRARY").filter(|path| !path.is_empty() && !has_more_rights_than_its_caller())
}

#[cfg(target_os = "linux")]
fn has_more_rights_than_its_caller() -> bool {
    const AT_SECURE: u64 = 23;
    extern "C" {
        fn getauxval(kind: u64) -> u64;
    }
    // SAFETY: a function of the C library that only reads.
    unsafe { getauxval(AT_SECURE) != 0 }
}

#[cfg(target_vendor = "apple")]
fn has_more_rights_than_its_caller() -> bool {
    extern "C" {
        fn issetugid() -> i32;
    }
    // SAFETY: as above.
    unsafe { issetugid() != 0 }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn has_more_rights_than_its_caller() -> bool {
    false
}

fn open_library(given: Option<&Path>) -> Result<(libloading::Library, PathBuf)> {
    let executable = std::env::current_exe().ok();
    let Candidates { names, advice } = candidates(given, variable(), executable.as_deref());
    let mut tried = Vec::new();
    for (name, origin) in names {
        // SAFETY: the library has no static constructors that a host could notice; another library's are the
        // choice of who named it.
        match unsafe { libloading::Library::new(&name) } {
            Ok(library) => return Ok((library, name)),
            Err(reason) => tried.push(format!("{} ({origin}): {}", name.display(), system_reason(&reason))),
        }
    }
    let text = format!("Remora could not be loaded. Tried {}. {advice}.", tried.join("; "));
    Err(Error::new(Status::NOT_FOUND, text))
}

/// What the system said: libloading keeps it as the cause.
fn system_reason(error: &libloading::Error) -> String {
    let text = error.to_string();
    match std::error::Error::source(error) {
        Some(source) => format!("{text}: {source}"),
        None => text,
    }
}

fn check_version(library: &libloading::Library, name: &str) -> Result<()> {
    type AbiVersion = unsafe extern "C" fn() -> i32;
    // SAFETY: its form never changes, in no major version.
    let version = match unsafe { library.get::<AbiVersion>(b"remora_abi_version\0") } {
        Ok(function) => unsafe { function() },
        Err(_) => {
            let text = format!(
                "{name} is not a Remora library: it has no function remora_abi_version. Check the path."
            );
            return Err(Error::new(Status::FORMAT, text));
        }
    };
    check_numbers(version, name)
}

pub(crate) fn check_numbers(version: i32, name: &str) -> Result<()> {
    let (major, minor) = (version >> 16, version & 0xffff);
    if major == ABI_MAJOR && minor >= ABI_MINOR {
        return Ok(());
    }
    let text = format!(
        "{name} has ABI version {major}.{minor}, but this crate needs {ABI_MAJOR}.{ABI_MINOR} or a later {ABI_MAJOR}.x. \
         Install a Remora with that ABI, or the crate that belongs to this one."
    );
    Err(Error::new(Status::VERSION, text))
}

/// A struct that the library knows to be shorter than this crate does: the two do not belong together.
fn check_sizes(functions: &Functions, name: &str) -> Result<()> {
    for (struct_name, size) in struct_sizes() {
        let mut known = 0;
        let c_name = CString::new(struct_name).expect("names of structs have no NUL");
        // SAFETY: a text that ends in NUL, and room for a number.
        let code = unsafe { (functions.struct_size)(c_name.as_ptr(), &mut known) };
        if code != Status::OK.0 || (known as usize) < size {
            let text = format!(
                "{name} has a {struct_name} of {known} bytes, this crate one of {size}. \
                 Install library and crate of one version."
            );
            return Err(Error::new(Status::FORMAT, text));
        }
    }
    Ok(())
}

/// The functions of the library that is found, and where it was found.
pub(crate) fn load(given: Option<&Path>) -> Result<(Functions, PathBuf)> {
    let (library, path) = open_library(given)?;
    let name = path.display().to_string();
    check_version(&library, &name)?;
    let functions = Functions::resolve(library).map_err(|missing| {
        let text = format!("{name} lacks the function {missing}, which every library of its ABI version has. Install it anew.");
        Error::new(Status::FORMAT, text)
    })?;
    check_sizes(&functions, &name)?;
    Ok((functions, path))
}
