// What goes into the calls and what comes out of them, in a file for each C header. Fields are those of the C structs, whose headers explain them.
export * from './values/open.js';
export * from './values/names.js';
export * from './values/route.js';
export * from './values/outcome.js';
export * from './values/safety.js';
export * from './values/rollout.js';
export * from './values/snapshot.js';
export * from './values/operate.js';
export * from './values/observe.js';
export * from './values/learning.js';
