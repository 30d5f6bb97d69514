import { InvalidArgumentError, Option } from 'commander';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';

/** `--cache live|firedrill|test`. */
export function cacheOption(description: string, initial: CacheName = 'live'): Option {
  return new Option('--cache <cache>', description).choices(CACHE_NAMES).default(initial);
}

/** `--cache live|firedrill|test|all`. */
export function cachesOption(description: string): Option {
  return new Option('--cache <cache>', description).choices([...CACHE_NAMES, 'all']).default('all');
}

export function cachesOf(choice: CacheName | 'all'): readonly CacheName[] {
  return choice === 'all' ? CACHE_NAMES : [choice];
}

/** `--limit 100` of a list that grows without bound. */
export function limitOption(): Option {
  return new Option('--limit <number>', 'the largest number of entries').argParser(readLimit).default(100);
}

function readLimit(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}

/** The id of an entry of a list. */
export function readId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, at least 1.');
}
