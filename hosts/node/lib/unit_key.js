'use strict';

const HIGH = 0x100000000;

/**
 * The unitKey of a name, such as a user's id: FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv) of its bytes in UTF-8, and 1 where
 * that is 0, for 0 means no unit. The same in every host language.
 */
function unitKey(name) {
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (const byte of Buffer.from(name)) {
    // Times the prime, 2^40 + 0x1b3, in halves: 32 bits times 0x1b3 stay exact.
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / HIGH) + (mixed << 8)) >>> 0;
    low = product >>> 0;
  }
  return (BigInt(high) << 32n | BigInt(low)) || 1n;
}

module.exports = { unitKey };
