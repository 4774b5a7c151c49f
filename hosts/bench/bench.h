/* What the border benchmarks in C and C++ share: sizes, clock, percentiles, and the line of figures.
 * README.md explains them. */
#ifndef REMORA_HOSTS_BENCH_H
#define REMORA_HOSTS_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
  kTypes = 64,
  kBlock = 16,
  kBatch = 64,
  kBlocks = 20000,
  kBatches = 4000,
  kWarmUp = 10,
  kTickEvery = 256
};

static inline int64_t now_ns(void) {
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Nanoseconds for each of so many calls. */
static inline double each(int64_t begin, int64_t end, int calls) { return (double)(end - begin) / calls; }

static inline int by_value(const void* left, const void* right) {
  const double difference = *(const double*)left - *(const double*)right;
  return (difference > 0) - (difference < 0);
}

/* "name": {"p50": ..., "p99": ...} of samples, which are sorted for that. */
static inline void print_figures(const char* name, double* samples, size_t count, const char* end) {
  qsort(samples, count, sizeof *samples, by_value);
  printf("\"%s\": {\"p50\": %.1f, \"p99\": %.1f}%s", name, samples[count / 2], samples[count * 99 / 100],
         end);
}

/* The line of one program; `singles` and `batches` count the samples. */
static inline void print_line(const char* host, double* route, double* record, size_t singles,
                              double* route_batch, double* record_batch, size_t batches) {
  printf("{\"host\": \"%s\", ", host);
  print_figures("route", route, singles, ", ");
  print_figures("record", record, singles, ", ");
  print_figures("route_batch", route_batch, batches, ", ");
  print_figures("record_batch", record_batch, batches, "}\n");
}

#endif
