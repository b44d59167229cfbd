/** One request over a dispatcher, and how it ends: for whoever else speaks HTTP here. */
export { type Answer, attempt, isAnswer, type NoAnswer } from './attempt.ts'
export { systemClock } from './clock.ts'
