"""What an ingest has to do. Pure: compares hashes, touches nothing."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from ingest.errors import MassDelete
from ingest.ledger import Failure

# Fewer articles than this may vanish without a question; beyond it, so may at most this share.
_FEW, _SHARE = 10, 0.2
MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Plan:
    """Article ids by what happens to them, each in the order of the ids."""

    add: tuple[str, ...]
    change: tuple[str, ...]
    keep: tuple[str, ...]
    remove: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Tells whether there is anything to do."""
        return bool(self.add or self.change or self.remove)

    def without(self, failed: Container[str]) -> "Plan":
        """Returns the plan without the articles that turned out to be unreadable."""
        add = tuple(id_ for id_ in self.add if id_ not in failed)
        return replace(self, add=add, change=tuple(id_ for id_ in self.change if id_ not in failed))

    def without_empty(self, empty: Container[str], known: Container[str]) -> "Plan":
        """Returns the plan for files that turned out to hold no text: what was known of them goes."""
        gone = tuple(id_ for id_ in (*self.add, *self.change) if id_ in empty and id_ in known)
        return replace(self.without(empty), remove=tuple(sorted((*self.remove, *gone))))


def make_plan(found: Mapping[str, str], known: Mapping[str, str]) -> Plan:
    """Compares content hashes by article id: what the corpus holds now against what the ledger knows."""
    return Plan(
        add=tuple(sorted(found.keys() - known.keys())),
        change=tuple(sorted(id_ for id_ in found.keys() & known.keys() if found[id_] != known[id_])),
        keep=tuple(sorted(id_ for id_ in found.keys() & known.keys() if found[id_] == known[id_])),
        remove=tuple(sorted(known.keys() - found.keys())),
    )


def given_up(failures: Mapping[str, Failure], found: Mapping[str, str]) -> dict[str, str]:
    """Returns the reason, by id, of each file that failed MAX_ATTEMPTS times and has not changed since."""
    return {
        id_: failure.reason
        for id_, failure in failures.items()
        if found.get(id_) == failure.hash and failure.attempts >= MAX_ATTEMPTS
    }


def without_failed(plan: Plan, failed: Mapping[str, str], *, known: Container[str]) -> Plan:
    """Returns the plan without the files that cannot be read, by id with the reason.

    Raises MassDelete: it would leave no article at all, for none of the files that are there can be read.
    """
    plan = plan.without(failed)
    left = (*plan.add, *plan.change, *plan.keep, *(id_ for id_ in failed if id_ in known))
    if plan.remove and not left:
        reasons = "; ".join(f"{id_}: {reason}" for id_, reason in failed.items())
        raise MassDelete(
            f"no article would be left, for none of the files in the corpus can be read ({reasons})",
            "nothing was changed. Put one there that can",
        )
    return plan


def check_removals(plan: Plan) -> None:
    """Raises MassDelete if so much has vanished that the folder is more likely wrong than the articles gone."""
    known = len(plan.change) + len(plan.keep) + len(plan.remove)
    if len(plan.remove) > _FEW and len(plan.remove) > _SHARE * known:
        raise MassDelete(
            f"{len(plan.remove)} of {known} articles have vanished from the corpus",
            "nothing was changed. If that is meant, run again with --allow-mass-delete",
        )
