"""RewardCalculator: what a task was worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Seconds that a task of each complexity is expected to take, for the speed bonus.
_EXPECTED_SECONDS = {"low": 60.0, "medium": 300.0, "high": 900.0}
# A task of so many seconds costs half of the time weight, so many errors half of the error weight.
_TIME_SCALE_SECONDS, _ERROR_SCALE = 60.0, 3.0


class RewardCalculator:
    """Works out rewards; pure arithmetic, without a state. It knows both forms of the older class:

    RewardCalculator(success_weight=1.0, quality_weight=0.5, time_weight=-0.3, error_weight=-0.5)
        success, quality, time and errors as numbers in 0 .. 1, weighted; within -1 .. 2. This is Remora's own reward.
    RewardCalculator(success_weight=0.4, quality_weight=0.3, speed_weight=0.2, error_penalty=0.1)
        failure counts against, speed is a bonus or malus against the time expected, each error costs; within -1 .. 1.
    """

    def __init__(self, success_weight: float | None = None, quality_weight: float | None = None,
                 time_weight: float | None = None, error_weight: float | None = None, *, speed_weight: float | None = None,
                 error_penalty: float | None = None) -> None:
        self._by_speed = speed_weight is not None or error_penalty is not None
        if self._by_speed and (time_weight is not None or error_weight is not None):
            raise ValueError("give time_weight and error_weight, or speed_weight and error_penalty")
        success, quality = (0.4, 0.3) if self._by_speed else (1.0, 0.5)
        self.success_weight = success if success_weight is None else success_weight
        self.quality_weight = quality if quality_weight is None else quality_weight
        self.time_weight = -0.3 if time_weight is None else time_weight
        self.error_weight = -0.5 if error_weight is None else error_weight
        self.speed_weight = 0.2 if speed_weight is None else speed_weight
        self.error_penalty = 0.1 if error_penalty is None else error_penalty

    def calculate_reward(self, success: bool, quality_score: float | None = None, duration_seconds: float | None = None,
                         error_count: int = 0, task_complexity: str = "medium") -> float:
        """The reward of one task. What is not known (None) has no part in it."""
        quality = 0.0 if quality_score is None else self.quality_weight * min(max(quality_score, 0.0), 1.0)
        if self._by_speed:
            reward = (self.success_weight if success else -self.success_weight) + quality
            if duration_seconds is not None:
                reward += self.speed_weight * _speed_bonus(duration_seconds, task_complexity)
            return min(max(reward - self.error_penalty * error_count, -1.0), 1.0)
        reward = (self.success_weight if success else 0.0) + quality
        if duration_seconds is not None:
            reward += self.time_weight * duration_seconds / (duration_seconds + _TIME_SCALE_SECONDS)
        reward += self.error_weight * error_count / (error_count + _ERROR_SCALE)
        return min(max(reward, -1.0), 2.0)

    def calculate_from_invocation(self, invocation_result: Mapping[str, Any]) -> float:
        """The same from a result with the keys success, quality_score, duration, error_count, task_complexity."""
        return self.calculate_reward(
            success=bool(invocation_result.get("success", False)),
            quality_score=invocation_result.get("quality_score"),
            duration_seconds=invocation_result.get("duration"),
            error_count=int(invocation_result.get("error_count", 0)),
            task_complexity=str(invocation_result.get("task_complexity", "medium")),
        )


def _speed_bonus(duration_seconds: float, task_complexity: str) -> float:
    expected = _EXPECTED_SECONDS.get(task_complexity, _EXPECTED_SECONDS["medium"])
    return min(max(1.0 - duration_seconds / expected, -1.0), 1.0)
