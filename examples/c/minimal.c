/* The smallest host: loads the plugin, asks which variant of an agent should take a task, and reports how it
 * went.
 *
 *   cc -I include examples/c/minimal.c -o minimal
 *   REMORA_LIBRARY=build/release/lib/libremora.so ./minimal
 *
 * What is learned stays in the folder remora-state: run it again, and it goes on there. Calls on an
 * open state fail safe: on any error the decision is the baseline. quickstart.c looks at each. */
#include <remora/remora_loader.h>

int main(void) {
  remora_api remora;
  char text[1024];
  uint64_t state = 0;
  remora_error error = {.struct_size = sizeof error};
  remora_decision decision = {.struct_size = sizeof decision};
  if (remora_load(&remora, NULL, text, sizeof text) != REMORA_OK ||
      remora.open("remora-state", 12, NULL, &state, &error) != REMORA_OK) {
    return puts(error.code ? error.text : text) != 0; /* what was wrong, and what to do */
  }
  remora.agent_define(state, "backend-architect", "careful,quick", NULL, NULL);
  remora.route_named(state, "backend-architect", "api-design", 0, &decision, NULL);
  remora.variant_name(state, decision.agent, decision.variant, text, sizeof text, NULL);
  printf("run as %s\n", text); /* here the agent works, for 1.2 seconds */
  remora.record_result(state, decision.decision_id, 1, 1200000000, NULL);
  remora.close(state, NULL);
  return 0;
}
