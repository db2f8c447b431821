"""The promise about a cloud that runs the open model: it owes what any route of an open model owes."""

from tests.contract.asking import ask, route

IN_CLOUD = {"data.boundary": "tenancy", "volume.output_tokens": "90M/month", "volume.input_tokens": "400M/month"}
EVALUATE = "Evaluate the open model on your own prompts before production"


def test_its_tasks_hold_the_evaluation_and_the_duties_of_the_license() -> None:
    assessment = ask(IN_CLOUD)
    assert assessment.verdict.option == "managed-cloud"
    (license_report,) = [
        report for report in assessment.licenses if report.model in route(assessment, "managed-cloud").priced
    ]
    assert license_report.duties
    assert {EVALUATE, *license_report.duties} <= set(assessment.verdict.tasks)


def test_a_vendor_model_in_the_cloud_owes_neither() -> None:
    assessment = ask({**IN_CLOUD, "quality.frontier_required": True})
    assert assessment.verdict.option == "managed-cloud"
    assert EVALUATE not in assessment.verdict.tasks
    assert not {duty for report in assessment.licenses for duty in report.duties} & set(assessment.verdict.tasks)


def test_an_accuracy_that_straddles_the_threshold_is_a_condition_of_it() -> None:
    verdict = ask({**IN_CLOUD, "quality.open_model_accuracy": "0.92..0.98"}).verdict
    assert (verdict.option, verdict.status) == ("managed-cloud", "conditional")
    assert verdict.conditions


def test_a_weaker_open_model_changes_the_model_of_a_cloud_that_alone_offers_both() -> None:
    assert "and with the open model only if it fails at most" in ask(IN_CLOUD).verdict.summary


def test_a_weaker_open_model_changes_the_route_where_a_vendor_stands_elsewhere() -> None:
    assert "and only if the open model fails at most" in ask({**IN_CLOUD, "data.boundary": "anywhere"}).verdict.summary
