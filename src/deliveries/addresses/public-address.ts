import ipaddr from 'ipaddr.js';

/** All that is given out of IPv6. The rest is reserved, or holds IPv4 addresses in forms that were given up. */
const [GLOBAL_IPV6, GLOBAL_IPV6_BITS] = ipaddr.IPv6.parseCIDR('2000::/3');

/** The agent of virtual machines at Azure answers there, from within each of them, though the range is public. */
const METADATA = new Set(['168.63.129.16']);

/**
 * Whether an IP address is one of the public internet: not of this machine, of a network next to it, of a link, of a
 * cloud's metadata, nor one that stands for another address (mapped, NAT64, 6to4, Teredo). A text that is no address is
 * not.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  if (ip.range() !== 'unicast' || METADATA.has(ip.toString())) return false;
  return ip instanceof ipaddr.IPv4 || ip.match(GLOBAL_IPV6, GLOBAL_IPV6_BITS);
}
