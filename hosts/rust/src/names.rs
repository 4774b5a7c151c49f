//! Names: categories, agents, their variants, task types, labels, metrics (names.h).

use crate::error::{Error, Result, Status};
use crate::handle::text;
use crate::ids::{AgentId, CategoryId, Id, Kind, NameId, RolloutId};
use crate::library::c_string;
use crate::listing::Listing;
use crate::numbers::flags;
use crate::state::State;
use crate::structs::{c_struct, setters};

flags! {
    /// Of a variant (names.h).
    VariantFlags = "REMORA_VARIANT_" {
        /// The variant trusted today; exactly one an agent, the first unless said.
        BASELINE = 0,
        /// Registered, never chosen.
        RETIRED = 1,
    }
}

c_struct! {
    /// One way to run an agent. Flags, tier and cost can be set to register it.
    Variant = "remora_variant" {
        /// See [`VariantFlags`].
        pub flags: VariantFlags,
        /// Its agent.
        pub agent: AgentId,
        /// Index within the agent.
        pub variant: u32,
        /// Model tier, 0 = not said, 1 the cheapest; any number the host likes.
        pub tier: u32,
        pub(crate) blocked: u32,
        /// Expected cost of one task, in millionths of a currency unit.
        pub cost_micros: i64,
        /// Outcomes recorded.
        pub outcomes: u64,
        /// Of these, successes.
        pub successes: u64,
        /// Over all outcomes folded so far.
        pub mean_reward: f64,
        /// Likewise.
        pub mean_duration_ns: f64,
        /// Likewise.
        pub mean_cost_micros: f64,
    }
}

impl Variant {
    /// A variant to register.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// Baseline or retired.
        flags: VariantFlags;
        /// Model tier.
        tier: u32;
        /// Expected cost of one task, in millionths of a currency unit.
        cost_micros: i64;
    }

    /// Whether it is kept out by the safety check or an operator.
    pub fn blocked(&self) -> bool {
        self.blocked != 0
    }
}

c_struct! {
    /// An agent as the state knows it.
    Agent = "remora_agent" {
        pub(crate) flags: u32,
        /// The agent.
        pub agent: AgentId,
        /// Its category.
        pub category: CategoryId,
        /// How many variants it has.
        pub variant_count: u32,
        /// The variant trusted today.
        pub baseline_variant: u32,
        /// What route falls back to now.
        pub safe_variant: u32,
        /// The running rollout, or none.
        pub rollout: RolloutId,
        /// Bit i: variant i is kept out.
        pub blocked_variants: u64,
        /// Bit i: variant i is retired.
        pub retired_variants: u64,
    }
}

impl State {
    /// Finds or creates the id of a category, task type, label or metric.
    ///
    /// ```
    /// # fn main() -> remora::Result<()> {
    /// # let directory = std::env::temp_dir().join(format!("remora-names-{}", std::process::id()));
    /// # let state = remora::Options::new().states(256).ledger_slots(1024).open(&directory)?;
    /// let task_type: remora::TaskTypeId = state.intern("api-design")?;
    /// assert_eq!(state.find::<remora::TaskTypeId>("api-design")?, task_type);
    /// assert_eq!(state.name_of(task_type)?, "api-design");
    /// # state.close()?;
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    pub fn intern<I: Id>(&self, name: &str) -> Result<I> {
        self.intern_as(kind_of::<I>()?, name).map(|id| I::from_raw(id.raw()))
    }

    /// The same with a kind that is known at run time only.
    pub fn intern_as(&self, kind: Kind, name: &str) -> Result<NameId> {
        self.handle.id(|f, handle, id, error| unsafe {
            (f.intern)(handle, kind.0, name.as_ptr().cast(), name.len() as u64, id, error)
        })
    }

    /// Finds the id of a name, agents and rollouts included, without creating it.
    pub fn find<I: Id>(&self, name: &str) -> Result<I> {
        self.find_as(kind_of::<I>()?, name).map(|id| I::from_raw(id.raw()))
    }

    /// The same with a kind that is known at run time only.
    pub fn find_as(&self, kind: Kind, name: &str) -> Result<NameId> {
        self.handle.id(|f, handle, id, error| unsafe {
            (f.find)(handle, kind.0, name.as_ptr().cast(), name.len() as u64, id, error)
        })
    }

