"""Which columns the models of a run need of a new row, and which they know besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from bakeoff.domain.datasets.encoding import VIEWS, Encoder
from bakeoff.domain.run.documents import Encoding, Plan, ServedColumns

_FEATURE = "feature"


@dataclass(frozen=True)
class RunColumns:
    """By names; where no upload has any, "column 1" is the first. `order` are those of the first upload,
    `features` those that the models need, `others` the rest but for the `label`. `dropped` were features by
    the plan and told nothing. `delimiters` and `decimals` (by delimiter) are the uploads'.
    """

    label: str
    order: tuple[str, ...]
    features: tuple[str, ...]
    others: tuple[str, ...]
    dropped: frozenset[str]
    is_named: bool
    delimiters: tuple[str, ...]
    decimals: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan, encoding: Encoding | None) -> Self:
        """`encoding` is that of a mixed table, None of a plain one."""
        first = plan["inputs"][0]
        columns = len(plan["table"]["columns"]) if "table" in plan else plan["feature_dim"] + 1
        names = first.get("names") or [""] * (first.get("width") or columns)
        # As `reading.mixed.matching` names columns: by position what has no name.
        order = [name or f"column {number}" for number, name in enumerate(names, 1)]
        if encoding is None:
            places = first.get("columns") or range(plan["feature_dim"] + 1)
            label, *features = (order[place] for place in places)
            known, dropped = dict.fromkeys(order), frozenset[str]()
        else:
            label = encoding["label"]
            # What is needed is the same in every view.
            features = [column["name"] for column in Encoder(encoding, VIEWS[0]).columns]
            table = plan["table"]["columns"]
            known = dict.fromkeys([*order, *(column["name"] for column in table)])
            dropped = frozenset(
                column["name"]
                for column in table
                if column["role"] == _FEATURE and column["name"] not in features
            )
        delimited = [item for item in plan["inputs"] if item.get("delimiter")]
        return cls(
            label=label,
            order=tuple(order),
            features=tuple(features),
            others=tuple(name for name in known if name not in {label, *features, *dropped}),
            dropped=dropped,
            is_named=any(item.get("names") for item in plan["inputs"]),
            delimiters=tuple(dict.fromkeys(str(item["delimiter"]) for item in delimited)),
            decimals={str(item["delimiter"]): item.get("decimal", ".") for item in delimited},
        )

    @classmethod
    def recorded(cls, columns: ServedColumns) -> Self:
        """As `record` wrote them. Raises LookupError or TypeError for what it did not write."""
        return cls(
            label=columns["label"],
            order=tuple(columns["order"]),
            features=tuple(columns["features"]),
            others=tuple(columns["others"]),
            dropped=frozenset(columns["dropped"]),
            is_named=columns["is_named"],
            delimiters=tuple(columns["delimiters"]),
            decimals=dict(columns["decimals"]),
        )

    def record(self) -> ServedColumns:
        """For a document that outlives the run."""
        return {
            "label": self.label,
            "order": list(self.order),
            "features": list(self.features),
            "others": list(self.others),
            "dropped": sorted(self.dropped),
            "is_named": self.is_named,
            "delimiters": list(self.delimiters),
            "decimals": dict(self.decimals),
        }

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset((self.label, *self.features, *self.others, *self.dropped))

    @property
    def unlabelled(self) -> tuple[str, ...]:
        """The `order` of rows that lack the label."""
        return tuple(name for name in self.order if name != self.label)
