import { setFlagsFromString } from 'node:v8'

/**
 * Has all objects begin in the young generation. V8 would let those begin in the old one that often survived, and goes by the busiest moment:
 * after one burst of requests some arrays of Node's HTTP did, and kept all that each later request had made until the next full
 * collection, at half as much work again or twice as much.
 */
export const beginObjectsYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring')
