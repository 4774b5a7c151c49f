#include "tasks.hpp"

#include <array>
#include <string_view>

namespace fleet {
namespace {

// What is asked, in three ways, and the files that come with it. @ stands for a component's name.
struct Template {
  std::array<std::string_view, 3> texts;
  std::string_view files;
};

constexpr std::array<Template, kKinds> kTemplates = {{
    {{"Write unit tests for the @ and cover the edge cases.",
      "Raise the test coverage of the @ with pytest fixtures.",
      "Add an integration test suite for the @; mock the clock."},
     "tests/test_@.py\ntests/conftest.py"},
    {{"Fix the crash in the @: a stack trace points at a null pointer exception.",
      "The @ does not work after the last change; steps to reproduce are attached.",
      "Bug: the @ throws an unexpected error when the input is empty."},
     "src/@.py"},
    {{"Security audit of the @: look for SQL injection and leaked secrets.",
      "Check the @ for an XSS vulnerability and harden its authentication.",
      "Do a threat model of the @ and list what an attacker could exploit."},
     "src/auth/@.py\nSECURITY.md"},
    {{"Optimize the hot path of the @: its p99 latency is a bottleneck.",
      "Profiling shows that the @ is slow; reduce memory usage and allocations.",
      "Speed up the @: throughput falls under load, see the flame graph."},
     "benchmarks/@_bench.py"},
    {{"Design a REST API endpoint for the @ with pagination and versioning.",
      "Draft the OpenAPI contract of the @, with status codes and an error model.",
      "Propose a GraphQL API design that lets clients query the @."},
     "api/openapi.yaml"},
    {{"Deploy the @ to staging with Helm and add a readiness probe.",
      "Write the Dockerfile of the @ and roll it out to the Kubernetes cluster.",
      "Plan a blue/green deployment of the @ with a rollback."},
     "deploy/Dockerfile\nk8s/@.yaml"},
    {{"Make the layout of the @ responsive and fix the button's hover style in CSS.",
      "The modal of the @ breaks in dark mode; align it with the design system.",
      "Improve the accessibility of the @: contrast, screen reader, keyboard focus."},
     "ui/components/@.tsx\nui/@.css"},
    {{"Write a schema migration that adds a column to the table of the @ and backfills it.",
      "Add a foreign key and a composite index to the database tables of the @.",
      "Plan the database migration of the @ without downtime."},
     "db/migrations/0042_@.sql"},
    {{"Update the documentation of the @: README, docstrings and a user guide.",
      "Write a runbook and release notes for the @.",
      "Explain the @ in a getting started tutorial for beginners."},
     "docs/@.md\nREADME.md"},
    {{"Please review this pull request of the @ and leave comments on naming.",
      "Code review: look at my changes to the @ before merge.",
      "Review PR 318 against our coding guidelines; it changes the @."},
     "src/@.py"},
    {{"Add Prometheus metrics, tracing and an alert to the @.",
      "Set up a Grafana dashboard for the @, with its error rate and SLO.",
      "Instrument the @ with OpenTelemetry spans and structured logging."},
     "monitoring/@_alerts.yaml"},
    {{"Split the CI pipeline of the @ into parallel jobs on GitHub Actions.",
      "The nightly build of the @ fails in the CI job's lint stage.",
      "Cache artifacts in the build pipeline of the @ to cut the build time."},
     ".github/workflows/@.yml"},
}};

constexpr std::array<const char*, kKinds> kTaskTypes = {
    "testing",       "bug-fix",           "security-audit", "performance-optimization",
    "api-design",    "devops-deployment", "frontend-ui",    "database-migration",
    "documentation", "code-review",       "observability",  "ci-pipeline"};

constexpr std::array<std::string_view, 8> kComponents = {"checkout", "invoices",       "login",    "search",
                                                         "payments", "report-builder", "sessions", "orders"};

std::string fill_in(std::string_view text, std::string_view component) {
  std::string filled;
  for (const char letter : text) {
    if (letter == '@') {
      filled += component;
    } else {
      filled += letter;
    }
  }
  return filled;
}

}  // namespace

const char* task_type_of(Kind kind) { return kTaskTypes[static_cast<size_t>(kind)]; }

TaskText write_task(Kind kind, bool large, Dice& dice) {
  const Template& chosen = kTemplates[static_cast<size_t>(kind)];
  const std::string_view component = kComponents[dice.below(kComponents.size())];
  TaskText task;
  task.text = fill_in(chosen.texts[dice.below(3)], component);
  task.files = fill_in(chosen.files, component);
  if (large) {
    task.text += " It spans several modules.";
  }
  return task;
}

}  // namespace fleet
