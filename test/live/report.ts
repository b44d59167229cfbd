import type { Difference } from './compare.ts'
import type { Normalised } from './normalise.ts'

/** A difference with both answers, and how to see it again. */
export const report = (seed: string, difference: Difference): string => {
  const { about, request, live, emulator, liveAnswer, emulatorAnswer } = difference

  return [
    `≠ ${about}   (again: --only '${seed}')`,
    request,
    ...(about === 'request' ? [`live was asked: ${live}`, `emulator was asked: ${emulator}`] : []),
    `live     ${shown(liveAnswer)}`,
    `emulator ${shown(emulatorAnswer)}`,
    '',
  ].join('\n')
}

const shown = (answer: Normalised | undefined): string => {
  if (answer === undefined) return 'nothing'
  const headers = Object.entries(answer.headers).map(([name, value]) => `\n  ${name}: ${value}`)

  return `${answer.status}${headers.join('')}\n  ${answer.body.slice(0, 2000)}`
}
