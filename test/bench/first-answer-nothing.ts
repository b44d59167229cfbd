/** A process that does nothing, to be taken off the others. */
process.exit()
