/** How many messages of a batch are processed at the same time: all that Lambda gives. */
export const concurrency = 10
