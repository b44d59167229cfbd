import { expect, test } from 'vitest'
import { serverDelayMs } from './rate-limit.ts'

const nowMs = Date.UTC(2026, 0, 1)
const reset = (value: string | string[]) => ({ 'x-ratelimit-reset': value })

test.each([
  ['nothing said', {}, undefined],
  ['a reset in seconds', reset('7'), 7000],
  ['a reset of nought', reset('0'), 0],
  ['a fraction of a second', reset('0.5'), 500],
  ['a repeated reset, by the longest', reset(['0', '41']), 41_000],
  ['a reset repeated in one header', reset('3, 9'), 9000],
  ['words', reset('soon'), undefined],
  ['an empty header', reset(''), undefined],
  ['a negative number', reset('-5'), undefined],
  [
    'two buckets of which one is exhausted',
    { ...reset(['1', '41']), 'x-ratelimit-remaining': ['0', '250'] },
    1000,
  ],
  ['two exhausted buckets', { ...reset(['1', '41']), 'x-ratelimit-remaining': ['0', '0'] }, 41_000],
  [
    'no exhausted bucket, which cannot be',
    { ...reset(['1', '41']), 'x-ratelimit-remaining': ['3', '250'] },
    41_000,
  ],
  ['headers that do not pair up', { ...reset(['1', '41']), 'x-ratelimit-remaining': '0' }, 41_000],
  [
    'a reset within the windows of the limit',
    { ...reset('42'), 'x-ratelimit-limit': '10, 10;w=1, 300;w=60' },
    42_000,
  ],
  [
    'a reset beyond every window, such as a time of day',
    { ...reset('1767225600'), 'x-ratelimit-limit': '10, 10;w=1, 300;w=60' },
    60_000,
  ],
  ['a limit without windows', { ...reset('42'), 'x-ratelimit-limit': '10' }, 42_000],
  ['Retry-After in seconds', { 'retry-after': '30' }, 30_000],
  ['Retry-After as a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, 5000],
  ['Retry-After as a date that has passed', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  ['Retry-After that is neither', { 'retry-after': 'later' }, undefined],
  ['both, by the longer', { ...reset('2'), 'retry-after': '30' }, 30_000],
  ['both the other way round', { ...reset('50'), 'retry-after': '30' }, 50_000],
])('reads %s', (_, headers, expected) => {
  expect(serverDelayMs(headers, nowMs)).toBe(expected)
})
