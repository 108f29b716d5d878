"""Spark's classes, loaded and verified once: class data sharing (JEP 310), which halves the start of a job.

The first job that writes data records which classes it loads. After it, a JVM of low priority packs them into
an archive in the user's cache; later jobs map that file instead of reading 12,000 classes from 250 jars. When
there is none, or it fits no more, the JVM loads classes as ever.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import threading
import uuid
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.containers.spark.jvm import CLASS_PATH, JARS, START_OPTIONS

# Only measured on this one; older ones archive less, or cannot archive an application's classes at all.
_JAVA = 'JAVA_VERSION="17.'
# Loaded by whatever writes a data set: a list without it is that of a job that ended early.
_WITNESS = "org/apache/spark/sql/execution/datasources/FileFormatWriter$"
# Whoever waits for a run waits for no archive.
LOW_PRIORITY: tuple[str, ...] = ("nice", "-n", "19")
# At 130 MB each, for the versions of Java and Spark that a person has side by side.
_KEPT = 3
# Jobs that run at once record the same: one archive of it is enough.
_building: set[Path] = set()
_guard = threading.Lock()


@dataclass(frozen=True)
class ClassArchive:
    """The archive for one Java and one pyspark in `folder`; `scratch` is the job's own folder."""

    java_home: Path
    scratch: Path
    folder: Path

    def file(self) -> Path:
        """Named after all that the archive depends on; the JVM itself checks the jars once more."""
        jars = [f"{jar.name} {jar.stat().st_size} {jar.stat().st_mtime_ns}" for jar in sorted(JARS.iterdir())]
        basis = [str(self.java_home), (self.java_home / "release").read_text("utf-8"), CLASS_PATH, *jars]
        return self.folder / f"{hashlib.sha256(os.linesep.join(basis).encode()).hexdigest()[:16]}.jsa"

    def options(self) -> list[str]:
        """What the JVM of a job needs to use the archive, or to record what belongs into it."""
        if not self._supported():
            return []
        if (file := self.file()).exists():
            file.touch()  # in use, so that it outlasts others
            return ["-Xshare:auto", f"-XX:SharedArchiveFile={file}"]
        return [f"-XX:DumpLoadedClassList={self._recorded()}"]

    def build(self, instance: Instance) -> Future[object] | None:
        """Make the archive in the background from what a job has recorded, if it has and nobody else does."""
        classes = self._recorded().read_text("utf-8") if self._recorded().exists() else ""
        if _WITNESS not in classes.splitlines() or not self._claimed():
            return None
        packed = instance.background(self._pack, instance, classes)
        packed.add_done_callback(lambda _: self._release())
        return packed

    def _claimed(self) -> bool:
        with _guard:
            free = self.file() not in _building and not self.file().exists()
            if free:
                _building.add(self.file())
        return free

    def _release(self) -> None:
        with _guard:
            _building.discard(self.file())

    def _pack(self, instance: Instance, classes: str) -> None:
        """Once, also when several processes have recorded it: it takes as long as several jobs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.file().with_suffix(".lock").open("w") as claim:
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if not self.file().exists():
                self._dump(instance, classes)
            Path(claim.name).unlink(missing_ok=True)

    def _dump(self, instance: Instance, classes: str) -> None:
        work = instance.work_dir / f"spark-classes-{uuid.uuid4().hex}"
        work.mkdir()
        (work / "classes").write_text(classes, "utf-8")
        child = instance.processes.start(
            self._command(work), env=dict(os.environ), cwd=work, output=subprocess.DEVNULL
        )
        # The instance ends the child when it closes first; the next job then records again.
        if child.wait() == 0:
            self._publish(work / "archive")
        instance.processes.forget(child)
        shutil.rmtree(work, ignore_errors=True)

    def _command(self, work: Path) -> list[str]:
        options = ["-Xshare:dump", f"-XX:SharedClassListFile={work / 'classes'}"]
        place = f"-XX:SharedArchiveFile={work / 'archive'}"
        java = str(self.java_home / "bin" / "java")
        return [*LOW_PRIORITY, java, "-cp", CLASS_PATH, *START_OPTIONS, "-Xmx1g", *options, place]

    def _publish(self, archive: Path) -> None:
        """Under its name at once and whole; of the others, those used last stay."""
        temporary = self.folder / f"{archive.parent.name}.tmp"
        shutil.move(archive, temporary)
        temporary.replace(self.file())
        others = [path for path in self.folder.glob("*.jsa") if path != self.file()]
        for outdated in sorted(others, key=_last_used, reverse=True)[_KEPT - 1 :]:
            outdated.unlink(missing_ok=True)

    def _supported(self) -> bool:
        release = self.java_home / "release"
        return release.exists() and _JAVA in release.read_text("utf-8")

    def _recorded(self) -> Path:
        return self.scratch / "classes"


def _last_used(archive: Path) -> float:
    """Seconds since 1970; 0 for one that another process has removed meanwhile."""
    try:
        return archive.stat().st_mtime
    except FileNotFoundError:
        return 0.0
