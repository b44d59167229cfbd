import type { Verdict } from '@lapse/core/receipts-log'
import { loggedReceipt, type SealedLog, sealedLog } from '@lapse/core/testing'

/** A file that a verifier is given, what it brings itself, and how that has to end. */
export interface Case {
  readonly file: string
  readonly text: string
  /** The name of the trusted checkpoint's file, where one is brought. */
  readonly checkpoint?: keyof Checkpoints
  /** Where the newest checkpoint has to be as new as this, at any time after the log was made. */
  readonly maxAge?: string
  readonly verdict: Verdict
}

export interface Checkpoints {
  /** Of the first six receipts. */
  readonly 'six.checkpoint': string
  /** Of all ten. */
  readonly 'ten.checkpoint': string
}

/** What the fixtures are made of: the same every time. */
export interface Fixtures {
  readonly vkey: string
  readonly checkpoints: Checkpoints
  readonly cases: readonly Case[]
}

/** A log of six receipts, and then of ten. */
async function logOfTen(seed?: string, change = (receipt: unknown) => receipt) {
  const log = sealedLog(seed)
  const receipts = Array.from({ length: 10 }, (_, at) => change(loggedReceipt(at)))
  const six = await log.add(receipts.slice(0, 6))
  log.advance(300_000)
  const ten = await log.add(receipts.slice(6))
  return { log, six, ten }
}

export async function makeFixtures(): Promise<Fixtures> {
  const { log, six, ten } = await logOfTen()
  const fork = await logOfTen('log', (receipt) => ({ ...(receipt as object), notes: ['forged'] }))
  const stranger = await logOfTen('stranger')
  const file = await log.file()
  const proof = await log.prove(3)
  const sealedAt = (checkpoint: keyof Checkpoints) => ({ checkpoint })
  const trusted = sealedAt('ten.checkpoint')
  return {
    vkey: `${log.vkey}\n`,
    checkpoints: { 'six.checkpoint': six, 'ten.checkpoint': ten },
    cases: [
      { file: 'valid.receipts', text: file, ...trusted, verdict: 'valid' },
      { file: 'valid.tlog-proof', text: proof, ...trusted, verdict: 'valid' },
      { file: 'valid-as-of.receipts', text: file, verdict: 'valid-as-of' },
      { file: 'valid-as-of.tlog-proof', text: proof, verdict: 'valid-as-of' },
      {
        file: 'valid-as-of-later.receipts',
        text: file,
        ...sealedAt('six.checkpoint'),
        verdict: 'valid-as-of',
      },
      ...altered(file, proof).map((one) => ({ ...one, ...trusted, verdict: 'altered' as const })),
      { file: 'missing.receipts', text: without(file, 4), ...trusted, verdict: 'missing' },
      { file: 'reordered.receipts', text: swapped(file, 4), ...trusted, verdict: 'reordered' },
      {
        file: 'truncated-tail.receipts',
        text: without(file, 9),
        ...trusted,
        verdict: 'truncated-tail',
      },
      {
        file: 'truncated-tail-with-older-checkpoint.receipts',
        text: await olderFile(six),
        ...trusted,
        verdict: 'truncated-tail',
      },
      { file: 'forked.receipts', text: await fork.log.file(), ...trusted, verdict: 'forked' },
      { file: 'forked.tlog-proof', text: await fork.log.prove(3), ...trusted, verdict: 'forked' },
      {
        file: 'forked-before.receipts',
        text: await fork.log.file(),
        ...sealedAt('six.checkpoint'),
        verdict: 'forked',
      },
      { file: 'unknown-key.receipts', text: await stranger.log.file(), verdict: 'unknown-key' },
      { file: 'unknown-key.tlog-proof', text: await stranger.log.prove(3), verdict: 'unknown-key' },
      {
        file: 'not-yet-sealed.receipts',
        text: linesOf(file).join(''),
        ...sealedAt('six.checkpoint'),
        verdict: 'not-yet-sealed',
      },
      {
        file: 'not-yet-sealed.receipt',
        text: `${JSON.stringify(loggedReceipt(11), null, 2)}\n`,
        ...trusted,
        verdict: 'not-yet-sealed',
      },
      { file: 'expired.receipts', text: file, ...trusted, maxAge: '1h', verdict: 'expired' },
      { file: 'expired.tlog-proof', text: proof, maxAge: '1h', verdict: 'expired' },
    ],
  }
}

function altered(file: string, proof: string) {
  return [
    { file: 'altered.receipts', text: file.replace('event-4', 'event-5') },
    { file: 'altered-checkpoint.receipts', text: file.replace('\n10\n', '\n11\n') },
    { file: 'altered.tlog-proof', text: proof.replace('index 3', 'index 2') },
  ]
}

/** The log as it was when it had six receipts: genuine, and behind. */
async function olderFile(six: string): Promise<string> {
  const { log } = await logOfTen()
  return (log satisfies SealedLog).file(six)
}

/** The lines of a log's receipts; what follows is the checkpoint. */
export function linesOf(file: string): readonly string[] {
  const lines = file.slice(0, file.indexOf('\n\n')).split('\n')
  return lines.map((line) => `${line}\n`)
}

/** The same log with other lines. */
export function withLines(file: string, lines: readonly string[]): string {
  return lines.join('') + file.slice(file.indexOf('\n\n') + 1)
}

export function without(file: string, index: number): string {
  return withLines(file, linesOf(file).toSpliced(index, 1))
}

export function swapped(file: string, index: number): string {
  const lines = linesOf(file)
  return withLines(file, lines.toSpliced(index, 2, lines[index + 1] ?? '', lines[index] ?? ''))
}
