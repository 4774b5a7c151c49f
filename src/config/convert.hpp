// From the tables of a parsed configuration to settings.
#pragma once

#include "config/reader.hpp"
#include "config/settings.hpp"

namespace remora::config::json {
struct Config;
struct LearningOverride;
struct Safety;
struct Rollout;
}  // namespace remora::config::json

namespace remora::config {

// Takes over all that is given; the reader knows afterwards whether something was out of range. What concerns
// several values at once is left to check.hpp. Throws std::bad_alloc.
void convert(const json::Config& config, Reader& reader, Settings* settings);

// Parts of it, each in a file of its own.
void convert_overrides(const json::LearningOverride* learning, const json::Safety* safety, Reader& reader,
                       Overrides* overrides);
void convert_agents(const json::Config& config, Reader& reader, Settings* settings);
void convert_learning(const json::Config& config, Reader& reader, Settings* settings);
void convert_safety(const json::Config& config, Reader& reader, Settings* settings);
void convert_rollout(const json::Rollout& rollout, Reader& reader, rollout::Settings* settings);

}  // namespace remora::config
