import type { RotationConfiguration, Secret, SecretVersion, Store } from '../store.ts'
import { nextRotation } from './rules.ts'
import { runSteps, STEPS, type Step, type StepsOutcome } from './steps.ts'

/** How a rotation ended; one that was due by the rules is refused while another is pending. */
export type RotationResult = StepsOutcome | { readonly outcome: 'refused' }

/** A rotation that is over. */
export type SettledRotation = RotationResult & {
  readonly secretArn: string
  readonly secretName: string
  readonly versionId: string
}

/** A secret, how it is rotated, and the version that is to come. */
export interface Subject {
  readonly secret: Secret
  readonly rotation: RotationConfiguration
  readonly version: SecretVersion
}

/** The rotations that run. */
export interface Rotations {
  /** Invokes the secret's function with the four steps, in the background. */
  start(subject: Subject): void
  /** Invokes it with testSecret alone, in the background, and then forgets the version. */
  test(subject: Subject): void
  /** Begins no further step of what runs for this secret, and gives the version that was for. */
  cancel(secret: Secret): string | undefined
  /** Kills what runs, and waits for its end. */
  stop(): Promise<void>
}

interface Run extends Subject {
  readonly canceling: AbortController
}

type Settle = (subject: Subject, outcome: StepsOutcome) => void

/** Nothing runs yet; `settle` is told how each rotation ended. */
export function createRotations(settle: Settle): Rotations {
  const running = new Map<Run, Promise<void>>()
  const killing = new AbortController()

  async function drive(run: Run, steps: readonly Step[]): Promise<StepsOutcome> {
    const outcome = await runSteps(steps, {
      lambda: run.rotation.lambda,
      secretArn: run.secret.arn,
      versionId: run.version.id,
      canceled: run.canceling.signal,
      killed: killing.signal,
    })
    running.delete(run)
    return outcome
  }

  function begin(
    subject: Subject,
    steps: readonly Step[],
    then: (end: StepsOutcome) => void,
  ): void {
    const run = { ...subject, canceling: new AbortController() }
    running.set(run, drive(run, steps).then(then))
  }

  return {
    start: (subject) => begin(subject, STEPS, (outcome) => settle(subject, outcome)),
    test: (subject) => {
      const { secret, version } = subject
      begin(subject, ['testSecret'], () => void secret.versions.delete(version.id))
    },
    cancel: (secret) => {
      const runs = [...running.keys()].filter((run) => run.secret === secret)
      for (const { canceling } of runs) canceling.abort()
      return runs.at(-1)?.version.id
    },
    stop: async () => {
      killing.abort()
      await Promise.all(running.values())
    },
  }
}

/** Notes that a secret was rotated: the time to the next rotation counts from here. */
export function noteRotated({ clock }: Store, secret: Secret): void {
  const { rotation } = secret
  if (rotation === undefined) return
  const nextAt = rotation.enabled ? nextRotation(rotation.rules, clock.now()) : undefined
  secret.rotation = { ...rotation, rotatedAt: clock.now(), nextAt }
}
