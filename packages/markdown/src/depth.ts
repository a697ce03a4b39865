const childrenOf = (node: object): object[] =>
  'children' in node && Array.isArray(node.children) ? node.children : []

/** How many nodes lie between a tree's root and its deepest leaf. Iterative: the tree may be deeper than the stack. */
export const depthOf = (root: object): number => {
  let depth = 0
  let level = childrenOf(root)
  while (level.length > 0) {
    depth += 1
    level = level.flatMap(childrenOf)
  }
  return depth
}
