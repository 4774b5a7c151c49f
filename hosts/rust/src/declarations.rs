//! The raw declarations are what the headers say: a change of either that the other does not follow fails here.

use std::collections::BTreeMap;
use std::os::raw::c_char;
use std::path::PathBuf;

use serde_json::Value;

use crate::ffi::{RawError, DECLARED};
use crate::plan::Stage;
use crate::structs::Struct;
use crate::*;

/// A type of the headers.
pub(crate) trait CType {
    fn c_type() -> String;
}

pub(crate) fn c_type<T: CType>(_field: &T) -> String {
    T::c_type()
}

macro_rules! c_types {
    ($($kind:ty = $name:literal),*) => {
        $(impl CType for $kind {
            fn c_type() -> String {
                $name.to_owned()
            }
        })*
    };
}
c_types!(
    u32 = "uint32_t",
    i32 = "int32_t",
    u64 = "uint64_t",
    i64 = "int64_t",
    f64 = "double",
    c_char = "char"
);
c_types!(Stage = "remora_rollout_stage");

impl<T: CType, const N: usize> CType for [T; N] {
    fn c_type() -> String {
        format!("{}[{N}]", T::c_type())
    }
}

fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn baseline() -> Value {
    serde_json::from_str(&read("abi/baseline/v1.json")).unwrap()
}

