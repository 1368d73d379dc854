// Adds up what the steps of the test command found.
import { existsSync, readFileSync } from 'node:fs';

/** Sums of one run: tests, or checks that count as one each. */
export class Results {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** One line for everything that went wrong or was left out. */
  notes = [];

  check(name, error) {
    if (!error) this.passed += 1;
    else {
      this.failed += 1;
      this.notes.push(`failed: ${name}: ${error.message.split('\n')[0]}`);
    }
  }

  /** A tool that is missing: a counted, named skip on a developer's machine and a failure in CI. */
  missing(name, error, ci) {
    if (ci) this.check(name, error);
    else {
      this.skipped += 1;
      this.notes.push(`skipped: ${name}: ${error.message.split('\n')[0]}`);
    }
  }

  /** Adds the JSON report of a vitest run. A run that left no report, or failed without naming a test, has failed. */
  vitest(name, reportFile, error) {
    if (!existsSync(reportFile)) {
      this.check(name, error ?? new Error('the run left no report'));
      return;
    }
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    this.passed += report.numPassedTests;
    this.failed += report.numFailedTests;
    this.skipped += report.numPendingTests + report.numTodoTests;
    for (const file of report.testResults) {
      const bad = file.assertionResults.filter((test) => test.status === 'failed');
      for (const test of bad) this.notes.push(`failed: ${name}: ${test.fullName}`);
      // A file that could not even be loaded has no tests to fail.
      if (file.status === 'failed' && bad.length === 0) {
        this.failed += 1;
        this.notes.push(`failed: ${name}: ${file.name}: ${file.message.split('\n')[0]}`);
      }
      for (const test of file.assertionResults)
        if (test.status === 'pending' || test.status === 'skipped' || test.status === 'todo')
          this.notes.push(`skipped: ${name}: ${test.fullName}`);
    }
    if (error && report.success) this.check(name, error);
  }

  summary() {
    return `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`;
  }
}
