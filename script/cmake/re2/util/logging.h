// Stands in for RE2's header of this name, which writes to stderr, whatever RE2::Options::log_errors says,
// when memory runs out. The terminal is the host's: nothing is said, and what would have been said is not
// worked out. RE2 answers the same either way.
#ifndef UTIL_LOGGING_H_
#define UTIL_LOGGING_H_

#include <assert.h>
#include <stdlib.h>

#include <ostream>
#include <sstream>

#include "util/util.h"

#define DCHECK(condition) assert(condition)
#define DCHECK_EQ(left, right) assert((left) == (right))
#define DCHECK_NE(left, right) assert((left) != (right))
#define DCHECK_LE(left, right) assert((left) <= (right))
#define DCHECK_LT(left, right) assert((left) < (right))
#define DCHECK_GE(left, right) assert((left) >= (right))
#define DCHECK_GT(left, right) assert((left) > (right))

#define CHECK(condition) ((condition) ? (void)0 : abort())
#define CHECK_EQ(left, right) CHECK((left) == (right))

struct NothingSaid {
  template <class Value>
  const NothingSaid& operator<<(const Value&) const {
    return *this;
  }
};

#define LOG(severity) \
  if (true) {         \
  } else              \
    NothingSaid()

#endif  // UTIL_LOGGING_H_
