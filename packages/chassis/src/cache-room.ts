/**
 * Options of an `LRUCache` that holds up to so many entries and makes room for them as they come. With its own `max` it makes
 * room for all of them at once: 50 ms and some megabytes for a hundred thousand, at each start of each process that has one.
 */
export const roomFor = (entriesMax: number) => ({ maxSize: entriesMax, sizeCalculation: () => 1 })
