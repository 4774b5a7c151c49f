//! Calls of version.h, status.h, open.h and names.h.

use remora::{AgentId, Durability, Id, Kind, NameId, OpenFlags, Options, Status, Variant, VariantFlags};
use serde_json::json;

use crate::answers::plain_list;
use crate::input::borrowed;
use crate::session::{answer, nothing, object, text, Answer, Called, Question, Session};
use crate::Outcome;

/// The answer; the question again when the function belongs elsewhere.
pub fn call<'a>(s: &mut Session, name: &str, question: Question<'a>) -> Result<Called, Question<'a>> {
    let function = match name {
        "abi_version" => abi_version,
        "version_text" => version_text,
        "status_text" => status_text,
        "struct_size" => struct_size,
        "open" => open,
        "close" => close,
        "intern" => intern,
        "find" => find,
        "name_of" => name_of,
        "agent_register" => agent_register,
        "variant_register" => variant_register,
        "agent_define" => agent_define,
        "variant_name" => variant_name,
        "agent_info" => agent_info,
        "variant_info" => variant_info,
        "list_names" => list_names,
        _ => return Err(question),
    };
    Ok(function(s, question))
}

fn abi_version(s: &mut Session, q: Question) -> Called {
    q.with.finish()?;
    Ok((Answer { code: 0, value: json!({ "version": s.library.abi_version() }) }, None))
}

fn version_text(s: &mut Session, q: Question) -> Called {
    q.with.finish()?;
    let f = s.library.functions();
    text(q.capacity, || s.library.version_text(), &|buffer, capacity, needed| unsafe {
        (f.version_text)(buffer, capacity, needed)
    })
}

fn status_text(s: &mut Session, mut q: Question) -> Called {
    let code = q.with.number("code")?;
    q.with.finish()?;
    let f = s.library.functions();
    text(q.capacity, || s.library.status_text(Status(code)), &|buffer, capacity, needed| unsafe {
        (f.status_text)(code, buffer, capacity, needed)
    })
}

fn struct_size(s: &mut Session, mut q: Question) -> Called {
    let name = q.with.text("name")?;
    q.with.finish()?;
    answer(s.library.struct_size(&name), |size| json!({ "size": size }))
}

/// 32 bytes from 64 hexadecimal digits.
fn bytes_of(digits: &str) -> Outcome<[u8; 32]> {
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(2 * place..2 * place + 2).ok_or_else(|| format!("too few digits: {digits}"))?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| format!("no digits: {pair}"))?;
    }
    Ok(bytes)
}

fn open(s: &mut Session, mut q: Question) -> Called {
    let directory = s.path(&q.with.text("directory")?);
    let name = if q.with.has("as") { q.with.text("as")? } else { "state".to_owned() };
    let key = q.with.text("snapshot_key")?;
    let mut options = Options::new()
        .flags(OpenFlags(q.with.number("flags")?))
        .abi_version(q.with.number("abi_version")?)
        .durability(Durability(q.with.number("durability")?))
        .states(q.with.number("states")?)
        .ledger_slots(q.with.number("ledger_slots")?)
        .names(q.with.number("names")?)
        .sync_interval_ns(q.with.number("sync_interval_ns")?);
    if !key.is_empty() {
        options = options.snapshot_key(&bytes_of(&key)?);
    }
    q.with.finish()?;
    answer(s.library.open(directory, &options), |state| {
        s.states.insert(name, state);
        json!({})
    })
}

fn close(s: &mut Session, q: Question) -> Called {
    let state = q.ready(s)?;
    if !s.closed.contains(&state.raw_handle()) {
        s.closed.push(state.raw_handle());
        return nothing(state.close());
    }
    // The surface has closing twice do nothing; what the library says to it is asked of the raw layer.
    let mut error = remora::ffi::RawError::default();
    let code = unsafe { (state.functions().close)(state.raw_handle(), &mut error) };
    Ok((Answer { code, value: json!({}) }, None))
}

fn id<I: Id>(given: remora::Result<I>) -> Called {
    answer(given, |id| json!({ "id": id.raw() }))
}

fn intern(s: &mut Session, mut q: Question) -> Called {
    let (kind, name) = (Kind(q.with.number("kind")?), q.with.text("name")?);
    let state = q.ready(s)?;
    id(state.intern_as(kind, &name))
}

fn find(s: &mut Session, mut q: Question) -> Called {
    let (kind, name) = (Kind(q.with.number("kind")?), q.with.text("name")?);
    let state = q.ready(s)?;
    id(state.find_as(kind, &name))
}

fn name_of(s: &mut Session, mut q: Question) -> Called {
    let id: NameId = q.with.id("id")?;
    let room = q.capacity;
    let state = q.ready(s)?;
    let f = state.functions();
    text(room, || state.name_of(id), &|buffer, capacity, needed| unsafe {
        (f.name_of)(state.raw_handle(), id, buffer, capacity, needed, std::ptr::null_mut())
    })
}

fn agent_register(s: &mut Session, mut q: Question) -> Called {
    let (name, category) = (q.with.text("name")?, q.with.id("category")?);
    let state = q.ready(s)?;
    id(state.agent_register(&name, category))
}

fn variant_register(s: &mut Session, mut q: Question) -> Called {
    let (agent, name) = (q.with.id("agent")?, q.with.text("name")?);
    let variant = Variant::new()
        .flags(VariantFlags(q.with.number("flags")?))
        .tier(q.with.number("tier")?)
        .cost_micros(q.with.number("cost_micros")?);
    let state = q.ready(s)?;
    object(state.variant_register(agent, &name, &variant))
}

fn agent_define(s: &mut Session, mut q: Question) -> Called {
    let (agent, variants) = (q.with.text("agent")?, q.with.texts("variants")?);
    let state = q.ready(s)?;
    id(state.agent_define(&agent, &borrowed(&variants)))
}

fn agent_and_variant(q: &mut Question) -> Outcome<(AgentId, u32)> {
    Ok((q.with.id("agent")?, q.with.number("variant")?))
}

fn variant_name(s: &mut Session, mut q: Question) -> Called {
    let (agent, variant) = agent_and_variant(&mut q)?;
    let room = q.capacity;
    let state = q.ready(s)?;
    let f = state.functions();
    text(room, || state.variant_name(agent, variant), &|buffer, capacity, needed| unsafe {
        (f.variant_name)(state.raw_handle(), agent.any(), variant, buffer, capacity, needed)
    })
}

fn agent_info(s: &mut Session, mut q: Question) -> Called {
    let agent = q.with.id("agent")?;
    let state = q.ready(s)?;
    object(state.agent_info(agent))
}

fn variant_info(s: &mut Session, mut q: Question) -> Called {
    let (agent, variant) = agent_and_variant(&mut q)?;
    let state = q.ready(s)?;
    object(state.variant_info(agent, variant))
}

fn list_names(s: &mut Session, mut q: Question) -> Called {
    let (kind, mut cursor) = (Kind(q.with.number("kind")?), q.with.number("cursor")?);
    let mut ids = vec![NameId::NONE; q.with.number_or("capacity", 10)?];
    let state = q.ready(s)?;
    let listed = state.list_names_into(kind, &mut cursor, &mut ids);
    answer(listed, |count| json!({ "count": count, "cursor": cursor, "ids": plain_list(&ids[..count]) }))
}
