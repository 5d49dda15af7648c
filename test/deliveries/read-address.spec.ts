import { AddressRefused, readAddress } from '../../src/deliveries/addresses/read-address.js';

const PUBLIC_ONLY = { allowPrivate: false };

function refusal(address: string, rules = PUBLIC_ONLY): string | undefined {
  try {
    readAddress(address, rules);
    return undefined;
  } catch (error) {
    if (error instanceof AddressRefused) return error.message;
    throw error;
  }
}

describe('an address that holds an IP address', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback, elsewhere', '127.255.0.9'],
    ['decimal', '2130706433'],
    ['hex', '0x7f000001'],
    ['hex in parts', '0x7f.0.0.1'],
    ['octal', '0177.0.0.1'],
    ['octal in one', '017700000001'],
    ['short', '127.1'],
    ['full width digits', '１２７.0.0.1'],
    ['percent-encoded', '%31%32%37.0.0.1'],
    ['with a dot behind', '127.0.0.1.'],
    ['nobody', '0.0.0.0'],
    ['nobody, short', '0'],
    ['private, 10', '10.0.0.1'],
    ['private, 172.16', '172.31.255.255'],
    ['private, 192.168', '192.168.1.1'],
    ['shared by carriers', '100.64.0.1'],
    ['link-local', '169.254.0.1'],
    ['metadata', '169.254.169.254'],
    ['metadata, decimal', '2852039166'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['metadata of Oracle', '192.0.0.192'],
    ['agent of Azure', '168.63.129.16'],
    ['benchmarks', '198.18.0.1'],
    ['documentation', '203.0.113.7'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['6to4 relay', '192.88.99.1'],
    ['IPv6 loopback', '[::1]'],
    ['IPv6 nobody', '[::]'],
    ['IPv4-mapped', '[::ffff:127.0.0.1]'],
    ['IPv4-mapped, hex', '[::ffff:a9fe:a9fe]'],
    ['IPv4-compatible', '[::127.0.0.1]'],
    ['IPv4-translated', '[::ffff:0:127.0.0.1]'],
    ['NAT64', '[64:ff9b::127.0.0.1]'],
    ['NAT64, local', '[64:ff9b:1::7f00:1]'],
    ['6to4', '[2002:7f00:1::]'],
    ['Teredo', '[2001::7f00:1]'],
    ['unique local', '[fd12:3456::1]'],
    ['metadata, IPv6', '[fd00:ec2::254]'],
    ['link-local, IPv6', '[fe80::1]'],
    ['site-local', '[fec0::1]'],
    ['multicast, IPv6', '[ff02::1]'],
    ['documentation, IPv6', '[2001:db8::1]'],
    ['given out to nobody', '[4000::1]'],
  ])('is refused where it leads to no public one: %s', (_, host) => {
    expect(refusal(`https://${host}/hook`)).toContain('private network');
    expect(refusal(`https://${host}:8443/hook`)).toContain('private network');
    expect(refusal(`https://${host}/hook`, { allowPrivate: true })).toBeUndefined();
  });

  it.each(['8.8.8.8', '1.1.1.1:8443', '[2606:4700:4700::1111]', '134744072'])(
    'is taken where it is public: %s',
    (host) => expect(refusal(`https://${host}/hook`)).toBeUndefined(),
  );
});

describe('an address', () => {
  it.each([
    'hook',
    '/hook',
    'https://',
    'https:///',
    'ftp://app.example/hook',
    'file:///etc/passwd',
    'gopher://app.example',
    'javascript:alert(1)',
    'https://app.example /hook',
    'https://app.example\\@127.0.0.1/',
    'https://app.example/hook\n',
    'https://[fe80::1%25eth0]/',
    'https://256.256.256.256/',
    `https://app.example/${'a'.repeat(2_000)}`,
  ])('is refused where it is none of the web: %j', (address) =>
    expect(refusal(address, { allowPrivate: true })).toContain('must be an absolute https address'),
  );

  it('is refused with credentials in it, which would be sent and logged', () => {
    for (const user of ['ada@', 'ada:secret@', ':secret@', '127.0.0.1@'])
      expect(refusal(`https://${user}app.example/hook`, { allowPrivate: true })).toContain('user or a password');
  });

  it('is https, unless private networks are allowed', () => {
    expect(refusal('http://app.example/hook')).toBe('must begin with https://');
    expect(refusal('http://app.example/hook', { allowPrivate: true })).toBeUndefined();
    expect(refusal('HTTPS://APP.example/hook')).toBeUndefined();
  });
});
