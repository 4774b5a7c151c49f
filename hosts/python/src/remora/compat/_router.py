"""DomainRouter: which agent takes a request, by the domains of a project, and which variant of it, by what was learned."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import NotFoundError, RemoraError
from ._classifier import TaskClassifier
from ._shared import decisions, shared_state

# How much each kind of evidence adds to a domain's confidence, and how many hits make it full.
_KEYWORDS, _FILES, _TECH = (0.4, 5), (0.4, 3), (0.2, 3)


@dataclass
class DomainConfig:
    """A domain of a project: what it is known by, and its agents."""

    name: str
    primary_agent: str
    priority: int = 1
    secondary_agents: list[str] = field(default_factory=list)
    related_agents: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    file_patterns: list[str] = field(default_factory=list)
    tech_stack: list[str] = field(default_factory=list)
    content: str = ""

    def all_agents(self) -> list[str]:
        """Primary, secondary and related agents."""
        return [self.primary_agent, *self.secondary_agents, *self.related_agents]


class DomainRouter:
    """Routes requests to agents by domain files (.claude/domains/*.md), and to variants by Remora.

    crl_enabled=False answers the variant "default" and asks nobody. Agents are routed among the variants that the state knows
    (State.agent_define, or remora.json); one without variants answers "default" too.
    """

    def __init__(self, domains_dir: str | os.PathLike[str] | None = None, crl_enabled: bool = True) -> None:
        self.domains_dir = Path(domains_dir) if domains_dir is not None else Path(".claude/domains")
        self.crl_enabled = crl_enabled
        self.domains: dict[str, DomainConfig] = {}
        self.load_domains()

    def load_domains(self) -> None:
        """Reads the domain files; those that are none are passed over."""
        for file in sorted(self.domains_dir.glob("*.md")):
            domain = parse_domain(file.read_text(encoding="utf-8"))
            if domain is not None:
                self.domains[domain.name] = domain

    def list_domains(self) -> list[str]:
        """Names of the domains."""
        return list(self.domains)

    def get_domain(self, domain_name: str) -> DomainConfig | None:
        """A domain by its name."""
        return self.domains.get(domain_name)

    def identify_domains(self, request_text: str = "", file_paths: Sequence[str] | None = None,
                         confidence_threshold: float = 0.3) -> list[dict[str, Any]]:
        """Domains that fit, best first: name, confidence in 0 .. 1, and the domain itself as "config"."""
        text, files = request_text.lower(), file_paths or ()
        found = [(_confidence(domain, text, files), domain) for domain in self.domains.values()]
        fitting = sorted((match for match in found if match[0] >= confidence_threshold), key=lambda match: -match[0])
        return [{"name": domain.name, "confidence": confidence, "config": domain} for confidence, domain in fitting]

    def get_recommended_agents(self, request_text: str = "", file_paths: Sequence[str] | None = None,
                               max_agents: int = 5) -> list[str]:
        """Agents of the fitting domains, those of the better domains first; a domain's primary agent counts most."""
        scores: dict[str, float] = {}
        for match in self.identify_domains(request_text, file_paths):
            domain, confidence = match["config"], match["confidence"]
            ranks = [([domain.primary_agent], 1.0), (domain.secondary_agents, 0.5), (domain.related_agents, 0.25)]
            for agents, part in ranks:
                for agent in agents:
                    scores[agent] = scores.get(agent, 0.0) + confidence * part
        return sorted(scores, key=lambda agent: scores[agent], reverse=True)[:max_agents]

    def route_request(self, user_request: str, file_paths: Sequence[str] | None = None,
                      context: object = None) -> dict[str, Any]:
        """Agent and variant for a request. With learning in force also task_type, task_type_confidence, q_value, exploration,
        decision_id, and learned_variant: what learning would choose where a mode or rollout decided otherwise."""
        domains = self.identify_domains(user_request, file_paths)
        agent = domains[0]["config"].primary_agent if domains else "general-purpose"
        answer: dict[str, Any] = {"agent": agent, "variant": "default", "domains": domains, "crl_enabled": False}
        if self.crl_enabled:
            try:
                answer.update(self._learned(agent, user_request, file_paths))
            except RemoraError as refused:
                if not isinstance(refused, NotFoundError):  # an agent without variants is no fault
                    answer["error"] = str(refused)
        return answer

    def _learned(self, agent: str, user_request: str, file_paths: Sequence[str] | None) -> dict[str, Any]:
        state = shared_state()
        task_type, confidence, _scores = TaskClassifier().classify_with_confidence(user_request, file_paths)
        decision = state.route(agent, task_type)
        variant = state.variant_name(decision.agent, decision.variant)
        decisions.put((agent, task_type, variant), decision.decision_id)
        return {"variant": variant, "task_type": task_type, "task_type_confidence": confidence, "q_value": decision.q_value,
                "exploration": decision.explored, "decision_id": decision.decision_id, "crl_enabled": True,
                "learned_variant": state.variant_name(decision.agent, decision.learned_variant)}


def _confidence(domain: DomainConfig, text: str, files: Sequence[str]) -> float:
    hits = [(sum(word in text for word in domain.keywords), _KEYWORDS),
            (sum(_fits(file, pattern) for file in files for pattern in domain.file_patterns), _FILES),
            (sum(name in text for name in domain.tech_stack), _TECH)]
    return sum(min(count / full, 1.0) * part for count, (part, full) in hits)


def _fits(file: str, pattern: str) -> bool:
    return fnmatch.fnmatch(file, pattern.replace("**/", "*")) or fnmatch.fnmatch(os.path.basename(file), pattern)


def parse_domain(text: str) -> DomainConfig | None:
    """A domain from its file: keys between two lines of three dashes, then sections in Markdown. None where there are none."""
    parts = re.match(r"---\s*\n(.*?)\n---\s*\n(.*)", text, re.DOTALL)
    head = _keys(parts.group(1)) if parts else {}
    if parts is None or "domain" not in head or "primary_agent" not in head:
        return None
    body = parts.group(2)
    words = re.sub(r"\*\*[^*]*\*\*:?", "", _section(body, "### Keywords"))
    files = _section(body, "### File Patterns")
    quoted = re.findall(r"`([^`]+)`", files)
    return DomainConfig(
        name=str(head["domain"]), primary_agent=str(head["primary_agent"]), priority=int(str(head.get("priority", 1))),
        secondary_agents=_list(head.get("secondary_agents")), related_agents=_list(head.get("related_agents")),
        keywords=[word for word in (part.strip(" -*\t").lower() for part in re.split(r"[,\n]", words)) if len(word) > 2],
        file_patterns=quoted or [line.strip(" -*\t") for line in files.splitlines() if line.strip(" -\t")],
        tech_stack=[name.strip().lower() for name in re.findall(r"\*\*([^*]+)\*\*", _section(body, "## Tech Stack"))],
        content=body)


def _section(body: str, title: str) -> str:
    level = title.split(" ")[0]
    found = re.search(rf"^{re.escape(title)}\s*\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", body, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


def _keys(text: str) -> dict[str, Any]:
    """Keys of the flat YAML that domain files have: words, numbers, and lists in brackets or with a dash a line."""
    keys: dict[str, Any] = {}
    last = ""
    for line in text.splitlines():
        item, pair = re.match(r"\s*-\s+(.*)", line), re.match(r"(\w+):\s*(.*)", line)
        if item and last:
            keys[last] = [*_list(keys[last]), _word(item.group(1))]
        elif pair:
            last, value = pair.group(1), pair.group(2).strip()
            in_brackets = value.startswith("[")
            keys[last] = [_word(part) for part in value.strip("[]").split(",") if part.strip()] if in_brackets else _word(value)
    return keys


def _word(text: str) -> str:
    return text.strip().strip("\"'")


def _list(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else []