    /// The text of an id.
    pub fn name_of(&self, id: impl Id) -> Result<String> {
        let id = id.any();
        self.handle.text(|f, handle, buffer, capacity, needed, error| unsafe {
            (f.name_of)(handle, id, buffer, capacity, needed, error)
        })
    }

    /// Registers an agent, or finds it. Without a category ([`CategoryId::NONE`]) it is in "general".
    pub fn agent_register(&self, name: &str, category: CategoryId) -> Result<AgentId> {
        self.handle.id(|f, handle, id, error| unsafe {
            (f.agent_register)(handle, name.as_ptr().cast(), name.len() as u64, category.any(), id, error)
        })
    }

    /// Registers a variant of an agent, or finds it by its name and takes over tier, cost and flags.
    pub fn variant_register(&self, agent: AgentId, name: &str, variant: &Variant) -> Result<Variant> {
        let mut filled = Variant { agent, ..*variant };
        self.handle.ask(|f, handle, error| unsafe {
            (f.variant_register)(handle, name.as_ptr().cast(), name.len() as u64, &mut filled, error)
        })?;
        Ok(filled)
    }

    /// Registers an agent and its variants; the first is the baseline when the agent is new. Existing ones stay.
    pub fn agent_define(&self, agent: &str, variants: &[&str]) -> Result<AgentId> {
        let agent = c_string(agent, "an agent's name")?;
        let variants = c_string(&variants.join(","), "a variant's name")?;
        self.handle.id(|f, handle, id, error| unsafe {
            (f.agent_define)(handle, agent.as_ptr(), variants.as_ptr(), id, error)
        })
    }

    /// The name of a variant.
    pub fn variant_name(&self, agent: AgentId, variant: u32) -> Result<String> {
        let functions = self.functions();
        text(|buffer, capacity, needed| unsafe {
            (functions.variant_name)(self.raw_handle(), agent.any(), variant, buffer, capacity, needed)
        })
        .map_err(|code| Error::of_code(functions, code))
    }

    /// The index of a variant within its agent, by its name. To be asked once, not for each task.
    pub fn variant_index(&self, agent: AgentId, name: &str) -> Result<u32> {
        for variant in 0..self.agent_info(agent)?.variant_count {
            if self.variant_name(agent, variant)? == name {
                return Ok(variant);
            }
        }
        let text =
            format!("{} has no variant '{name}'. Register it with variant_register.", self.name_of(agent)?);
        Err(Error::new(Status::NOT_FOUND, text))
    }

    /// Reads one agent.
    pub fn agent_info(&self, agent: AgentId) -> Result<Agent> {
        self.handle.fill(|f, handle, info: *mut Agent, error| unsafe {
            (*info).agent = agent;
            (f.agent_info)(handle, info, error)
        })
    }

    /// Reads one variant.
    pub fn variant_info(&self, agent: AgentId, variant: u32) -> Result<Variant> {
        self.handle.fill(|f, handle, info: *mut Variant, error| unsafe {
            (*info).agent = agent;
            (*info).variant = variant;
            (f.variant_info)(handle, info, error)
        })
    }

    /// Lists the ids of a kind.
    pub fn list_names(&self, kind: Kind) -> Listing<'_, NameId> {
        Listing::new(0, move |cursor, ids| self.list_names_into(kind, cursor, ids))
    }

    /// Writes ids of a kind from place `cursor` on and moves it; 0 is the end. Begin with 0.
    pub fn list_names_into(&self, kind: Kind, cursor: &mut u64, ids: &mut [NameId]) -> Result<usize> {
        self.handle.page(|f, handle, count| unsafe {
            (f.list_names)(handle, kind.0, cursor, ids.as_mut_ptr(), ids.len() as u32, count)
        })
    }
}

fn kind_of<I: Id>() -> Result<Kind> {
    I::KIND.ok_or_else(|| {
        Error::new(
            Status::INVALID,
            "a NameId does not say of which kind the name is: use intern_as or find_as".to_owned(),
        )
    })
}
