import { expect, test } from 'vitest'
import { newProgress } from './progress.ts'

function told(isTTY: boolean): string {
  const written: string[] = []
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 }
  const progress = newProgress(stream)
  progress.begin('starting all')
  progress.update('starting one')
  progress.end('ready')
  progress.begin('waiting')
  progress.clear()
  return written.join('')
}

test('is plain lines where nobody sees them change', () => {
  expect(told(false)).toBe('starting all …\nready\nwaiting …\n')
})

test('is one line on a terminal, that goes away when it is over', () => {
  const clear = '\r\u001b[K'

  expect(told(true)).toBe(
    `${clear}starting all …${clear}starting one …${clear}ready\n${clear}waiting …${clear}`,
  )
})

test('takes one line of a narrow terminal, and breaks no word there', () => {
  const written: string[] = []
  const stream = { isTTY: true, columns: 45, write: (text: string) => written.push(text) > 0 }
  newProgress(stream).begin('starting Ory, SQS, DynamoDB, Secrets Manager and the functions')

  expect(written).toEqual(['\r\u001b[Kstarting Ory, SQS, DynamoDB, Secrets …'])
})
