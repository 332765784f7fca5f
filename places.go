package streamalert

import (
	"context"
	"log/slog"

	"github.com/streamalert/streamalert-go/parse"
)

// Places is a store of how far payloads were read, so that one that takes longer than a Lambda invocation goes on where it
// was left. The records before are framed again and counted as skipped: it saves their evaluation and their alerts,
// not the download and the decompression. Record numbers and alert IDs are the same as in one go.
//
// A place is saved only once every alert and every dead letter of the records before it was accepted. Where the store
// fails, the payload is read from its beginning.
type Places interface {
	// Load returns how many records of the payload at o were dealt with; 0 where nothing is known of it.
	Load(ctx context.Context, o parse.Origin) (records int64, err error)
	// Save notes that so many were. With 0 the payload is done, and what is known of it can be forgotten.
	Save(ctx context.Context, o parse.Origin, records int64) error
}

// resume is the place at which to go on with a payload.
func (h *handling) resume(ctx context.Context, o parse.Origin) place {
	at := place{origin: o}
	if h.p.Places == nil {
		return at
	}
	n, err := h.p.Places.Load(ctx, o)
	if err != nil {
		h.warnPlace(o, err)
		return at
	}
	at.from = max(n, 0)
	at.next = at.from
	return at
}

// note saves how far a payload was read, of which all that it raised was accepted.
func (h *handling) note(at place, done bool) {
	if h.p.Places == nil || at.next == 0 {
		return
	}
	n := at.next
	switch {
	case done && at.from == 0:
		return // the store never knew it
	case done:
		n = 0
	case n == at.from:
		return
	}
	if err := h.p.Places.Save(h.ctx, at.origin, n); err != nil {
		h.warnPlace(at.origin, err)
	}
}

func (h *handling) warnPlace(o parse.Origin, err error) {
	if l := h.p.Logger; l != nil {
		l.LogAttrs(h.ctx, slog.LevelWarn, "place not known or not saved", slog.String("origin", o.String()), slog.String("error", err.Error()))
	}
}
