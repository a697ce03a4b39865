/** The sender of a mail: the address from the settings, named by what the site is called unless the setting has a name. */
export const senderOf = (from: string, siteName: string): { name: string; address: string } => {
  const [, name = '', address = from] = /^(.*?)<([^<>]+)>\s*$/.exec(from) ?? []
  return { name: name.replaceAll('"', '').trim() || siteName, address: address.trim() }
}
