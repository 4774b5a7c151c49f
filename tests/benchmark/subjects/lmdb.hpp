// LMDB as a user would take it for this: a 64-bit integer key, the whole row as the value, no sync, writable
// map. Readers renew one read transaction; an update is a write transaction of its own.
#pragma once

#include <lmdb.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmark/harness/folder.hpp"
#include "benchmark/harness/workload.hpp"

namespace remora::bench {

class Lmdb {
 public:
  explicit Lmdb(Scale scale) : scale_(scale), folder_("lmdb") {
    open();
    fill();
  }
  Lmdb(const Lmdb&) = delete;
  Lmdb& operator=(const Lmdb&) = delete;
  ~Lmdb() { close(); }

  void open() {
    check(mdb_env_create(&environment_));
    check(mdb_env_set_mapsize(environment_, std::size_t{1} << 30));
    check(mdb_env_open(environment_, folder_.path().c_str(), MDB_NOSYNC | MDB_WRITEMAP, 0600));
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    check(mdb_dbi_open(transaction, nullptr, MDB_INTEGERKEY, &database_));
    check(mdb_txn_commit(transaction));
  }
  void close() {
    if (environment_ != nullptr) mdb_env_close(environment_);
    environment_ = nullptr;
  }

  const Scale& scale() const { return scale_; }
  MDB_env* environment() const { return environment_; }

  static void check(int code) {
    if (code != MDB_SUCCESS) throw std::runtime_error(std::string("LMDB: ") + mdb_strerror(code));
  }

  struct Row {
    float q[kVariants];
    std::uint32_t visits[kVariants];
  };

  class Session {
   public:
    using Key = State;
    explicit Session(Lmdb& store, std::uint64_t seed) : store_(store), random_(seed) {
      check(mdb_txn_begin(store.environment_, nullptr, MDB_RDONLY, &reader_));
      mdb_txn_reset(reader_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { mdb_txn_abort(reader_); }

    void set_key(Key& key, State state) const { key = state; }

    std::uint32_t route(const Key& state) {
      std::uint64_t key = key_of(state);
      MDB_val name{sizeof key, &key};
      MDB_val value{};
      check(mdb_txn_renew(reader_));
      check(mdb_get(reader_, store_.database_, &name, &value));
      const std::uint32_t variant = choose(static_cast<const Row*>(value.mv_data)->q, random_);
      mdb_txn_reset(reader_);
      return variant;
    }

    void record(const Key& state, std::uint32_t variant, float reward) {
      std::uint64_t key = key_of(state);
      MDB_val name{sizeof key, &key};
      MDB_val value{};
      MDB_txn* transaction = nullptr;
      check(mdb_txn_begin(store_.environment_, nullptr, 0, &transaction));
      check(mdb_get(transaction, store_.database_, &name, &value));
      Row row = *static_cast<const Row*>(value.mv_data);
      row.q[variant] += kLearningRate * (reward - row.q[variant]);
      ++row.visits[variant];
      MDB_val changed{sizeof row, &row};
      check(mdb_put(transaction, store_.database_, &name, &changed, 0));
      check(mdb_txn_commit(transaction));
    }

   private:
    Lmdb& store_;
    Random random_;
    MDB_txn* reader_ = nullptr;
  };

 private:
  void fill() {
    std::vector<std::uint64_t> keys(scale_.states());
    for (std::uint32_t index = 0; index < scale_.states(); ++index) keys[index] = key_of(scale_.state(index));
    std::sort(keys.begin(), keys.end());
    Random random(3);
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    for (std::uint64_t& key : keys) {
      Row row{};
      for (std::uint32_t variant = 0; variant < kVariants; ++variant) {
        row.q[variant] = random.reward();
        row.visits[variant] = 1;
      }
      MDB_val name{sizeof key, &key};
      MDB_val value{sizeof row, &row};
      check(mdb_put(transaction, database_, &name, &value, MDB_APPEND));
    }
    check(mdb_txn_commit(transaction));
    check(mdb_env_sync(environment_, 1));
  }

  Scale scale_;
  Folder folder_;
  MDB_env* environment_ = nullptr;
  MDB_dbi database_ = 0;
};

}  // namespace remora::bench
