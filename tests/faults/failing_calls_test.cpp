// Every system call that the plugin makes fails, in every way that it can, once and from then on: the host
// lives, has a code and a text for it, a variant that may run, and all that was acknowledged; and when the
// fault is over, so is the trouble.
//
//   REMORA_FAULT=<text>             one fault alone, as a failure names it
//   REMORA_FAULT_OCCURRENCES=<n>    strike at the first n calls of each site (default 1)
//   REMORA_FAULT_EVERY=<n>          every n-th fault of them, from a random one on (default: 5 to 10, so that
//                                   there are about 800; 1 = all)
//   REMORA_SEED=<number>            ... from that one on
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "abi/plugin.hpp"
#include "faults/scenarios.hpp"
#include "faults/trial.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

constexpr uint32_t kAtOnce = 4;        // sessions, which wait for the kernel rather than for a processor
constexpr uint64_t kMostTrials = 800;  // of one scenario, where nothing else is asked for
constexpr int kErrors[] = {ENOSPC, EIO, EINTR, EACCES, EMFILE, ENOMEM, EAGAIN};

struct Case {
  Fault fault;
  uint32_t site = 0;
};

std::string text_of(const Case& c, const SiteList& sites) {
  const Fault& fault = c.fault;
  return text_of(sites.sites[c.site]) + (fault.os_errno == Fault::kShort ? " falls short" : "") +
         (fault.os_errno > 0 ? std::string(": ") + std::strerror(fault.os_errno) : "") +
         (fault.lasting ? ", from then on" : ", once") +
         (fault.occurrence > 1 ? ", at call " + std::to_string(fault.occurrence) : "");
}

// A session in a process of its own.
class Trial {
 public:
  // With a fault, or to list the sites.
  Trial(const Scenario& scenario, const Fault* fault, SiteList* sites, Board& board)
      : board_(board), folder_(fast_folder()) {
    pid_ = start_trial(board_, [&] { use(scenario, fault, sites); });
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial() = default;

  const Board& board() const { return board_; }

  // What must not be; empty when all is well.
  std::string wait() {
    const std::string complaint = finish_trial(board_, pid_);
    remove_live_files();
    return complaint;
  }

 private:
  std::string state() const { return folder_.path() + "/state"; }

  // Those that are kept in memory lie elsewhere, under the number of the folder.
  void remove_live_files() const {
    struct stat status {};
    if (stat(state().c_str(), &status) == 0) {
      char name[64];
      std::snprintf(name, sizeof name, "/dev/shm/remora-%llx-%llx",
                    static_cast<unsigned long long>(status.st_dev),
                    static_cast<unsigned long long>(status.st_ino));
      std::error_code ignored;
      std::filesystem::remove_all(name, ignored);
    }
  }

  void use(const Scenario& scenario, const Fault* fault, SiteList* sites) {
    Session session(
        abi_test::plugin(), board_,
        {state(), scenario.flags, scenario.durability, end_faults, fault_lasts, scenario.service});
    if (fault == nullptr) {
      list_sites(sites);
    } else {
      inject(*fault);
    }
    scenario.run(session);
    session.expect_full_service();
    session.expect_nothing_lost(scenario.keeps_values);
    session.close();
    session.expect_nothing_lost(scenario.keeps_values);
    session.expect_full_service();
    session.close();
    board_.spoilt += calls_spoilt();
  }

  Board& board_;
  TempDir folder_;
  pid_t pid_ = -1;
};

std::vector<Case> cases_of(const SiteList& sites) {
  const uint64_t occurrences = number_from("REMORA_FAULT_OCCURRENCES", 1);
  std::vector<Case> cases;
  for (uint32_t i = 0; i < sites.count; ++i) {
    const Site& site = sites.sites[i];
    for (uint32_t occurrence = 1; occurrence <= std::min<uint64_t>(site.calls, occurrences); ++occurrence) {
      for (const bool lasting : {false, true}) {
        for (const int error : kErrors) {
          cases.push_back({{site.function, site.id, occurrence, error, lasting}, i});
        }
        if (can_fall_short(site.function)) {
          cases.push_back({{site.function, site.id, occurrence, Fault::kShort, lasting}, i});
        }
      }
    }
  }
  return cases;
}

// One scenario with each of its faults, a few sessions at a time.
class Campaign {
 public:
  explicit Campaign(const Scenario& scenario) : scenario_(scenario) {
    std::generate(std::begin(boards_), std::end(boards_), new_shared<Board>);
  }

  // The sites that the scenario reaches (some only now and then: called again, it adds what it had missed),
  // and all that can go wrong there.
  std::string prepare() {
    std::string complaint = Trial(scenario_, nullptr, &sites_, *boards_[0]).wait();
    if (complaint.empty() && boards_[0]->errors != 0) {
      complaint = std::to_string(boards_[0]->errors) + " calls answered an error";
    }
    cases_ = cases_of(sites_);
    return complaint;
  }

