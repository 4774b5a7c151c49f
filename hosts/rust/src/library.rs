//! The loaded library: what needs no open state (version.h, status.h, open.h).

use std::ffi::CString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result, Status};
use crate::ffi::Functions;
use crate::handle::{call, text, Handle};
use crate::options::Options;
use crate::state::State;
use crate::ABI_VERSION;

/// The loaded plugin. Clones share it; so does every [`State`], which may outlive the `Library` it came from.
#[derive(Clone)]
pub struct Library {
    functions: Arc<Functions>,
    path: PathBuf,
}

impl Library {
    /// Finds the library by `REMORA_LIBRARY`, else beside the executable, else in the system's search.
    ///
    /// What the variable names but cannot be loaded is an error, and nothing else is tried. It is ignored in a
    /// program that runs with more rights than its caller.
    pub fn load() -> Result<Self> {
        Self::load_path(None)
    }

    /// Loads the library at a path, or by a bare name in the system's search.
    ///
    /// ```
    /// let error = remora::Library::load_from("/nowhere/libremora.so").unwrap_err();
    /// assert_eq!(error.code(), remora::Status::NOT_FOUND);
    /// assert!(error.text().contains("/nowhere/libremora.so (given by the host)"));
    /// ```
    pub fn load_from(path: impl AsRef<Path>) -> Result<Self> {
        Self::load_path(Some(path.as_ref()))
    }

    fn load_path(given: Option<&Path>) -> Result<Self> {
        let (functions, path) = crate::loader::load(given)?;
        Ok(Self { functions: Arc::new(functions), path })
    }

    /// What was loaded.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The ABI version of the library: major << 16 | minor.
    pub fn abi_version(&self) -> i32 {
        // SAFETY: takes nothing.
        unsafe { (self.functions.abi_version)() }
    }

    /// The version of the library, such as "0.1.0".
    pub fn version_text(&self) -> Result<String> {
        text(|buffer, capacity, needed| unsafe { (self.functions.version_text)(buffer, capacity, needed) })
            .map_err(|code| Error::of_code(&self.functions, code))
    }

    /// Name and clause of a status code ("REMORA_E_FULL: a fixed capacity ...").
    pub fn status_text(&self, code: Status) -> Result<String> {
        status_text(&self.functions, code.0).map_err(|code| Error::of_code(&self.functions, code))
    }

    /// Size of a struct as this library knows it, by its name in C.
    pub fn struct_size(&self, name: &str) -> Result<u32> {
        let name = c_string(name, "a struct's name")?;
        let mut size = 0;
        // SAFETY: a text that ends in NUL, and room for a number.
        match unsafe { (self.functions.struct_size)(name.as_ptr(), &mut size) } {
            0 => Ok(size),
            code => Err(Error::of_code(&self.functions, code)),
        }
    }

    /// Opens a state directory; creates folder and files when there are none.
    ///
    /// Opening a directory twice in one process gives two handles onto one mapping. After a fork the child may
    /// go on using the state.
    pub fn open(&self, directory: impl AsRef<Path>, options: &Options) -> Result<State> {
        let directory = directory.as_ref();
        let name = utf8(directory)?;
        let mut options = *options;
        if options.abi_version == 0 {
            options.abi_version = ABI_VERSION as u32;
        }
        let mut raw = 0;
        call(&self.functions, |error| unsafe {
            (self.functions.open)(name.as_ptr().cast(), name.len() as u64, &options, &mut raw, error)
        })?;
        Ok(State::new(Handle::new(Arc::clone(&self.functions), raw), directory))
    }

    /// The C functions, for a host that calls them itself.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library").field("path", &self.path).finish_non_exhaustive()
    }
}

pub(crate) fn status_text(functions: &Functions, code: i32) -> std::result::Result<String, i32> {
    text(|buffer, capacity, needed| unsafe { (functions.status_text)(code, buffer, capacity, needed) })
}

/// A text as C wants it where it takes no size.
pub(crate) fn c_string(text: &str, what: &str) -> Result<CString> {
    CString::new(text)
        .map_err(|_| Error::new(Status::INVALID, format!("{what} has a NUL byte in it: {text:?}")))
}

/// A path as the library takes it.
pub(crate) fn utf8(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| {
        Error::new(
            Status::INVALID,
            format!("the path is not UTF-8: {}. Name it so that it is", path.display()),
        )
    })
}
