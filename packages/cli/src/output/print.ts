import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Lines on standard output. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** One JSON document on standard output. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** Text with colour or weight where standard output is a terminal and NO_COLOR does not forbid it. */
export function styled(format: Format, text: string): string {
  return text === '' ? '' : styleText(format, text, { stream: process.stdout })
}
