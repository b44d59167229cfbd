import type { Local } from '@lapse/local'
import { CommandError, UsageError } from '../errors.ts'
import { type FaultName, faultNames, faultsOf, faultTexts } from './faults.ts'

/** One fault at a time, or none. */
export type Wanted = FaultName | 'none'

/** Makes the emulated Ory of this process fail, or well again. */
export function setFault({ emulator }: Pick<Local, 'emulator'>, wanted: Wanted): void {
  emulator?.faults.clear()
  if (wanted === 'none') return
  for (const fault of faultsOf(wanted)) emulator?.faults.add(fault)
}

/** What is wrong with the emulated Ory of this process; `undefined` where there is none. */
export function faultOn({ emulator }: Pick<Local, 'emulator'>): string | undefined {
  if (emulator === undefined) return undefined
  const armed = JSON.stringify(emulator.faults.list().map(({ fault }) => fault))
  if (armed === '[]') return 'none'
  return faultNames.find((name) => JSON.stringify(faultsOf(name)) === armed) ?? 'of its own kind'
}

/** The same for that of another process, by its control port. @throws CommandError */
export async function setFaultAt(controlUrl: string, wanted: Wanted): Promise<void> {
  await tell(controlUrl, 'DELETE')
  if (wanted === 'none') return
  for (const fault of faultsOf(wanted)) await tell(controlUrl, 'POST', fault)
}

async function tell(controlUrl: string, method: string, json?: object): Promise<void> {
  const body = json && JSON.stringify(json)
  const answer = await fetch(new URL('/faults', controlUrl), {
    method,
    ...(body && { body }),
  }).catch((cause: unknown) => {
    throw new CommandError('the Ory of lapse dev does not answer; start it again', { cause })
  })
  if (!answer.ok)
    throw new CommandError(`the Ory of lapse dev takes no such fault (${answer.status})`)
}

/** @throws UsageError where it is none */
export function faultNamed(text: string): Wanted {
  const named = ([...faultNames, 'none'] as const).find((name) => name === text)
  if (named !== undefined) return named
  throw new UsageError(`${text} is not a fault; give one of ${faultNames.join(', ')}, or none`)
}

/** What Ory does from now on, for a person. */
export function faultText(wanted: Wanted): string {
  return wanted === 'none' ? 'Ory is well' : `Ory ${faultTexts[wanted].does} (${wanted})`
}
