"""What becomes of a run's decision about production: told, and if it is approved, watched to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from bakeoff.domain.promotion.proposal import APPROVED
from bakeoff.domain.run.documents import Promotion
from bakeoff.domain.run.files import PROMOTION
from bakeoff_cli.promoting import ProductionSession, Promoted
from bakeoff_cli.session import START_TIMEOUT, Session
from bakeoff_cli.stack.production.proposals import Proposal
from bakeoff_cli.text import one_line


@dataclass(frozen=True)
class HandedOver:
    """`proposal` is None where production is to stay as it is, `promoted` where nobody has approved it."""

    decision: Promotion
    proposal: Proposal | None = None
    promoted: Promoted | None = None

    @property
    def failed(self) -> bool:
        return self.promoted is not None and not self.promoted.succeeded

    def as_json(self) -> dict[str, Any]:
        return {
            "decision": self.decision,
            "model_package_arn": self.proposal and self.proposal.arn,
            "approval": self.proposal and self.proposal.status,
            "promotion": self.promoted and self.promoted.as_json(),
        }


def hand_over(session: Session, run_id: str) -> HandedOver | None:
    """None of a run that decided nothing about production.

    Raises RunNotStarted when an approval starts no promotion in time.
    """
    names, found = session.stack.production, session.files(run_id).document(PROMOTION)
    if names is None or found is None:
        return None
    decision, production = cast(Promotion, found), ProductionSession(session, names)
    session.output.show(f"Decision about production: {one_line(decision['reason'])}")
    proposal = production.proposals.of_run(run_id)
    if proposal is None or proposal.status != APPROVED:
        if proposal:
            session.output.note(
                f"It is version {proposal.version} of {proposal.group}, and not approved yet."
            )
        return HandedOver(decision, proposal)
    arn = production.promotions.wait_for(proposal.execution, START_TIMEOUT)
    return HandedOver(decision, proposal, production.watch(arn))
