package alert

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// chunk is how many bytes are gathered, in whole alerts, before they are written.
const chunk = 64 << 10

// lines writes alerts to a writer, many with one Write, and knows exactly which of them were written whole.
type lines struct {
	mu   sync.Mutex
	buf  []byte
	ends []int // where in buf each alert of the chunk ends
	torn bool  // the writer may have been left in the middle of a line
}

// send writes a batch in the form that appendAlert gives each alert, which ends in a newline. After a failed Write
// nothing more of the batch is written.
func (l *lines) send(ctx context.Context, name string, w io.Writer, batch []*Alert,
	appendAlert func([]byte, *Alert) ([]byte, error)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	failed := make(map[string]error)
	for len(batch) > 0 {
		if err := ctx.Err(); err != nil {
			fail(failed, batch, err)
			break
		}
		n := l.fill(batch, failed, appendAlert)
		written, err := l.write(w)
		if err != nil {
			whole := 0
			for whole < n && l.ends[whole] <= written {
				whole++
			}
			fail(failed, batch[whole:], fmt.Errorf("write: %w", err))
			break
		}
		batch = batch[n:]
	}
	if cap(l.buf) > 4*chunk { // one huge alert is not held for ever
		l.buf = nil
	}
	if len(failed) == 0 {
		return nil
	}
	return &DeliveryError{Sink: name, Failed: failed}
}

func fail(failed map[string]error, batch []*Alert, err error) {
	for _, a := range batch {
		failed[a.ID] = err
	}
}

// fill puts a chunk of alerts into buf and returns how many it took. One that has no form is failed, and left out.
func (l *lines) fill(batch []*Alert, failed map[string]error, appendAlert func([]byte, *Alert) ([]byte, error)) int {
	l.buf, l.ends = l.buf[:0], l.ends[:0]
	if l.torn { // so that the next alert is not glued to half of another
		l.buf = append(l.buf, '\n')
	}
	for i, a := range batch {
		if i > 0 && len(l.buf) >= chunk {
			return i
		}
		b, err := appendAlert(l.buf, a)
		if err != nil {
			failed[a.ID] = err
		} else {
			l.buf = b
		}
		l.ends = append(l.ends, len(l.buf))
	}
	return len(batch)
}

var errInvalidCount = errors.New("writer returned an invalid count")

// write writes buf and returns how much of it was written, for certain.
func (l *lines) write(w io.Writer) (int, error) {
	if len(l.buf) == 0 {
		return 0, nil
	}
	n, err := w.Write(l.buf)
	if n < 0 || n > len(l.buf) || n == len(l.buf) && err != nil {
		// An error says that the Write ended early, so all and an error contradict each other too: nothing is certain.
		l.torn = true
		if err == nil {
			err = errInvalidCount
		}
		return 0, err
	}
	if n > 0 {
		l.torn = l.buf[n-1] != '\n'
	}
	if n < len(l.buf) && err == nil {
		err = io.ErrShortWrite
	}
	return n, err
}
