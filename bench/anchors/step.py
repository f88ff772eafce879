"""What steps of the benchmark report: the same last line as those in JavaScript (bench/child.ts)."""

import json
import resource
import time


def start() -> float:
    return time.monotonic()


def storable(text: str) -> str:
    """JSON without what Postgres cannot store: NUL and halves of surrogate pairs."""
    return text.replace("\\u0000", "").encode("utf-8", "replace").decode()


def report_step(started: float, figures: dict) -> None:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    times = [own.ru_utime, own.ru_stime, children.ru_utime, children.ru_stime]
    seconds = time.monotonic() - started
    # Linux reports the most memory in kilobytes.
    result = {"seconds": seconds, "peakRssMb": round(own.ru_maxrss / 1024), "cpuSeconds": sum(times), **figures}
    print(json.dumps(result))
