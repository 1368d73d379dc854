"""Times one peer's drift calculation on the rows of bench:verdict; prints one JSON line.

usage: verdict_peers.py PEER BASELINE.f64 CURRENT.f64 COLUMNS REPEATS
The files hold 64-bit floats, column after column. Reading them, and whatever a peer prepares from the baseline
alone, is not timed.
"""

import json
import resource
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


def frame(path, columns):
    values = np.fromfile(path, dtype=np.float64).reshape(columns, -1)
    return pd.DataFrame({f"f{i}": values[i] for i in range(columns)})


def scouter(baseline):
    from scouter.drift import Drifter, PsiDriftConfig

    drifter = Drifter()
    profile = drifter.create_drift_profile(baseline, PsiDriftConfig(name="bench", space="bench", version="0.1.0"))
    return lambda current: drifter.compute_drift(current, profile)


def nannyml(baseline):
    from nannyml import UnivariateDriftCalculator

    calculator = UnivariateDriftCalculator(
        column_names=list(baseline.columns),
        continuous_methods=["jensen_shannon", "kolmogorov_smirnov"],
        chunk_number=1,
    )
    calculator.fit(baseline)
    return calculator.calculate


def evidently(baseline):
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    columns = list(baseline.columns)
    definition = DataDefinition(numerical_columns=columns)
    reference = Dataset.from_pandas(baseline, data_definition=definition)
    report = Report([ValueDrift(column=c, method=m) for c in columns for m in ("psi", "ks")])

    def run(current):
        return report.run(Dataset.from_pandas(current, data_definition=definition), reference).dict()

    return run


def main():
    peer, baseline, current, columns, repeats = sys.argv[1:6]
    measure = {"scouter": scouter, "nannyml": nannyml, "evidently": evidently}[peer](frame(baseline, int(columns)))
    rows = frame(current, int(columns))
    times = []
    for _ in range(int(repeats)):
        start = time.perf_counter()
        measure(rows)
        times.append((time.perf_counter() - start) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": sorted(times)[len(times) // 2], "peak_mib": peak}), file=sys.__stdout__)


main()
