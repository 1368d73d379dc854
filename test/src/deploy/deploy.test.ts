import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const root = resolve(fileURLToPath(import.meta.url), '../../../..');
const deploy = join(root, 'deploy');

/** A container of a compose file or a manifest, as far as these tests look at it. */
interface Container {
  environment: Record<string, string>;
}

interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: {
    replicas?: number;
    strategy?: { type: string };
    template?: { spec: { containers: { image: string; env?: { name: string; value?: string }[] }[] } };
  };
}

function filesIn(folder: string, ending: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name));
}

function manifests(): Manifest[] {
  return filesIn(join(deploy, 'kubernetes'), '.yaml').flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
      expect(document.errors, file).toEqual([]);
      return document.toJS() as Manifest;
    }),
  );
}

/** Settings that the collector understands, from the built collector itself. */
let variables: Set<string>;
let readConfig: (env: Record<string, string>) => { warnings: string[] };
beforeAll(async () => {
  const config = (await import(pathToFileURL(join(root, 'apps/collector/dist/config.js')).href)) as {
    VARIABLES: Record<string, unknown>;
    readConfig: typeof readConfig;
  };
  variables = new Set(Object.keys(config.VARIABLES));
  readConfig = config.readConfig;
});

describe('compose', () => {
  const compose = parse(readFileSync(join(deploy, 'compose/compose.yaml'), 'utf8')) as {
    services: Record<string, Container & { ports?: string[]; build?: { dockerfile: string } }>;
  };

  it('gives the collector a configuration that it accepts', () => {
    const given = Object.entries(compose.services.collector!.environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{[^}]*\}/, 'a-secret-of-enough-characters'),
    ]);
    expect(readConfig(Object.fromEntries(given)).warnings).toEqual([]);
  });

  it('publishes every port on loopback only', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('builds images whose files are in the repository', () => {
    const built = Object.values(compose.services).flatMap((service) => service.build?.dockerfile ?? []);
    expect(built).toHaveLength(2);
    for (const dockerfile of built) {
      const text = readFileSync(join(root, dockerfile), 'utf8');
      const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
        match[1]!.split(' '),
      );
      expect(copied.length).toBeGreaterThan(5);
      for (const path of copied) expect(existsSync(join(root, path)), `${dockerfile}: ${path}`).toBe(true);
    }
  });
});

describe('Kubernetes', () => {
  it('names only settings that the collector reads', () => {
    const config = manifests().find((manifest) => manifest.kind === 'ConfigMap');
    const names = Object.keys(config?.data ?? {});
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !variables.has(name))).toEqual([]);
  });

  it('runs each role, and never two evaluators', () => {
    const byRole = new Map<string, Manifest>();
    for (const manifest of manifests()) {
      const env = manifest.spec?.template?.spec.containers[0]?.env ?? [];
      const role = env.find((variable) => variable.name === 'LEEWAY_ROLE')?.value;
      if (role) byRole.set(role, manifest);
    }
    expect([...byRole.keys()].sort()).toEqual(['evaluate', 'ingest', 'serve']);
    const evaluate = byRole.get('evaluate')?.spec;
    expect(evaluate?.replicas).toBe(1);
    expect(evaluate?.strategy?.type).toBe('Recreate');
  });

  it('lists every manifest in the kustomization', () => {
    const folder = join(deploy, 'kubernetes');
    const listed = (
      parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] }
    ).resources;
    const there = filesIn(folder, '.yaml').map((file) => basename(file));
    expect([...listed, 'kustomization.yaml'].sort()).toEqual(there.sort());
  });
});

describe('Prometheus and Grafana', () => {
  it('ask only for metrics that the collector exports', () => {
    const sources = filesIn(join(root, 'apps/collector/src'), '.ts').map((file) =>
      readFileSync(file, 'utf8'),
    );
    const exported = new Set(sources.flatMap((text) => text.match(/(?<=name: ')leeway_[a-z0-9_]+/g) ?? []));
    const asking = [...filesIn(deploy, '.yml'), ...filesIn(join(deploy, 'grafana'), '.json')];
    const asked = new Set(
      asking.flatMap((file) => readFileSync(file, 'utf8').match(/\bleeway_[a-z0-9_]+/g) ?? []),
    );
    expect(asked.size).toBeGreaterThan(10);
    const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
    expect([...asked].filter((name) => !exported.has(base(name)))).toEqual([]);
  });
});
