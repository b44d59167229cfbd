/**
 * Stands in for Pulumi's command line where `sst diff` calls it: it runs the program that SST has
 * bundled, with the engine's stand-in, and writes the event log and the checkpoint that SST reads.
 * Run by Node as it stands.
 */
import { mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { argv, cwd, env, exit } from 'node:process'
import { parseArgs } from 'node:util'
import { type Resource, startMockEngine } from '../engine/mock-engine.ts'
import { platformRequire } from '../engine/platform.ts'

type Event = Readonly<Record<string, unknown>>

const commands: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  version: () => console.log(env['PULUMI_STAND_IN_VERSION']),
  stack: ([_init, stack = '']) => writeCheckpoint(stack, []),
  preview,
}

/** SST's program goes elsewhere while it runs. */
const folder = cwd()

const [, , name = '', ...rest] = argv
const command = commands[name]
if (command === undefined) {
  console.error(`pulumi ${name} is not known to its stand-in`)
  exit(1)
}
await command(rest)
exit(0)

async function preview(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stack: { type: 'string', default: '' },
      'event-log': { type: 'string', default: '' },
      'non-interactive': { type: 'boolean' },
      config: { type: 'string', multiple: true },
    },
  })
  const log = openSync(values['event-log'], 'a')
  const emit = (event: Event) =>
    writeSync(log, `${JSON.stringify({ sequence: 0, timestamp: 0, ...event })}\n`)
  process.on('unhandledRejection', (reason) => {
    const message = reason instanceof Error ? reason.message : String(reason)
    emit({ diagnosticEvent: { message, color: 'never', severity: 'error' } })
    console.error(message)
    exit(1)
  })

  const [, app = '', stage = ''] = values.stack.split('/')
  const engine = startMockEngine({
    app,
    stage,
    region: 'eu-central-1',
    onResource: (resource) => emit(created(resource)),
  })
  const { runtime } = platformRequire('@pulumi/pulumi') as {
    runtime: { runInPulumiStack(program: () => Promise<unknown>): Promise<unknown> }
  }
  await runtime.runInPulumiStack(async () => (await import(bundledProgram())).default)
  await engine.settle()
  writeCheckpoint(
    values.stack,
    [...engine.links].map(([target, outputs]) => ({
      urn: `urn:pulumi:${stage}::${app}::sst:sst:LinkRef::${target}LinkRef`,
      custom: false,
      type: 'sst:sst:LinkRef',
      outputs,
    })),
  )
  emit({ summaryEvent: { maybeCorrupt: false, durationSeconds: 0, resourceChanges: {} } })
}

/** SST writes the name of its bundle into the project file. */
function bundledProgram(): string {
  const [, main = ''] = /^main: (.*)$/m.exec(readFileSync('Pulumi.yaml', 'utf8')) ?? []
  return main
}

function created({ type, urn, parent, inputs }: Resource): Event {
  const state = { type, urn, parent, inputs, outputs: inputs, custom: true, id: '', provider: '' }
  const metadata = { op: 'create', urn, type, old: null, new: state, keys: null, logical: true }
  return { resOutputsEvent: { metadata: { ...metadata, provider: '', detailedDiff: null } } }
}

function writeCheckpoint(stack: string, resources: readonly Event[]): void {
  const [, app = '', stage = ''] = stack.split('/')
  const file = join(folder, '.pulumi/stacks', app, `${stage}.json`)
  mkdirSync(dirname(file), { recursive: true })
  const manifest = { time: new Date(0).toISOString(), magic: '', version: '' }
  const checkpoint = { stack, latest: { manifest, resources } }
  writeFileSync(file, JSON.stringify({ version: 3, checkpoint }))
}
