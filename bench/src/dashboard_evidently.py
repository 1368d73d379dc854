"""Writes Evidently's drift report on the rows of bench:dashboard as one HTML file; prints seconds it took.

usage: dashboard_evidently.py BASELINE.f64 CURRENT.f64 COLUMNS OUT.html
The files hold 64-bit floats, column after column.
"""

import sys
import time
import warnings

import numpy as np
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

warnings.filterwarnings("ignore")


def frame(path, columns):
    values = np.fromfile(path, dtype=np.float64).reshape(columns, -1)
    return pd.DataFrame({f"feature_{i:03d}": values[i] for i in range(columns)})


def main():
    baseline, current, columns, out = sys.argv[1:5]
    names = [f"feature_{i:03d}" for i in range(int(columns))]
    definition = DataDefinition(numerical_columns=names)
    sets = [Dataset.from_pandas(frame(path, int(columns)), data_definition=definition) for path in (baseline, current)]
    start = time.perf_counter()
    Report([DataDriftPreset()]).run(sets[1], sets[0]).save_html(out)
    print(time.perf_counter() - start)


main()
