/** The sender of a mail: the address from the settings, named by the title of the blog unless the setting has a name. */
export const senderOf = (from: string, blogTitle: string): { name: string; address: string } => {
  const [, name = '', address = from] = /^(.*?)<([^<>]+)>\s*$/.exec(from) ?? []
  return { name: name.replaceAll('"', '').trim() || blogTitle, address: address.trim() }
}
