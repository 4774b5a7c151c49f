//! Steps that are no calls: files, locks, what the log gathered.

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{symlink, DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{json, Value};

use crate::operating::gathered_log;
use crate::session::Session;
use crate::{folder, Outcome};

pub fn act(s: &mut Session, action: &str, step: &Value) -> Outcome<Value> {
    match action {
        "make_folder" => io(fs::DirBuilder::new().mode(0o700).create(path(s, step, "path")?))?,
        "write_file" => write_file(s, step)?,
        "copy_file" => copy_file(s, step)?,
        "damage" => damage(s, step)?,
        "link" => io(symlink(path(s, step, "to")?, path(s, step, "path")?))?,
        "permit" => {
            let mode = u32::from_str_radix(text(step, "mode")?, 8).map_err(|error| error.to_string())?;
            io(fs::set_permissions(path(s, step, "path")?, fs::Permissions::from_mode(mode)))?;
        }
        "exists" => {
            let (path, is) = (path(s, step, "path")?, step["is"].as_bool().ok_or("exists or not?")?);
            if path.exists() != is {
                return Err(format!("{} {}", path.display(), if is { "does not exist" } else { "exists" }));
            }
        }
        "hold_lock" => hold_lock(s, step)?,
        "release_lock" => release_lock(s),
        "unit_key" => return Ok(json!({ "key": remora::unit_key(text(step, "text")?) })),
        "gathered_log" => return Ok(gathered_log(s)),
        _ => return Err(format!("no such action: {action}")),
    }
    Ok(json!({}))
}

fn io<T>(result: std::io::Result<T>) -> Outcome<T> {
    result.map_err(|error| error.to_string())
}

fn text<'a>(step: &'a Value, key: &str) -> Outcome<&'a str> {
    step[key].as_str().ok_or_else(|| format!("no {key} in {step}"))
}

fn path(s: &Session, step: &Value, key: &str) -> Outcome<PathBuf> {
    Ok(s.path(text(step, key)?))
}

fn write_file(s: &Session, step: &Value) -> Outcome<()> {
    let path = path(s, step, "path")?;
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    io(io(file)?.write_all(text(step, "text")?.as_bytes()))
}

fn copy_file(s: &Session, step: &Value) -> Outcome<()> {
    let to = path(s, step, "to")?;
    let beside = to.with_extension("new");
    io(fs::copy(path(s, step, "from")?, &beside))?;
    io(fs::set_permissions(&beside, fs::Permissions::from_mode(0o600)))?;
    io(fs::rename(beside, to))
}

fn damage(s: &Session, step: &Value) -> Outcome<()> {
    let mut file = io(fs::OpenOptions::new().read(true).write(true).open(path(s, step, "path")?))?;
    let at = step["at"].as_i64().ok_or("damage where?")?;
    let place = if at < 0 { SeekFrom::End(at) } else { SeekFrom::Start(at as u64) };
    let mut byte = [0];
    io(file.seek(place))?;
    io(file.read_exact(&mut byte))?;
    byte[0] ^= step["xor"].as_u64().ok_or("damage how?")? as u8;
    io(file.seek(place))?;
    io(file.write_all(&byte))
}

fn hold_lock(s: &mut Session, step: &Value) -> Outcome<()> {
    let mut command = Command::new("python3");
    command.arg(folder().join("hold_lock.py")).arg(path(s, step, "path")?);
    let mut child = io(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn())?;
    let mut said = String::new();
    io(BufReader::new(child.stdout.take().unwrap()).read_line(&mut said))?;
    s.lock_holder = Some(child);
    match said.as_str() {
        "held\n" => Ok(()),
        other => Err(format!("the lock is not held: {other:?}")),
    }
}

pub fn release_lock(s: &mut Session) {
    if let Some(mut child) = s.lock_holder.take() {
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
