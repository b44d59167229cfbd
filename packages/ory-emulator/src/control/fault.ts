import {
  anything,
  type Check,
  objectOf,
  oneOf,
  recordOf,
  text,
  textOrTexts,
  wholeNumber,
} from '../checks.ts'
import type { Fault, FaultKind } from '../faults.ts'

const times = wholeNumber(1)
const whole = wholeNumber(0)
const status = wholeNumber(200, 599)

/** Whom a fault hits, whatever goes wrong. */
const aim = { times, skip: whole, path: text, query: recordOf(text) }

const kinds: readonly FaultKind['kind'][] = [
  'drop-after',
  'delay',
  'status',
  'reset-before',
  'reset-during',
  'ignore',
]

const named = { operation: text, kind: oneOf(...kinds) }

const byKind: Readonly<Record<FaultKind['kind'], Check<object>>> = {
  'drop-after': objectOf(named, aim),
  delay: objectOf({ ...named, ms: whole }, aim),
  status: objectOf(
    { ...named, status },
    { ...aim, headers: recordOf(textOrTexts), json: anything },
  ),
  'reset-before': objectOf(named, aim),
  'reset-during': objectOf({ ...named, after: oneOf('headers', 'half-body') }, aim),
  ignore: objectOf(named, { ...aim, status }),
}

/** A fault as it is sent: everything {@link Fault} has, but for the predicate. @throws InputError */
export function readFault(value: unknown): Fault {
  const { kind } = recordOf(anything)(value, '')
  return byKind[named.kind(kind, 'kind')](value, '') as Fault
}
