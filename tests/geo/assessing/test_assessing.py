"""The steps of an assessment: what may follow what, who is awaited, what needs a reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from geo.assessing import (
    DECIDING,
    FORWARD,
    ON_THE_WAY,
    REASONS,
    STATES,
    VERDICTS,
    Matter,
    Step,
    after,
    class_choices,
    duty_of,
    matter_from,
    matter_of,
    next_steps,
    returns_to,
    waits_for,
)
from geo.assessing.judging import check_step, flags_of, needs_reason
from geo.class_ladder import LADDER, NOT_ASSESSED, steps_between
from geo.errors import Conflict, Refused
from geo.messages import catalogue

OPENS, TODAY = date(2025, 12, 15), date(2026, 11, 20)
D = date(2026, 3, 1)


def judge(matter: Matter, step: Step, *, previous=None, own=()) -> Step:
    return check_step(matter, step, previous=previous, opens_on=OPENS, today=TODAY, own=own)


def refused(matter: Matter, step: Step, **more) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as caught:
        judge(matter, step, **more)
    return [(one.code, one.column) for one in caught.value.findings]


def at(*kinds: str, proposed="loai_3", classified="loai_3", verdict="dat") -> Matter:
    made = {
        "ra_soat": Step("ra_soat", D),
        "danh_gia": Step("danh_gia", D, class_id=proposed),
        "phan_loai": Step("phan_loai", D, class_id=classified),
        "tham_dinh": Step("tham_dinh", D, verdict=verdict),
        "cong_nhan": Step("cong_nhan", D, document_no="1/QĐ"),
    }
    return matter_of(made[kind] for kind in kinds)


WHOLE = ("ra_soat", "danh_gia", "phan_loai", "tham_dinh")


def test_a_matter_goes_from_review_to_recognition_in_the_order_of_the_programme() -> None:
    matter, way = Matter(), (*WHOLE, "cong_nhan")
    for place, kind in enumerate(way, start=1):
        assert kind in next_steps(matter)
        matter = at(*way[:place])
    assert (matter.state, matter.decided, matter.count) == ("cong_nhan", "loai_3", 5)


@pytest.mark.parametrize(
    ("state", "duty"),
    [
        ("chua_bat_dau", "report"),
        ("ra_soat", "report"),
        ("danh_gia", "classify"),
        ("phan_loai", "appraise"),
        ("tham_dinh", "decide"),
        ("cong_nhan", None),
        ("khong_dat", None),
        ("huy_bo", None),
    ],
)
def test_X3_each_state_says_which_duty_it_waits_for(state, duty) -> None:
    assert waits_for(state) == duty


def test_C1_the_three_results_are_kept_apart() -> None:
    matter = at(*WHOLE, proposed="khong_ma_tuy", classified="khong_trong_diem")
    decision = Step("khong_dat", D, "loai_3", document_no="7/QĐ", reason="chua_dat_tieu_chi")
    decided = after(matter, judge(matter, decision))
    assert (decided.proposed, decided.classified, decided.decided) == (
        "khong_ma_tuy",
        "khong_trong_diem",
        "loai_3",
    )
    flags = flags_of(decided, previous="loai_3", computed="loai_2")
    assert set(flags) == {"computed_differs", "proposed_differs"}
    # No computed class is no disagreement, and neither is one that is not assessed.
    assert "computed_differs" not in flags_of(decided, previous="loai_3", computed=None)
    assert "computed_differs" not in flags_of(decided, previous="loai_3", computed=NOT_ASSESSED)


def test_C2_a_jump_is_allowed_and_flagged() -> None:
    matter = at("ra_soat", "danh_gia", proposed="khong_ma_tuy")
    whole = judge(matter, Step("phan_loai", D, "khong_ma_tuy"), previous="loai_2")
    assert "jump" in flags_of(after(matter, whole), previous="loai_2", computed=None)
    assert flags_of(after(matter, whole), previous="khong_trong_diem", computed=None) == ()
    # Without a class before there is nothing to jump over.
    assert flags_of(after(matter, whole), previous=None, computed=None) == ()


def test_C2_a_relapse_is_recognised_at_any_time_but_needs_a_reason() -> None:
    matter = at(*WHOLE)
    decision = Step("cong_nhan", D, document_no="7/QĐ")
    assert refused(matter, decision, previous="khong_ma_tuy") == [
        ("assess_reason_missing", "reason")
    ]
    given = Step("cong_nhan", D, document_no="7/QĐ", reason="tai_phuc_tap")
    whole = judge(matter, given, previous="khong_ma_tuy")
    assert "relapse" in flags_of(after(matter, whole), previous="khong_ma_tuy", computed=None)
    # Going up or staying takes none.
    assert refused(matter, given, previous="loai_3") == [("assess_reason_unneeded", "reason")]
    assert not needs_reason(whole, None)


def test_C2_the_start_class_is_configured_and_no_step_is_invented() -> None:
    matter = at("ra_soat", "danh_gia", proposed="khong_ma_tuy")
    assert flags_of(matter, previous="khong_trong_diem", computed=None) == ()
    assert flags_of(matter, previous="loai_1", computed=None) == ("jump",)


@pytest.mark.parametrize("previous", [None, NOT_ASSESSED])
def test_A4_a_merged_commune_starts_as_not_assessed(previous) -> None:
    assert Matter().put_forward is None
    assert flags_of(at(*WHOLE), previous=previous, computed=None) == ()


def test_recognised_is_what_was_classified_and_nothing_else() -> None:
    matter = at(*WHOLE, classified="loai_2")
    assert judge(matter, Step("cong_nhan", D, document_no="7/QĐ")).class_id == "loai_2"
    assert refused(matter, Step("cong_nhan", D, "loai_3", document_no="7/QĐ")) == [
        ("assess_class_id_not_offered", "class_id")
    ]


def test_not_met_means_a_lower_class_and_there_is_none_below_type_I() -> None:
    matter = at(*WHOLE, classified="khong_trong_diem")
    assert class_choices("khong_dat", matter) == ("loai_3", "loai_2", "loai_1")
    assert "khong_dat" not in next_steps(at(*WHOLE, classified="loai_1"))
    same = Step("khong_dat", D, "khong_trong_diem", document_no="7/QĐ", reason="thieu_ho_so")
    assert refused(matter, same) == [("assess_class_id_not_offered", "class_id")]


def test_a_revocation_leaves_a_lower_class_or_none_and_says_why() -> None:
    matter = at(*WHOLE, "cong_nhan")
    assert class_choices("huy_bo", matter) == ("loai_2", "loai_1", NOT_ASSESSED)
    missing = refused(matter, Step("huy_bo", D))
    assert dict(missing).keys() == {
        "assess_class_id_missing",
        "assess_reason_missing",
        "assess_document_missing",
    }
    revoked = Step("huy_bo", D, NOT_ASSESSED, document_no="9/QĐ", reason="sai_tham_quyen")
    matter = after(matter, judge(matter, revoked))
    assert (matter.state, matter.decided) == ("huy_bo", NOT_ASSESSED)
    assert next_steps(matter) == ("ra_soat",)


def test_a_return_takes_back_what_was_said_since_and_keeps_what_came_before() -> None:
    matter = at(*WHOLE)
    assert returns_to(matter.state) == ("phan_loai", "danh_gia", "ra_soat")
    back = after(
        matter, judge(matter, Step("tra_lai", D, back_to="danh_gia", reason="sai_so_lieu"))
    )
    assert (back.state, back.proposed, back.classified, back.verdict) == (
        "danh_gia",
        "loai_3",
        None,
        None,
    )
    assert duty_of("tra_lai", "tham_dinh") == "decide"
    assert refused(matter, Step("tra_lai", D, back_to="tham_dinh", reason="sai_so_lieu")) == [
        ("assess_back_to_not_offered", "back_to")
    ]


def test_days_go_forward_and_never_into_the_future() -> None:
    assert refused(Matter(), Step("ra_soat", OPENS - timedelta(days=1))) == [
        ("assess_day_too_early", "effective_on")
    ]
    assert refused(Matter(), Step("ra_soat", TODAY + timedelta(days=1))) == [
        ("assess_day_in_future", "effective_on")
    ]
    reviewed = at("ra_soat")
    assert refused(reviewed, Step("danh_gia", D - timedelta(days=1), "loai_1")) == [
        ("assess_day_too_early", "effective_on")
    ]


@pytest.mark.parametrize("given", ["12/QĐ-UBND", "MP-12/QĐ-Y2025", "1a/BB.TĐ"])
def test_a_number_of_a_document_is_taken(given: str) -> None:
    assert judge(at(*WHOLE), Step("cong_nhan", D, document_no=given)).document_no == given


@pytest.mark.parametrize(
    "given", ["12/05/1990", "Nguyễn Văn A", "0912345678/QĐ", "012345678901", "77", "a b/QĐ", "/QQ"]
)
def test_what_is_no_number_of_a_document_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(Refused) as caught:
        judge(at(*WHOLE), Step("cong_nhan", D, document_no=given))
    (finding,) = caught.value.findings
    assert finding.code == "assess_document_form"
    assert given not in str(finding.as_json())


@pytest.mark.parametrize("kind", ["cong_nhan", "khong_dat"])
@pytest.mark.parametrize("own", ["ra_soat", "danh_gia", "phan_loai", "tham_dinh"])
def test_X2_nobody_decides_what_the_same_login_put_forward(kind, own) -> None:
    with pytest.raises(Conflict, match="tự thẩm định"):
        judge(at(*WHOLE), Step(kind, D, document_no="7/QĐ"), own={own})


def test_X2_nobody_appraises_what_the_same_login_proposed() -> None:
    classified = at("ra_soat", "danh_gia", "phan_loai")
    for own in ("ra_soat", "danh_gia", "phan_loai"):
        with pytest.raises(Conflict):
            judge(classified, Step("tham_dinh", D, verdict="dat"), own={own})
    assert judge(classified, Step("tham_dinh", D, verdict="dat"), own={"tham_dinh"})


def test_everything_that_is_wrong_is_told_at_once_by_field() -> None:
    wrong = Step(
        "danh_gia", OPENS - timedelta(days=9), verdict="dat", back_to="ra_soat", reason="x"
    )
    assert {field for _, field in refused(at("ra_soat"), wrong)} == {
        *("effective_on", "class_id", "verdict", "back_to", "reason"),
    }


def test_every_reason_has_its_words() -> None:
    for reasons in REASONS.values():
        for reason in reasons:
            assert f"assess_reason_{reason}" in catalogue()


class Sequences(RuleBasedStateMachine):
    """Any steps at all; those that are refused change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.matter = Matter()
        self.day = OPENS
        self.kinds: list[str] = []

    @rule(
        kind=st.sampled_from([*FORWARD["tham_dinh"], *WHOLE, "huy_bo", "tra_lai"]),
        days=st.integers(-3, 20),
        class_id=st.none() | st.sampled_from([*LADDER, NOT_ASSESSED]),
        verdict=st.none() | st.sampled_from(VERDICTS),
        back_to=st.none() | st.sampled_from(STATES),
        document_no=st.none() | st.just("7/QĐ"),
        reason=st.none() | st.sampled_from(sorted({r for all_ in REASONS.values() for r in all_})),
        previous=st.none() | st.sampled_from(LADDER),
        whole=st.booleans(),
    )
    def any_step(
        self, kind, days, class_id, verdict, back_to, document_no, reason, previous, whole
    ) -> None:
        if whole and kind in next_steps(self.matter):
            # Make it fit, so that runs get far.
            choices = class_choices(kind, self.matter)
            class_id = choices[days % len(choices)] if choices else None
            verdict = "dat" if kind == "tham_dinh" else None
            back_to = returns_to(self.matter.state)[0] if kind == "tra_lai" else None
            document_no, days = "7/QĐ", max(days, 0)
            trial = Step(kind, OPENS, class_id)
            reason = REASONS[kind][0] if needs_reason(trial, previous) else None
        step = Step(
            kind,
            self.day + timedelta(days=days),
            class_id,
            verdict,
            back_to,
            document_no,
            reason,
        )
        before = self.matter
        try:
            done = check_step(before, step, previous=previous, opens_on=OPENS, today=TODAY, own=())
        except (Refused, Conflict):
            return
        self.matter = after(before, done)
        self.day = step.effective_on
        self.kinds.append(kind)
        assert step.effective_on >= (before.since or OPENS)
        allowed = returns_to(before.state) if kind == "tra_lai" else (kind,)
        assert self.matter.state in allowed
        if kind == "khong_dat":
            assert steps_between(str(done.class_id), str(before.classified)) > 0
        if kind == "cong_nhan":
            assert self.matter.decided == before.classified
            fell = (steps_between(str(previous), str(done.class_id)) or 0) < 0
            assert fell == (done.reason is not None)

    @invariant()
    def a_decision_has_every_step_before_it(self) -> None:
        if self.matter.state in ("cong_nhan", "khong_dat"):
            assert {"ra_soat", "danh_gia", "phan_loai", "tham_dinh"} <= set(self.kinds)
            assert self.matter.verdict is not None

    @invariant()
    def what_is_said_fits_the_state(self) -> None:
        matter = self.matter
        if matter.state in ON_THE_WAY:
            place = ON_THE_WAY.index(matter.state)
            assert (matter.proposed is not None) == (place >= 1)
            assert (matter.classified is not None) == (place >= 2)
            assert (matter.verdict is not None) == (place >= 3)
            assert matter.decided is None
        assert (matter.decided is not None) == (matter.state in DECIDING)
        assert set(next_steps(matter)) <= {*FORWARD[matter.state], "tra_lai"}


Sequences.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestSequences = Sequences.TestCase


@settings(max_examples=100)
@given(st.lists(st.sampled_from([*WHOLE, "cong_nhan", "khong_dat", "huy_bo", "tra_lai"])))
def test_a_matter_read_from_what_was_last_said_is_the_matter_of_its_steps(kinds) -> None:
    matter, said = Matter(), {}
    for place, kind in enumerate(kinds):
        if kind not in next_steps(matter):
            continue
        choices = class_choices(kind, matter)
        class_id = choices[place % len(choices)] if choices else None
        verdict = VERDICTS[place % 2] if kind == "tham_dinh" else None
        back_to = returns_to(matter.state)[0] if kind == "tra_lai" else None
        matter = after(matter, Step(kind, D, class_id, verdict, back_to))
        said[kind] = class_id or verdict
    read = matter_from(matter.state, count=matter.count, since=matter.since, said=said)
    assert read == matter
