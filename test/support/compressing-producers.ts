import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { kafkaClassPath } from './kafka/maven.js';

const MOST_SECONDS = 120;

/** Writes lines to a topic as one compressed batch. */
export type CompressingProducer = (brokers: string, topic: string, codec: string, lines: string[]) => Promise<void>;

/** librdkafka, beneath Python, as hop-client uses it. */
export function librdkafka(python: string): CompressingProducer {
  const script = fileURLToPath(new URL('python/produce.py', import.meta.url));
  return (brokers, topic, codec, lines) => run(python, [script, brokers, topic, codec], lines);
}

/** Apache Kafka's own; undefined, after a loud line, where there is no Java. */
export async function javaProducer(): Promise<CompressingProducer | undefined> {
  const classPath = await kafkaClassPath();
  if (classPath === undefined) return undefined;
  return (brokers, topic, codec, lines) =>
    run(
      'java',
      [
        // It starts with half the work if it compiles less.
        ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classPath, 'org.apache.kafka.tools.ConsoleProducer'],
        ...['--bootstrap-server', brokers, '--topic', topic, '--compression-codec', codec],
        ...['--timeout', '500', '--batch-size', '100000'],
      ],
      lines,
    );
}

function run(program: string, args: readonly string[], lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: MOST_SECONDS * 1_000 }, (error) =>
      error === null ? resolve() : reject(error),
    );
    child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
  });
}
