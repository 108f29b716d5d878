"""The model in production, as whoever asks it needs it: by its record, which outlives its run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.errors import ProductionMoved
from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.promotion.deployment import require_sound
from bakeoff.domain.run.documents import Encoding, ModelRequest, ProductionRecord
from bakeoff.domain.scoring.answering import VALUES, Answering, ClassReplies
from bakeoff.domain.scoring.reply_kinds import Reply
from bakeoff_cli.errors import BadInput, LeftInconsistent
from bakeoff_cli.stack.production.endpoint import Live

_DAMAGE = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class LiveModel:
    """`encoding` and `view` are those of a mixed table, and `answering` reads the replies."""

    endpoint: str
    config: str
    run_id: str
    name: str
    request: ModelRequest
    encoding: Encoding | None
    view: str
    columns: RunColumns
    answering: Answering[Any]

    def __str__(self) -> str:
        return f"{self.name} of the run {self.run_id}"


def live_model(live: Live) -> LiveModel:
    """Raises BadInput where nothing is in production, or nobody knows what; ProductionDown and
    ProductionMixed for an endpoint in such a state, and ProductionMoved for one that is being changed.
    """
    if live.deployment is None:
        raise BadInput(f"Nothing is in production: there is no endpoint {live.endpoint}, so promote a run.")
    require_sound(live.deployment, live.endpoint)
    if live.is_changing:
        raise ProductionMoved(
            f"Endpoint {live.endpoint} is being changed (its state is {live.deployment.status}), so that two "
            "versions may answer: ask again when `bakeoff production` tells of one."
        )
    if live.record is None:
        raise BadInput(
            f"Endpoint {live.endpoint} serves with the configuration {live.config}, which no promotion made, "
            "so nobody knows how its rows are prepared: go back with `bakeoff rollback VERSION`."
        )
    try:
        return _model(live.record)
    except _DAMAGE as err:
        raise LeftInconsistent(
            f"The record of {live.config} is damaged, or an earlier release wrote it "
            f"({type(err).__name__}: {err}): promote a new run, or name one with --run."
        ) from err


def require_same(asked: LiveModel, live: Live) -> None:
    """Raises ProductionMoved unless production still serves the model that was asked."""
    if live.config != asked.config or live.is_changing:
        raise ProductionMoved(
            f"Endpoint {asked.endpoint} was changed while it was asked, so that two versions may have "
            "answered: ask again; no predictions were written."
        )


def _model(record: ProductionRecord) -> LiveModel:
    data = record["data"]
    classes, encoding, view = data.get("classes"), data.get("encoding"), data.get("view", "")
    if encoding is not None:
        # Looks at every column, so that a damaged one is found before any row.
        _ = Encoder(encoding, view).places
    return LiveModel(
        endpoint=record["endpoint"],
        config=record["config"],
        run_id=record["run"],
        name=record["candidate"],
        request={
            "request_content_type": record["request_content_type"],
            "accept": record["accept"],
            "prediction_path": record["prediction_path"],
        },
        encoding=encoding,
        view=view,
        columns=RunColumns.recorded(data["columns"]),
        answering=VALUES if classes is None else ClassReplies(Reply.of(record), classes),
    )
