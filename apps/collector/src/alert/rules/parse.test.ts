import { describe, expect, it } from 'vitest';
import { BUILTIN_RULES } from './builtin.js';
import { inhibitionCycles, unknownInhibitors } from './cycles.js';
import { parseRuleObjects, parseRules } from './parse.js';

const problems = (text: string) =>
  parseRules(text, 'r.yaml').problems.map((p) => `${p.file}:${p.line} ${p.field}: ${p.message}`);

describe('rule files', () => {
  it('are read with short and long conditions', () => {
    const { rules, problems: none } = parseRules(
      `rules:
  - name: a
    signal: drift.psi
    condition: "> 0.2"
    selector: { model: "flight-*", feature: distance }
    for: 0
  - { name: b, signal: error_rate, condition: "> 2%" }
  - { name: c, signal: latency.p95, condition: "> 2x baseline", recovery: 1.5 }
  - { name: d, signal: throughput, condition: { op: "<", ratio: 0.8, to: capacity } }
`,
      null,
    );
    expect(none).toEqual([]);
    expect(rules[0]!.for).toBe('0');
    expect(rules.map((rule) => rule.condition)).toEqual([
      { op: '>', value: 0.2 },
      { op: '>', value: 0.02 },
      { op: '>', ratio: 2, to: 'baseline' },
      { op: '<', ratio: 0.8, to: 'capacity' },
    ]);
  });

  it('report every error with file, line and field', () => {
    expect(
      problems(`rules:
  - name: a
    signal: drift.pis
    condition: "> 0.2"
  - name: b
    signal: error_rate
    condition: over 9000
    for: five minutes
    severety: critical
`),
    ).toEqual([
      'r.yaml:3 rules[0].signal: there is no signal "drift.pis"; did you mean "drift.psi"?',
      'r.yaml:7 rules[1].condition: "over 9000" is not a condition such as "> 0.2", "> 1%" or "> 2x baseline"',
      'r.yaml:8 rules[1].for: a duration is written like 30s, 5m, 1h30m or 7d',
      'r.yaml:9 rules[1].severety: there is no field "severety" here; did you mean "severity"?',
    ]);
  });

  it('report what contradicts itself beside what can’t be read, in one go', () => {
    expect(
      problems(`rules:
  - name: a
    signal: error_rate
    condition: "> 5"
    for: five minutes
    annotations: { summary: "{{vlaue}}" }
`),
    ).toEqual([
      'r.yaml:5 rules[0].for: a duration is written like 30s, 5m, 1h30m or 7d',
      'r.yaml:4 rules[0].condition.value: error_rate is a share from 0 to 1; for per cent write "> 5%"',
      'r.yaml:6 rules[0].annotations.summary: there is no {{vlaue}}; did you mean {{value}}?',
    ]);
  });

  it('say what is missing, and what Prometheus’ words are here', () => {
    expect(problems('rules:\n  - alert: a\n    expr: up == 0\n    signal: error_rate\n')).toEqual([
      'r.yaml:2 rules[0].name: is required',
      'r.yaml:2 rules[0].condition: is required',
      'r.yaml:2 rules[0].alert: there is no field "alert" here; what Prometheus calls `alert` is `name` here',
      expect.stringMatching(
        /^r.yaml:3 rules\[0\].expr: .* is said by `signal`, `selector` and `condition` here$/,
      ),
    ]);
    expect(problems('groups:\n  - name: a\n')[0]).toMatch(/without the `groups` of Prometheus/);
  });

  it.each([
    [
      '{ name: a, signal: drift.psi, condition: "> 0.2", window: 1h }',
      /window: .*judged on the model's own windows/,
    ],
    [
      '{ name: a, signal: ingest.silence, condition: "> 60", selector: { version: "7" } }',
      /version: .*whole model/,
    ],
    ['{ name: a, signal: throughput, condition: "< 5", min_rows: 10 }', /min_rows: .*how few events/],
    [
      '{ name: a, signal: throughput, condition: "< 0.8x capacity", selector: { segment: "region=*" } }',
      /a segment has none/,
    ],
    ['{ name: a, signal: drift.psi, condition: "> 0.2", labels: { "my-team": x } }', /no name of a label/],
    ['{ name: a, signal: drift.psi, condition: "> 0.2", runbook: "javascript:alert(1)" }', /https:/],
    [
      '{ name: a, signal: drift.psi, condition: "> 0.2", annotations: { x: "{{ $labels.modle }}" } }',
      /did you mean {{labels.modle}}/,
    ],
    [
      '{ name: a, signal: drift.psi, condition: "> 0.2", labels: { team: x }, annotations: { x: "{{labels.taem}}" } }',
      /did you mean {{labels.team}}/,
    ],
    [
      '{ name: a, signal: drift.psi, condition: "> 0.2", annotations: { x: "{{> other}}" } }',
      /take in another/,
    ],
    ['{ name: a, signal: latency.p95, condition: "> 1.2.3" }', /is not a condition/],
    ['{ name: a, signal: error_rate, condition: "> 5" }', /a share from 0 to 1; for per cent write "> 5%"/],
    ['{ name: a, signal: drift.psi, condition: "> 2x baseline" }', /no value in the baseline/],
    ['{ name: a, signal: drift.psi, condition: "> 2x capacity" }', /only throughput has a capacity/],
    ['{ name: a, signal: drift.psi, condition: "> 0.2", recovery: 0.3 }', /at or below 0.2/],
    ['{ name: a, signal: throughput, condition: "< 5", recovery: 4 }', /at or above 5/],
    ['{ name: a, signal: error_rate, condition: "> 1%", selector: { feature: x } }', /has no features/],
    [
      '{ name: a, signal: drift.psi, condition: "> 0.2", labels: { model: x } }',
      /sets the label "model" itself/,
    ],
    [
      '{ name: a, signal: drift.psi, condition: "> 0.2", annotations: { summary: "{{#open}}" } }',
      /template can't be read/,
    ],
    ['{ name: a, signal: drift.psi, condition: "> 0.2", inhibited_by: [a] }', /muted by itself/],
    ['{ name: "a b", signal: drift.psi, condition: "> 0.2" }', /letters, digits/],
    ['{ name: a, signal: drift.psi, condition: { op: ">" } }', /either `value` or `ratio`/],
    ['{ name: a, signal: drift.psi, condition: "> 0.2", runbook: "not a url" }', /URL/i],
  ])('refuse %s', (rule, message) => {
    expect(problems(`rules:\n  - ${rule}\n`).join('\n')).toMatch(message);
  });

  it('take templates with sections and labels of their own', () => {
    const summary =
      '{{#direction}}({{direction}}){{/direction}}{{^direction}}-{{/direction}} {{labels.team}} {{#labels}}{{team}}{{/labels}}';
    expect(
      parseRuleObjects([
        {
          name: 'a',
          signal: 'drift.psi',
          condition: { op: '>', value: 1 },
          labels: { team: 'x' },
          annotations: { summary },
        },
      ]).problems,
    ).toEqual([]);
  });

  it('refuse two rules of one name, and say where the first is', () => {
    const rule = '{ name: a, signal: drift.psi, condition: "> 0.2" }';
    expect(problems(`rules:\n  - ${rule}\n  - ${rule}\n`)).toEqual([
      'r.yaml:3 rules[1].name: the name "a" is taken by rules[0] already',
    ]);
  });

  it('report broken YAML, and don’t unfold a bomb of aliases', () => {
    expect(problems('rules:\n  - name: [a\n')[0]).toMatch(/^r.yaml:\d+ /);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
      .join('\n')}\nrules: *h\n`;
    expect(problems(bomb)[0]).toMatch(/alias/i);
  });

  it('name the field where there is no line', () => {
    expect(
      parseRuleObjects([{ name: 'a', signal: 'psi', condition: { op: '>', value: 1 } }]).problems[0],
    ).toMatchObject({
      line: null,
      field: 'rules[0].signal',
    });
  });

  it('are shipped with no error among them', () => {
    expect(parseRuleObjects([...BUILTIN_RULES]).problems).toEqual([]);
    expect(inhibitionCycles(BUILTIN_RULES)).toEqual([]);
    expect(unknownInhibitors(BUILTIN_RULES)).toEqual([]);
  });

  it('find rules that would mute each other, and names that don’t exist', () => {
    const rule = (name: string, inhibited_by: string[]) => ({ ...BUILTIN_RULES[0]!, name, inhibited_by });
    expect(
      inhibitionCycles([rule('a', ['b']), rule('b', ['c']), rule('c', ['a']), rule('d', ['a'])]),
    ).toEqual([['a', 'b', 'c', 'a']]);
    expect(unknownInhibitors([rule('alpha', []), rule('b', ['alpa'])])[0]!.message).toBe(
      'there is no rule "alpa"; did you mean "alpha"?',
    );
  });
});
