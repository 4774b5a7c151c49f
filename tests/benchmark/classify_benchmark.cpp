// Finding a task's type from 2 KB of text and ten file names, with the default rules.
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "benchmark/harness/register.hpp"
#include "benchmark/harness/works.hpp"
#include "benchmark/subjects/plugin.hpp"

namespace remora::bench {
namespace {

constexpr std::size_t kTextBytes = 2'048;
constexpr std::size_t kFiles = 10;

// What a user writes to an agent. Texts of a round are made of these in random order, so no two are alike.
constexpr std::array<std::string_view, 16> kSentences = {
    "The endpoint for listing invoices answers 500 when the page number is past the end. ",
    "Please add unit tests for the parser; coverage of the error paths is below what we agreed on. ",
    "We see the p99 latency of the search service climb after each deployment, and nobody knows why. ",
    "Refactor the billing module so that the tax rules live in one place. ",
    "The migration that adds an index to the orders table takes a lock for minutes; make it online. ",
    "Our users report that the login button is covered by the banner on small screens. ",
    "Write down in the README how to run the whole thing on a laptop. ",
    "The container image has a known vulnerability in its TLS library; upgrade it and check the rest. ",
    "I am not sure what is wrong, but since yesterday the numbers on the dashboard do not add up. ",
    "Set up a pipeline that builds, tests and publishes a release when a tag is pushed. ",
    "The null pointer exception in the order handler comes back every time two requests arrive at once. ",
    "Design the API of the new notification service and describe it in OpenAPI. ",
    "Keep the behaviour as it is, do not touch the public functions, and explain what you changed. ",
    "There is a customer waiting for this, so a small and safe change is better than a large one. ",
    "The training job runs out of memory when the batch size is above sixty-four. ",
    "Make sure that the terraform plan shows no change to the production network. ",
};

constexpr std::array<std::string_view, 16> kFileNames = {"src/api/invoices/list_handler.py",
                                                         "tests/api/test_invoices.py",
                                                         "migrations/0042_orders_index.sql",
                                                         "web/components/LoginButton.tsx",
                                                         "docs/getting-started.md",
                                                         "Dockerfile",
                                                         "infra/network/main.tf",
                                                         ".github/workflows/release.yml",
                                                         "services/search/ranking.go",
                                                         "lib/billing/tax_rules.rb",
                                                         "src/orders/order_handler.java",
                                                         "openapi/notifications.yaml",
                                                         "models/train/config_large.json",
                                                         "web/styles/banner.css",
                                                         "include/parser/lexer.h",
                                                         "scripts/rotate_keys.sh"};

class ClassifyWork {
 public:
  static constexpr std::size_t kBlock = 32;
  ClassifyWork(Plugin& plugin, std::uint64_t seed)
      : api_(plugin_api()), handle_(plugin.handle()), random_(seed * 2 + 1) {
    result_.struct_size = sizeof result_;
  }

  void prepare() {
    if (failed_) throw std::runtime_error("a text was not classified");
    for (Item& item : items_) make(item);
  }
  void perform(std::size_t i) {
    const Item& item = items_[i];
    const std::int32_t code =
        api_.classify(handle_, item.arena.data(), item.arena.size(), &item.text, &result_, nullptr);
    failed_ = failed_ || code != REMORA_OK || result_.task_type == 0;
  }

 private:
  struct Item {
    std::string arena;
    remora_text text;
  };

  void make(Item& item) {
    item.arena.clear();
    while (item.arena.size() < kTextBytes) {
      item.arena += kSentences[random_.below(static_cast<std::uint32_t>(kSentences.size()))];
    }
    item.arena.resize(kTextBytes);
    for (std::size_t file = 0; file < kFiles; ++file) {
      if (file > 0) item.arena += '\n';
      item.arena += kFileNames[random_.below(static_cast<std::uint32_t>(kFileNames.size()))];
    }
    item.text = {};
    item.text.struct_size = sizeof item.text;
    item.text.text_size = kTextBytes;
    item.text.files_size = item.arena.size() - kTextBytes;
  }

  const remora_api& api_;
  std::uint64_t handle_;
  Random random_;
  std::array<Item, kBlock> items_{};
  remora_classification result_{};
  bool failed_ = false;
};

const bool kRegistered = [] {
  for (const Workers workers : {Workers::kOneThread, Workers::kTwoThreads, Workers::kTwoProcesses}) {
    register_work<ClassifyWork, Plugin>("classify_2k_and_10_files", "remora", 1'000, workers);
  }
  return true;
}();

}  // namespace
}  // namespace remora::bench
