package snssource

import "time"

// SetNow gives h another clock.
func (h *HTTP) SetNow(now func() time.Time) { h.now = now }

// Kept is how many certificates h keeps.
func (h *HTTP) Kept() int {
	h.certificates.mu.Lock()
	defer h.certificates.mu.Unlock()
	return len(h.certificates.kept)
}

// MaxKept is how many it keeps at most.
const MaxKept = maxKept
