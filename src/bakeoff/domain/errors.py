"""Everything that can go wrong in a run; the class names are the workflow's `ErrorEquals`.

BakeoffError
├── ConfigurationError           the function's environment lacks a value or has a bad one
├── InvalidEvent                 the event or payload does not have the shape that the function expects
├── RequestError                 a person can mend it, and nothing costly was started
│   ├── InvalidAlgorithms        unknown, duplicate, malformed or missing algorithms
│   ├── InvalidSettings          a setting that nothing reads, or a value that it cannot have
│   ├── InvalidRunId             an execution's name under which no run can keep its files
│   ├── UnknownImage             no image of that framework is published for the region
│   ├── BudgetExceeded           the run may cost more than its limit
│   ├── UnknownPrice             it has a limit, and something of it has no known price
│   ├── NoInputData              nothing but empty objects under Inputs/
│   ├── UnreadableData           an object is neither libsvm nor numeric CSV
│   │   └── NotATable            it holds no table at all, and is left aside where others hold one
│   ├── UnknownTarget            no column is what the target names, or nobody can tell which one is meant
│   ├── ColumnMismatch           objects disagree on their columns
│   ├── DuplicateInput           two objects hold the same rows
│   └── FeatureCountMismatch     objects disagree on the number of features
├── DataError                    the prepared data do not allow a comparison
│   ├── DatasetsNotPrepared      the Spark job ended with a sentence instead of data sets
│   ├── TooManyRejectedRows      more malformed rows than tolerated
│   ├── TooFewRows               a split would be empty
│   ├── ConstantLabel            every label is the same: there is nothing to predict
│   ├── HyperparameterTooLong    with the facts of the data in it, SageMaker would not take it
│   ├── UnreadableCell           a cell is not what its column holds
│   ├── InputOverwritten         an object changed while the run read it
│   └── InconsistentPredictions  a candidate's predictions or its result are not what scoring left
├── ScoringError                 the live endpoint could not be scored
│   ├── EndpointRefused          the model answered with an error
│   ├── MalformedPrediction      the model's reply does not hold one number for each row
│   └── ScoringTimedOut          the rows did not fit into the function's time
├── PromotionError               production does not serve what was to be promoted
│   ├── NothingToPromote         the run, or the version, has nothing that production could serve
│   ├── ProductionMoved          production serves something else than the decision was made about
│   ├── ProductionDown           the endpoint is in a state in which it answers nobody
│   ├── ProductionMixed          a rollback failed: the endpoint serves with two configurations
│   ├── PromotionRolledBack      SageMaker went back to the configuration before
│   └── ProbeMismatch            production does not answer what was judged
├── TurnNeverCame                the run waited in vain for one of the runs before it to end
├── SweepIncomplete              something of a finished run has yet to go: worth another try
└── ServiceError                 AWS refused a call
    ├── ServiceUnavailable       throttling and other passing faults: worth another try
    └── AccessDenied             the function's role lacks a permission
"""

from __future__ import annotations

from bakeoff.domain.messages import sentence


class BakeoffError(Exception):
    """The root; `str(error)` is one sentence for a person that names the cause and the cure.

    It is one printable line of bounded length without credentials, whatever it was made of.
    """

    def __init__(self, text: str) -> None:
        super().__init__(sentence(text))


class ConfigurationError(BakeoffError):
    pass


class InvalidEvent(BakeoffError):
    pass


class RequestError(BakeoffError):
    pass


class InvalidAlgorithms(RequestError):
    pass


class InvalidSettings(RequestError):
    pass


class InvalidRunId(RequestError):
    pass


class UnknownImage(RequestError):
    pass


class BudgetExceeded(RequestError):
    pass


class UnknownPrice(RequestError):
    pass


class NoInputData(RequestError):
    pass


class UnreadableData(RequestError):
    pass


class NotATable(UnreadableData):
    pass


class UnknownTarget(RequestError):
    pass


class ColumnMismatch(RequestError):
    pass


class DuplicateInput(RequestError):
    pass


class FeatureCountMismatch(RequestError):
    pass


class DataError(BakeoffError):
    pass


class DatasetsNotPrepared(DataError):
    pass


class TooManyRejectedRows(DataError):
    pass


class TooFewRows(DataError):
    pass


class ConstantLabel(DataError):
    pass


class HyperparameterTooLong(DataError):
    pass


class UnreadableCell(DataError):
    pass


class InputOverwritten(DataError):
    pass


class InconsistentPredictions(DataError):
    """`key` is the object that scoring cannot have left so; `flaw` begins with a verb and says why."""

    def __init__(self, key: str, flaw: str) -> None:
        super().__init__(f"{key} {flaw}, so it was changed after it was scored: run the comparison again.")
        self.key, self.flaw = key, flaw


class ScoringError(BakeoffError):
    pass


class EndpointRefused(ScoringError):
    pass


class MalformedPrediction(ScoringError):
    pass


class ScoringTimedOut(ScoringError):
    pass


class PromotionError(BakeoffError):
    pass


class NothingToPromote(PromotionError):
    pass


class ProductionMoved(PromotionError):
    pass


class ProductionDown(PromotionError):
    pass


class ProductionMixed(PromotionError):
    pass


class PromotionRolledBack(PromotionError):
    pass


class ProbeMismatch(PromotionError):
    pass


class TurnNeverCame(BakeoffError):
    pass


class SweepIncomplete(BakeoffError):
    pass


class ServiceError(BakeoffError):
    pass


class ServiceUnavailable(ServiceError):
    pass


class AccessDenied(ServiceError):
    pass
