import { sqsBatch } from '@lapse/aws/sqs-batch'
import { parseAppOffboarded } from '@lapse/core/events'
import { type LaneRule, usualLanes } from '@lapse/core/lane'
import { turns } from '@lapse/core/leases'
import type { Outbox } from '@lapse/core/ports'
import { offboarding } from '@lapse/core/workflows'
import { concurrency } from '../../functions/services/concurrency.ts'
import type { AllServices, BatchHandler } from '../faults/whole/lambda.ts'
import { limitedProject, type ProjectTerms, start } from './limited-project.ts'

// A reset loads it when it needs it, which takes time that is not the simulation's.
await import('@lapse/core/rotation')

export interface AppTerms extends ProjectTerms {
  /** How long Ory takes, in milliseconds. */
  readonly oryMs?: readonly [number, number]
  /** How long AWS takes, in milliseconds. */
  readonly awsMs?: readonly [number, number]
}

/** A request that Ory let through, and when it was there and answered, since the beginning. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly at: number
  readonly answeredAt: number
}

const minute = 60_000

const settings = {
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
  accessTokenLifespanMs: 60 * minute,
  secretRecoveryDays: 30,
}

/** Apps that are offboarded, workers that do it, and an Ory that counts, in virtual time. */
export function appWorld({ oryMs = [20, 60], awsMs = [4, 12], ...terms }: AppTerms) {
  const project = limitedProject(terms)
  const { random, time, clock, server, edge, log, metrics, secrets } = project
  const asked: Asked[] = []

  /** Each call of a port takes a while, and so two may write at the same time. */
  const slow = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, method) {
        const call = Reflect.get(target, method) as (...parameters: unknown[]) => unknown
        return async (...parameters: unknown[]) => {
          await time.wait(random.between(...awsMs) / 2)
          const answer = await call.apply(target, parameters)
          await time.wait(random.between(...awsMs) / 2)
          return answer
        }
      },
    })
  const ledgers = {
    ledger: slow(project.ledgers.ledger),
    leases: slow(project.ledgers.leases),
    newest: slow(project.ledgers.newest),
    resets: slow(project.ledgers.resets),
    keptSubjects: slow(project.ledgers.keptSubjects),
    rotations: slow(project.ledgers.rotations),
    trustedKeys: slow(project.ledgers.trustedKeys),
    keyHistories: slow(project.ledgers.keyHistories),
  }
  const newPacing = () =>
    project.newPacing({
      budgets: slow(project.budgets),
      circuits: slow(project.circuits),
      probe: async () => true,
    })

  async function answer(method: string, path: string, body: unknown, headers: readonly string[]) {
    await time.wait(random.between(...oryMs) / 2)
    const at = time.now() - start
    const answered = edge.admit(method, path) ?? server.answer(method, path, body, headers)
    await time.wait(random.between(...oryMs) / 2)
    asked.push({ method, path, status: answered.status, at, answeredAt: time.now() - start })
    return answered
  }

  function newInstance(outbox: Outbox, lanes: LaneRule): BatchHandler {
    const paces = newPacing()
    const services: AllServices = project.servicesWith({
      ...ledgers,
      ory: project.newOry(
        ({ method, path, body, headers, begin }) => {
          begin()
          return answer(method, path, body, headers)
        },
        paces.standingPace({ lane: 'deletion', event: 'shared', patienceMs: 10_000 }),
      ),
      pacing: paces,
      turns: turns(time.wait),
      secrets: slow(secrets),
    })
    const worker = {
      parse: parseAppOffboarded,
      workflow: (event: ReturnType<typeof parseAppOffboarded>) => offboarding(event, settings),
      outbox,
      lanes: () => lanes,
      services: async () => services,
      clock,
      log,
      metrics,
    }
    return sqsBatch(() => worker, { concurrency })
  }

  const served = (name: string, lanes: LaneRule) => project.served({ name, lanes, newInstance })
  const queue = served('app-offboarded', usualLanes)
  const incidents = served('app-offboarded-incident', 'incident')

  /** An event of so long after the beginning, in milliseconds. */
  function offboard(id: string, data: object, at = 0, to = queue): void {
    const event = { specversion: '1.0', type: 'app.offboarded', id, source: 'test', data }
    const body = JSON.stringify({ ...event, time: new Date(start + at).toISOString() })
    void to.send({ body, attributes: {} })
  }

  function register(client_id: string, change: object = {}): string {
    const client_secret = `secret of ${client_id}`
    const lists = { grant_types: ['authorization_code'], response_types: ['code'] }
    const created_at = '2025-01-01T00:00:00Z'
    server.state.clients.set(client_id, {
      client_id,
      ...lists,
      created_at,
      metadata: {},
      ...change,
    })
    server.state.clientSecrets.set(client_id, client_secret)
    const value = JSON.stringify({ client_id, client_secret })
    secrets.create(`secret-of-${client_id}`, value, { tags: { 'lapse:client_id': client_id } })
    return `secret-of-${client_id}`
  }

  return {
    time,
    server,
    edge,
    log,
    metrics,
    queue,
    incidents,
    secrets,
    row: project.ledgers.ledger,
    asked,
    newPacing,
    offboard,
    register,
    /** Plays until nothing is left to be done. */
    settle: () => project.play(() => asked.length),
  }
}
