// The jars of Apache Kafka: fetched once with Maven into the cache, then reused without a network.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const KAFKA_VERSION = '4.1.1';
const FETCH_TIMEOUT_MS = 300_000;
const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>leeway.tools</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** Throws an error that says what to install when Java 17 or newer is absent. */
export async function requireJava() {
  let text;
  try {
    const { stderr, stdout } = await run('java', ['-version'], { timeout: 20_000 });
    text = stderr + stdout;
  } catch {
    throw new Error(
      'Java is not installed. Apache Kafka 4 needs Java 17 or newer: on Debian or Ubuntu ' +
        '"apt-get install openjdk-17-jre-headless", on macOS "brew install openjdk@17".',
    );
  }
  const major = Number(/version "(\d+)/.exec(text)?.[1] ?? 0);
  if (major < 17)
    throw new Error(`Java ${major} is too old: Apache Kafka 4 needs Java 17 or newer on the PATH.`);
}

/**
 * The folder that holds Kafka's jars. `home` (an unpacked Apache Kafka) is used when given; otherwise Maven
 * copies them once to `.cache/kafka` of this repository. Two processes may fetch at the same time: the last rename wins.
 */
export async function kafkaLibs(home) {
  if (home) {
    const libs = join(home, 'libs');
    if (!existsSync(libs)) throw new Error(`The Kafka home ${home} has no folder "libs".`);
    return libs;
  }
  const libs = join(repository, '.cache', 'kafka', KAFKA_VERSION);
  if (existsSync(libs)) return libs;
  await mkdir(dirname(libs), { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'leeway-kafka-pom-'));
  const fresh = await mkdtemp(join(dirname(libs), 'fetching-'));
  try {
    await writeFile(join(work, 'pom.xml'), POM);
    await run(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fresh}`],
      { cwd: work, timeout: FETCH_TIMEOUT_MS, maxBuffer: 16 << 20 },
    );
    if (!existsSync(libs)) await rename(fresh, libs);
    return libs;
  } catch (error) {
    if (existsSync(libs)) return libs;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(
      missing
        ? 'Maven (mvn) is not installed. It fetches Apache Kafka once; install it, or give --home with an unpacked Apache Kafka 4.'
        : `Apache Kafka ${KAFKA_VERSION} could not be fetched from Maven Central: ${error.stdout || error.message}`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}
