package rule

import (
	"bytes"
	"net/netip"
	"unsafe"
)

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

// parseAddress reads the address that a record holds.
func parseAddress(b []byte) (netip.Addr, bool) {
	if i := bytes.IndexByte(b, '%'); i >= 0 && bytes.IndexByte(b[:i], ':') >= 0 {
		b = b[:i] // an IPv6 zone
	}
	if !looksLikeAddress(b) {
		return netip.Addr{}, false
	}
	// ParseAddr keeps nothing of an address without a zone, so the bytes are lent instead of copied.
	addr, err := netip.ParseAddr(unsafe.String(unsafe.SliceData(b), len(b)))
	return addr.Unmap(), err == nil
}

// looksLikeAddress keeps host names and the like from becoming an error, which allocates.
func looksLikeAddress(b []byte) bool {
	if len(b) < len("::") || len(b) > len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255") {
		return false
	}
	separators := 0
	for _, c := range b {
		switch {
		case c == '.' || c == ':':
			separators++
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'f':
		default:
			return false
		}
	}
	return separators >= 2
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
