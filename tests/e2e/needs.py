"""What of a policy is needed: take one thing out of it, and ask every recorded question again.

The questions come from real runs, and the engine that answers them is the one that enforces the policies in
these runs. A statement, an action or a resource is needed when some answer turns from yes to no without it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from local_aws.services.iam import Answered
from local_aws.services.iam.evaluation import Statement
from local_aws.services.iam.questions import Question, answer

# What differs from call to call without any policy asking for it.
_PASSING_KEYS = {"aws:currenttime", "aws:epochtime", "aws:useragent", "aws:userid", "aws:principalarn"}


@dataclass(frozen=True)
class Role:
    """A role of a stack by its logical id; `managed` are the names of AWS's own policies among its own."""

    logical_id: str
    arn: str
    statements: tuple[Statement, ...]
    managed: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.arn.split("/")[-1]


@dataclass(frozen=True)
class Part:
    """A thing that may be taken out of a role's policies, and the statements that remain without it."""

    role: Role
    policy: str
    sid: str
    what: str
    remaining: tuple[Statement, ...]

    def __str__(self) -> str:
        return f"{self.role.logical_id}/{self.policy}/{self.sid}: {self.what}"


def parts_of(role: Role) -> Iterator[Part]:
    """Every statement as a whole; of those that the template spells out, every action and resource, too.

    A Deny is needed by no call that is allowed: whom it stops is another test's to show.
    """
    for position, statement in enumerate(role.statements):
        if statement.effect == "Deny":
            continue
        yield _part(role, position, [], "the statement")
        if statement.policy not in role.managed:
            for member in ("Action", "Resource"):
                yield from _members(role, position, member)
            yield from _pairs(role, position)


def unneeded(parts: Iterable[Part], recorded: Iterable[Answered]) -> list[Part]:
    questions = _distinct(recorded)
    return [part for part in parts if not _turns_an_answer(part, questions[part.role.name])]


def _members(role: Role, position: int, member: str) -> Iterator[Part]:
    statement = role.statements[position]
    values = statement.element[member]
    if isinstance(values, list) and len(values) > 1:
        for value in values:
            rest = {**statement.element, member: [other for other in values if other != value]}
            yield _part(role, position, [replace(statement, element=rest)], f"{member} {value}")


def _pairs(role: Role, position: int) -> Iterator[Part]:
    """Of several actions on several resources, each must be needed on each."""
    statement = role.statements[position]
    actions, resources = (statement.element[member] for member in ("Action", "Resource"))
    if isinstance(actions, list) and isinstance(resources, list) and len(actions) > 1 < len(resources):
        for action, resource in itertools.product(actions, resources):
            others = [each for each in actions if each != action]
            elsewhere = [each for each in resources if each != resource]
            rest = [
                {**statement.element, "Action": others},
                {**statement.element, "Action": action, "Resource": elsewhere},
            ]
            instead = [replace(statement, element=each) for each in rest]
            yield _part(role, position, instead, f"Action {action} on Resource {resource}")


def _part(role: Role, position: int, instead: Sequence[Statement], what: str) -> Part:
    before, after = role.statements[:position], role.statements[position + 1 :]
    remaining = (*before, *instead, *after)
    return Part(role, role.statements[position].policy, role.statements[position].sid, what, remaining)


def _turns_an_answer(part: Part, questions: Sequence[Question]) -> bool:
    return any(not answer(question, part.remaining).allowed for question in questions)


def _distinct(recorded: Iterable[Answered]) -> dict[str, list[Question]]:
    """By role, what was asked and allowed; thousands of calls ask the same few hundred questions."""
    found: defaultdict[str, dict[Any, Question]] = defaultdict(dict)
    for question, judgement in recorded:
        if judgement.allowed:
            request = question.request
            lasting = ((key, str(each)) for key, each in request.context.items() if key not in _PASSING_KEYS)
            found[question.role][request.action, request.resource, frozenset(lasting)] = question
    return defaultdict(list, {role: list(questions.values()) for role, questions in found.items()})
