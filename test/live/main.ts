import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Profile, startOryEmulator } from '@lapse/ory-emulator'
import type { Line } from './compare.ts'
import { families } from './families/index.ts'
import {
  type Addresses,
  type Case,
  type Compared,
  casesOf,
  compare,
  play,
  sampleOf,
} from './play.ts'
import { exchange } from './raw.ts'
import { report } from './report.ts'
import { settings } from './settings.ts'

const usage = `npm run fuzz:live -- [--rounds 25] [--seed 1] [--profile head|v26.2] [--only <case>] [--known] [--settings] [--record <file>]

Sends the same requests to the server at ORY_ADMIN_URL and ORY_PUBLIC_URL and to an emulator of its version,
and prints every difference. --only plays one family ('flows') or one case ('1/7/flows/2') again;
--known prints the known differences as well; --settings is for a server that is set as settings.ts says;
--record writes down what the live server answers to the sample that npm test plays, and compares nothing. Exits 1 where one is not on the list.`

const options = {
  rounds: { type: 'string', default: '25' },
  seed: { type: 'string', default: '1' },
  profile: { type: 'string' },
  only: { type: 'string' },
  settings: { type: 'boolean', default: false },
  known: { type: 'boolean', default: false },
  record: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options })
  if (values.help) return say(usage, 0)
  const live = { adminUrl: environment('ORY_ADMIN_URL'), publicUrl: environment('ORY_PUBLIC_URL') }
  const profile = profileOf(values.profile) ?? (await detected(live))
  if (values.record !== undefined) return record(live, values.record)
  await using emulator = await startOryEmulator({ profile, ...(values.settings && settings) })
  const run = Math.random().toString(36).slice(2, 8).padEnd(6, 'x')
  console.log(`live ${live.adminUrl} against an emulator of ${profile}, seed ${values.seed}`)

  const totals = { exchanges: 0, known: 0, unknown: 0 }
  const started = performance.now()
  for (const [index, played] of chosen(values.rounds, values.seed, values.only).entries()) {
    const compared = await twice((time) =>
      compare(played, profile, live, emulator, `${run}${time}${index.toString(36)}`),
    )
    totals.exchanges += compared.exchanges
    for (const difference of compared.differences) {
      totals[difference.known ? 'known' : 'unknown'] += 1
      if (!difference.known || values.known) console.log(report(played.seed, difference))
      if (difference.known && values.known) console.log(`known: ${difference.known.reason}\n`)
    }
  }
  const seconds = Math.round((performance.now() - started) / 1000)

  return say(
    `${totals.exchanges} exchanges in ${seconds} s: ${totals.unknown} differences, and ${totals.known} known ones`,
    totals.unknown === 0 ? 0 : 1,
  )
}

const record = async (live: Addresses, file: string): Promise<number> => {
  const recorded: [string, readonly Line[]][] = []
  for (const played of sampleOf(families)) {
    recorded.push([played.seed, await play(played, 'live', live, 'sample')])
  }
  await writeFile(file, `${JSON.stringify(Object.fromEntries(recorded), null, 1)}\n`)

  return say(`${recorded.length} cases are in ${file}`, 0)
}

/** A live server may be slow, or locked for a moment: what is different is told once it was seen twice. */
const twice = async (playing: (time: number) => Promise<Compared>): Promise<Compared> => {
  const first = await playing(1)

  return first.differences.some(({ known }) => !known) ? playing(2) : first
}

const say = (text: string, status: number): number => {
  console.log(text)

  return status
}

const environment = (name: string): string => {
  const url = process.env[name]
  if (url) return url.replace(/\/$/, '')

  throw new Error(`${name} is missing: say where a live Hydra listens`)
}

const profileOf = (name: string | undefined): Profile | undefined => {
  if (name === undefined || name === 'head' || name === 'v26.2') return name

  throw new Error(`there is no profile ${name}: head or v26.2`)
}

/** Only the newer server knows a route that rotates secrets. */
const detected = async ({ adminUrl }: Addresses): Promise<Profile> => {
  const { body } = await exchange(adminUrl, {
    method: 'POST',
    target: '/admin/clients/00000000-0000-4000-8000-000000000000/secrets/rotate',
    headers: [
      ['Host', 'localhost'],
      ['Connection', 'close'],
    ],
    body: '',
  })

  return body.includes('Unable to locate the resource') ? 'head' : 'v26.2'
}

const chosen = (rounds: string, seed: string, only: string | undefined): readonly Case[] => {
  const name = only?.split('/').at(-2) ?? only
  const wanted = families.filter((family) => name === undefined || family.name === name)
  if (wanted.length === 0) {
    throw new Error(
      `there is no family ${name}: ${families.map((family) => family.name).join(', ')}`,
    )
  }
  if (only?.includes('/')) return wanted.map((family) => ({ family, seed: only }))

  return Array.from({ length: Number(rounds) }, (_, round) => round).flatMap((round) =>
    casesOf(wanted, seed, round),
  )
}

process.exitCode = await main().catch((error: Error) => say(error.message, 2))
