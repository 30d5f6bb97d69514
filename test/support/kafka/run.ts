import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { DEVELOPMENT_TOPICS, startKafka } from './index.js';

const HIGHEST_PORT = 65_534;

const program = new Command()
  .name('npm run kafka --')
  .description('Starts an empty Apache Kafka on this machine, with the five development topics, until Ctrl-C.')
  .option('--port <number>', 'port of the plaintext listener; the SASL listener takes the next one', readPort, 9092)
  .action(async ({ port }: { port: number }) => {
    const topics = Object.values(DEVELOPMENT_TOPICS);
    process.stderr.write('Starting Apache Kafka …\n');
    const broker = await startKafka({ port, topics, isLasting: true });
    if (broker === undefined) {
      process.exitCode = 1;
      return;
    }
    const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    process.stdout.write(`Apache Kafka listens on ${broker.brokers}, with the topics
${topics.map((topic) => `  ${topic}\n`).join('')}
and for SASL_PLAINTEXT, SCRAM-SHA-512, on ${broker.saslBrokers}: user ${broker.username}, password ${broker.password}

Start the service with

  KAFKA_BROKERS=${broker.brokers} npm start

Ctrl-C ends Kafka and forgets everything.
`);
    await interrupted;
    await broker.stop();
  });

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > HIGHEST_PORT) throw new InvalidArgumentError(`a number from 1 to ${HIGHEST_PORT}`);
  return port;
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
