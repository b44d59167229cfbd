import { type Known, known } from './known.ts'
import { type Normalised, normalisedAnswer, normalisedRequest } from './normalise.ts'
import type { Exchange, Server } from './server.ts'

/** One exchange in words that are the same each time. */
export interface Line {
  readonly request: string
  readonly answer: Normalised
}

/** What two servers did not agree about. */
export interface Difference {
  readonly family: string
  readonly request: string
  /** `status`, `body`, `header location` and the like, or `request`: the two were asked differently. */
  readonly about: string
  readonly live: string
  readonly emulator: string
  readonly liveAnswer: Normalised | undefined
  readonly emulatorAnswer: Normalised | undefined
  readonly known: Known | undefined
}

export const linesOf = (server: Server): readonly Line[] => {
  const given = new Set<string>()

  return server.exchanges.map((exchange) => {
    const line = {
      request: withoutGiven(requestOf(exchange, server), given),
      answer: normalisedAnswer(exchange.answer, server, exchange.answeredAt),
    }
    const texts = [exchange.answer.body, ...exchange.answer.headers.map(([, value]) => value)]
    for (const word of texts.flatMap(wordsOf)) given.add(bare(word))

    return line
  })
}

const longWords = /[\w-]{20,}/g

const wordsOf = (text: string): readonly string[] => text.match(longWords) ?? []

/** A request without what the server itself had given before, whole or in parts. */
const withoutGiven = (request: string, given: ReadonlySet<string>): string =>
  request.replace(longWords, (word) => (given.has(bare(word)) ? '<given>' : word))

/** A token's prefix, and the case of an id, are what cases play with. */
const bare = (word: string): string => word.replace(/^ory_.._/i, '').toLowerCase()

const requestOf = ({ port, request, askedAt }: Exchange, server: Server): string =>
  request === undefined ? 'seen besides' : normalisedRequest(port, request, server, askedAt)

/** Every difference of a case, up to where the two were no longer asked the same. */
export const differences = (
  family: string,
  profile: string,
  live: readonly Line[],
  emulator: readonly Line[],
): readonly Difference[] => {
  const found: Difference[] = []
  const add = (about: string, at: number, a: string, b: string) => {
    const difference = {
      family,
      request: live[at]?.request ?? emulator[at]?.request ?? '',
      about,
      live: a,
      emulator: b,
      liveAnswer: live[at]?.answer,
      emulatorAnswer: emulator[at]?.answer,
    }
    found.push({
      ...difference,
      known: known.find((entry) => explains(entry, profile, difference)),
    })
  }

  for (let at = 0; at < Math.max(live.length, emulator.length); at += 1) {
    const [a, b] = [live[at], emulator[at]]
    if (a?.request !== b?.request) {
      // What came before made them part; where nothing did, that is a difference of its own.
      if (found.length === 0) add('request', at, a?.request ?? 'none', b?.request ?? 'none')
      return found
    }
    if (a === undefined || b === undefined) continue
    for (const [about, one, other] of apart(a.answer, b.answer)) add(about, at, one, other)
  }

  return found
}

const apart = (a: Normalised, b: Normalised): readonly (readonly [string, string, string])[] => {
  if (a.status !== b.status) return [['status', String(a.status), String(b.status)]]
  const names = [...new Set([...Object.keys(a.headers), ...Object.keys(b.headers)])]
  const headers = names
    .filter((name) => a.headers[name] !== b.headers[name])
    .map(
      (name) => [`header ${name}`, a.headers[name] ?? 'none', b.headers[name] ?? 'none'] as const,
    )

  return a.body === b.body ? headers : [...headers, ['body', a.body, b.body]]
}

const explains = (
  entry: Known,
  profile: string,
  { family, request, about, live, emulator, liveAnswer }: Omit<Difference, 'known'>,
): boolean =>
  (entry.profile === undefined || entry.profile === profile) &&
  (entry.family === undefined || entry.family === family) &&
  entry.about === about &&
  (entry.request === undefined || entry.request.test(request)) &&
  (entry.link === undefined || entry.link.test(liveAnswer?.headers['link'] ?? '')) &&
  (entry.live === undefined || entry.live.test(live)) &&
  (entry.emulator === undefined || entry.emulator.test(emulator))
