//! Enumerations and flags of the headers as types of their own. A newer library may answer with numbers that
//! are not named here, so each type holds any number; its constants name those that are known.

/// Defines a type for the numbers of one C enumeration.
macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident($number:ty) = $prefix:literal { $($(#[$constant_doc:meta])* $constant:ident = $value:expr,)* }) => {
        $(#[$doc])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub $number);

        impl $name {
            $($(#[$constant_doc])* pub const $constant: Self = Self($value);)*

            /// Its name in the headers; none where this crate knows none.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$constant => Some(concat!($prefix, stringify!($constant))),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($name), "({})"), self.0),
                }
            }
        }

        #[cfg(test)]
        impl crate::declarations::CType for $name {
            fn c_type() -> String {
                <$number as crate::declarations::CType>::c_type()
            }
        }

        #[cfg(test)]
        #[allow(dead_code)] // one that stands in no header is compared with none
        impl $name {
            pub(crate) const ALL: &'static [(&'static str, i64)] =
                &[$((concat!($prefix, stringify!($constant)), $value as i64),)*];
        }
    };
}
pub(crate) use numbers;

/// Defines a type for the bits of one C enumeration of flags.
macro_rules! flags {
    ($(#[$doc:meta])* $name:ident = $prefix:literal { $($(#[$constant_doc:meta])* $constant:ident = $bit:expr,)* }) => {
        crate::numbers::numbers! {
            $(#[$doc])*
            $name(u32) = $prefix { $($(#[$constant_doc])* $constant = 1 << $bit,)* }
        }

        impl $name {
            /// Whether all bits of `other` are set.
            #[inline]
            pub fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;
            #[inline]
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }
    };
}
pub(crate) use flags;
