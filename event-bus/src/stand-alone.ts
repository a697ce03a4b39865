import { runBus } from './open.ts'

/** The bus for events of any kind: whoever has a token may append them. */
await runBus()
