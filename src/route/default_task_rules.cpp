// The built-in rules for software work: terms of the trade that people use for each type of task, and the
// files they name. Judged by tests/route/labelled_tasks.tsv. One word found in rules of several types speaks
// for each of them.
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "route/task_rules.hpp"

namespace remora::route {
namespace {

constexpr float kStrong = 3.0F;  // says it alone
constexpr float kPlain = 1.5F;   // speaks for it
constexpr float kWeak = 0.6F;    // tips a balance

// Keywords and file patterns as lists with ", " between.
struct BuiltInRule {
  std::string_view task_type;
  float weight;
  std::string_view keywords;
  std::string_view file_patterns;
};

// clang-format off
constexpr BuiltInRule kRules[] = {
    {"feature-implementation", kStrong,
     "implement, implementation, new feature, feature request, user story, acceptance criteria, "
     "add support, new functionality", ""},
    {"feature-implementation", kPlain,
     "feature, functionality, support for, enable, introduce, integrate, integration with, extend, "
     "as a user, as an admin, should be able to, allow users, let users, add an option, add a command, "
     "subcommand, write a function, write a program, make it possible, code generation, generate code, "
     "expose, option to, new option, custom, it would be nice, would be nice, would be great, "
     "would be useful, would be helpful, ability to, a way to, would like to, please add", ""},
    {"feature-implementation", kWeak,
     "add, create, new, allow, want, need, build, develop, function, class, option, support, can, "
     "generate, default, provide, want to, would be, currently, suggest", ""},

    {"bug-fix", kStrong,
     "bug, bugfix, hotfix, crash, stack trace, stacktrace, traceback, backtrace, regression, segfault, "
     "segmentation fault, exception, null pointer, nullpointerexception, typeerror, keyerror, "
     "valueerror, attributeerror, race condition, double free, use after free, deadlock, "
     "steps to reproduce, doesn't work, does not work, not working, stopped working, infinite loop, "
     "off by one, memory corruption", ""},
    {"bug-fix", kPlain,
     "fix, error, fail, failure, broken, wrong, incorrect, invalid, unexpected, reproduce, repro, "
     "defect, stuck, hang, freeze, no longer, expected, throw, panic, corrupt, debug, ignored, "
     "error 500, root cause, misbehave, anymore, should not, shouldn't, undefined, mismatch, handle, "
     "ensure, prevent, correctly, properly, respect, don't, do not, warning, correct, cannot, can't, "
     "could not, couldn't, unable to, not found, overflow, error message, every time, stack", ""},
    {"bug-fix", kWeak,
     "problem, issue, instead of, suddenly, actual, got, report, missing, sometimes, when, should be, "
     "after, happens, avoid, not, if, during, resolve, before, only", ""},

    {"refactoring", kStrong,
     "refactor, clean up, cleanup, dead code, tech debt, technical debt, restructure, code smell, "
     "no functional change, no behaviour change, no behavior change, decouple, spaghetti, "
     "cyclomatic complexity, design pattern, remove unused", ""},
    {"refactoring", kPlain,
     "simplify, extract, rename, split, consolidate, duplicate, duplication, copy-pasted, modularize, "
     "modularise, legacy, readable, readability, get rid of, inline, base class, global state, unused, "
     "circular, maintainable, maintainability, rewrite, reorganise, reorganize, move, tidy, dedupe, "
     "single responsibility, abstraction, redundant, unneeded, unnecessary, remove deprecated, "
     "instead of, logic", ""},
    {"refactoring", kWeak,
     "class, method, module, caller, nested, helper, interface, code base, codebase, same, smaller, "
     "replace, convert, remove, use, usage, internal, drop", ""},

    {"testing", kStrong,
     "unit test, integration test, write tests, add tests, test coverage, code coverage, test case, "
     "test suite, flaky, property-based, fuzz, fuzzer, mutation testing, end-to-end test, e2e test, e2e, "
     "regression test, untested, bdd, tdd, snapshot test, smoke test, tests for, test plan, "
     "test automation", ""},
    {"testing", kPlain,
     "test, tester, coverage, mock, stub, fixture, assertion, assert, cypress, playwright, selenium, "
     "pytest, jest, junit, rspec, vitest, mocha, googletest, hypothesis, scenario, happy path, "
     "edge case, deterministic, qa, test data, spec", ""},
    {"testing", kWeak,
     "cases, branches, automate, verify, cover", ""},
    {"testing", kPlain, "",
     "*_test.*, test_*.py, *.test.*, *.spec.*, *_spec.rb, *Test.java, *Tests.cs, *.feature, "
     "*.cy.{js,ts}, conftest.py, **/__tests__/**, **/e2e/**"},
    {"testing", kWeak, "",
     "**/{test,tests,spec,testing}/**"},

    {"code-review", kStrong,
     "code review, review my, review this, review the changes, please review, review pr, pr review, "
     "review pull requests, second pair of eyes, review comments, reviewer, lgtm, critique, "
     "request changes, coding guidelines, this pr, my pr, this diff", ""},
    {"code-review", kPlain,
     "review, pull request, merge request, pr, mr, diff, nits, nitpick, approve, feedback, idiomatic, "
     "smells, my changes, changeset, best practices", ""},
    {"code-review", kWeak,
     "patch, commit, branch, comment, correctness, naming, standards, look at, opinion, before merge, "
     "readability", ""},

    {"documentation", kStrong,
     "documentation, docstring, readme, changelog, release notes, tutorial, user guide, doxygen, "
     "javadoc, rustdoc, jsdoc, godoc, wiki, runbook, undocumented, typo, installation guide, quickstart, "
     "getting started, faq, man page", ""},
    {"documentation", kPlain,
     "doc, document, guide, explain, manual, translate, dead link, broken link, outdated, screenshot, "
     "step by step, for beginners, glossary, onboarding, how-to, clarify, wording, spelling, grammar, "
     "comments, instructions, diagram", ""},
    {"documentation", kWeak,
     "reader, page, article, write, mention, section, link, description, describe, reference, example, "
     "note", ""},
    {"documentation", kPlain, "",
     "README*, CHANGELOG*, CONTRIBUTING*, *.rst, *.adoc, **/wiki/**"},
    {"documentation", kWeak, "",
     "*.md, *.mdx, **/{doc,docs}/**"},

    {"security-audit", kStrong,
     "security, vulnerability, vulnerable, cve, owasp, xss, csrf, ssrf, sql injection, injection, "
     "pen test, pentest, penetration test, threat model, exploit, exploitable, attacker, path traversal, "
     "directory traversal, privilege escalation, access control, idor, reentrancy, hardcoded, leaked, "
     "malicious, security audit, security review, remote code execution, stride", ""},
    {"security-audit", kPlain,
     "audit, harden, secret, credential, csp, hsts, encryption, encrypt, jwt, md5, sha1, argon2, bcrypt, "
     "sanitize, sanitise, untrusted, authentication, authorization, authorisation, permission, password, "
     "open redirect, deserialization, deserialisation, safe, unsafe, compliance, gdpr, expose, tls, "
     "weak, attack, sast, brute force, bypass, cors", ""},
    {"security-audit", kWeak,
     "login, token, session, auth, user input, oauth, api keys, findings, risk, scan", ""},
    {"security-audit", kWeak, "",
     "**/{auth,security,crypto}/**, *.pem, .env*, SECURITY.md"},

    {"performance-optimization", kStrong,
     "performance, optimize, optimise, optimization, optimisation, speed up, faster, slow, bottleneck, "
     "profiler, flame graph, hotspot, hot path, hot loop, memory leak, memory footprint, memory usage, "
     "memory consumption, cpu usage, throughput, n+1, simd, lighthouse, bundle size, allocation, "
     "response time, load time, slowness, perf, tree shake", ""},
    {"performance-optimization", kPlain,
     "latency, p99, p95, caching, lazy, benchmark, cpu, memory, heap, ms, explain analyze, batching, "
     "concurrency, stutter, garbage collection, gc, profile, requests per second, page load, efficient, "
     "efficiency, vectorize, parallelize, speed, overhead, expensive, skip", ""},
    {"performance-optimization", kWeak,
     "seconds, reduce, improve, twice, scale, avoid, load, large", ""},
    {"performance-optimization", kPlain, "",
     "**/{bench,benches,benchmark,benchmarks,perf}/**, *_bench.*, *.prof"},

    {"database-migration", kStrong,
     "migration script, schema migration, database migration, data migration, database schema, alembic, "
     "flyway, liquibase, foreign key, add a column, backfill, join table, composite index, alter table, "
     "many-to-many, ddl, nullable, db migration, add an index, rename column, primary key, drop column, "
     "new column", ""},
    {"database-migration", kPlain,
     "migration, migrate, table, column, schema, database, db, index, rows, orm, postgres, postgresql, "
     "mysql, sqlite, mongo, mongodb, constraint, seed data, varchar, data type, prisma, partition, "
     "sql server, oracle, stored procedure, collection", ""},
    {"database-migration", kWeak,
     "downtime, record, batches, sql, views, relation, entity, existing, tenant", ""},
    {"database-migration", kStrong, "",
     "**/{migrations,migrate,migration}/**, *.ddl, schema.sql, schema.rb, schema.prisma, **/alembic/**"},
    {"database-migration", kWeak, "",
     "*.sql, **/{db,database}/**"},

    {"frontend-ui", kStrong,
     "css, responsive, dark mode, dark theme, figma, mockup, ui, ux, user interface, hamburger menu, "
     "landing page, stylesheet, tailwind, storybook, screen reader, accessibility, a11y, wcag, "
     "design system, tooltip, modal, date picker, hover, layout, sidebar, animation, navbar, dropdown, "
     "frontend, front-end", ""},
    {"frontend-ui", kPlain,
     "button, component, screen, page, form, html, scss, react, vue, svelte, angular, flutter, swiftui, "
     "jetpack compose, header, footer, grid, padding, margin, font, icon, colour, color, contrast, "
     "keyboard, theme, widget, avatar, toggle, tab, viewport, mobile, tablet, spinner, scroll, align, "
     "menu, pixel, breakpoint, dialog, popup, checkbox, placeholder, table header", ""},
    {"frontend-ui", kWeak,
     "look, style, window, focus, image, display, visual, arrow, text, input, render, click", ""},
    {"frontend-ui", kStrong, "",
     "*.css, *.scss, *.sass, *.less, *.svelte, *.vue, *.stories.*, *.xib, *.storyboard, "
     "**/res/layout/**, **/screens/**"},
    {"frontend-ui", kWeak, "",
     "*.tsx, *.jsx, *.html, **/{components,views,pages,ui}/**, *.dart"},

    {"api-design", kStrong,
     "api design, openapi, swagger, rest api, restful, graphql, grpc, protobuf, endpoint, public api, "
     "api contract, status code, http verb, api version, idempotency key, pagination, public interface, "
     "method signature, backwards compatibility, backward compatible, error model, api spec", ""},
    {"api-design", kPlain,
     "api, rest, payload, versioning, contract, sdk, resource, verbs, http, mutation, deprecation, "
     "rate limit, quota, error code, consumer, webhook, interface, header, specify, specification, "
     "signature, schema, response code, proto", ""},
    {"api-design", kWeak,
     "draft, propose, design, define, public, types, service, client, partner, request, response", ""},
    {"api-design", kStrong, "",
     "openapi*.{yaml,yml,json}, swagger*.{yaml,yml,json}, *.proto, *.graphql, *.raml, **/openapi/**, "
     "*.wsdl"},
    {"api-design", kWeak, "",
     "**/api/**"},

    {"devops-deployment", kStrong,
     "deploy, deployment, docker, dockerfile, docker compose, compose file, kubernetes, k8s, helm, "
     "canary, blue/green, rollout, roll out, rolling update, readiness probe, liveness, containerise, "
     "containerize, argocd, pod, oomkilled, systemd, heroku, fly.io, ingress, to staging, to production, "
     "kubectl, devops", ""},
    {"devops-deployment", kPlain,
     "container, staging, production, rollback, image, replica, manifest, zero downtime, probe, release, "
     "prod, ship, environment variable, multi-stage, distroless, health check, cluster, promote, daemon, "
     "namespace, registry", ""},
    {"devops-deployment", kWeak,
     "environment, secret, version, host, package, traffic, server, node", ""},
    {"devops-deployment", kStrong, "",
     "Dockerfile*, *.dockerfile, docker-compose*, compose.y*ml, Chart.yaml, "
     "**/{helm,charts,k8s,kubernetes,kustomize,argocd}/**, Procfile, fly.toml, kustomization.yaml, "
     "*.service"},
    {"devops-deployment", kPlain, "",
     "**/deploy/**, deploy*.sh"},

    {"ci-pipeline", kStrong,
     "ci pipeline, ci/cd, github action, gitlab ci, jenkins, circleci, buildkite, travis, appveyor, "
     "azure pipelines, continuous integration, self-hosted runner, runner, pre-commit, status check, "
     "nightly build, build matrix, workflow, build pipeline, build time, release automation, ci job", ""},
    {"ci-pipeline", kPlain,
     "ci, pipeline, job, stage, artifact, artefact, matrix, shard, lint, nightly, hook, in parallel, "
     "on every push, every pull request, cron schedule, build once, concurrency group, github, publish, "
     "windows", ""},
    {"ci-pipeline", kWeak,
     "build, push, merge, steps, agent, automatic, check, tag, red, green, binaries, run, action, "
     "branch", ""},
    {"ci-pipeline", 4.0F, "",
     "**/.github/workflows/**, .gitlab-ci.yml, Jenkinsfile*, **/.circleci/**, azure-pipelines*, "
     "bitbucket-pipelines*, **/.buildkite/**, .travis.yml, .pre-commit-config.yaml, .drone.yml, "
     "appveyor.yml"},
    {"ci-pipeline", kPlain, "",
     "**/ci/**, **/.github/actions/**"},

    {"infrastructure", kStrong,
     "terraform, opentofu, pulumi, cloudformation, ansible, playbook, infrastructure, "
     "infrastructure as code, iac, vpc, subnet, nat gateway, security group, load balancer, autoscaling, "
     "auto scaling, ec2, eks, gke, aks, rds, iam, s3 bucket, bucket policy, route53, dns record, packer, "
     "golden image, provision, firewall, node group, cidr, cloud cost", ""},
    {"infrastructure", kPlain,
     "aws, gcp, azure, cloud, region, dns, vm, bucket, s3, cloudflare, nginx, certbot, ssh, "
     "remote state, peering, vpn, instance, volume, fleet, server, network, reverse proxy, puppet, chef, "
     "crossplane, capacity, bare metal, on-premises", ""},
    {"infrastructure", kWeak,
     "host, zone, scale, inventory, template, stack, backup, module", ""},
    {"infrastructure", kStrong, "",
     "*.tf, *.tfvars, *.hcl, **/{terraform,pulumi,cloudformation,ansible,infra,infrastructure}/**, "
     "Pulumi.yaml, **/playbooks/**, Vagrantfile"},

    {"data-analysis", kStrong,
     "data analysis, analyse, analyze, dataset, pandas, dataframe, correlation, cohort, statistical, "
     "statistically, significance, confidence interval, visualise, visualize, visualization, histogram, "
     "bar chart, machine learning, train a, predict, prediction, forecast, time series, anomaly, "
     "outlier, eda, notebook, jupyter, etl, dbt, parquet, survey, a/b test, retention, churn, "
     "spreadsheet, pivot, missing values, classifier, regression model", ""},
    {"data-analysis", kPlain,
     "data, csv, plot, chart, distribution, median, percentile, average, trend, pattern, aggregate, "
     "revenue, conversion, model, insight, explore, warehouse, sales, summarise, summarize, numpy, "
     "matplotlib, significant, variance, statistics, analysis, data pipeline, clustering, training", ""},
    {"data-analysis", kWeak,
     "why, weekly, how many, results, numbers, metric, compare, measurement, report", ""},
    {"data-analysis", kStrong, "",
     "*.ipynb, *.parquet, *.xlsx, *.csv, *.R, *.Rmd, **/{notebooks,dbt,etl,analysis,analytics}/**"},

    {"architecture-design", kStrong,
     "architecture, architectural, system design, microservice, monolith, adr, rfc, c4, design doc, "
     "design document, event sourcing, cqrs, event-driven, trade-off, tradeoff, pros and cons, "
     "high-level, bounded context, domain-driven, tech stack, single point of failure, multi-tenant, "
     "extension point, event bus, alternatives considered, design proposal", ""},
    {"architecture-design", kPlain,
     "data flow, failure mode, boundaries, high availability, sharding, decision, decompose, isolation, "
     "kafka, rabbitmq, message queue, blueprint, offline-first, layers, distributed, scalability, "
     "scalable, consistency, components, conflict resolution, proposal, roadmap, approach, options", ""},
    {"architecture-design", kWeak,
     "design, propose, choose, evaluate, discuss, diagram, system, platform, services, outline, sketch, "
     "structure", ""},
    {"architecture-design", kStrong, "",
     "**/{adr,adrs,rfc,rfcs,architecture,design}/**, ARCHITECTURE*, *.puml, *.drawio"},

    {"dependency-upgrade", kStrong,
     "upgrade, bump, dependabot, renovate, update dependency, deps, end of life, eol, breaking change, "
     "latest version, to the latest, deprecation warning, lts, third-party library, lockfile, lock file, "
     "peer dependency, version bump, outdated package", ""},
    {"dependency-upgrade", kPlain,
     "dependencies, libraries, crate, pinned, deprecated, compatible, npm, yarn, pnpm, pip, maven, "
     "gradle, cargo, newer, update, up to date, update all", ""},
    {"dependency-upgrade", kWeak,
     "package, module, replace, remove, migrate to, install, replacement, support, version", ""},
    {"dependency-upgrade", kPlain, "",
     "package-lock.json, yarn.lock, pnpm-lock.yaml, Cargo.lock, Cargo.toml, go.sum, go.mod, Gemfile*, "
     "pom.xml, requirements*.txt, build.gradle*, *.versions.toml, vcpkg.json, conanfile*, poetry.lock, "
     "pyproject.toml, composer.*, *.csproj"},
    {"dependency-upgrade", kWeak, "",
     "package.json, setup.py"},

    {"observability", kStrong,
     "observability, opentelemetry, otel, prometheus, grafana, jaeger, alerting, structured logging, "
     "log level, correlation id, slo, sli, error budget, burn rate, sentry, datadog, pagerduty, on-call, "
     "kibana, elasticsearch, fluentd, loki, instrument, instrumentation, dashboard, telemetry, "
     "new relic, cloudwatch, spans, health check endpoint", ""},
    {"observability", kPlain,
     "log, logger, metric, trace, monitor, outage, error rate, queue depth, ping, escalation, redact, "
     "percentile, incident, uptime, heartbeat, counter, gauge, noise", ""},
    {"observability", kWeak,
     "label, annotation, sample, collector, duration, notify, rotate", ""},
    {"observability", kStrong, "",
     "**/{grafana,prometheus,dashboards,otel,monitoring,alerts,observability}/**, prometheus*.y*ml, "
     "alerts*.y*ml, fluent*.conf"},
    {"observability", kPlain, "",
     "**/{logging,metrics,tracing,telemetry}/**, *metrics*, *tracing*, *logging*, *logger*"},
};
// clang-format on

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::string_view part = list.substr(0, list.find(", "));
    parts.emplace_back(part);
    list.remove_prefix(part.size() == list.size() ? list.size() : part.size() + 2);
  }
  return parts;
}

constexpr bool is_first_of_its_type(size_t index) {
  return std::none_of(kRules, kRules + index, [index](const BuiltInRule& earlier) {
    return earlier.task_type == kRules[index].task_type;
  });
}

constexpr size_t count_types() {
  size_t count = 0;
  for (size_t i = 0; i < std::size(kRules); ++i) {
    count += is_first_of_its_type(i) ? 1 : 0;
  }
  return count;
}

constexpr auto kTypes = [] {
  std::array<std::string_view, count_types()> types;
  size_t count = 0;
  for (size_t i = 0; i < std::size(kRules); ++i) {
    if (is_first_of_its_type(i)) {
      types[count++] = kRules[i].task_type;
    }
  }
  return types;
}();

}  // namespace

std::vector<TaskRule> default_task_rules() {
  std::vector<TaskRule> rules;
  rules.reserve(std::size(kRules));
  for (const BuiltInRule& rule : kRules) {
    rules.push_back(
        {std::string(rule.task_type), split(rule.keywords), split(rule.file_patterns), rule.weight});
  }
  return rules;
}

std::span<const std::string_view> default_task_types() { return kTypes; }

}  // namespace remora::route
