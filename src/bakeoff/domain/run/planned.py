"""What a plan decided, for whoever acts on it later."""

from __future__ import annotations

from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.run.documents import Plan, Settings


def settings_of(plan: Plan) -> Settings:
    """Raises InvalidEvent for a plan of an earlier release, whose settings nobody recorded."""
    if "settings" not in plan:
        raise InvalidEvent(
            f"The plan of {plan.get('run_id', 'the run')} records no settings, because an earlier release "
            "wrote it: start a run anew."
        )
    return plan["settings"]


def read_versions(plan: Plan) -> dict[str, str]:
    """The version of every upload that the plan was made of, by its key: the data and the settings' file."""
    settings_file = plan.get("settings_file")
    read = [*plan["inputs"], *([settings_file] if settings_file else [])]
    return {item["key"]: item["version_id"] for item in read}
