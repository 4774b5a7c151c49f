//! Ids: agents, task types and so on as types that cannot be confused.

use crate::numbers::numbers;

numbers! {
    /// Kinds of names (types.h).
    Kind(u32) = "REMORA_KIND_" {
        /// A group of agents ("testing").
        CATEGORY = 1,
        /// A named worker ("backend-architect").
        AGENT = 2,
        /// The class of a task ("api-design").
        TASK_TYPE = 3,
        /// A context label ("lang=rust").
        LABEL = 4,
        /// A metric of the host's own ("lint_warnings").
        METRIC = 5,
        /// A rollout plan ("prompt-v2").
        ROLLOUT = 6,
    }
}

/// An id of a name. Ids are stable for the life of a state directory and differ between directories.
pub trait Id: Copy {
    /// The kind of its names; none where it may be of any.
    const KIND: Option<Kind>;
    /// From the number that C has for it. Whether there is such a name is seen where it is used.
    fn from_raw(raw: u32) -> Self;
    /// The number that C has for it.
    fn raw(self) -> u32;
    /// The same without its kind.
    #[inline]
    fn any(self) -> NameId {
        NameId(self.raw())
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:expr) => {
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u32);

        impl $name {
            /// No name; also what `default()` gives.
            pub const NONE: Self = Self(0);

            /// Whether it names nothing.
            #[inline]
            pub fn is_none(self) -> bool {
                self.0 == 0
            }
        }

        impl Id for $name {
            const KIND: Option<Kind> = $kind;
            #[inline]
            fn from_raw(raw: u32) -> Self {
                Self(raw)
            }
            #[inline]
            fn raw(self) -> u32 {
                self.0
            }
        }

        #[cfg(test)]
        impl crate::declarations::CType for $name {
            fn c_type() -> String {
                "remora_id".to_owned()
            }
        }
    };
}

id! {
    /// A name of any kind.
    NameId, None
}
id! {
    /// A group of agents.
    CategoryId, Some(Kind::CATEGORY)
}
id! {
    /// An agent: a named worker of the host.
    AgentId, Some(Kind::AGENT)
}
id! {
    /// The class of a task.
    TaskTypeId, Some(Kind::TASK_TYPE)
}
id! {
    /// A context label of a task.
    LabelId, Some(Kind::LABEL)
}
id! {
    /// A metric of the host's own.
    MetricId, Some(Kind::METRIC)
}
id! {
    /// A rollout.
    RolloutId, Some(Kind::ROLLOUT)
}

impl NameId {
    /// The kind of name that it is of.
    pub fn kind(self) -> Kind {
        Kind(self.0 >> 24)
    }
}

/// One decision; its outcome is reported under it. Below 2^53.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DecisionId(u64);

impl DecisionId {
    /// A decision that is not tracked.
    pub const NONE: Self = Self(0);

    /// From a number that was kept, in a queue or a database for instance.
    #[inline]
    pub fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    /// The number to keep.
    #[inline]
    pub fn raw(self) -> u64 {
        self.0
    }

    /// Whether the decision is not tracked.
    #[inline]
    pub fn is_none(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
impl crate::declarations::CType for DecisionId {
    fn c_type() -> String {
        "uint64_t".to_owned()
    }
}
