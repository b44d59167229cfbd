import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test, vi } from 'vitest'
import { typedName } from './output/help.ts'
import { lapse } from './program.ts'

function withSubcommands(command: Command, path = ''): readonly (readonly [string, Command])[] {
  return [
    [path, command] as const,
    ...command.commands.flatMap((one) => withSubcommands(one, `${path} ${one.name()}`)),
  ]
}

/** Everything that --help prints for a command. */
function helpOf(command: Command): string {
  const written: string[] = []
  command.configureOutput({ writeOut: (text) => written.push(text), getOutHelpWidth: () => 200 })
  command.outputHelp()
  return written.join('')
}

/** The examples in a help, each as the commands that a pipe connects, without what they do. */
function examplesIn(help: string): readonly (readonly string[])[] {
  const [, told = ''] = help.split('Examples:\n')
  return told
    .split('\n')
    .map((line) => /^ {2}((?:npx )?lapse .*?)(?: {2}|$)/.exec(line)?.[1])
    .filter((line) => line !== undefined)
    .map((line) => line.replace(/ > \S+$/, '').split(' | '))
}

/** Whether a command does something by itself. Commander tells nobody. */
function acts(command: Command): boolean {
  return typeof (command as unknown as { _actionHandler: unknown })._actionHandler === 'function'
}

/** What commander would say of a command line, were it typed; `undefined` where it takes it. */
function problemWith(typed: string): string | undefined {
  const words = typed.replace(/^npx /, '').match(/"[^"]*"|\S+/g) ?? []
  const program = lapse()
  const state = { problem: undefined as string | undefined }
  for (const [, command] of withSubcommands(program)) {
    command.exitOverride((error) => {
      throw error
    })
    // Nothing is to run: that it would is all that is asked.
    if (acts(command)) command.action(() => undefined)
  }
  try {
    program.parse(words.slice(1), { from: 'user' })
  } catch (error) {
    state.problem = (error as Error).message
  }
  return state.problem
}

vi.stubEnv('COLUMNS', '200')

const commands = withSubcommands(lapse())

test.each(commands)('the help of lapse%s has examples of it that can be typed', (path, command) => {
  const found = examplesIn(helpOf(command))

  expect(found.length).toBeGreaterThan(0)
  expect(found.flat().map(problemWith).filter(Boolean)).toEqual([])
  expect(found.filter((line) => !line.some((one) => one.includes(`lapse${path}`)))).toEqual([])
})

test('an example of an option that there is not is noticed', () => {
  expect(problemWith('lapse plan user-deleted --subjekt alice')).toMatch(/unknown option/)
  expect(problemWith('lapse plans')).toMatch(/unknown command/)
})

/** These answer with a document, a script or a help, whatever they are asked. */
const documents = [' completion', ' help', ' example', ' dev fault']

test.each(commands.filter(([, command]) => acts(command)))(
  'lapse%s can be read by a program',
  (path, command) => {
    const hasJson = command.options.some(({ long }) => long === '--json')

    expect(hasJson || documents.some((name) => path.startsWith(name))).toBe(true)
  },
)

test('is called what was typed, in its help and in what it says of a command line', () => {
  expect(typedName({})).toBe('lapse')
  expect(typedName({ npm_command: 'exec' })).toBe('npx lapse')
  expect(typedName({ npm_command: 'run-script' })).toBe('npx lapse')
  expect(typedName({ npm_command: 'test' })).toBe('lapse')

  vi.stubEnv('npm_command', 'exec')
  expect(helpOf(lapse())).toContain('Usage: npx lapse [options]')
  expect(helpOf(lapse())).toContain('npx lapse example user.deleted | npx lapse send')
  vi.stubEnv('npm_command', '')
})

test('docs/cli.md tells of the document of every command', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/^\| `lapse ([\w-]+)` \|/gm)].map(([, name]) => name)

  expect(told).toEqual(
    lapse()
      .commands.map((command) => command.name())
      .toSorted(),
  )
})

test('help refuses what is not there, and runs nothing for it', async () => {
  for (const words of [['nope'], ['plan', 'nope'], ['dev', 'nope'], ['rotate', 'app/notes']]) {
    const program = lapse()
    const ran = vi.fn()
    for (const [path, command] of withSubcommands(program))
      if (acts(command) && path !== ' help') command.action(ran)

    await expect(program.parseAsync(['help', ...words], { from: 'user' })).rejects.toThrow(
      `unknown command '${words.at(-1)}'`,
    )
    expect(ran).not.toHaveBeenCalled()
  }
})
