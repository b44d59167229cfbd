import { type Block, columns } from '../output/layout.ts'
import { type FaultName, faultNames, faultTexts, noFaultKey } from './faults.ts'

/** A terminal that keys are read from, one by one. */
export interface Keyboard {
  readonly isTTY?: boolean
  setRawMode(on: boolean): unknown
  on(event: 'data', listener: (data: Buffer) => void): unknown
  off(event: 'data', listener: (data: Buffer) => void): unknown
  resume(): unknown
  pause(): unknown
}

/** What a key asks for: a fault, that there is none, or the end. `undefined`: nothing. */
export type Asked = FaultName | 'none' | 'end' | undefined

const ctrlC = '\u0003'

export function askedBy(key: string): Asked {
  if (key === ctrlC) return 'end'
  if (key === noFaultKey) return 'none'
  return faultNames.find((name) => faultTexts[name].key === key)
}

/**
 * Reads keys until it is stopped. A terminal that gives out keys one by one sends no signal at Ctrl-C:
 * that is told as any other.
 * @returns what stops it, and leaves the terminal as it was
 */
export function listenToKeys(
  keyboard: Keyboard,
  onAsked: (asked: Exclude<Asked, undefined>) => void,
) {
  const listener = (data: Buffer) => {
    for (const key of data.toString()) {
      const asked = askedBy(key)
      if (asked !== undefined) onAsked(asked)
    }
  }
  keyboard.setRawMode(true)
  keyboard.on('data', listener)
  keyboard.resume()
  return () => {
    keyboard.off('data', listener)
    keyboard.setRawMode(false)
    keyboard.pause()
  }
}

/** Which keys there are, for whoever sits at the terminal. */
export function keyLines(): readonly Block[] {
  const rows = faultNames.map((name) => {
    const { key, does } = faultTexts[name]
    return [key, `Ory ${does}`]
  })
  return ['  keys', ...columns([...rows, [noFaultKey, 'Ory is well again']]), '']
}
