package s3source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Defaults of Objects, and the waits before a download is taken up again: at random, below what doubles each time.
const (
	defaultAttempts = 8
	defaultStall    = 30 * time.Second
	firstWait       = 20 * time.Millisecond
	longestWait     = 5 * time.Second
)

var (
	errStalled = errors.New("no byte came for too long")
	errChanged = errors.New("the object is another one by now")
	errRange   = errors.New("the answer is not the rest of the object")
)

// download is an object as it is stored, read over as many connections as it takes. Its errors are transient.
type download struct {
	ctx      context.Context
	client   Getter
	object   object
	attempts int
	stall    time.Duration

	// of the first answer
	version string
	eTag    string
	size    int64 // -1 is not known
	sum     *checksum

	conn   connection
	offset int64 // bytes that came
	tries  int   // to go on, without a byte between
	broken error // why there is no connection
	err    error // what every further Read returns
}

// connection is one answer's body.
type connection struct {
	body     io.ReadCloser
	ctx      context.Context
	cancel   context.CancelCauseFunc
	watchdog *time.Timer // cancels when nothing comes; nil where it may take for ever
}

// download gets an object.
func (o Objects) download(ctx context.Context, ob object) (*download, error) {
	d := &download{ctx: ctx, client: o.Client, object: ob, attempts: o.Attempts, stall: o.Stall, size: -1}
	if d.attempts == 0 {
		d.attempts = defaultAttempts
	}
	if d.stall == 0 {
		d.stall = defaultStall
	}
	for {
		err := d.get()
		if err == nil {
			return d, nil
		}
		// Anything but a stall the client has tried again.
		if !errors.Is(err, errStalled) || !d.again() {
			return nil, fmt.Errorf("s3source: get %q: %w", ob.place(), err)
		}
	}
}

func (d *download) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for {
		if err := d.ended(); err != nil {
			return 0, err
		}
		if d.broken != nil {
			d.resume()
		}
		if d.err != nil {
			return 0, d.err
		}
		n, err := d.conn.read(b, d.stall)
		if n > 0 {
			d.offset += int64(n)
			d.tries = 0
			d.sum.write(b[:n])
		}
		d.settle(err)
		if n > 0 || err == nil || d.err != nil {
			return n, d.err
		}
	}
}

// settle finds out what it means that a connection ended with err.
func (d *download) settle(err error) {
	switch whole := d.offset == d.size || d.size < 0 && err == io.EOF; {
	case err == nil:
	case d.size >= 0 && d.offset > d.size:
		d.err = d.failure(errRange)
	case !whole && err == io.EOF:
		d.broken = io.ErrUnexpectedEOF
	case !whole:
		d.broken = err
	case err != io.EOF:
		d.err = d.failure(err)
	case !d.sum.matches():
		d.err = d.failure(d.sum.mismatch())
	default:
		d.err = io.EOF
	}
}

// resume gets what did not come yet. Without an ETag nothing says that it is the same object still.
func (d *download) resume() {
	d.conn.close()
	broken := d.broken
	for d.eTag != "" && d.again() {
		err := d.get()
		if err == nil {
			d.broken = nil
			return
		}
		broken = fmt.Errorf("%w; then: %w", d.broken, err)
		if isFinal(err) {
			break
		}
	}
	if d.ctx.Err() != nil {
		d.err = d.ended()
		return
	}
	d.err = d.failure(broken)
}

// again waits for the next try, and says whether there is to be one.
func (d *download) again() bool {
	if d.tries >= d.attempts {
		return false
	}
	wait := time.NewTimer(rand.N(min(firstWait<<min(d.tries, 10), longestWait)))
	defer wait.Stop()
	d.tries++
	select {
	case <-wait.C:
		return true
	case <-d.ctx.Done():
		return false
	}
}

