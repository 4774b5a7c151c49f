"""An open state directory, put together from the parts of the C headers, with what a Python host expects beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ._operating import Operating
from ._rollouts import Rollouts
from ._routing import Routing
from .agents import Agents, Pending, learned_agent
from .values import Ref, Task

_Function = TypeVar("_Function", bound=Callable[..., Any])


class State(Routing, Rollouts, Operating):
    """An open state directory. Any number of threads may call one State at once.

    After a fork the child may use it as it is; sent to another process by pickling, it opens the same directory there.
    """

    def task(self, agent: Ref = 0, task_type: Ref = 0, *, unit_key: int = 0, labels: Sequence[Ref] = (),
             allowed_variants: int = 0, category: Ref = 0) -> Pending:
        """Routes a task that is run inside a with (or async with) block, which times and records it:

            with state.task("backend-architect", "api-design") as task:
                result = run(task.variant_name)
                task.report(quality=0.9)

        A block that ends by an exception is a failure; one that ends without a report, or is cancelled, is abandoned: it
        teaches nothing. Remora's own failures never reach the block: it then runs the baseline.
        """
        return Pending(self, Task(agent, task_type, unit_key, labels, allowed_variants, category))

    def agent(self, name: str, variants: Sequence[str], *, task_type: Ref = 0, labels: Sequence[Ref] = (),
              run_shadow: bool = False) -> Callable[[_Function], _Function]:
        """Decorates an agent function (also an async one): each call is routed, run, timed and recorded.

            @state.agent("backend-architect", ["careful", "quick"], task_type="api-design")
            def architect(request: str, *, variant: str) -> str: ...

            answer = architect("Design the orders API")

        The function takes the variant's name as keyword `variant`. A call may say more by the keywords task_type, unit_key
        and labels, which are not passed on. A result that is an Outcome is what is recorded, any other is a success. run_shadow:
        where a rollout asks for it, the shadow variant is run behind the first, recorded, and its result dropped.
        """
        return learned_agent(Agents(self, name, variants, task_type, labels, run_shadow))
