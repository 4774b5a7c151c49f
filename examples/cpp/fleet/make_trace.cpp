// Makes a trace file from the demo's simulated world, in which every variant can be asked about every task.
#include <fstream>
#include <string_view>

#include "screen.hpp"
#include "tasks.hpp"
#include "trace.hpp"
#include "world.hpp"

namespace fleet {
namespace {

constexpr uint32_t kAgent = 2;  // coverage-analyzer: three variants

std::string one_line(std::string_view files) {
  std::string line(files);
  for (char& letter : line) {
    letter = letter == '\n' ? ' ' : letter;
  }
  return line;
}

}  // namespace

bool write_trace(const std::string& path, uint64_t seed, uint32_t rows) {
  std::ofstream file(path, std::ios::binary);
  const AgentSpec& spec = agents()[kAgent];
  file << "task\ts_type\ts_sub\ts_level\tfiles\ttext";
  for (uint32_t v = 0; v < spec.variants; ++v) {
    const char* name = variants()[v].name;
    file << "\tok:" << name << "\tq:" << name << "\tcost:" << name;
  }
  file << '\n';
  Dice dice(seed);
  for (uint32_t i = 0; i < rows; ++i) {
    WorldTask task = next_task(dice);
    task.agent = kAgent;
    task.kind = spec.kinds[dice.below(4)];
    const TaskText words = write_task(task.kind, task.large, dice);
    // Without a type: replaying has the text and the files classified.
    file << "sample/" << i << "\t\t\t" << (task.large ? "large" : "small") << '\t' << one_line(words.files)
         << '\t' << words.text;
    for (uint32_t v = 0; v < spec.variants; ++v) {
      const Truth truth = run_task(kAgent, task, v, 0, {}, dice);
      file << text("\t%d\t%.2f\t%.6f", truth.success ? 1 : 0, truth.quality,
                   static_cast<double>(truth.cost_micros) * 1e-6);
    }
    file << '\n';
  }
  file.close();
  return file.good();
}

}  // namespace fleet
