import { expect, test } from 'vitest'
import { newScreen } from './screen.ts'

function terminal(rows?: number) {
  const written: string[] = []
  const output = {
    rows,
    write: (text: string) => {
      written.push(text)
      return true
    },
  }
  return { written, screen: newScreen(output as never) }
}

test('clears the screen once, and then draws over what is there', () => {
  const { written, screen } = terminal()
  screen.show('one', 'two')
  screen.show('three')
  screen.close()

  expect(written).toEqual([
    '\u001b[?25l\u001b[2J\u001b[Hone\u001b[K\ntwo\u001b[K\u001b[J',
    '\u001b[Hthree\u001b[K\u001b[J',
    '\n\u001b[?25h',
  ])
})

test('says how much has no room', () => {
  const { written, screen } = terminal(3)
  screen.show('1', '2', '3')
  screen.show('1', '2', '3', '4')

  expect(written[0]).not.toContain('more')
  expect(written[1]).toContain('2\u001b[K\n… 2 more lines')
  expect(written[1]?.split('\n')).toHaveLength(3)
})

test('gives the cursor back only where it took it', () => {
  const { written, screen } = terminal()
  screen.close()

  expect(written).toEqual([])
})
