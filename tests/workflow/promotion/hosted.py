"""Production on real endpoints: model servers of the embedded SageMaker, asked all the while."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from bakeoff.adapters.endpoints import LiveEndpoint
from bakeoff.adapters.executions import Executions
from bakeoff.adapters.production.endpoint import SageMakerProduction
from bakeoff.domain.run.production import MODELS, PRODUCTION
from local_aws.core.instance import Instance
from local_aws.services.sagemaker.control_plane.endpoints.switches import switches
from local_aws.services.stepfunctions.interpreter import waiting
from tests.fakes import InMemoryRunStore, RecordingNotifier
from tests.patience import eventually
from tests.workflow.promotion.calls import ENDPOINT, ROLLED_BACK, SILENT, Calls, looked_after
from tests.workflow.promotion.runs import Serving, answer, put_run
from tests.workflow.simulation.clock import VirtualClock

BUCKET = "production-matrix"
ALARMS = ("errors", "latency")
REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
# What a second of the workflow's waits takes, and of those of an update.
PACE, UPDATE_PACE = 0.002, 0.0001
_ROW = "1,2"
_PAUSE_SECONDS = 0.05


def linear(factor: int) -> bytes:
    """model.tar.gz of a Linear Learner that adds up the two cells of a row, `factor` times."""
    model = json.dumps({"weights": [factor, factor], "bias": 0.0}).encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz", compresslevel=1) as tar:
        entry = tarfile.TarInfo("model_algo-1.json")
        entry.size = len(model)
        tar.addfile(entry, io.BytesIO(model))
    return archive.getvalue()


LINEAR_LEARNER = Serving(f"{REGISTRY}/linear-learner:1", artifact=linear)


class Bucket(InMemoryRunStore):
    """In memory, because writing to the embedded S3 takes longer than all else of a run; the models of
    production, which SageMaker fetches, are there.
    """

    def __init__(self, s3: Any) -> None:
        super().__init__(BUCKET)
        self._s3 = s3

    def copy_object(self, source: str, key: str) -> None:
        super().copy_object(source, key)
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=self._newest(key))

    def delete(self, key: str) -> None:
        super().delete(key)
        if key.startswith(MODELS):
            self._s3.delete_object(Bucket=BUCKET, Key=key)


class HurriedClock(VirtualClock):
    """Whoever waits for an hour waits for seconds, in which servers start; where that is `vain`, for nothing.
    `on_pause` is called before.
    """

    def __init__(self, vain: Callable[[], bool]) -> None:
        super().__init__()
        self.on_pause: Callable[[], None] = lambda: None
        self._vain, self._wait = vain, waiting.pause

    def pause(self, env: Any, seconds: float) -> None:
        self.on_pause()
        super().pause(env, seconds)
        self._wait(env, 0 if self._vain() else seconds * PACE)


class Requests:
    """Somebody who asks production on and on; `answers` are counted by what is under way, the `case`, and
    what failed is kept.
    """

    def __init__(self, ask: Callable[[], int]) -> None:
        self._ask = ask
        self._stop, self._may_ask = threading.Event(), threading.Event()
        self._asking = threading.Lock()
        self.case = ""
        self.answers: dict[str, Counter[int]] = defaultdict(Counter)
        self.failures: list[str] = []

    def total(self) -> int:
        return sum(counted.total() for counted in self.answers.values())

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._may_ask.set()
            thread.join()

    def begin(self) -> None:
        self._may_ask.set()

    def pause(self) -> None:
        """Until `begin`, because nothing is in production; returns when the last request is answered."""
        self._may_ask.clear()
        with self._asking:
            pass

    def turn_to(self, case: str) -> None:
        with self._asking:
            self.case = case

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE_SECONDS):
            self._may_ask.wait()
            with self._asking:
                if self._may_ask.is_set() and not self._stop.is_set():
                    self._count()

    def _count(self) -> None:
        try:
            self.answers[self.case][self._ask()] += 1
        except Exception as err:
            # Whatever goes wrong is the finding; the thread must not die of it unseen.
            self.failures.append(f"{self.case}: {err!r}")


class Hosted(Calls):
    """The endpoint and its versions; `role` is the models'."""

    def __init__(self, instance: Instance, role: str) -> None:
        super().__init__()
        self.instance, self.role = instance, role
        # What is refused twice is refused for good.
        self.clock = HurriedClock(lambda: any(fault.met > 1 for fault in self.faults))
        self._s3 = instance.client("s3")
        self.store = Bucket(self._s3)
        self.requests = Requests(self.ask)
        self._sagemaker = instance.client("sagemaker")
        self._runtime = instance.client("sagemaker-runtime")
        self._alarms = instance.client("cloudwatch")
        self.hosting = SageMakerProduction(ENDPOINT, self._sagemaker)

    def serve_as(self, state_machine: str) -> None:
        """The functions are those of promotions of this state machine from now on."""
        self.connect(
            {
                "STORE": self.store,
                "PRODUCTION": self.hosting,
                "EXECUTIONS": Executions(state_machine, self.instance.client("stepfunctions")),
                "NOTIFIER": RecordingNotifier(),
                "LiveEndpoint": partial(LiveEndpoint, client=self._runtime),
            }
        )

    # ------------------------------------------------------------ what is there
    def describe(self) -> dict[str, Any] | None:
        try:
            described: dict[str, Any] = self._sagemaker.describe_endpoint(EndpointName=ENDPOINT)
        except ClientError:
            return None
        return described

    def live(self) -> str | None:
        described = self.describe()
        return None if described is None else str(described["EndpointConfigName"])

    def at_rest(self) -> None:
        """Return when nothing of the endpoint is on its way."""

        def rests() -> bool:
            described = self.describe()
            return described is None or described["EndpointStatus"] == "InService"

        eventually(rests, f"{ENDPOINT} at rest", pause=0.01)

    def ask(self) -> int:
        """The number of the model that answers."""
        reply = self._runtime.invoke_endpoint(EndpointName=ENDPOINT, Body=_ROW, ContentType="text/csv")
        [prediction] = json.loads(reply["Body"].read())["predictions"]
        return round(float(prediction["score"]) / answer(1, _ROW))

    def instances(self) -> int:
        [variant] = (self.describe() or {})["ProductionVariants"]
        return int(variant["DesiredInstanceCount"])

    def configs(self) -> set[str]:
        return set(self.hosting.configs())

    def remains(self) -> dict[str, set[str]]:
        """By kind, of which versions there is something."""
        models = self._sagemaker.list_models(NameContains=ENDPOINT, MaxResults=100)["Models"]
        listed = self._s3.list_objects_v2(Bucket=BUCKET, Prefix=MODELS).get("Contents", [])
        probes = self.store.sizes(f"{PRODUCTION}probes/")
        return {
            "configuration": self.configs(),
            "model": {each["ModelName"] for each in models},
            "artifact": {each["Key"].split("/")[2] for each in listed},
            "probe": {key.split("/")[2].removesuffix(".json") for key in probes},
        }

    def fleets(self) -> int:
        """How many generations of model servers have a folder."""
        folder = self.instance.work_dir / "sagemaker" / "endpoints" / ENDPOINT
        return len(list(folder.iterdir())) if folder.exists() else 0

    def put_run(self, factor: int, champion: str | None) -> str:
        return put_run(self.store, factor, champion, serving=LINEAR_LEARNER, wrong_by=self.wrong_by)

    # ------------------------------------------------------------ what befalls it
    def answer(self, operation: str, request: dict[str, Any]) -> Any:
        if operation != "update_endpoint":
            return getattr(self._sagemaker, operation)(**request)
        ending = self.endings.pop(0) if self.endings else ""
        self._set_off("ALARM" if ending in (ROLLED_BACK, SILENT) else "OK")
        switches.get().silent_rollbacks = ending == SILENT
        answered = self._sagemaker.update_endpoint(**request)
        self.updates.append(request)
        return answered

    def update_by_others(self) -> None:
        """It lasts until somebody waits for it."""
        self._hold()
        self.clock.on_pause = self.let_go
        policy = {
            "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
            "TerminationWaitInSeconds": 3600,
        }
        self._sagemaker.update_endpoint(
            EndpointName=ENDPOINT,
            EndpointConfigName=self.live(),
            DeploymentConfig={"BlueGreenUpdatePolicy": policy},
        )

    def lose_config(self) -> None:
        live = str(self.live())
        self._sagemaker.delete_endpoint_config(EndpointConfigName=live)
        self.lost.add(live)

    def scale(self, count: int) -> None:
        wanted = {"VariantName": "AllTraffic", "DesiredInstanceCount": count}
        self._sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=ENDPOINT, DesiredWeightsAndCapacities=[wanted]
        )
        self.at_rest()

    def lose_endpoint(self) -> None:
        """Somebody deletes the endpoint."""
        self.requests.pause()
        self._sagemaker.delete_endpoint(EndpointName=ENDPOINT)
        eventually(lambda: self.describe() is None, f"the end of {ENDPOINT}", pause=0.01)

    def set_off_alarm(self) -> None:
        self._set_off("ALARM")

    def hold(self) -> None:
        """Updates to come stay where alarms are watched, until `let_go`."""
        self._hold()

    def let_go(self) -> None:
        switches.get().pace = UPDATE_PACE
        self.clock.on_pause = lambda: None

    def heal(self) -> None:
        super().heal()
        self.let_go()
        self._set_off("OK")
        switches.get().silent_rollbacks = False

    def look_after(self, ended: dict[str, Any]) -> None:
        """What the event of its end brings about; Lambda calls again while an update goes on."""
        eventually(lambda: looked_after(ended), f"nothing left of {ended['name']}", pause=0.01)

    def clear(self) -> None:
        """Nothing is in production, and no version of it is left."""
        if self.describe():
            self.at_rest()
            self.lose_endpoint()
        for name in self.configs():
            self._sagemaker.delete_endpoint_config(EndpointConfigName=name)
            self._sagemaker.delete_model(ModelName=name)
        for key in self.store.sizes(PRODUCTION):
            self.store.delete(key)

    def _hold(self) -> None:
        switches.get().pace = 1.0

    def _set_off(self, state: str) -> None:
        self._alarms.set_alarm_state(AlarmName=ALARMS[0], StateValue=state, StateReason="a test")
