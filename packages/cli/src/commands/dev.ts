import { isAnswering } from '@lapse/core/budget'
import { createOry } from '@lapse/core/ory'
import {
  FIXED_PORTS,
  FREE_PORTS,
  type Local,
  type LocalOptions,
  type OutsideOry,
} from '@lapse/local'
import { serveDevConsole } from '../console/dev-console.ts'
import { batchLines } from '../dev/batch-lines.ts'
import { allEndpoints, endpointLines } from '../dev/endpoints.ts'
import { faultNamed, faultText, setFault, type Wanted } from '../dev/fault-switch.ts'
import { firedLines, rotationLines } from '../dev/invocation-lines.ts'
import { keyLines, listenToKeys } from '../dev/keys.ts'
import { logLines } from '../dev/log-lines.ts'
import { outsideOry } from '../dev/outside-ory.ts'
import { seed } from '../dev/seed.ts'
import { seedLines } from '../dev/seed-lines.ts'
import { seededSettings, settingsOf } from '../dev/settings.ts'
import { triesOf } from '../dev/tries.ts'
import { webhooksOf } from '../dev/webhooks.ts'
import {
  type DevFile,
  devFilePath,
  refuseSecondDev,
  removeDevFile,
  writeDevFile,
} from '../dev-file.ts'
import { CommandError, UsageError } from '../errors.ts'
import { startTelling } from '../local-system.ts'
import { typedName } from '../output/help.ts'
import type { Block } from '../output/layout.ts'
import { isShown, print, printAside, printJsonLine, styled } from '../output/print.ts'
import { newProgress, type Progress } from '../output/progress.ts'
import { portsOf } from '../ready.ts'
import { aborted, type StayingUp, untilEnd } from '../until-signal.ts'

export interface DevOptions extends StayingUp {
  readonly freePorts?: boolean
  /** With the demo's users, apps, sessions, issuer and secrets. */
  readonly seed?: boolean
  /** What is wrong with Ory from the start, by its name. */
  readonly fault?: string
  /** Standard output is one line of JSON, once everything runs. */
  readonly json?: boolean
}

/** What a secret names when its rotation is turned on. */
const rotationFunction = 'rotate-client-secret'

/** `lapse dev`: everything on this machine, on ports that are always the same, until it is to end. */
export async function dev(options: DevOptions): Promise<void> {
  const { freePorts = false, seed: isSeeded = false, json = false } = options
  const outside = outsideOry(process.env)
  const fault = faultNamed(options.fault ?? 'none')
  refuseTogether(outside, isSeeded, fault)
  const stop = await untilEnd(options)
  const progress = newProgress()
  const directory = process.cwd()
  const variables = isSeeded ? seededSettings(process.env) : settingsOf(process.env)
  await refuseSecondDev(directory)
  progress.begin('starting Ory, SQS, DynamoDB, Secrets Manager and the functions')
  const ports = freePorts ? FREE_PORTS : FIXED_PORTS
  const local = await startTelling(
    {
      ports,
      variables,
      ...(outside === undefined ? { emulator: { controlPort: 0 } } : { ory: outside }),
      ...told(json, stop),
    },
    progress,
  )
  await using closing = new AsyncDisposableStack()
  try {
    if (isSeeded) closing.defer(await plant(local, progress, json ? printAside : print))
    const pages = await serveDevConsole(local, directory, freePorts)
    closing.defer(pages.stop)
    const endpoints = { ...allEndpoints(local), console: pages.url }
    const file = await tellOthers(local, endpoints, directory)
    if (json) printJsonLine(readyDocument(local, endpoints, file))
    else print(...endpointLines(local, pages.url, file, triesOf(isSeeded, typedName(process.env))))
    const tell = json ? printAside : print
    if (outside !== undefined) tell(...(await outsideLines(outside)))
    setFault(local, fault)
    if (fault !== 'none') tell(faultText(fault))
    if (!json && hasKeys(local)) closing.defer(switchByKeys(local))
    await aborted(stop)
  } finally {
    progress.begin('stopping')
    await removeDevFile(directory)
    await local.stop()
    progress.end('stopped')
  }
}

