import {
  type Allowance,
  planRepair,
  type RepairOptions,
  type RotationServices,
  repair,
  rollback,
  startRotation,
} from '@lapse/core/rotation'
import { inAwsTime } from '../aws-time.ts'
import { CommandError, UsageError } from '../errors.ts'
import { columns, kept } from '../output/layout.ts'
import { print, printAside, printJson } from '../output/print.ts'
import { receiptLines } from '../output/receipt-lines.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { openRotation } from '../rotation/open-rotation.ts'
import { findRotationPlace } from '../rotation/place.ts'
import { repairLines } from '../rotation/repair-lines.ts'
import { rotationProblem } from '../rotation/rotation-problem.ts'
import { statusLines } from '../rotation/status-lines.ts'
import { toldSecrets } from '../rotation/told-secrets.ts'
import { typedOut } from '../typed-out.ts'
import { untilSignal } from '../until-signal.ts'
import { usualPatienceMs } from '../wait/wait-for-event.ts'
import { waitForRotation } from '../wait/wait-for-rotation.ts'

export interface RotateOptions extends StageOption {
  readonly status?: boolean
  readonly rollback?: boolean
  readonly repair?: boolean
  readonly newKey?: boolean
  readonly json?: boolean
  /** Whether to end with the receipt of the rotation that is started. */
  readonly wait?: boolean
  /** How long to look for it, in milliseconds. */
  readonly timeout?: number
}

/** The lease on a client lasts as long, should this process die. */
const longestMs = 60_000

/** `lapse rotate`: starts a rotation, rolls one back, repairs a secret, or tells how every one stands. */
export async function rotate(secretId: string | undefined, options: RotateOptions): Promise<void> {
  checkOptions(secretId, options)
  const found = await findRotationPlace(process.env, process.cwd(), options)
  const { place, clock } = await inAwsTime(found)
  const services = openRotation(place, clock)
  await using _ory = services.ory
  try {
    await perform(secretId, options, services, place)
  } catch (error) {
    throw rotationProblem(error, place, secretId)
  }
}

function checkOptions(secretId: string | undefined, options: RotateOptions) {
  const { status, rollback, repair, newKey } = options
  if ([status, rollback, repair].filter(Boolean).length > 1)
    throw new UsageError('give one of --status, --rollback and --repair')
  if (newKey && !repair) throw new UsageError('--new-key goes with --repair only')
  if (options.wait && (status || rollback || repair))
    throw new UsageError(
      `--wait goes with a rotation that is started: ${commandAt(options, 'lapse rotate <secret> --wait')}`,
    )
  if (status && secretId !== undefined)
    throw new UsageError('--status tells of every secret; leave the name out')
  if (!status && !secretId)
    throw new UsageError(`a secret is missing; ${statusCommand(options)} names them`)
}

async function perform(
  secretId: string | undefined,
  options: RotateOptions,
  services: RotationServices,
  place: Place & StageOption,
): Promise<void> {
  if (secretId === undefined) return showStatus(options, services, place)

  const allowance = { deadline: services.clock.now() + longestMs, signal: untilSignal() }
  if (options.repair) return repairSecret(secretId, options, allowance, services)
  return options.rollback
    ? rollBack(secretId, options, allowance, services)
    : start(secretId, allowance, services, options, place)
}

async function showStatus(
  { json }: RotateOptions,
  services: RotationServices,
  place: Place & StageOption,
) {
  const secrets = await toldSecrets(services, place)
  if (json) printJson(secrets)
  else print(...statusLines(secrets, services.clock.now()))

  const [first, ...others] = secrets.filter(({ verdict }) => verdict === 'unknown')
  if (first === undefined) return
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  throw new CommandError(`nothing is known of ${first.secretId}${more}: ${first.problem}`)
}

async function start(
  secretId: string,
  allowance: Allowance & { readonly signal: AbortSignal },
  services: RotationServices,
  { json, wait = false, timeout = usualPatienceMs }: RotateOptions,
  place: Place & StageOption,
) {
  const versionId = await startRotation(secretId, allowance, services)
  const started = documentOf(secretId, 'started', versionId)
  if (json && !wait) return printJson(started)
  tell(
    'started',
    versionId,
    `${kept(statusCommand(place))} tells when it has AWSCURRENT`,
    json ? printAside : print,
  )
  if (!wait) return
  const { signal } = allowance
  const receipt = await waitForRotation({ secretId, versionId }, timeout, services, place, signal)
  if (json) printJson({ ...started, receipt })
  else print('', ...receiptLines(receipt))
}

async function rollBack(
  secretId: string,
  { json }: RotateOptions,
  allowance: Allowance,
  services: RotationServices,
) {
  const versionId = await rollback(secretId, allowance, services)
  if (json) return printJson(documentOf(secretId, 'current', versionId))
  tell(
    'current',
    versionId,
    'both credentials work until the overlap ends; the sweep retires the other one',
  )
}

/** Shows what would be done; the name typed out is the word to do it. */
async function repairSecret(
  secretId: string,
  options: RotateOptions & RepairOptions,
  { signal }: Allowance,
  services: RotationServices,
) {
  const plan = await planRepair(secretId, options, services, signal)
  const say = options.json ? printAside : print
  say(...repairLines(plan))
  if (plan.by !== 'none') await typedOut(plan.secretId, signal, { say })

  const allowance = { deadline: services.clock.now() + longestMs, ...(signal && { signal }) }
  const versionId = await repair(plan, options, allowance, services)
  if (options.json) return printJson(documentOf(plan.secretId, 'current', versionId))
  tell('current', versionId, `${kept(statusCommand(options))} tells how it stands`)
}

/** What was done, for a program: docs/cli.md has its members. */
function documentOf(secretId: string, state: 'started' | 'current', versionId: string) {
  return { secret_id: secretId, state, version_id: versionId }
}

function statusCommand(where: StageOption): string {
  return commandAt(where, 'lapse rotate --status')
}

function tell(what: string, versionId: string, next: string, say = print) {
  const rows = [
    [what, versionId],
    ['next', next],
  ]
  say(...columns(rows, { indent: 0 }))
}
