// Remora for Node: which variant of an agent should take a task, and learning from how it went.
'use strict';

const { Library, load, open } = require('./library.js');
const { Pending } = require('./agents.js');
const { RemoraError } = require('./errors.js');
const { State } = require('./state.js');
const { unitKey } = require('./unit_key.js');

module.exports = { ...require('./constants.js'), Library, Pending, RemoraError, State, load, open, unitKey };
