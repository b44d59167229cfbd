/** A person waits: a service that does not answer is given up on within seconds. */
export const limits = { connectMs: 3000, answerMs: 5000, attempts: 2, callMs: 10_000 } as const
