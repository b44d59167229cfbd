import type { Command } from 'commander'
import { expect, onTestFinished, test, vi } from 'vitest'
import { lapse } from '../program.ts'
import { widthOf } from './display-width.ts'

/** Everything that --help prints for a command. */
function helpOf(command: Command): string {
  const written: string[] = []
  command.configureOutput({ writeOut: (text) => written.push(text) })
  command.outputHelp()
  return written.join('')
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}

test.each([60, 80, 120])('is no wider than a terminal of %d columns', (width) => {
  vi.stubEnv('COLUMNS', `${width}`)
  onTestFinished(() => void vi.unstubAllEnvs())
  const lines = withSubcommands(lapse()).flatMap((command) => helpOf(command).split('\n'))

  expect(lines.length).toBeGreaterThan(90)
  expect(lines.filter((line) => widthOf(line) > width)).toEqual([])
})

test('is 80 columns wide where it does not go to a terminal', () => {
  const widths = helpOf(lapse()).split('\n').map(widthOf)

  expect(Math.max(...widths)).toBeLessThanOrEqual(80)
  expect(Math.max(...widths)).toBeGreaterThan(70)
})
