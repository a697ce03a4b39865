/** Levels that are told apart by indentation. */
export const depthShownMax = 5
