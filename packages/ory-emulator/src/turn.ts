import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultKind } from './faults.ts'
import type { Answer } from './http.ts'
import type { LoggedRequest } from './request-log.ts'
import { toWire, type Wire, writeHead } from './writing.ts'

/** One request on its way: where it came from, where its answer goes, and the work in between. */
export interface Turn {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly entry: LoggedRequest
  /** Added to whatever is answered. */
  readonly headers: Readonly<Record<string, string>>
  readonly work: () => Promise<Answer>
}

export async function answerTurn(turn: Turn): Promise<void> {
  send(turn, await turn.work())
}

type Effect<Kind> = (turn: Turn, fault: Extract<FaultKind, { kind: Kind }>) => Promise<void>

const effects: { readonly [Kind in FaultKind['kind']]: Effect<Kind> } = {
  'reset-before': async (turn) => reset(turn),
  status: async (turn, { status, headers = {}, json }) => send(turn, { status, headers, json }),
  ignore: async (turn, { status = 204 }) => send(turn, { status }),
  delay: async (turn, { ms }) => {
    if (await hungUpWithin(turn, ms)) return
    await answerTurn(turn)
  },
  'drop-after': async (turn) => {
    await turn.work()
    reset(turn)
  },
  'reset-during': async (turn, { after }) => {
    const wire = wireOf(turn, await turn.work())
    writeHead(turn.outgoing, wire)
    turn.outgoing.flushHeaders()
    if (after === 'half-body') turn.outgoing.write(wire.body.subarray(0, wire.body.length / 2))
    // What is written must have left before the connection goes.
    setImmediate(() => reset(turn))
  },
}

/** Answers as the fault has it. */
export async function failTurn(turn: Turn, fault: FaultKind): Promise<void> {
  turn.entry.fault = fault.kind
  const effect = effects[fault.kind] as Effect<FaultKind['kind']>
  await effect(turn, fault)
}

function wireOf({ incoming, headers }: Turn, answer: Answer): Wire {
  return toWire({ ...answer, headers: { ...answer.headers, ...headers } }, incoming.method ?? '')
}

function send(turn: Turn, answer: Answer): void {
  const wire = wireOf(turn, answer)
  if (turn.outgoing.destroyed) return
  turn.entry.status = wire.status
  writeHead(turn.outgoing, wire)
  turn.outgoing.end(wire.body)
}

function reset({ incoming }: Turn): void {
  incoming.socket.resetAndDestroy()
}

/** Waits `ms`, or until the caller hangs up: true in that case. */
function hungUpWithin({ outgoing }: Turn, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    outgoing.once('close', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
