import {
  leafOf,
  parseProof,
  printLogLine,
  printProof,
  type Verdict,
} from '@lapse/core/receipts-log'
import { loggedReceipt, sealedLog } from '@lapse/core/testing'
import { linesOf, swapped, withLines, without } from '../cases.ts'

/** A log of so many receipts, and all that is needed to tamper with it. */
export interface Target {
  readonly size: number
  readonly vkey: string
  /** The whole log, with its checkpoint. */
  readonly file: string
  /** The same checkpoint, which the verifier trusts. */
  readonly checkpoint: string
  prove(index: number): Promise<string>
  /** The proof of the same receipt when the log was smaller by half. */
  proveEarlier(index: number): Promise<string>
  /** A checkpoint of one's own making over other receipts, signed with the log's own key. */
  forge(receipts: readonly unknown[]): Promise<string>
}

/** One way to tamper with the receipt at an index; `random` is a number from 0 up to 1. */
export interface Tampering {
  readonly name: string
  /** What it has to end in; any refusal where nothing stands here. */
  readonly verdict?: Verdict
  apply(target: Target, index: number, random: number): string | Promise<string>
}

export async function makeTarget(size: number): Promise<Target> {
  const log = sealedLog()
  const receipts = Array.from({ length: size }, (_, at) => loggedReceipt(at))
  const half = Math.floor(size / 2)
  const earlier = await log.add(receipts.slice(0, half))
  const checkpoint = await log.add(receipts.slice(half))
  return {
    size,
    vkey: log.vkey,
    file: await log.file(),
    checkpoint,
    prove: (index) => log.prove(index),
    proveEarlier: (index) => log.prove(index % half, earlier),
    async forge(forged) {
      const other = sealedLog()
      await other.add(forged)
      return other.file()
    },
  }
}

/** The receipts of a log's lines with other places. */
function renumbered(file: string, lines: readonly string[]): string {
  return withLines(
    file,
    lines.map((line, at) => line.replace(/^\{"index":\d+/, `{"index":${at}`)),
  )
}

const forgedLine = (index: number) =>
  printLogLine({ index, leaf: leafOf(JSON.stringify(loggedReceipt(1_000_000 + index))) })

/** Another character at some place, of those that are in such files. */
function misprint(text: string, random: number): string {
  const at = Math.floor(random * text.length)
  const others = [...'{}",:0a\n =+/—'].filter((character) => character !== text[at])
  const other = others[Math.floor(random * 7919 * others.length) % others.length]
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`
}

const changeLine = (file: string, index: number, change: (line: string) => string) =>
  withLines(
    file,
    linesOf(file).map((line, at) => (at === index ? change(line) : line)),
  )

export const logTamperings: readonly Tampering[] = [
  {
    name: 'a receipt says something else',
    verdict: 'altered',
    apply: ({ file }, index) =>
      changeLine(file, index, (line) => line.replace('"result":"done"', '"result":"gone"')),
  },
  {
    name: 'a receipt is spelled otherwise',
    verdict: 'altered',
    apply: ({ file }, index) => changeLine(file, index, (line) => line.replace(/":/g, '": ')),
  },
  {
    name: 'a receipt is left out',
    apply: ({ file }, index) => without(file, index),
  },
  {
    name: 'a receipt is left out, and the rest renumbered',
    verdict: 'truncated-tail',
    apply: ({ file }, index) => renumbered(file, linesOf(file).toSpliced(index, 1)),
  },
  {
    name: 'two lines change places',
    verdict: 'reordered',
    apply: ({ file, size }, index) => swapped(file, index % (size - 1)),
  },
  {
    name: 'two receipts change places',
    verdict: 'altered',
    apply: ({ file, size }, index) => renumbered(file, linesOf(swapped(file, index % (size - 1)))),
  },
  {
    name: 'a line stands twice',
    verdict: 'altered',
    apply: ({ file }, index) =>
      withLines(file, linesOf(file).toSpliced(index, 0, linesOf(file)[index] ?? '')),
  },
  {
    name: 'a receipt takes the place of another',
    verdict: 'altered',
    apply: ({ file }, index) => changeLine(file, index, () => forgedLine(index)),
  },
  {
    name: 'a receipt is put in',
    apply: ({ file }, index) =>
      renumbered(file, linesOf(file).toSpliced(index, 0, forgedLine(index))),
  },
  {
    name: 'the tail is cut off',
    verdict: 'truncated-tail',
    apply: ({ file }, index) => withLines(file, linesOf(file).slice(0, index)),
  },
  {
    name: 'a character is another',
    apply: ({ file }, _index, random) => misprint(file, random),
  },
]

export const proofTamperings: readonly Tampering[] = [
  {
    name: 'a proof has another place',
    apply: async ({ prove, size }, index) =>
      (await prove(index)).replace(/^index .*$/m, `index ${(index + 1) % size}`),
  },
  {
    name: 'a proof is of another receipt',
    verdict: 'altered',
    apply: async ({ prove, size }, index) =>
      printProof({
        ...parseProof(await prove(index)),
        leaf: parseProof(await prove((index + 1) % size)).leaf,
      }),
  },
  {
    name: 'a proof has another hash on its way',
    verdict: 'altered',
    apply: async ({ prove }, index, random) => {
      const proof = parseProof(await prove(index))
      const at = Math.floor(random * proof.path.length)
      const path = proof.path.map((hash, each) =>
        each === at ? Buffer.from(hash).fill(index % 256, 0, 8) : hash,
      )
      return printProof({ ...proof, path })
    },
  },
  {
    name: 'a proof has another checkpoint',
    verdict: 'altered',
    apply: async ({ prove, proveEarlier }, index) =>
      printProof({
        ...parseProof(await proveEarlier(index)),
        checkpoint: parseProof(await prove(index)).checkpoint,
      }),
  },
  {
    name: 'a character of a proof is another',
    apply: async ({ prove }, index, random) => misprint(await prove(index), random),
  },
]

/** Of which one costs as much as a log: a few are played. */
export const costlyTamperings: readonly Tampering[] = [
  {
    name: 'the log itself is written anew with another receipt, by who has its key',
    verdict: 'forked',
    apply: ({ size, forge }, index) =>
      forge(
        Array.from({ length: size }, (_, at) => loggedReceipt(at === index ? 1_000_000 + at : at)),
      ),
  },
  {
    name: 'the log itself is written anew without its tail, by who has its key',
    verdict: 'truncated-tail',
    apply: ({ forge }, index) => forge(Array.from({ length: index }, (_, at) => loggedReceipt(at))),
  },
]