/** What only the emulated Ory can do. @throws UsageError */
function refuseTogether(outside: OutsideOry | undefined, isSeeded: boolean, fault: Wanted): void {
  if (outside === undefined) return
  const switches = [...(isSeeded ? ['--seed'] : []), ...(fault === 'none' ? [] : ['--fault'])]
  if (switches.length > 0)
    throw new UsageError(
      `${switches.join(' and ')} is for the emulated Ory; take ORY_ADMIN_URL and ORY_PUBLIC_URL away`,
    )
}

/** That events end what is real there, and whether it can be reached. */
async function outsideLines({ adminUrl, apiKey }: OutsideOry): Promise<readonly Block[]> {
  await using ory = createOry({ adminUrl, apiKey })
  const state = (await isAnswering(ory)) ? 'answers' : 'does not answer yet: events wait for it'
  return [
    `Ory is the one at ${adminUrl}, as ORY_ADMIN_URL says, and ${state}. Events end what is there.`,
  ]
}

function hasKeys({ emulator }: Local): boolean {
  return emulator !== undefined && process.stdin.isTTY === true && isShown()
}

/** @returns what gives the keys back */
function switchByKeys(local: Local): () => void {
  print(...keyLines())
  return listenToKeys(process.stdin, (asked) => {
    if (asked === 'end') {
      process.kill(process.pid, 'SIGINT')
      return
    }
    setFault(local, asked)
    print(styled('bold', faultText(asked)))
  })
}

/** Makes what events can end, and tells of it. Gives what stops it. */
async function plant(
  local: Local,
  progress: Progress,
  tell: (...blocks: readonly Block[]) => void,
): Promise<() => Promise<void>> {
  progress.end('making users, apps, sessions, an issuer and secrets')
  const { stop } = await seed(local, () => tell('Mail  was told that a session is over'))
  tell('', ...seedLines())
  return stop
}

/** What is told of everything that happens: beside the document that a program reads, if one does. */
function told(json: boolean, stop: AbortSignal): Partial<LocalOptions> {
  const tell = (blocks: readonly Block[]) => {
    if (blocks.length > 0) (json ? printAside : print)(...blocks)
  }
  return {
    onLog: (functionName, line) => tell(logLines(functionName, line)),
    onBatch: (batch) => {
      if (batch.outcome !== 'success') tell(batchLines(batch))
    },
    onFired: (fired) => tell(firedLines(fired)),
    onRotation: (rotation) => tell(rotationLines(rotation, typedName(process.env))),
    onError: (error) => {
      if (!stop.aborted) tell([`a queue could not be read or written (${nameOf(error)})`])
    },
  }
}

/** Writes the file by which other programs find this system. @returns its path */
async function tellOthers(
  local: Local,
  endpoints: DevFile['endpoints'],
  directory: string,
): Promise<string> {
  const path = devFilePath(directory)
  const content = {
    pid: process.pid,
    started_at: new Date().toISOString(),
    endpoints,
    queues: queuesOf(local),
    webhooks: await webhooksOf(local),
    functions: { [rotationFunction]: local.functionArn(rotationFunction) },
    environment: local.environment,
  }
  await writeDevFile(directory, content).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`cannot write ${path} (${error.code}); start lapse dev where it may`, {
      cause: error,
    })
  })
  return path
}

/** What a program that waits for it has to know; secrets are in the file alone. */
function readyDocument(local: Local, endpoints: DevFile['endpoints'], file: string) {
  const queues = queuesOf(local)
  return { pid: process.pid, file, endpoints, ports: portsOf(endpoints), queues }
}

function queuesOf({ queues }: Local): DevFile['queues'] {
  return queues.map(({ queue, dlq }) => ({ name: queue.name, url: queue.url, dlq_url: dlq.url }))
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
