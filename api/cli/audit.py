"""Command on the audit trail: walk the chain, compare with the heads kept outside the database."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from api.cli.outcome import Command, Outcome
from geo.messages import LANGUAGES, say

if TYPE_CHECKING:
    from api.settings import Settings

HEADS = "audit-heads.txt"


def _nothing(_parser: ArgumentParser) -> None:
    pass


def _verify(_options: Namespace, settings: "Settings") -> Outcome:
    from geo.store import audit

    heads = settings.home / HEADS
    with settings.transaction("operator") as conn:
        state = audit.verify(conn)
        known = audit.hashes(conn)
    kept = heads.read_text(encoding="ascii").split() if heads.exists() else []
    # A head that was sealed outside and is gone inside: the chain was cut or replaced.
    lost = [head for head in kept if head not in known]
    ok = state.broken_seq is None and not lost
    if ok and state.head and (not kept or kept[-1] != state.head):
        with heads.open("a", encoding="ascii") as file:
            file.write(state.head + "\n")
    code = "audit_whole" if ok else "audit_cut" if state.broken_seq is None else "audit_broken"
    return Outcome(
        ok=ok,
        lines=[
            say(
                code,
                language=language,
                count=state.entry_count,
                head=state.head[:16],
                seq=state.broken_seq,
            )
            for language in LANGUAGES
        ],
        counts={"entries": state.entry_count, "sealed_heads": len(kept), "lost_heads": len(lost)},
        data={"head": state.head, "broken_seq": state.broken_seq},
    )


VERIFY = Command(
    help_vi="Kiểm tra chuỗi nhật ký và ghi mốc cuối ra ngoài cơ sở dữ liệu.",
    help_en="Verify the audit chain and seal its head outside the database.",
    configure=_nothing,
    run=_verify,
)
