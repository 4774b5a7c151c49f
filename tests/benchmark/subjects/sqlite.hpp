// SQLite as a user would take it for this: write-ahead log, synchronous=NORMAL, one row a cell, prepared
// statements, one connection a thread, the file mapped and the cache large enough for all of it.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmark/harness/folder.hpp"
#include "benchmark/harness/workload.hpp"

namespace remora::bench {

class Sqlite {
 public:
  explicit Sqlite(Scale scale)
      : scale_(scale), folder_("sqlite"), file_((folder_.path() / "q.sqlite").string()) {
    fill();
  }

  void open() {}  // each session has its own connection
  void close() {}
  const Scale& scale() const { return scale_; }
  const std::string& file() const { return file_; }

  static void check(int code) {
    if (code != SQLITE_OK) throw std::runtime_error(std::string("SQLite: ") + sqlite3_errstr(code));
  }
  static void execute(sqlite3* connection, const char* statement) {
    check(sqlite3_exec(connection, statement, nullptr, nullptr, nullptr));
  }

  sqlite3* connect() const {
    sqlite3* connection = nullptr;
    check(sqlite3_open_v2(file_.c_str(), &connection,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr));
    sqlite3_busy_timeout(connection, 10'000);
    execute(connection, "PRAGMA journal_mode=WAL");
    execute(connection, "PRAGMA synchronous=NORMAL");
    execute(connection, "PRAGMA mmap_size=2000000000");
    execute(connection, "PRAGMA cache_size=-200000");
    return connection;
  }

  // A copy by the backup interface, checked afterwards as SQLite does it.
  void back_up(const std::string& to) const {
    sqlite3* from = connect();
    sqlite3* copy = nullptr;
    check(sqlite3_open(to.c_str(), &copy));
    sqlite3_backup* backup = sqlite3_backup_init(copy, "main", from, "main");
    while (sqlite3_backup_step(backup, 1'024) == SQLITE_OK) {
    }
    check(sqlite3_backup_finish(backup));
    sqlite3_close(from);
    execute(copy, "PRAGMA quick_check");
    sqlite3_close(copy);
  }

  class Session {
   public:
    using Key = State;
    explicit Session(Sqlite& store, std::uint64_t seed) : random_(seed), connection_(store.connect()) {
      check(sqlite3_prepare_v2(connection_, "SELECT variant, q FROM q_values WHERE state=?", -1, &select_,
                               nullptr));
      check(sqlite3_prepare_v2(
          connection_, "UPDATE q_values SET q=q+0.1*(?3-q), visits=visits+1 WHERE state=?1 AND variant=?2",
          -1, &update_, nullptr));
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() {
      sqlite3_finalize(select_);
      sqlite3_finalize(update_);
      sqlite3_close(connection_);
    }

    void set_key(Key& key, State state) const { key = state; }

    std::uint32_t route(const Key& state) {
      float q[kVariants] = {};
      check(sqlite3_bind_int64(select_, 1, static_cast<sqlite3_int64>(key_of(state))));
      int code = SQLITE_ROW;
      while ((code = sqlite3_step(select_)) == SQLITE_ROW) {
        q[sqlite3_column_int(select_, 0)] = static_cast<float>(sqlite3_column_double(select_, 1));
      }
      sqlite3_reset(select_);
      if (code != SQLITE_DONE) check(code);
      return choose(q, random_);
    }

    void record(const Key& state, std::uint32_t variant, float reward) {
      check(sqlite3_bind_int64(update_, 1, static_cast<sqlite3_int64>(key_of(state))));
      check(sqlite3_bind_int64(update_, 2, variant));
      check(sqlite3_bind_double(update_, 3, static_cast<double>(reward)));
      int code = SQLITE_BUSY;
      while ((code = sqlite3_step(update_)) == SQLITE_BUSY) sqlite3_reset(update_);
      sqlite3_reset(update_);
      if (code != SQLITE_DONE) check(code);
    }

   private:
    Random random_;
    sqlite3* connection_ = nullptr;
    sqlite3_stmt* select_ = nullptr;
    sqlite3_stmt* update_ = nullptr;
  };

 private:
  void fill() {
    sqlite3* connection = connect();
    execute(connection,
            "CREATE TABLE q_values(state INTEGER, variant INTEGER, q REAL, visits INTEGER, "
            "PRIMARY KEY(state, variant)) WITHOUT ROWID");
    std::vector<sqlite3_int64> keys(scale_.states());
    for (std::uint32_t index = 0; index < scale_.states(); ++index) {
      keys[index] = static_cast<sqlite3_int64>(key_of(scale_.state(index)));
    }
    std::sort(keys.begin(), keys.end());
    execute(connection, "BEGIN");
    sqlite3_stmt* insert = nullptr;
    check(sqlite3_prepare_v2(connection, "INSERT INTO q_values VALUES(?,?,?,1)", -1, &insert, nullptr));
    Random random(3);
    for (const sqlite3_int64 key : keys) {
      for (std::uint32_t variant = 0; variant < kVariants; ++variant) {
        sqlite3_bind_int64(insert, 1, key);
        sqlite3_bind_int64(insert, 2, variant);
        sqlite3_bind_double(insert, 3, static_cast<double>(random.reward()));
        if (sqlite3_step(insert) != SQLITE_DONE) throw std::runtime_error("SQLite: insert failed");
        sqlite3_reset(insert);
      }
    }
    sqlite3_finalize(insert);
    execute(connection, "COMMIT");
    execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    check(sqlite3_close(connection));
  }

  Scale scale_;
  Folder folder_;
  std::string file_;
};

}  // namespace remora::bench
