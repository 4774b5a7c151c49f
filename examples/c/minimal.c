/* The smallest host: loads the plugin, asks which variant of an agent should take a task, and reports how it
 * went.
 *
 *   cc -I include examples/c/minimal.c -o minimal
 *   REMORA_LIBRARY=build/release/lib/libremora.so ./minimal
 *
 * What is learned stays in the folder remora-state (or the one given as argument): run it again, and it goes
 * on there. */
#include <remora/remora_loader.h>
#include <stdio.h>

int main(int argc, char** argv) {
  const char* folder = argc > 1 ? argv[1] : "remora-state";
  remora_api remora;
  char text[1024] = "";
  if (remora_load(&remora, NULL, text, sizeof text) != REMORA_OK) {
    fprintf(stderr, "%s\n", text);
    return 1;
  }

  uint64_t state = 0;
  remora_id agent = 0;
  remora_error error = REMORA_ERROR_INIT;
  remora_decision decision = {.struct_size = sizeof decision};
  if (remora.open(folder, strlen(folder), NULL, &state, &error) != REMORA_OK ||
      remora.agent_define(state, "backend-architect", "careful,quick", &agent, &error) != REMORA_OK ||
      remora.route_named(state, "backend-architect", "api-design", 0, &decision, &error) != REMORA_OK) {
    fprintf(stderr, "%s\n", error.text); /* a host goes on all the same: with its own default */
  }
  remora.variant_name(state, agent, decision.variant, text, sizeof text, NULL);
  printf("run backend-architect as '%s': Q-value %.3f after %u outcomes\n", text, decision.q_value,
         decision.visits);

  /* ... the agent works: here it succeeds, in 1.2 seconds ... */
  const int32_t recorded = remora.record_result(state, decision.decision_id, 1, 1200000000, &error);
  if (recorded != REMORA_OK) {
    fprintf(stderr, "%s\n", error.text);
  }
  remora.close(state, NULL);
  remora_unload(&remora);
  return recorded == REMORA_OK ? 0 : 1;
}
