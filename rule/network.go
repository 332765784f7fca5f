package rule

import (
	"bytes"
	"net/netip"
	"unsafe"
)

// privateNetworks are those of [FieldRef.Private].
var privateNetworks = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"), // RFC 1918
	netip.MustParsePrefix("fc00::/7"),                                      // RFC 4193
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"), // RFC 1122, RFC 4291
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"), // RFC 3927, RFC 4291
}

// parseNetwork reads a network, or an address as the network of it alone.
func parseNetwork(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p, nil
}

// parseAddress reads the address that a record holds. Host names, which often stand where addresses do, are told
// quickly and without allocating an error.
func parseAddress(b []byte) (netip.Addr, bool) {
	colon := bytes.IndexByte(b, ':')
	if colon < 0 {
		return parseIPv4(b)
	}
	if i := bytes.IndexByte(b, '%'); i > colon {
		b = b[:i] // the zone
	}
	if len(b) > len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255") {
		return netip.Addr{}, false
	}
	// ParseAddr keeps nothing of an address without a zone, so the bytes are lent instead of copied.
	addr, err := netip.ParseAddr(unsafe.String(unsafe.SliceData(b), len(b)))
	return addr.Unmap(), err == nil
}

// parseIPv4 takes what [netip.ParseAddr] takes: four decimal numbers without zeros in front.
func parseIPv4(b []byte) (netip.Addr, bool) {
	var addr [4]byte
	for i := range addr {
		n := digits(b)
		if n == 0 || n > 3 || n > 1 && b[0] == '0' {
			return netip.Addr{}, false
		}
		v := 0
		for _, c := range b[:n] {
			v = v*10 + int(c-'0')
		}
		if b = b[n:]; v > 255 {
			return netip.Addr{}, false
		}
		addr[i] = byte(v)
		if i < len(addr)-1 {
			if len(b) == 0 || b[0] != '.' {
				return netip.Addr{}, false
			}
			b = b[1:]
		}
	}
	return netip.AddrFrom4(addr), len(b) == 0
}

func inAny(networks []netip.Prefix, b []byte) bool {
	addr, ok := parseAddress(b)
	if !ok {
		return false
	}
	for _, n := range networks {
		if n.Contains(addr) {
			return true
		}
	}
	return false
}
