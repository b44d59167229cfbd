import { createOry, createOryAccounts, type Ory, type OryAccounts } from '@lapse/core/ory'
import type { MemoryAccounts } from './memory-accounts.ts'
import type { Answer } from './memory-answers.ts'
import { memoryDispatcher, NoAnswer, type Sent } from './memory-dispatcher.ts'
import type { MemoryOry } from './memory-ory.ts'
import { forever, type Passage, type Process, passing } from './process.ts'
import type { Fate, Server } from './weather.ts'

/** Told of requests: when they are sent, and what the server did. */
export interface OryWitness {
  sent(by: Process, method: string, path: string): void
  done(by: Process, sent: Sent, answer: Answer): void
}

/** The real client over a server in memory, through the weather. */
export function faultyOry(
  server: MemoryOry,
  by: Process,
  passage: Passage,
  apiKey: string,
  witness: OryWitness,
): Ory {
  const serve = (sent: Sent) => throughWeather(server, 'ory', sent, by, passage, witness)
  return createOry({
    adminUrl: 'http://ory.test',
    publicUrl: 'http://ory.test',
    dispatcher: memoryDispatcher(serve),
    apiKey,
    clock: by.oryClock,
    random: () => passage.random.next(),
  })
}

/** The same of what a user has besides OAuth2, through a weather of its own. */
export function faultyAccounts(
  server: MemoryAccounts,
  by: Process,
  passage: Passage,
  apiKey: string,
  witness: OryWitness,
): OryAccounts {
  const serve = (sent: Sent) => {
    const name = sent.path.startsWith('/v2alpha1/') ? 'talos' : 'kratos'
    return throughWeather(server, name, sent, by, passage, witness)
  }
  return createOryAccounts({
    identities: { url: 'http://kratos.test', apiKey },
    apiKeys: { url: 'http://talos.test', apiKey },
    dispatcher: memoryDispatcher(serve),
    clock: by.oryClock,
    random: () => passage.random.next(),
  })
}

async function throughWeather(
  server: Pick<MemoryOry, 'answer'>,
  name: Server,
  sent: Sent,
  by: Process,
  passage: Passage,
  witness: OryWitness,
): Promise<Answer> {
  const { method, path, body, headers } = sent
  witness.sent(by, method, path)
  const state = { isIgnored: false }
  const effect = async () => {
    const answer = state.isIgnored ? { status: 204 } : server.answer(method, path, body, headers)
    witness.done(by, sent, answer)
    return answer
  }
  const leaves = (fate: Fate) => {
    if (!isUnreachable(fate)) sent.begin()
    state.isIgnored = fate.ignores === true && isIgnorable(method, path)
  }
  const { fate, value } = await passing(by, [name, `${method} ${path}`], passage, effect, leaves)
  if (fate.hangs === true) return forever()
  if (fate.error !== undefined) throw new NoAnswer(fate.error)
  return fate.status === undefined ? (value as Answer) : refusal(fate, sent)
}

function isIgnorable(method: string, path: string): boolean {
  return /^DELETE .*consent|^POST .*:revoke$/.test(`${method} ${path}`)
}

function isUnreachable({ error }: Fate): boolean {
  return error === 'ECONNREFUSED' || error === 'ENOTFOUND'
}

/** Some servers quote what they were asked, credentials included. */
function refusal({ status = 500, retryAfterSeconds }: Fate, { path, headers }: Sent): Answer {
  const asked = `${decodeURIComponent(path)} ${headers.join(' ')}`
  return {
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    json: { error: `internal error: ${asked}`, error_description: `could not do ${asked}` },
  }
}
