// Agents with their variants, and categories.
#include "config/convert.hpp"
#include "config_generated.h"

namespace remora::config {
namespace {

using TextPointer = const flatbuffers::String*;

base::String text_of(TextPointer text) {
  return text == nullptr ? base::String() : base::String(text->c_str(), text->size());
}

// One that must be there. What makes a good name is for check.hpp to say.
base::String required_name(TextPointer name, Reader& reader) {
  if (name == nullptr) {
    reader.refuse("name", "not given", "must be a name");
  }
  return text_of(name);
}

Variant convert_variant(const json::Variant& variant, Reader& reader) {
  Variant out;
  out.name = required_name(variant.name(), reader);
  reader.whole("tier", variant.tier(), 0, 1'000'000, &out.properties.tier);
  reader.whole("cost_micros", variant.cost_micros(), 0, 1'000'000'000'000, &out.properties.cost_micros);
  reader.flag(variant.baseline(), &out.properties.baseline);
  reader.flag(variant.retired(), &out.properties.retired);
  if (const json::Prior* prior = variant.prior()) {
    const Reader::Inside inside(reader, "prior");
    out.prior.emplace();
    if (!prior->value()) {
      reader.refuse("value", "not given", "must be a number from -10 to 10");
    }
    reader.number("value", prior->value(), {-10, 10}, &out.prior->value);
    reader.whole("weight", prior->weight(), 1, 50, &out.prior->weight);
  }
  return out;
}

Agent convert_agent(const json::Agent& agent, Reader& reader) {
  Agent out;
  out.name = required_name(agent.name(), reader);
  if (agent.category() != nullptr && agent.category()->size() == 0) {
    reader.refuse("category", "\"\"", "must be a name, or left out for \"general\"");
  }
  out.category = text_of(agent.category());
  convert_overrides(agent.learning(), agent.safety(), reader, &out.overrides);
  const auto* variants = agent.variants();
  if (variants != nullptr && variants->size() > store::kMaxVariants) {
    reader.refuse("variants", "too long", "an agent has at most 64 variants");
    return out;
  }
  for (uint32_t i = 0; variants != nullptr && i < variants->size(); ++i) {
    const Reader::Inside place(reader, "variants", i);
    out.variants.push_back(convert_variant(*variants->Get(i), reader));
  }
  return out;
}

void convert_transfer(const json::Transfer* transfer, Reader& reader, Settings* settings) {
  if (transfer == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "transfer");
  learn::Transfer& out = settings->learning.transfer;
  reader.whole("minimum_outcomes", transfer->minimum_outcomes(), 1, 1'000'000, &out.minimum_outcomes);
  reader.number("confidence", transfer->confidence(), {0.5, 0.9999}, &out.confidence);
  reader.whole("weight", transfer->weight(), 1, 50, &out.weight);
  const auto* groups = transfer->groups();
  for (uint32_t i = 0; groups != nullptr && i < groups->size(); ++i) {
    const Reader::Inside place(reader, "groups", i);
    TransferGroup& group = settings->transfer_groups.emplace_back();
    const auto* agents = groups->Get(i)->agents();
    for (uint32_t j = 0; agents != nullptr && j < agents->size(); ++j) {
      group.push_back(text_of(agents->Get(j)));
    }
  }
}

}  // namespace

void convert_agents(const json::Config& config, Reader& reader, Settings* settings) {
  if (const auto* categories = config.categories()) {
    for (uint32_t i = 0; i < categories->size(); ++i) {
      const Reader::Inside place(reader, "categories", i);
      Category& out = settings->categories.emplace_back();
      out.name = required_name(categories->Get(i)->name(), reader);
      convert_overrides(categories->Get(i)->learning(), categories->Get(i)->safety(), reader, &out.overrides);
    }
  }
  if (const auto* agents = config.agents()) {
    for (uint32_t i = 0; i < agents->size(); ++i) {
      const Reader::Inside place(reader, "agents", i);
      settings->agents.push_back(convert_agent(*agents->Get(i), reader));
    }
  }
  if (config.learning() != nullptr) {
    const Reader::Inside inside(reader, "learning");
    convert_transfer(config.learning()->transfer(), reader, settings);
  }
}

}  // namespace remora::config
