import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Coverages, coverageFile, readCoverages } from './coverage.ts'
import { record } from './record.ts'
import { supported, supportedFile } from './render.ts'

const usage = `npm run supported [-- --compare head|v26.2 --server 'Ory Hydra v26.2.0' [--rounds 5] [--seed 1]]

Writes packages/ory-emulator/SUPPORTED.md. With --compare it runs the contract suite and the fuzzer first, against the
live server at ORY_ADMIN_URL and ORY_PUBLIC_URL, and notes in coverage.json what was compared with it today.`

const options = {
  compare: { type: 'string' },
  server: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  seed: { type: 'string', default: '1' },
} as const

const { values } = parseArgs({ options })
const before = readCoverages()
const coverages = values.compare === undefined ? before : await compared(before, values.compare)
if (coverages === undefined) {
  console.error(usage)
  process.exitCode = 2
} else {
  await writeFile(supportedFile, supported(coverages))
}

/** `undefined` where something is missing. */
async function compared(known: Coverages, release: string): Promise<Coverages | undefined> {
  const { ORY_ADMIN_URL: adminUrl, ORY_PUBLIC_URL: publicUrl } = process.env
  if (release !== 'head' && release !== 'v26.2') return undefined
  if (!values.server || !adminUrl || !publicUrl) return undefined
  const coverage = await record({
    release,
    server: values.server,
    live: { adminUrl, publicUrl },
    rounds: Number(values.rounds),
    seed: values.seed,
  })
  const next = { ...known, [release]: coverage }
  await writeFile(coverageFile, `${JSON.stringify(next, null, 2)}\n`)
  return next
}
