// What is thrown when the library answers with an error.
'use strict';

const { Status } = require('./constants.js');

/** A call failed. The message is the library's: what was wrong, with which value, and what to do. */
class RemoraError extends Error {
  constructor(message, code = Status.INTERNAL, osErrno = 0) {
    super(message);
    this.name = 'RemoraError';
    this.status = code;
    /** Name of the status code, as Node's own errors have one: "REMORA_E_NOT_FOUND". */
    const name = Object.keys(Status).find((key) => Status[key] === code);
    this.code = name ? `REMORA_E_${name}` : `REMORA_E_${-code}`;
    this.osErrno = osErrno;
  }
}

module.exports = { RemoraError };
