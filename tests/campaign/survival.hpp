// What must hold of a state directory whose process died at any instruction: asked through the public ABI by
// a process that opens it anew, and of the raw words after that.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "campaign/host.hpp"
#include "campaign/image.hpp"

namespace remora::campaign {

// What was acknowledged before the process that died began its last call.
struct Promise {
  bool exists = true;                                   // there was a state
  std::vector<std::pair<uint32_t, std::string>> names;  // kind, text
  std::vector<std::string> variants;                    // of kAgent, in order
  uint64_t outcomes = 0;                                // recorded, of all variants
  uint64_t decision = 0;                                // whose outcome the last call reports
  std::vector<uint64_t> snapshots;                      // sequences
};

inline constexpr const char* kAgent = "worker";
inline constexpr const char* kTask = "testing";

class Survivor {
 public:
  // `acknowledged`: the last call had returned.
  Survivor(const Promise& promise, bool acknowledged) : promise_(promise), acknowledged_(acknowledged) {}

  // Opens the folder and goes through everything; `special` asks what belongs to the last call alone and
  // says how many outcomes it recorded; an outcome that is refused since it is there counts as acknowledged.
  // Throws std::runtime_error for the first thing that does not hold.
  template <class Special>
  void go_through(const std::string& folder, const Special& special) {
    {
      Host host(folder, promise_.exists ? static_cast<uint32_t>(REMORA_OPEN_EXISTING) : 0U);
      cells_ = host.cells();
      check_names(host);
      check_agents(host);
      check_snapshots(host);
      retry(host);
      outcomes_ += special(host, acknowledged_ || kept_);
      use(host);
      host.close();
    }
    check_settled(folder);
  }

  // Whether the statistics waited for a record that nobody will finish.
  bool waited() const { return waited_; }

  // As they were when the folder was opened.
  const Cells& cells() const { return cells_; }

 private:
  void check_names(Host& host) const;
  void check_agents(Host& host) const;
  void check_snapshots(Host& host) const;
  void retry(Host& host);
  void use(Host& host);
  void check_settled(const std::string& folder) const;

  const Promise& promise_;
  bool acknowledged_;
  bool kept_ = false;      // the outcome that the last call reports is there: it cannot be reported again
  uint64_t outcomes_ = 0;  // that must be in the statistics
  bool waited_ = false;
  Cells cells_;
};

}  // namespace remora::campaign
