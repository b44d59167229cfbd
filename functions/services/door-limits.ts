/**
 * Shorter than elsewhere: a sender waits, and an AWS that hangs must not hold one of the door's few
 * places for long. Whatever
 * is asked within one request ends within the function's 10 s.
 */
export const doorLimits = { connectMs: 500, answerMs: 1000, attempts: 2, callMs: 2400 }
