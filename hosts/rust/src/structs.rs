//! The structs of the headers: conventions that all of them share, and what defines one.

use std::mem::MaybeUninit;

/// A struct of the headers.
///
/// # Safety
/// It has the layout of C, `struct_size: u32` first, and all bytes zero is a value of it.
pub unsafe trait Struct: Copy {
    /// Its name in C.
    const NAME: &'static str;
    /// Name, C type and offset of each field.
    #[cfg(test)]
    fn layout() -> Vec<(&'static str, String, usize)>;
}

/// A struct that is zero but for its size.
#[inline]
pub(crate) fn sized<T: Struct>() -> T {
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: see Struct.
    unsafe {
        value.as_mut_ptr().cast::<u32>().write(std::mem::size_of::<T>() as u32);
        value.assume_init()
    }
}

/// Defines a struct of the headers, with its size in front.
macro_rules! c_struct {
    ($(#[$doc:meta])* $name:ident = $c_name:literal {
        $($(#[$field_doc:meta])* $visibility:vis $field:ident: $kind:ty,)*
    }) => {
        $(#[$doc])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            pub(crate) struct_size: u32,
            $($(#[$field_doc])* $visibility $field: $kind,)*
        }
        impl Default for $name {
            #[inline]
            fn default() -> Self {
                crate::structs::sized()
            }
        }
        // SAFETY: repr(C) of numbers.
        unsafe impl crate::structs::Struct for $name {
            const NAME: &'static str = $c_name;
            #[cfg(test)]
            fn layout() -> Vec<(&'static str, String, usize)> {
                let it = Self::default();
                let start = &it as *const Self as usize;
                vec![
                    ("struct_size", crate::declarations::c_type(&it.struct_size), 0),
                    $((stringify!($field), crate::declarations::c_type(&it.$field),
                       &it.$field as *const $kind as usize - start),)*
                ]
            }
        }
    };
}
pub(crate) use c_struct;

/// Methods that set one field each, for structs that go into a call.
macro_rules! setters {
    ($($(#[$doc:meta])* $field:ident: $kind:ty;)*) => {
        $($(#[$doc])*
        #[must_use]
        #[inline]
        pub fn $field(mut self, $field: $kind) -> Self {
            self.$field = $field.into();
            self
        })*
    };
}
pub(crate) use setters;