type Layout = (usize, usize, Vec<(&'static str, String, usize)>);

fn layout<T: Struct>() -> (&'static str, Layout) {
    (T::NAME, (std::mem::size_of::<T>(), std::mem::align_of::<T>(), T::layout()))
}

fn stage() -> (&'static str, Layout) {
    let it = Stage::default();
    let start = &it as *const Stage as usize;
    let at = |field: usize| field - start;
    let fields = vec![
        ("mode", c_type(&it.mode), at(&it.mode as *const _ as usize)),
        (
            "share_basis_points",
            c_type(&it.share_basis_points),
            at(&it.share_basis_points as *const _ as usize),
        ),
        ("minimum_samples", c_type(&it.minimum_samples), at(&it.minimum_samples as *const _ as usize)),
        ("reserved0", c_type(&it.reserved0), at(&it.reserved0 as *const _ as usize)),
        ("minimum_ns", c_type(&it.minimum_ns), at(&it.minimum_ns as *const _ as usize)),
        ("margin", c_type(&it.margin), at(&it.margin as *const _ as usize)),
        ("maximum_drop", c_type(&it.maximum_drop), at(&it.maximum_drop as *const _ as usize)),
        ("reserved", c_type(&it.reserved), at(&it.reserved as *const _ as usize)),
    ];
    ("remora_rollout_stage", (std::mem::size_of::<Stage>(), std::mem::align_of::<Stage>(), fields))
}

fn layouts() -> BTreeMap<&'static str, Layout> {
    BTreeMap::from([
        layout::<RawError>(),
        layout::<Options>(),
        layout::<Variant>(),
        layout::<Agent>(),
        layout::<Task>(),
        layout::<Decision>(),
        layout::<Batch>(),
        layout::<classify::Text>(),
        layout::<Classification>(),
        layout::<classify::TaskRule>(),
        layout::<Outcome>(),
        layout::<Reward>(),
        layout::<safety::SafetyQuery>(),
        layout::<SafetyVerdict>(),
        layout::<Belief>(),
        layout::<Convergence>(),
        layout::<Evaluation>(),
        layout::<ReplayRequest>(),
        layout::<ReplayReport>(),
        stage(),
        layout::<Plan>(),
        layout::<rollout::GateQuery>(),
        layout::<Gate>(),
        layout::<RolloutStatus>(),
        layout::<SnapshotInfo>(),
        layout::<Control>(),
        layout::<TickReport>(),
        layout::<Event>(),
        layout::<QCell>(),
        layout::<Stats>(),
    ])
}

#[test]
fn structs_have_the_fields_types_and_offsets_of_the_headers() {
    let baseline = baseline();
    let recorded = baseline["structs"].as_object().unwrap();
    let declared = layouts();
    assert_eq!(declared.len(), recorded.len());
    for (name, there) in recorded {
        let (size, alignment, fields) = &declared[name.as_str()];
        assert_eq!(
            (*size as u64, *alignment as u64),
            (there["size"].as_u64().unwrap(), there["alignment"].as_u64().unwrap())
        );
        assert_eq!(fields.len(), there["fields"].as_object().unwrap().len(), "{name}");
        for (field, c_type, offset) in fields {
            let field = if *field == "inside" { "in" } else { field }; // a word of Rust
            let there = &there["fields"][field];
            assert_eq!(there["offset"].as_u64(), Some(*offset as u64), "{name}.{field}");
            assert_eq!(there["type"].as_str(), Some(c_type.as_str()), "{name}.{field}");
        }
    }
}

#[test]
fn struct_sizes_are_those_that_the_loaded_library_knows() {
    let library = Library::load().unwrap();
    let sizes = crate::ffi::struct_sizes();
    assert_eq!(sizes.len() + 1, layouts().len(), "all but remora_rollout_stage, which stands inside another");
    for (name, size) in sizes {
        assert_eq!(library.struct_size(name).unwrap() as usize, size, "{name}");
    }
}

/// "const remora_task* task" for ("task", "*const Task").
fn in_c(parameter: &(&str, &str)) -> String {
    let (name, kind) = *parameter;
    let kind: String = kind.split_whitespace().collect();
    let (constness, pointed) = match (kind.strip_prefix("*const"), kind.strip_prefix("*mut")) {
        (Some(pointed), _) => ("const ", pointed),
        (_, Some(pointed)) => ("", pointed),
        _ => return format!("{} {name}", c_name(&kind)),
    };
    format!("{constness}{}* {name}", c_name(pointed))
}

fn c_name(kind: &str) -> String {
    let plain = [
        ("i32", "int32_t"),
        ("u32", "uint32_t"),
        ("i64", "int64_t"),
        ("u64", "uint64_t"),
        ("c_char", "char"),
        ("c_void", "void"),
        ("NameId", "remora_id"),
        ("LogFunction", "remora_log_function"),
        ("RawError", "remora_error"),
        ("Plan", "remora_rollout_plan"),
        ("RolloutStatus", "remora_rollout"),
    ];
    match plain.iter().find(|(rust, _)| *rust == kind) {
        Some((_, c)) => (*c).to_owned(),
        None => {
            let mut name = String::from("remora");
            for letter in kind.chars() {
                if letter.is_uppercase() {
                    name.push('_');
                }
                name.extend(letter.to_lowercase());
            }
            name
        }
    }
}

#[test]
fn functions_are_those_of_functions_def_in_its_order() {
    let text = read("include/remora/functions.def");
    let lines = text.lines().filter(|line| line.starts_with("F("));
    let listed: Vec<(&str, &str)> = lines
        .map(|line| {
            let (name, rest) = line[2..].split_once(',').unwrap();
            let parameters = rest.split_once('(').unwrap().1.strip_suffix("))").unwrap();
            (name, if parameters == "void" { "" } else { parameters })
        })
        .collect();
    assert!(listed.len() > 40);
    let declared: Vec<(&str, String)> = DECLARED
        .iter()
        .map(|(name, parameters)| (*name, parameters.iter().map(in_c).collect::<Vec<_>>().join(", ")))
        .collect();
    let declared: Vec<(&str, &str)> = declared.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(declared, listed);
}

/// What a file of this crate has before its tests.
fn sources() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let surface = files.filter(|file| !file.ends_with("ffi.rs") && !file.ends_with("declarations.rs"));
    surface.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn every_function_is_called_by_the_surface_or_left_out_for_a_reason() {
    let (sources, left_out) = (sources(), read("abi/bindings.txt"));
    for (name, _) in DECLARED {
        let called =
            sources.contains(&format!("f.{name})(")) || sources.contains(&format!("functions.{name})("));
        let excused = left_out.lines().any(|line| line.starts_with(&format!("rust {name} ")));
        assert!(called != excused, "{name}: called {called}, in abi/bindings.txt {excused}");
    }
}

#[test]
fn constants_are_those_of_the_headers() {
    let mut here: BTreeMap<String, i64> = [
        Status::ALL,
        Kind::ALL,
        VariantFlags::ALL,
        OpenFlags::ALL,
        Durability::ALL,
        DecisionFlags::ALL,
        Reason::ALL,
        Mode::ALL,
        OutcomeFlags::ALL,
        SafetyReason::ALL,
        RolloutState::ALL,
        RolloutReason::ALL,
        RolloutCommand::ALL,
        SnapshotKind::ALL,
        Verdict::ALL,
        Settled::ALL,
        ReplayMode::ALL,
        EventKind::ALL,
        Severity::ALL,
    ]
    .concat()
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let plain = [
        ("OK", i64::from(Status::OK.0)),
        ("NONE", NO_VARIANT.into()),
        ("TREATMENT_LEARNED", TREATMENT_LEARNED.into()),
        ("MAX_VARIANTS", MAX_VARIANTS as i64),
        ("MAX_LABELS", MAX_LABELS as i64),
        ("MAX_METRICS", MAX_METRICS as i64),
        ("MAX_STAGES", MAX_STAGES as i64),
        ("MAX_NAME_BYTES", MAX_NAME_BYTES as i64),
    ];
    here.extend(plain.map(|(name, value)| (format!("REMORA_{name}"), value)));
    let there: BTreeMap<String, i64> = serde_json::from_value(baseline()["constants"].clone()).unwrap();
    assert_eq!(here, there);
}

#[test]
fn the_abi_version_is_that_of_the_headers() {
    let header = read("include/remora/version.h");
    assert!(header.contains(&format!("#define REMORA_ABI_MAJOR {ABI_MAJOR}\n")));
    assert!(header.contains(&format!("#define REMORA_ABI_MINOR {ABI_MINOR}\n")));
}

#[test]
fn a_state_and_all_that_comes_from_it_may_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Library>();
    shared::<State>();
    shared::<Pending>();
    shared::<Error>();
    shared::<Decision>();
}
