/** The folder of a worker's script -> what ends it, in a server that was started with `endingThreads`. */
export const SIGNALS = { scorer: 'SIGUSR2', encoder: 'SIGHUP' } as const
