"""Times one peer's drift calculation on the rows of bench:verdict; prints one JSON line.

usage: verdict_peers.py PEER BASELINE.f64 CURRENT.f64 COLUMNS REPEATS
The files hold 64-bit floats, column after column. Reading them, and whatever a peer prepares from the baseline
alone, is not timed.

       verdict_peers.py write BASELINE.f64 CURRENT.f64 COLUMNS FOLDER
writes both as FOLDER/baseline.parquet and FOLDER/current.parquet.

       verdict_peers.py files BASELINE.parquet CURRENT.parquet
times Evidently's PSI and KS reports on two files, reading included, importing not.

       verdict_peers.py command ARGUMENT...
times a command from start to end.
"""

import json
import resource
import subprocess
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


def write(baseline, current, columns, folder):
    for path, name in ((baseline, "baseline"), (current, "current")):
        frame(path, int(columns)).to_parquet(f"{folder}/{name}.parquet")


def files(baseline, current):
    evidently(pd.DataFrame({"f0": [0.0, 1.0]}))
    start = time.perf_counter()
    evidently(pd.read_parquet(baseline))(pd.read_parquet(current))
    report((time.perf_counter() - start) * 1000, resource.RUSAGE_SELF)


def command(*arguments):
    start = time.perf_counter()
    done = subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    took = (time.perf_counter() - start) * 1000
    # `leeway compare` ends with 1 where a drift was found and it was asked to fail on one.
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode()[-2000:])
    report(took, resource.RUSAGE_CHILDREN)


def report(ms, who):
    peak = resource.getrusage(who).ru_maxrss / 1024
    print(json.dumps({"ms": ms, "peak_mib": peak}), file=sys.__stdout__)


def main():
    if sys.argv[1] in ("write", "files", "command"):
        {"write": write, "files": files, "command": command}[sys.argv[1]](*sys.argv[2:])
        return
    peer, baseline, current, columns, repeats = sys.argv[1:6]
    measure = {"scouter": scouter, "nannyml": nannyml, "evidently": evidently}[peer](frame(baseline, int(columns)))
    rows = frame(current, int(columns))
    times = []
    for _ in range(int(repeats)):
        start = time.perf_counter()
        measure(rows)
        times.append((time.perf_counter() - start) * 1000)
    report(sorted(times)[len(times) // 2], resource.RUSAGE_SELF)


main()
