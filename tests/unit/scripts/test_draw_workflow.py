from __future__ import annotations

import yaml

from scripts.draw_workflow import NAME, README, WORKFLOW, draw, fenced
from scripts.marked import embed


def test_the_readme_shows_the_workflow_as_it_is() -> None:
    readme = README.read_text("utf-8")

    assert embed(readme, NAME, fenced(draw(yaml.safe_load(WORKFLOW.read_text("utf-8"))))) == readme
    assert "flowchart TD" in readme


def test_every_state_and_every_way_is_drawn() -> None:
    inner = {
        "States": {
            "Work": {"Type": "Task", "Catch": [{"Next": "Done"}], "Next": "Done"},
            "Done": {"Type": "Pass"},
        }
    }
    workflow = {
        "States": {
            "Each one": {"Type": "Map", "ItemProcessor": inner, "Next": "Good?"},
            "Good?": {"Type": "Choice", "Choices": [{"Next": "Yes"}], "Default": "No"},
            "Yes": {"Type": "Succeed"},
            "No": {"Type": "Fail"},
        }
    }

    assert draw(workflow).splitlines() == [
        "flowchart TD",
        '    subgraph EachOne["Each one: for each algorithm"]',
        '        Work["Work"]',
        '        Done("Done")',
        "        Work --> Done",
        "        Work -. error .-> Done",
        "    end",
        '    GoodChoice{"Good?"}',
        '    Yes(("Yes"))',
        '    No{{"No"}}',
        "    EachOne --> GoodChoice",
        "    GoodChoice --> Yes",
        "    GoodChoice --> No",
    ]


def test_a_state_and_the_question_before_it_are_two() -> None:
    workflow = {
        "States": {
            "Train again?": {"Type": "Choice", "Choices": [], "Default": "Train again"},
            "Train again": {"Type": "Task", "End": True},
        }
    }

    assert draw(workflow).splitlines()[1:] == [
        '    TrainAgainChoice{"Train again?"}',
        '    TrainAgain["Train again"]',
        "    TrainAgainChoice --> TrainAgain",
    ]