// get connects for what is behind the offset.
func (d *download) get() error {
	in := &s3.GetObjectInput{Bucket: &d.object.bucket, Key: &d.object.key}
	if d.object.version != "" {
		in.VersionId = &d.object.version
	}
	if d.eTag != "" {
		in.IfMatch = &d.eTag
	}
	if d.offset > 0 {
		in.Range = aws.String("bytes=" + strconv.FormatInt(d.offset, 10) + "-")
	}
	c := connection{}
	c.ctx, c.cancel = context.WithCancelCause(d.ctx)
	if d.stall > 0 {
		c.watchdog = time.AfterFunc(d.stall, func() { c.cancel(errStalled) })
	}
	out, err := d.client.GetObject(c.ctx, in, d.options)
	c.calm()
	if err != nil {
		err = c.cause(err)
		c.cancel(nil)
		return err
	}
	c.body = out.Body
	if err := d.accept(out); err != nil {
		c.close()
		return err
	}
	d.conn = c
	return nil
}

// options ask for the checksum of the whole, which d compares by itself: the SDK would compute it a second time, and
// cannot compare what came over several connections.
func (d *download) options(o *s3.Options) {
	if d.offset == 0 && o.ResponseChecksumValidation != aws.ResponseChecksumValidationWhenRequired {
		o.APIOptions = append(o.APIOptions, smithyhttp.AddHeaderValue("x-amz-checksum-mode", "ENABLED"))
	}
	o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
}

// accept takes an answer, unless it is of another object than the first.
func (d *download) accept(out *s3.GetObjectOutput) error {
	size := int64(-1)
	if out.ContentLength != nil {
		size = max(*out.ContentLength, -1)
	}
	if d.offset > 0 {
		first, total, ok := contentRange(deref(out.ContentRange))
		if !ok || first != d.offset {
			return errRange
		}
		size = total
	}
	switch {
	case d.eTag != "" && deref(out.ETag) != d.eTag, d.size >= 0 && size >= 0 && size != d.size:
		return errChanged
	case d.offset > 0:
		d.size = size
		return nil
	}
	d.version, d.eTag, d.size, d.sum = deref(out.VersionId), deref(out.ETag), size, newChecksum(out)
	return nil
}

// contentRange reads "bytes 5-9/10", the place of the first byte and the number of all.
func contentRange(s string) (first, total int64, ok bool) {
	s, ok = strings.CutPrefix(s, "bytes ")
	from, s, dash := strings.Cut(s, "-")
	to, all, slash := strings.Cut(s, "/")
	if !ok || !dash || !slash {
		return 0, 0, false
	}
	a, err1 := strconv.ParseUint(from, 10, 63)
	b, err2 := strconv.ParseUint(to, 10, 63)
	n, err3 := strconv.ParseUint(all, 10, 63)
	if err1 != nil || err2 != nil || err3 != nil || a > b || b >= n {
		return 0, 0, false
	}
	return int64(a), int64(n), true
}

// isFinal tells a refusal from what another try may mend.
func isFinal(err error) bool {
	if errors.Is(err, errChanged) || errors.Is(err, errRange) {
		return true
	}
	var answer interface{ HTTPStatusCode() int }
	if !errors.As(err, &answer) || answer.HTTPStatusCode() < 400 || answer.HTTPStatusCode() >= 500 {
		return false
	}
	return !retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err).Bool()
}

// ended is the error of a context that is.
func (d *download) ended() error {
	if err := d.ctx.Err(); err != nil {
		return d.failure(err)
	}
	return nil
}

func (d *download) failure(err error) error {
	return fmt.Errorf("s3source: read %q at offset %d: %w", d.object.place(), d.offset, err)
}

// Close ends the connection. Nothing is read after it.
func (d *download) Close() error {
	d.err = errClosed
	return d.conn.close()
}

// read reads from the connection; its error tells what ended it.
func (c *connection) read(b []byte, stall time.Duration) (int, error) {
	if c.watchdog != nil {
		c.watchdog.Reset(stall)
		defer c.calm()
	}
	n, err := c.body.Read(b)
	if err != nil && err != io.EOF {
		err = c.cause(err)
	}
	return n, err
}

// calm stops the watchdog: how long the reader takes is its own affair.
func (c *connection) calm() {
	if c.watchdog != nil {
		c.watchdog.Stop()
	}
}

// cause is err, or that the watchdog is behind it.
func (c *connection) cause(err error) error {
	if errors.Is(context.Cause(c.ctx), errStalled) {
		return errStalled
	}
	return err
}

// close may be called again.
func (c *connection) close() error {
	if c.body == nil {
		return nil
	}
	err := c.body.Close()
	c.cancel(nil)
	c.body = nil
	return err
}
