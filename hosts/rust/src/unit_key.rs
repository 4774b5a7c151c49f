//! Keys for units that have names (unit_key.h).

/// The `unit_key` of a name, such as a user's id: FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv) of its
/// bytes in UTF-8, and 1 where that is 0, for 0 means no unit. The same in every host language.
///
/// ```
/// assert_eq!(remora::unit_key("user-42"), 0x32c6_d7a5_4d35_dacb);
/// ```
pub fn unit_key(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    hash.max(1)
}
