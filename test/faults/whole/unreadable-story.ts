import { queueNames } from './lambda.ts'
import { sendSoon, type Teller } from './story.ts'

/** What nobody can read goes to the DLQ as it is, and says why. */
export const unreadableStory: Teller = (world, name) => {
  const queue = world.random.pick(queueNames)
  const body = world.random.pick([`not JSON: ${name}`, `{"half": "${name}`, `["${name}"]`])
  sendSoon(world, queue, body)
  return {
    name: `unreadable ${name}`,
    *problems() {
      const letters = world.queues[queue].deadLetters.filter((letter) => letter.body === body)
      if (letters.length === 0) yield 'it is gone'
      for (const { by, attributes } of letters)
        if (by === 'lapse' && !attributes['lapse-reason']) yield 'it has no reason'
    },
  }
}
