import type { Receipt } from '@lapse/core/run'
import { type Block, hanging, indented } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'
import { receiptLines } from '../output/receipt-lines.ts'

type Members = Readonly<Record<string, unknown>>

/** Told already by their place in the line, or of no use to somebody who watches. */
const untold = new Set(['level', 'message', 'timestamp', 'service', 'sampling_rate', 'receipt'])

const colours: Readonly<Record<string, 'red' | 'yellow'>> = { ERROR: 'red', WARN: 'yellow' }

/** A line that a function has logged, as a person reads it; nothing for metrics. */
export function logLines(functionName: string, line: string): readonly Block[] {
  const logged = parse(line)
  if (logged === undefined) return [hanging(`${functionName}  ${plain(line)}`)]
  if ('_aws' in logged) return []

  const { level, message, timestamp, receipt } = logged
  const time = /T(\d\d:\d\d:\d\d)/.exec(String(timestamp))?.[1] ?? ''
  const text = styled(colours[String(level)] ?? 'bold', plain(String(message)))
  const head = [styled('dim', time), functionName, text, fieldsText(logged)]
    .filter(Boolean)
    .join('  ')
  return receipt === undefined
    ? [hanging(head)]
    : [hanging(head), ...indented(receiptLines(receipt as Receipt)), '']
}

function fieldsText(logged: Members): string {
  return Object.entries(logged)
    .filter(([name]) => !untold.has(name))
    .map(
      ([name, value]) =>
        `${name}=${plain(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .join(' ')
}

function parse(line: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Members) : undefined
  } catch {
    return undefined
  }
}
