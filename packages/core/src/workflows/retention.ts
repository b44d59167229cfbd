const dayMs = 24 * 60 * 60 * 1000

/**
 * How long a closed row is kept. A message can be up to 14 days old on its queue and 14 more on
 * the DLQ; a redrive after that must still find what was done.
 */
export const receiptRetentionMs = 35 * dayMs

/** How long a delivery may be put off before it goes to the DLQ with its reason. */
export const longestDeferralMs = dayMs
