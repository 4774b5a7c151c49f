/* The smallest host: loads the plugin, asks which variant of an agent should take a task, and reports how it
 * went.
 *
 *   cc -I include examples/c/minimal.c -o minimal
 *   REMORA_LIBRARY=build/release/lib/libremora.so ./minimal
 *
 * What is learned stays in the folder remora-state: run it again, and it goes on there. quickstart.c handles
 * errors. */
#include <remora/remora_loader.h>

int main(void) {
  remora_api remora;
  char text[1024];
  if (remora_load(&remora, NULL, text, sizeof text) != REMORA_OK) {
    return puts(text); /* where it looked, and what to do */
  }
  uint64_t state = 0;
  remora_decision decision = {.struct_size = sizeof decision};
  remora.open("remora-state", 12, NULL, &state, NULL);
  remora.agent_define(state, "backend-architect", "careful,quick", NULL, NULL);
  remora.route_named(state, "backend-architect", "api-design", 0, &decision, NULL);
  remora.variant_name(state, decision.agent, decision.variant, text, sizeof text, NULL);
  printf("run as %s\n", text); /* here the agent works, for 1.2 seconds */
  remora.record_result(state, decision.decision_id, 1, 1200000000, NULL);
  remora.close(state, NULL);
  return 0;
}
