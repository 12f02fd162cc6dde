"""The few lines of an evaluation, made from its figures."""

from typing import Any

import pytest

from engine.digits.reports import summarize, summarize_ood

NEAR = {"frechet": 2.5, "floor": 0.4, "class_entropy_bits": 3.31}


def _right(share: float) -> dict[str, Any]:
    return {"right": int(200 * share), "of": 200, "share": share, "interval": [0.92, 0.97]}


@pytest.mark.parametrize(("share", "met"), [(0.95, True), (0.945, False)])
def test_accuracy_is_held_against_what_is_wanted(share: float, met: bool) -> None:
    found = summarize({"samples": [{"guidance": 3.0, "accuracy": _right(share), **NEAR}]})
    assert [(metric.what, metric.met) for metric in found] == [
        ("guidance 3", met),
        ("guidance 3", True),
    ]
    assert found[0].wanted == "95% right, at guidance 3"
    assert "2.5 (real digits, as many: 0.4)" in found[1].reached


def test_a_distance_that_does_not_rise_with_noise_is_told() -> None:
    ladder = [{"sigma": 0, "frechet": 1.0}, {"sigma": 0.1, "frechet": 0.5}]
    (only,) = summarize({"real": {"ladder": ladder, "ladder_rises": False}})
    assert (only.met, only.wanted) == (False, "rising with the noise")


@pytest.mark.parametrize(("restored", "met"), [(19.0, True), (5.0, False)])
def test_a_denoiser_is_judged_at_its_own_sigma(restored: float, met: bool) -> None:
    rows = [{"sigma": s, "noisy": 6.0, "restored": 9.0} for s in (0.2, 1.0)]
    own = {"sigma": 0.5, "noisy": 6.0, "restored": restored}
    (only,) = summarize({"psnr": {"trained_at_sigma": 0.5, "by_sigma": [*rows, own]}})
    assert (only.what, only.met) == ("σ 0.5", met)


def test_which_judge_measured_is_named_and_how_good_it_is() -> None:
    card = {"sha256": "0123456789abcdef", "accuracy": 0.9962, "tested_on": "100 of some digits"}
    (only,) = summarize({"judge": card})
    assert only.what == "measured by"
    assert only.reached == "judge 01234567, right about 99.62% of 100 of some digits"


def test_the_curve_is_its_first_and_last_epoch() -> None:
    curve = [{"epoch": e, "accuracy": _right(s), **NEAR} for e, s in ((1, 0.2), (5, 0.9))]
    (only,) = summarize({"curve": curve})
    assert only.what == "epochs 1–5"
    assert only.reached.startswith("20% → 90% right")
    (denoiser,) = summarize({"curve": [{"epoch": 1, "psnr": 18.0}, {"epoch": 2, "psnr": None}]})
    assert denoiser.reached == "PSNR 18.00 dB → ∞"


def test_out_of_distribution_has_a_line_for_each_sigma() -> None:
    rows = [{"sigma": 0.0, "noisy": None, "restored": 20.0}]
    pure = {"psnr_to_mean_digit": 12.0, "psnr_to_each_other": 11.0}
    first, last = summarize_ood({"by_sigma": rows, "pure_noise": pure})
    assert first.reached == "∞ noisy, 20.00 dB restored"
    assert "12.00 dB to the mean digit, 11.00 dB to one another" in last.reached