  size_t size() const { return cases_.size(); }

  // The fault of this text, or size().
  uint32_t find(const std::string& text) const {
    const auto named = [&](const Case& c) { return text_of(c, sites_) == text; };
    return static_cast<uint32_t>(std::find_if(cases_.begin(), cases_.end(), named) - cases_.begin());
  }

  void start(uint32_t number) {
    if (running_.size() == kAtOnce) {
      finish_oldest();
    }
    Board& board = *boards_[tried_++ % kAtOnce];
    running_.emplace_back(number, std::make_unique<Trial>(scenario_, &cases_[number].fault, nullptr, board));
  }

  void finish() {
    while (!running_.empty()) {
      finish_oldest();
    }
  }

  void print() const {
    std::set<uint32_t> places;
    uint64_t calls = 0;
    for (uint32_t i = 0; i < sites_.count; ++i) {
      places.insert(sites_.sites[i].frames[0]);
      calls += sites_.sites[i].calls;
    }
    std::printf(
        "%s: %llu calls from %u sites at %zu places in the code; %zu sites struck by %u of %zu faults, "
        "%u failed\n",
        scenario_.name, static_cast<unsigned long long>(calls), sites_.count.load(), places.size(),
        struck_.size(), tried_, cases_.size(), failed_);
  }

  size_t sites() const { return sites_.count; }

  // Some sites are reached now and then, as when a thread of the plugin's comes to run: those not struck yet
  // are tried again, by all their faults in turn. What is left is named.
  std::string strike_the_rest() {
    constexpr int kAttempts = 40;
    std::string left;
    for (uint32_t site = 0; site < sites_.count; ++site) {
      const auto first =
          std::find_if(cases_.begin(), cases_.end(), [&](const Case& c) { return c.site == site; });
      const auto last = std::find_if(first, cases_.end(), [&](const Case& c) { return c.site != site; });
      for (int i = 0; i < kAttempts && !struck_.contains(site); ++i) {
        start(static_cast<uint32_t>(first - cases_.begin() + i % (last - first)));
        finish();
      }
      if (!struck_.contains(site)) {
        left += text_of(sites_.sites[site]) + "\n";
      }
    }
    return left;
  }

 private:
  void finish_oldest() {
    const auto [number, trial] = std::move(running_.front());
    running_.pop_front();
    const std::string complaint = trial->wait();
    if (trial->board().spoilt != 0) {
      struck_.insert(cases_[number].site);
    }
    if (!complaint.empty()) {
      ++failed_;
      ADD_FAILURE() << "REMORA_FAULT='" << text_of(cases_[number], sites_) << "': " << complaint;
    }
  }

  const Scenario& scenario_;
  SiteList& sites_ = *new_shared<SiteList>();
  std::vector<Case> cases_;
  Board* boards_[kAtOnce];
  std::deque<std::pair<uint32_t, std::unique_ptr<Trial>>> running_;
  std::set<uint32_t> struck_;
  uint32_t tried_ = 0;
  uint32_t failed_ = 0;
};

// Small enough that each site is struck by one fault at least.
constexpr uint64_t kLargestStep = 10;
uint64_t usual_step(uint64_t faults) { return std::clamp<uint64_t>(faults / kMostTrials, 5, kLargestStep); }

class FailingCalls : public testing::TestWithParam<Scenario> {};

TEST_P(FailingCalls, AreSurvivedOneByOne) {
  watch_plugin(reinterpret_cast<const void*>(abi_test::plugin().route));
  Campaign campaign(GetParam());
  ASSERT_EQ(campaign.prepare(), "") << "without any fault";
  ASSERT_LT(campaign.sites(), SiteList::kMost);
  if (const char* only = std::getenv("REMORA_FAULT")) {
    for (int again = 0; again < 20 && campaign.find(only) == campaign.size(); ++again) {
      ASSERT_EQ(campaign.prepare(), "") << "without any fault";
    }
    ASSERT_LT(campaign.find(only), campaign.size()) << "this session has no such fault";
    campaign.start(campaign.find(only));
    campaign.finish();
    campaign.print();
    return;
  }
  const uint64_t every =
      std::max<uint64_t>(number_from("REMORA_FAULT_EVERY", usual_step(campaign.size())), 1);
  const uint64_t seed = printed_seed();
  for (uint32_t i = 0; i < campaign.size(); ++i) {
    if (i % every == seed % every) {
      campaign.start(i);
    }
  }
  campaign.finish();
  if (every <= kLargestStep) {
    EXPECT_EQ(campaign.strike_the_rest(), "") << "sites that were not reached again";
  }
  campaign.print();
}

INSTANTIATE_TEST_SUITE_P(All, FailingCalls,
                         testing::Values(kLife, kRestores, kKeeper, kMemory, kOperator, kSuccessor),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace remora::test
